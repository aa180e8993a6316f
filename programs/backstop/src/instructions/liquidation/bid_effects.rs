//! What a bid does to portfolios and to the fund, apart from its accounts.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    Auction, InsuranceFund, MarginAccount, MAX_COLLATERALS, MAX_LEGS,
};
use backstop_interface::BackstopError;
use backstop_quantities::{mul_div_floor, Ppb, ONE_PPB};
use backstop_risk::liquidation::AuctionParams;
use backstop_risk::margin::Assessment;

use crate::apply;

/// Moves `fraction` of every leg that lives, every collateral and the account's own quote (what it holds beyond
/// `paid_in_atoms`) to the bidder. Legs of expiries that are over leave by settlement. Each amount rounds down: the bidder gets no atom too many.
pub(super) fn move_portfolio(
    account: &mut MarginAccount,
    bidder: &mut MarginAccount,
    paid_in_atoms: u64,
    fraction: Ppb,
    now: i64,
) -> Result<()> {
    for index in 0..MAX_LEGS {
        let leg = account.legs.get(index);
        let quantity = leg
            .filter(|leg| account.expires_at(leg) > now)
            .map_or(0, |leg| leg.quantity_contracts);
        let part = part(quantity.unsigned_abs(), fraction)?;
        let part = i64::try_from(part).map_err(|_| BackstopError::AmountOverflow)?;
        apply::move_leg(
            account,
            index,
            bidder,
            if quantity < 0 { -part } else { part },
        )?;
    }
    for index in 0..MAX_COLLATERALS {
        let Some(slot) = account
            .collaterals
            .get_mut(index)
            .filter(|slot| slot.atoms > 0)
        else {
            continue;
        };
        let atoms = part(slot.atoms, fraction)?;
        slot.atoms = apply::take(slot.atoms, atoms)?;
        if atoms > 0 {
            let mint = slot.mint;
            let target = bidder.collateral_slot_mut(&mint, index > 0)?;
            target.atoms = apply::add(target.atoms, atoms)?;
        }
    }
    let own = part(apply::take(account.quote_atoms, paid_in_atoms)?, fraction)?;
    account.quote_atoms = apply::take(account.quote_atoms, own)?;
    bidder.quote_atoms = apply::add(bidder.quote_atoms, own)?;
    Ok(())
}

fn part(whole: u64, fraction: Ppb) -> Result<u64> {
    mul_div_floor(whole, fraction.get(), ONE_PPB)
        .ok_or_else(|| error!(BackstopError::AmountOverflow))
}

/// Books a payment of the fund: incident, assets, history. Errors if it holds less.
pub(crate) fn draw(fund: &mut InsuranceFund, atoms: u64, now: i64) -> Result<()> {
    if !fund.in_incident(now) {
        fund.incident_started_at = now;
        fund.incident_assets_atoms = fund.assets_atoms;
        fund.incident_paid_atoms = 0;
    }
    fund.incident_paid_atoms = apply::add(fund.incident_paid_atoms, atoms)?;
    fund.paid_total_atoms = apply::add(fund.paid_total_atoms, atoms)?;
    fund.assets_atoms = apply::take(fund.assets_atoms, atoms)?;
    Ok(())
}

/// Books a subsidy: the account's limit is fixed at the first one.
pub(super) fn note_fund_payment(
    fund: &mut InsuranceFund,
    auction: &mut Auction,
    params: &AuctionParams,
    assessment: &Assessment,
    atoms: u64,
    now: i64,
) -> Result<()> {
    auction.fund_limit_atoms = auction.fund_limit(params, assessment);
    auction.subsidised = true;
    auction.fund_paid_atoms = apply::add(auction.fund_paid_atoms, atoms)?;
    draw(fund, atoms, now)
}
