//! I10: limits hold.
//!
//! At most 64 series an expiry, every strike on the grid and, when it is created, within a fifth and five times
//! the price of that moment; what the fund pays for one account within that account's limit and for an
//! incident within the incident's; recapitalisation tokens of one shortfall within its part of the supply. Why:
//! each is a bound somebody else relies on. When room is shared out the limits of the shards add up to no more than fund
//! and Reserve line, what holds them is `i10_cover`; what is deposited does not bring a collateral above its cap.
//! Tolerance: none.

use backstop_interface::accounts::{Market, Series};

use super::act::Act;
use super::{ensure, Violation};

/// Series of one expiry.
const MOST_SERIES: u8 = 64;
/// A strike lies within this many times the price and its inverse.
const STRIKE_TIMES: u64 = 5;
/// One in parts per billion.
const ONE_PPB: u128 = 1_000_000_000;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    let books = act.after;
    let Some(market) = books.markets.get(&act.market) else {
        return Ok(());
    };
    for (address, series) in &books.series {
        if series.market == act.market && !act.before.series.contains_key(address) {
            listed(act, market, series)?;
        }
    }
    expiries(act, market)?;
    fund(act, market)?;
    shared_out(act, market)?;
    caps(act)
}

/// The limits set by `share_cover` are no more than the means.
fn shared_out(act: &Act, market: &Market) -> Result<(), Violation> {
    if act.name != "share_cover" {
        return Ok(());
    }
    let funds = act.after.funds.values();
    let assets = funds.filter(|fund| fund.market == act.market);
    let assets: u128 = assets.map(|fund| u128::from(fund.assets_atoms)).sum();
    let means = assets + u128::from(market.params.reserve_line_atoms);
    for side in [0, 1] {
        let of_market = act.after.shards.values();
        let of_market = of_market.filter(|shard| shard.market == act.market);
        let limits: u128 = of_market
            .map(|shard| u128::from(shard.limit_atoms[side]))
            .sum();
        ensure(limits <= means, "I10 limits of the shards", || {
            format!("limits of {limits} were set under means of {means}")
        })?;
    }
    Ok(())
}

/// What comes in from outside stays within the cap of its collateral.
fn caps(act: &Act) -> Result<(), Violation> {
    if act.name != "deposit" {
        return Ok(());
    }
    for (address, collateral) in &act.after.collaterals {
        let was = act.before.collaterals.get(address);
        let rose = was.is_some_and(|was| collateral.claims_atoms > was.claims_atoms);
        let within = collateral.claims_atoms <= collateral.cap_atoms;
        ensure(!rose || within, "I10 collateral cap", || {
            let (claims, cap) = (collateral.claims_atoms, collateral.cap_atoms);
            format!("{address} holds {claims}, its cap is {cap}")
        })?;
    }
    Ok(())
}

fn listed(act: &Act, market: &Market, series: &Series) -> Result<(), Violation> {
    let strike = series.strike_price;
    let tick = market.params.strike_tick_price;
    ensure(
        strike.is_multiple_of(tick.max(1)),
        "I10 strike grid",
        || format!("strike {strike} on a grid of {tick}"),
    )?;
    let spot = act.price.price;
    let near =
        strike.saturating_mul(STRIKE_TIMES) >= spot && strike <= spot.saturating_mul(STRIKE_TIMES);
    ensure(near, "I10 strike range", || {
        format!("strike {strike} was listed at a price of {spot}")
    })
}

fn expiries(act: &Act, market: &Market) -> Result<(), Violation> {
    let books = act.after;
    let supply = books.protocol.as_ref();
    let supply = supply.map_or(0, |one| one.recapitalisation_supply_atoms);
    let cap = market.params.recapitalisation.auction_cap_ppb;
    let most = u128::from(supply) * u128::from(cap) / ONE_PPB;
    for (address, expiry) in &books.expiries {
        ensure(expiry.series_count <= MOST_SERIES, "I10 series", || {
            format!("{address} has {} series", expiry.series_count)
        })?;
        let sold = expiry.tokens_sold_atoms;
        ensure(
            u128::from(sold) <= most,
            "I10 tokens of a shortfall",
            || format!("{address} sold {sold} tokens of at most {most}"),
        )?;
    }
    Ok(())
}

fn fund(act: &Act, market: &Market) -> Result<(), Violation> {
    let books = act.after;
    let share = u128::from(market.params.auction.incident_share_ppb);
    for fund in books.funds.values() {
        let most = u128::from(fund.incident_assets_atoms) * share / ONE_PPB;
        let paid = u128::from(fund.incident_paid_atoms);
        ensure(paid <= most, "I10 fund in an incident", || {
            format!("{} paid {paid} of at most {most}", fund.market)
        })?;
    }
    for (address, auction) in &books.auctions {
        let (paid, most) = (auction.fund_paid_atoms, auction.fund_limit_atoms);
        let within = !auction.subsidised && paid == 0 || paid <= most;
        ensure(within, "I10 fund for an account", || {
            format!("{address} cost the fund {paid} of at most {most}")
        })?;
    }
    Ok(())
}
