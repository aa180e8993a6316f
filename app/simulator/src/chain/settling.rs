//! What anybody may do to bring an expiry to its end. Each function looks at public accounts and acts where acting is
//! due; called again it does nothing more.

use anchor_lang::{AnchorDeserialize, Discriminator};
use backstop_interface::accounts::{AccountState, ExpiryState, MarginAccount, Shard, SHARD_COUNT};
use backstop_interface::event::{AccountSettled, Converted, EstateClosed, FeesSwept, Repaid};
use backstop_interface::pda;
use backstop_risk::liquidation::conversion_discount_ppb;
use backstop_testkit::{pubkey, Landed};

use super::losses::Start;
use super::theatre::Theatre;
use super::{keepers, opening};
use crate::report::amount::readable;
use crate::report::Stage as Chapter;

/// Discount at which the arbitrageur buys converting collateral, ppb.
const CONVERSION_DISCOUNT_PPB: u64 = 10_000_000;

/// Submits the published price for a point of the average.
pub(super) fn submit_point(theatre: &mut Theatre, index: u8) -> anyhow::Result<()> {
    let expiry = theatre.expiry;
    let outcome = theatre.stage.submit_point(&expiry, index);
    theatre.land("submit_point", outcome)?;
    Ok(())
}

/// Fixes the price and folds every series.
pub(super) fn fix_and_fold(theatre: &mut Theatre) -> anyhow::Result<()> {
    let expiry = theatre.expiry;
    if theatre.stage.expiry_of(&expiry).state() == ExpiryState::Open {
        let outcome = theatre.stage.fix_price(&expiry);
        theatre.land("fix_price", outcome)?;
    }
    if theatre.stage.expiry_of(&expiry).state() == ExpiryState::PriceFixed {
        for series in theatre.series.clone() {
            let outcome = theatre.stage.fold_series(&series);
            theatre.land("fold_series", outcome)?;
        }
    }
    Ok(())
}

/// Auctions whose legs have all expired become estates.
pub(super) fn end_auctions(theatre: &mut Theatre) -> anyhow::Result<()> {
    for name in theatre.owners.clone() {
        if theatre
            .stage
            .account_of(&name)
            .is_some_and(|account| account.state() == AccountState::Auction)
        {
            keepers::liquidate(theatre, &name)?;
        }
    }
    Ok(())
}

/// Settles every account that is short, and from Finalised on every account with anything left in the expiry.
pub(super) fn settle_accounts(theatre: &mut Theatre) -> anyhow::Result<()> {
    let state = theatre.stage.expiry_of(&theatre.expiry).state();
    if state < ExpiryState::Collecting {
        return Ok(());
    }
    let finalised = state == ExpiryState::Finalised;
    for name in theatre.owners.clone() {
        let Some(account) = theatre.stage.account_of(&name) else {
            continue;
        };
        let short = account
            .legs
            .iter()
            .any(|leg| leg.quantity_contracts < 0 || leg.unreported_contracts > 0);
        let waiting = account.legs.iter().any(|leg| leg.in_use()) || receivable(&account) > 0;
        if short || (finalised && waiting) {
            settle(theatre, &name, &account)?;
        }
    }
    Ok(())
}

fn receivable(account: &MarginAccount) -> u64 {
    account
        .expiries
        .iter()
        .map(|slot| slot.receivable_atoms)
        .sum()
}

fn settle(theatre: &mut Theatre, name: &str, before: &MarginAccount) -> anyhow::Result<()> {
    let expiry = theatre.expiry;
    let outcome = theatre.stage.settle(name, &expiry);
    let landed = theatre.land("settle_account", outcome)?;
    for event in events::<AccountSettled>(theatre, &landed) {
        if event.debt_atoms > 0 {
            let mint = theatre.stage.keys.underlying_mint;
            let (quote_atoms, underlying_atoms) =
                (before.quote_atoms, before.collateral_atoms(&mint));
            theatre.losses.start(
                name,
                Start {
                    quote_atoms,
                    underlying_atoms,
                },
            );
        }
        if theatre.losses.started(name) {
            theatre
                .losses
                .settled(event.paid_atoms, event.debt_atoms, event.received_atoms);
        }
    }
    Ok(())
}

fn events<E: AnchorDeserialize + Discriminator>(theatre: &Theatre, landed: &Landed) -> Vec<E> {
    landed.events(&theatre.stage.world.program_id())
}

/// The arbitrageur buys what converts, once the discount is worth it.
pub(super) fn convert_collateral(theatre: &mut Theatre) -> anyhow::Result<()> {
    let mint = theatre.stage.keys.underlying_mint;
    for target in theatre.owners.clone() {
        let Some(account) = theatre.stage.account_of(&target) else {
            continue;
        };
        let estate = account.state() == AccountState::Estate;
        let needed = estate || account.debt_atoms() > account.quote_atoms;
        let started = account.conversion_started_at;
        let held = account.collateral_atoms(&mint);
        if !needed || started == 0 || held == 0 || account.state() == AccountState::Auction {
            continue;
        }
        let elapsed = theatre.stage.world.now() - started;
        if conversion_discount_ppb(elapsed, estate).get() >= CONVERSION_DISCOUNT_PPB {
            buy_collateral(theatre, &target, held)?;
        }
    }
    Ok(())
}

fn buy_collateral(theatre: &mut Theatre, target: &str, held: u64) -> anyhow::Result<()> {
    let outcome = theatre.stage.convert(opening::ARBITRAGEUR, target, held);
    if let Some(landed) = theatre.attempt("convert", outcome)? {
        for event in events::<Converted>(theatre, &landed) {
            theatre.losses.converted(&event);
        }
    }
    Ok(())
}

/// Accounts with cash pay what they owe the expiry.
pub(super) fn repay_debts(theatre: &mut Theatre) -> anyhow::Result<()> {
    let expiry = theatre.expiry;
    for name in theatre.owners.clone() {
        let Some(account) = theatre.stage.account_of(&name) else {
            continue;
        };
        if account.debt_atoms() == 0
            || account.quote_atoms == 0
            || account.state() == AccountState::Auction
        {
            continue;
        }
        let outcome = theatre.stage.repay(&name, &expiry);
        let landed = theatre.land("repay", outcome)?;
        for event in events::<Repaid>(theatre, &landed) {
            theatre.losses.repaid(event.paid_atoms);
        }
    }
    Ok(())
}

/// Fees of every shard go to the fund.
pub(super) fn sweep_fees(theatre: &mut Theatre) -> anyhow::Result<()> {
    let mut total_atoms = 0;
    let mut swept = [false; SHARD_COUNT as usize];
    for name in theatre.owners.clone() {
        let index = usize::from(Shard::index_of(&theatre.stage.margin(&name)));
        let fees = theatre
            .stage
            .read::<Shard>(&pda::shard(&theatre.stage.keys.market, index as u8));
        if !swept[index] && fees.is_some_and(|shard| shard.claims_atoms() > 0) {
            swept[index] = true;
            let outcome = theatre.stage.sweep_fees_of(&name);
            let landed = theatre.land("sweep_fees", outcome)?;
            total_atoms += events::<FeesSwept>(theatre, &landed)
                .iter()
                .map(|event| event.amount_atoms)
                .sum::<u64>();
        }
    }
    if total_atoms > 0 {
        let text = format!(
            "{} of fees and penalties go to the insurance fund",
            readable(i128::from(total_atoms))
        );
        theatre.tell(
            Chapter::Market,
            "keepers",
            "fees",
            i64::try_from(total_atoms).ok(),
            text,
        );
    }
    Ok(())
}

/// Every holder redeems.
pub(super) fn redeem_all(theatre: &mut Theatre) -> anyhow::Result<()> {
    for holder in &theatre.input.scenario.books.buyers {
        for series in theatre.series.clone() {
            let tokens = theatre
                .stage
                .world
                .ata(&pubkey(holder), &series.option_mint);
            let contracts = theatre.stage.world.balance(&tokens);
            if contracts > 0 {
                let outcome = theatre.stage.redeem(holder, &series, contracts);
                theatre.land("redeem", outcome)?;
            }
        }
    }
    Ok(())
}

/// Estates with nothing left to settle are closed; the surplus goes to the fund.
pub(super) fn close_estates(theatre: &mut Theatre) -> anyhow::Result<()> {
    for name in theatre.owners.clone() {
        let Some(account) = theatre.stage.account_of(&name) else {
            continue;
        };
        let settled = account.legs.iter().all(|leg| !leg.in_use());
        let back = account.returns() && account.debt_atoms() == 0;
        let empty = receivable(&account) == 0
            && account.collaterals.iter().all(|slot| slot.atoms == 0)
            && (account.quote_atoms == 0 || account.debt_atoms() == 0);
        if account.state() != AccountState::Estate || !settled || !(back || empty) {
            continue;
        }
        let keeper = theatre.keeper();
        let outcome = theatre.stage.close_estate(&keeper, &name);
        let landed = theatre.land("close_estate", outcome)?;
        for event in events::<EstateClosed>(theatre, &landed) {
            theatre.losses.surplus(event.surplus_atoms);
        }
    }
    Ok(())
}
