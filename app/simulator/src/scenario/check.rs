//! What a scenario must satisfy beyond its syntax. A rule is a sentence that continues `scenario "name" …`.

use std::collections::BTreeSet;

use super::settings::{Scenario, Writer};
use crate::path::STEP_SECONDS;

const ALL_BPS: u32 = 10_000;

/// Strikes a market lists lie between a fifth of spot and five times spot.
const STRIKE_BPS: std::ops::RangeInclusive<u32> = 2_000..=50_000;

/// Longest replay after the last row, seconds.
const MAX_AFTER_SECONDS: u32 = 366 * 86_400;

/// The first rule broken, if any.
pub(super) fn check(scenario: &Scenario) -> Result<(), String> {
    check_names(scenario)?;
    check_books(scenario)?;
    check_times(scenario)?;
    check_anchors(scenario)?;
    let market = &scenario.market;
    need((1..ALL_BPS).contains(&market.scan_range_bps), || {
        format!(
            "has scan_range_bps {}; it lies between 1 and 9999",
            market.scan_range_bps
        )
    })?;
    need(
        (10_000..=10_000_000).contains(&market.volatility_ppm),
        || {
            format!(
                "has volatility_ppm {}; it lies between 10000 (1 %) and 10000000 (1000 %)",
                market.volatility_ppm
            )
        },
    )?;
    if let Some(stress) = scenario.stress {
        need(
            (1..=100_000).contains(&stress.fall_bps) && stress.rebound_bps <= 100_000,
            || "has a stress outside 1 to 100000 bps".into(),
        )?;
        need(
            scenario.anchors.is_empty() || scenario.own_path().is_some(),
            || format!("falls to zero or below with fall_bps {}", stress.fall_bps),
        )?;
    }
    Ok(())
}

fn need(holds: bool, rule: impl FnOnce() -> String) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(rule()),
    }
}

fn check_names(scenario: &Scenario) -> Result<(), String> {
    let (books, actors) = (&scenario.books, &scenario.actors);
    need(!books.buyers.is_empty(), || "has no buyers".into())?;
    need((1..=16).contains(&actors.keepers), || {
        "needs 1 to 16 keepers".into()
    })?;
    let names = (books.buyers.iter())
        .chain(books.writers.iter().map(|writer| &writer.name))
        .chain(actors.insurers.iter().map(|insurer| &insurer.name))
        .chain(actors.bidders.iter().map(|bidder| &bidder.name))
        .chain(actors.backstop.iter().map(|bidder| &bidder.name));
    let mut seen = BTreeSet::new();
    for name in names {
        need(!name.trim().is_empty(), || {
            "has an actor without a name".into()
        })?;
        need(!reserved(name), || {
            format!("names an actor {name:?}, a name the replay itself uses")
        })?;
        need(seen.insert(name), || {
            format!("names {name:?} twice; every actor has a name of its own")
        })?;
    }
    Ok(())
}

/// Names of the replay's own actors and of accounts of its chain.
fn reserved(name: &str) -> bool {
    let others = [
        "House",
        "Arbitrageur",
        "genesis",
        "fee payer",
        "mint authority",
        "quote",
        "underlying",
    ];
    others.contains(&name) || name.starts_with("keeper-") || name.starts_with("publisher ")
}

fn check_books(scenario: &Scenario) -> Result<(), String> {
    let books = &scenario.books;
    need(books.notional_atoms > 0, || {
        "has books.notional_quote 0; nothing would be written".into()
    })?;
    let shares: u64 = books
        .writers
        .iter()
        .map(|writer| u64::from(writer.share_bps))
        .sum();
    need(shares == u64::from(ALL_BPS), || {
        format!("has writers whose share_bps add up to {shares} bps; together they are 10000")
    })?;
    books.writers.iter().try_for_each(check_writer)
}

fn check_writer(writer: &Writer) -> Result<(), String> {
    let name = &writer.name;
    need(!writer.legs.is_empty(), || {
        format!("has a writer {name:?} without legs")
    })?;
    need(writer.underlying_bps <= ALL_BPS, || {
        format!("lets {name:?} post more than all collateral as underlying")
    })?;
    need(writer.cushion_bps <= 1_000_000, || {
        format!("gives {name:?} a cushion of more than a hundred times")
    })?;
    for leg in &writer.legs {
        need(STRIKE_BPS.contains(&leg.strike_bps), || {
            format!(
                "has strike_bps {} for {name:?}; strikes lie between 2000 and 50000",
                leg.strike_bps
            )
        })?;
        need((1..=100_000).contains(&leg.ratio_bps), || {
            format!(
                "has ratio_bps {} for {name:?}; it lies between 1 and 100000",
                leg.ratio_bps
            )
        })?;
    }
    Ok(())
}

fn check_times(scenario: &Scenario) -> Result<(), String> {
    let times = &scenario.times;
    need(times.expiry_after_end_seconds <= MAX_AFTER_SECONDS, || {
        "expires more than a year after its end".into()
    })?;
    let mut before = 0;
    for deadline in &times.deadlines {
        let after = deadline.after_expiry_seconds;
        need(after > before && after <= MAX_AFTER_SECONDS, || {
            format!(
                "has the deadline {after} s after {before} s; deadlines rise and end within a year"
            )
        })?;
        before = after;
    }
    Ok(())
}

fn check_anchors(scenario: &Scenario) -> Result<(), String> {
    let anchors = &scenario.anchors;
    if anchors.is_empty() {
        return Ok(());
    }
    need(scenario.start_at > 0, || {
        "has anchors but no start_at".into()
    })?;
    need(!scenario.sources.is_empty(), || {
        "has anchors but no sources; say whose figures they are".into()
    })?;
    need(anchors.len() >= 2 && anchors[0].offset_seconds == 0, || {
        "needs at least two anchors, the first at offset 0".into()
    })?;
    for pair in anchors.windows(2) {
        let (before, at) = (pair[0].offset_seconds, pair[1].offset_seconds);
        need(
            at > before && i64::from(at) % STEP_SECONDS == 0 && at <= MAX_AFTER_SECONDS,
            || {
                format!(
                    "has an anchor at {at} s after {before} s; anchors rise in multiples of 5 s"
                )
            },
        )?;
    }
    Ok(())
}
