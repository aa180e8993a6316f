//! I21: prices only move forward.
//!
//! The publish time of a feed clock, of an account, of a collateral in it and of an auction never falls; a price an account or an
//! auction took is at most 25 s old, not more than 10 s behind the clock and not more than 5 s ahead of the
//! chain, with a confidence of at most 5 %; the price a feed clock shows is the update's whose publish time it shows. Why: whoever may choose
//! between two prices chooses the one that suits him. Tolerance: none.

use super::act::Act;
use super::{ensure, Violation};

/// Greatest age of any price that is used.
const MOST_AGE_SECONDS: i64 = 25;
/// Greatest age of a price of a collateral with a feed of its own.
const MOST_COLLATERAL_AGE_SECONDS: i64 = 120;
/// What a price may lag behind the feed clock.
const CLOCK_LAG_SECONDS: i64 = 10;
/// What a publisher's clock may run ahead of the chain's.
const CLOCK_SKEW_SECONDS: i64 = 5;
/// Widest confidence interval of a price that is used, in parts of the price.
const WIDEST_PPB: u64 = 50_000_000;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    for (address, clock) in &act.after.clocks {
        let was = act
            .before
            .clocks
            .get(address)
            .map_or(0, |one| one.publish_at);
        ensure(clock.publish_at >= was, "I21 feed clock", || {
            format!("{address} went from {was} back to {}", clock.publish_at)
        })?;
        let market = act.after.markets.get(&act.market);
        let own = market.is_some_and(|market| market.feed_id == clock.feed_id);
        let shown = clock.publish_at == act.price.publish_at && clock.publish_at > was;
        ensure(
            !(own && shown) || clock.price == act.price.price,
            "I21 price shown",
            || {
                format!(
                    "{address} shows {}, published was {}",
                    clock.price, act.price.price
                )
            },
        )?;
    }
    for (address, account) in act.after.accounts_of(act.market) {
        let was = act.before.accounts.get(address);
        used(
            act,
            address,
            was.map_or(0, |one| one.last_price_at),
            account.last_price_at,
        )?;
    }
    for (address, account) in act.after.accounts_of(act.market) {
        let Some(was) = act.before.accounts.get(address) else {
            continue;
        };
        let times = was.collateral_price_at.iter();
        for (was, is) in times.zip(&account.collateral_price_at) {
            ensure(is >= was, "I21 collateral price", || {
                format!("{address} went from a collateral's price of {was} back to {is}")
            })?;
            let least = act.now - MOST_COLLATERAL_AGE_SECONDS;
            let in_time = (least..=act.now + CLOCK_SKEW_SECONDS).contains(is);
            ensure(is == was || in_time, "I21 collateral price in time", || {
                format!("{address} took a collateral's price of {is} at {}", act.now)
            })?;
        }
    }
    for (address, auction) in &act.after.auctions {
        let was = act.before.auctions.get(address);
        used(
            act,
            address,
            was.map_or(0, |one| one.last_price_at),
            auction.last_price_at,
        )?;
    }
    Ok(())
}

/// The publish time of the newest price used by something, before and after.
fn used(act: &Act, by: &impl std::fmt::Display, was: i64, is: i64) -> Result<(), Violation> {
    ensure(is >= was, "I21 last price", || {
        format!("{by} went from a price of {was} back to {is}")
    })?;
    if is == was {
        return Ok(());
    }
    let sure = is != act.price.publish_at || act.price.confidence_ppb <= WIDEST_PPB;
    ensure(sure, "I21 confidence", || {
        format!("{by} took a price sure to {} ppb", act.price.confidence_ppb)
    })?;
    let market = act.after.markets.get(&act.market);
    let feed = market.map(|market| market.feed_id);
    let clocks = act.after.clocks.values();
    let clock = clocks
        .filter(|one| Some(one.feed_id) == feed)
        .map(|one| one.publish_at)
        .max();
    let least = (act.now - MOST_AGE_SECONDS).max(clock.unwrap_or(0) - CLOCK_LAG_SECONDS);
    let most = act.now + CLOCK_SKEW_SECONDS;
    ensure((least..=most).contains(&is), "I21 price in time", || {
        format!("{by} took a price of {is} by {} at {}", act.name, act.now)
    })
}
