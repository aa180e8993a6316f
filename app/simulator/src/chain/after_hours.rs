//! From the second of expiry to empty books: settle, collect, insure, sell tokens, fix the haircut, redeem.

use backstop_interface::accounts::{Expiry, ExpiryState};
use backstop_interface::params::MarketParams;

use super::theatre::Theatre;
use super::{clock, keepers, settling};
use crate::scenario::BackstopBidder;

/// A settle call this recent extends Collecting while shorts are unsettled.
const EXTENSION_SECONDS: i64 = 1_800;
/// After the last moment at which anybody must have finalised, so long is waited for the rest.
const AFTERMATH_SECONDS: i64 = 600;

/// Walks every minute until the books are empty.
pub(super) fn run(theatre: &mut Theatre) -> anyhow::Result<()> {
    let params = theatre.stage.view().market.params.clone();
    let ends_at = theatre.input.expiry_at() + params.finalise_by_seconds + AFTERMATH_SECONDS;
    for at in clock::after_expiry(theatre.input, ends_at) {
        theatre.pass_to(at);
        keepers::tick(theatre)?;
        round(theatre, &params)?;
        theatre.record_fund();
        if finished(theatre) {
            break;
        }
    }
    theatre.progress(100);
    let left = theatre.stage.expiry_of(&theatre.expiry).state() != ExpiryState::Finalised;
    anyhow::ensure!(!left, "the expiry was not finalised at its last deadline");
    Ok(())
}

/// Everything anybody can do at this moment.
fn round(theatre: &mut Theatre, params: &MarketParams) -> anyhow::Result<()> {
    settling::fix_and_fold(theatre)?;
    settling::end_auctions(theatre)?;
    settling::settle_accounts(theatre)?;
    settling::convert_collateral(theatre)?;
    settling::repay_debts(theatre)?;
    close_collecting(theatre, params)?;
    bid_for_tokens(theatre, params)?;
    finalise(theatre, params)?;
    if theatre.stage.expiry_of(&theatre.expiry).state() == ExpiryState::Finalised {
        settling::redeem_all(theatre)?;
        settling::settle_accounts(theatre)?;
        settling::close_estates(theatre)?;
        settling::sweep_fees(theatre)?;
    }
    Ok(())
}

/// Insurance pays once every short is settled and the least time is over, or the deadline is.
fn close_collecting(theatre: &mut Theatre, params: &MarketParams) -> anyhow::Result<()> {
    let expiry = theatre.stage.expiry_of(&theatre.expiry);
    let now = theatre.stage.world.now();
    let elapsed = now - expiry.collecting_at;
    let least = match (
        expiry.unsettled_contracts,
        now - expiry.last_settle_at < EXTENSION_SECONDS,
    ) {
        (0, _) => params.collecting_least_seconds,
        (_, true) => params.collecting_most_seconds * 3,
        (_, false) => params.collecting_most_seconds,
    };
    if expiry.state() != ExpiryState::Collecting || elapsed < least {
        return Ok(());
    }
    settling::sweep_fees(theatre)?;
    theatre
        .losses
        .collecting_closed(expiry.escrow_atoms, expiry.debts_atoms, expiry.owed_atoms);
    let keys = theatre.expiry;
    let outcome = theatre.stage.close_collecting(&keys);
    theatre.land("close_collecting", outcome)?;
    Ok(())
}

/// Whether the backstop auction is running.
fn lots_left(expiry: &Expiry, params: &MarketParams, now: i64) -> bool {
    expiry.state() == ExpiryState::Recapitalising
        && expiry.shortfall_atoms >= params.recapitalisation_least_atoms
        && expiry.recapitalised_atoms < expiry.shortfall_atoms
        && now < expiry.recapitalising_at + params.recapitalising_seconds
}

/// Everybody who has waited long enough and has the cash takes a lot.
fn bid_for_tokens(theatre: &mut Theatre, params: &MarketParams) -> anyhow::Result<()> {
    for backer in &theatre.input.scenario.actors.backstop {
        let expiry = theatre.stage.expiry_of(&theatre.expiry);
        let waited = theatre.stage.world.now() - expiry.recapitalising_at
            >= i64::from(backer.waits_minutes) * 60;
        if lots_left(&expiry, params, theatre.stage.world.now()) && waited {
            buy_lot(theatre, backer, &expiry, params)?;
        }
    }
    Ok(())
}

fn buy_lot(
    theatre: &mut Theatre,
    backer: &BackstopBidder,
    expiry: &Expiry,
    params: &MarketParams,
) -> anyhow::Result<()> {
    let lot = (expiry.shortfall_atoms - expiry.recapitalised_atoms)
        .min(params.recapitalisation.lot_atoms);
    let cash = theatre
        .stage
        .world
        .balance(&theatre.stage.quote_wallet(&backer.name));
    if cash >= lot {
        let keys = theatre.expiry;
        let outcome = theatre.stage.bid_recapitalisation(&backer.name, &keys, 1);
        theatre.attempt("bid_recapitalisation", outcome)?;
    }
    Ok(())
}

/// The haircut, once the backstop auction is over or not needed, or the last deadline has passed.
fn finalise(theatre: &mut Theatre, params: &MarketParams) -> anyhow::Result<()> {
    let expiry = theatre.stage.expiry_of(&theatre.expiry);
    let now = theatre.stage.world.now();
    let overdue = now >= expiry.price_fixed_at + params.finalise_by_seconds;
    let over = overdue || !lots_left(&expiry, params, now);
    if expiry.state() == ExpiryState::Recapitalising && over {
        let keys = theatre.expiry;
        let outcome = theatre.stage.finalise(&keys);
        theatre.land("finalise", outcome)?;
    }
    Ok(())
}

/// Whether nothing is left to do: finalised, no legs, no debts that could still be paid, no estates.
fn finished(theatre: &Theatre) -> bool {
    let finalised = theatre.stage.expiry_of(&theatre.expiry).state() == ExpiryState::Finalised;
    let open = |name: &String| {
        theatre.stage.account_of(name).is_some_and(|account| {
            let live = account.legs.iter().any(|leg| leg.in_use());
            let estate = account.state() == backstop_interface::accounts::AccountState::Estate;
            live || estate || account.debt_atoms() > 0
        })
    };
    finalised && !theatre.owners.iter().any(open)
}
