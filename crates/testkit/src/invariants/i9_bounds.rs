//! I9: what an option is valued at lies within what it can be worth.
//!
//! Every series of the market that lives longer than an hour is put alone into an account and valued as the
//! margin check values it: a call between max(0, S − K) and S, a put between max(0, K − S) and K, a call less a
//! put of one strike and style S − K (rates are 0), an American option no less than its European twin. Why: a price outside its bounds is an arbitrage against whoever is
//! margined by it. Tolerance: the margin grade's error, 1e-6 of the spot a contract. That a redemption pays no
//! more than the payoff is I6.

use backstop_client::quotes::MarketView;
use backstop_interface::accounts::{ExpirySlot, LegSlot, MarginAccount, OptionKind, Series};
use backstop_interface::snapshot::Purpose;
use bytemuck::Zeroable;

use super::act::{assess, Act};
use super::{ensure, Violation};

/// Contracts valued at once, in whole contracts: the rounding of one is spread over many.
const CONTRACTS: i64 = 1_000;
/// The margin grade's error in parts of the spot: one in so many.
const ERROR_PARTS: i64 = 1_000_000;
/// A price scaled 1e9 in quote atoms of one contract.
const PRICE_PER_ATOM: i64 = 1_000;
/// From here on before expiry a part of the average is known already.
const LAST_HOUR_SECONDS: i64 = 3_600;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    let Some(mut view) = act.view() else {
        return Ok(());
    };
    // What estates take of a value is no price.
    view.vol_surface.impaired_count = 0;
    let books = act.after;
    let until = act.now.saturating_add(LAST_HOUR_SECONDS);
    let alive = |one: &&Series| one.market == act.market && one.expires_at > until;
    let spot = atoms(act.price.price);
    let mut marked: Vec<(&Series, i64)> = Vec::new();
    for series in books.series.values().filter(alive) {
        let mark = mark(&view, series, act)?;
        let strike = atoms(series.strike_price);
        bounded(series.kind, spot, strike, mark)?;
        let at = (series.expires_at, series.strike_price);
        let same = |one: &&(&Series, i64)| at == (one.0.expires_at, one.0.strike_price);
        for (other, value) in marked.iter().filter(same) {
            paired(spot, strike, (series.kind, mark), (other.kind, *value))?;
        }
        marked.push((series, mark));
    }
    Ok(())
}

/// What [`CONTRACTS`] of a series are valued at, in quote atoms.
fn mark(view: &MarketView, series: &Series, act: &Act) -> Result<i64, Violation> {
    let mut account = MarginAccount::zeroed();
    account.market = act.market;
    account.expiries[0] = ExpirySlot {
        expires_at: series.expires_at,
        ..ExpirySlot::zeroed()
    };
    account.legs[0] = LegSlot {
        quantity_contracts: CONTRACTS * 1_000_000,
        strike_price: series.strike_price,
        kind: series.kind.byte(),
        ..LegSlot::zeroed()
    };
    Ok(assess(view, Purpose::Liquidation, &account, act)?.value)
}

/// Quote atoms of [`CONTRACTS`] at a price a contract.
fn atoms(price: u64) -> i64 {
    i64::try_from(price).unwrap_or(i64::MAX) / PRICE_PER_ATOM * CONTRACTS
}

/// Bounds of one option; all in quote atoms.
fn bounded(kind: OptionKind, spot: i64, strike: i64, mark: i64) -> Result<(), Violation> {
    let (least, most) = match kind {
        kind if kind.is_call() => (spot.saturating_sub(strike).max(0), spot),
        _ => (strike.saturating_sub(spot).max(0), strike),
    };
    let error = spot / ERROR_PARTS + CONTRACTS;
    ensure(
        (least - error..=most + error).contains(&mark),
        "I9 bounds",
        || format!("a {kind:?} at {strike} with the spot at {spot} is valued at {mark}"),
    )
}

/// Two options of one strike and expiry; all in quote atoms.
fn paired(
    spot: i64,
    strike: i64,
    one: (OptionKind, i64),
    other: (OptionKind, i64),
) -> Result<(), Violation> {
    let same_style = one.0.is_american() == other.0.is_american();
    match (same_style, one.0.is_call() == other.0.is_call()) {
        (true, false) if one.0.is_call() => parity(spot, strike, one.1 - other.1),
        (true, false) => parity(spot, strike, other.1 - one.1),
        (false, true) if one.0.is_american() => twins(spot, one, other),
        (false, true) => twins(spot, other, one),
        _ => Ok(()),
    }
}

/// A call less a put of one strike and style; all in quote atoms.
fn parity(spot: i64, strike: i64, call_less_put: i64) -> Result<(), Violation> {
    let error = 2 * (spot / ERROR_PARTS + CONTRACTS);
    let off = (call_less_put - (spot - strike)).abs();
    ensure(off <= error, "I9 parity", || {
        format!("strike {strike}, spot {spot}: call less put is {call_less_put}")
    })
}

/// An American option and the European one of the same strike; in quote atoms.
fn twins(
    spot: i64,
    american: (OptionKind, i64),
    european: (OptionKind, i64),
) -> Result<(), Violation> {
    let error = 2 * (spot / ERROR_PARTS + CONTRACTS);
    ensure(
        american.1 >= european.1 - error,
        "I9 early exercise",
        || format!("{american:?} is worth less than {european:?}, spot {spot}"),
    )
}

/// Mutants: a valuation off by more than the error is noticed, on either side.
#[test]
fn a_price_out_of_its_bounds_is_noticed() {
    let (spot, strike) = (200_000_000_000, 190_000_000_000);
    let error = spot / ERROR_PARTS + CONTRACTS;
    for (kind, mark) in [
        (OptionKind::Call, spot + error + 1),
        (OptionKind::Call, spot - strike - error - 1),
        (OptionKind::Put, strike + error + 1),
        (OptionKind::Put, -error - 1),
    ] {
        let caught = bounded(kind, spot, strike, mark).expect_err("out of bounds");
        assert_eq!(caught.invariant, "I9 bounds");
    }
    bounded(OptionKind::Call, spot, strike, spot - strike).expect("at its bound");
    let off = 2 * error + 1;
    let put = (OptionKind::Put, 1_000_000_000);
    let call = |worth: i64| (OptionKind::Call, put.1 + spot - strike + worth);
    for pair in [(call(off), put), (put, call(-off))] {
        let caught = paired(spot, strike, pair.0, pair.1).expect_err("no parity");
        assert_eq!(caught.invariant, "I9 parity");
    }
    paired(spot, strike, put, call(2 * error)).expect("parity");
    // Twins of one strike are no pair of call and put, nor are options of two styles.
    let early = |worth: i64| (OptionKind::AmericanCall, call(worth).1);
    for pair in [(early(-off), call(0)), (call(0), early(-off))] {
        let caught = paired(spot, strike, pair.0, pair.1).expect_err("worth less");
        assert_eq!(caught.invariant, "I9 early exercise");
    }
    paired(spot, strike, call(0), early(-2 * error)).expect("as much");
    paired(spot, strike, put, early(off)).expect("of two styles");
}
