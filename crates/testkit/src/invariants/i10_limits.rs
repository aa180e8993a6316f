//! I10: limits hold.
//!
//! At most 64 series an expiry, every strike on the grid and, when it is created, within a fifth and five times
//! the price of that moment; what the fund pays for one account within that account's limit and for an
//! incident within the incident's; recapitalisation tokens of one shortfall within its part of the supply. Why:
//! each is a bound somebody else relies on. A shard's uncovered loss does not rise beyond its limit by what adds
//! risk or takes value out: by no account whose number is higher than its own before the act at the same price,
//! whatever was counted, unless it was below initial margin and only bought shorts back; when room is shared out the
//! limits add up to no more than fund and Reserve line; what is deposited does not bring a collateral above its cap. Both numbers are assessed here. Tolerance: none.

use backstop_interface::accounts::{MarginAccount, Market, Series, Shard};
use backstop_interface::snapshot::Purpose;

use super::act::{assess, Act};
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
    shards(act)?;
    shared_out(act, market)?;
    caps(act)
}

/// Instructions between two owners.
const TRADES: [&str; 4] = ["fill_offer", "sweep", "fill_quote", "execute_fill"];
/// Others that are held to the limit of a shard.
const HELD: [&str; 4] = [
    "write_option",
    "transfer_leg",
    "withdraw",
    "withdraw_option",
];

/// What rose in a shard is within its limit, but for what rose in the count alone.
fn shards(act: &Act) -> Result<(), Violation> {
    if !TRADES.contains(&act.name) && !HELD.contains(&act.name) {
        return Ok(());
    }
    let of_market = act.after.shards.values();
    for shard in of_market.filter(|shard| shard.market == act.market) {
        for side in [0, 1] {
            let (own, limit) = (shard.uncovered_atoms[side], shard.limit_atoms[side]);
            if own <= limit {
                continue;
            }
            let (held, free) = rises(act, shard, side)?;
            let within = !held || own.saturating_sub(free) <= limit;
            ensure(within, "I10 rise in a shard", || {
                format!("shard {} rose to {own}, its limit is {limit}", shard.index)
            })?;
        }
    }
    Ok(())
}

/// Whether an account of a shard rose on a side, and by how much the counts of the others did, quote atoms.
fn rises(act: &Act, shard: &Shard, side: usize) -> Result<(bool, u64), Violation> {
    let changed: Vec<_> = act.changed().map(|(address, ..)| address).collect();
    let (mut held, mut free) = (false, 0);
    for (address, account) in act.after.accounts_of(act.market) {
        let Some(before) = act.before.accounts.get(address) else {
            continue;
        };
        let (was, is) = (before.uncovered_atoms[side], account.uncovered_atoms[side]);
        if Shard::index_of(address) != shard.index || is == 0 {
            continue;
        }
        let rose = match changed.contains(address) {
            true => raised(act, before, account, side)?,
            false => is > was,
        };
        held |= rose;
        free += if rose { 0 } else { is.saturating_sub(was) };
    }
    Ok((held, free))
}

/// Whether what is counted of an account is more than it had before the act, which does not excuse it.
fn raised(
    act: &Act,
    before: &MarginAccount,
    after: &MarginAccount,
    side: usize,
) -> Result<bool, Violation> {
    let Some(view) = act.view() else {
        return Ok(true);
    };
    let was = assess(&view, Purpose::Risk, before, act)?;
    let distressed = || -> Result<bool, Violation> {
        let leaving = assess(&view, Purpose::Withdrawal, before, act)?;
        Ok(was.health_im().min(leaving.health_im()) < 0)
    };
    let excused = TRADES.contains(&act.name) && bought_back(before, after) && distressed()?;
    Ok(after.uncovered_atoms[side] > was.uncovered_atoms[side] && !excused)
}

/// True if shorts became smaller and no leg changed otherwise.
fn bought_back(before: &MarginAccount, after: &MarginAccount) -> bool {
    let legs = before.legs.iter().zip(&after.legs);
    let mut changed = legs
        .map(|(was, is)| (was.quantity_contracts, is.quantity_contracts))
        .filter(|(had, has)| had != has)
        .peekable();
    changed.peek().is_some() && changed.all(|(had, has)| had < has && has <= 0)
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
