//! I9: what an option is valued at lies within what it can be worth.
//!
//! Every series of the market that lives longer than an hour is put alone into an account and valued as the
//! margin check values it: a call between max(0, S − K) and S, a put between max(0, K − S) and K, a call less a
//! put of one strike S − K (rates are 0). Why: a price outside its bounds is an arbitrage against whoever is
//! margined by it. Tolerance: the margin grade's error, 1e-6 of the spot a contract. That a redemption pays no
//! more than the payoff is I6.

use std::collections::BTreeMap;

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
    let mut marks = BTreeMap::new();
    let books = act.after;
    let until = act.now.saturating_add(LAST_HOUR_SECONDS);
    let alive = |one: &&Series| one.market == act.market && one.expires_at > until;
    for series in books.series.values().filter(alive) {
        let mark = mark(&view, series, act)?;
        let at = (series.expires_at, series.strike_price);
        let strike = atoms(series.strike_price);
        bounded(series.kind, atoms(act.price.price), strike, mark)?;
        if let Some(other) = marks.insert(at, mark) {
            let call_less_put = match series.kind {
                kind if kind.is_call() => mark - other,
                _ => other - mark,
            };
            parity(atoms(act.price.price), strike, call_less_put)?;
        }
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

/// A call less a put of one strike; all in quote atoms.
fn parity(spot: i64, strike: i64, call_less_put: i64) -> Result<(), Violation> {
    let error = 2 * (spot / ERROR_PARTS + CONTRACTS);
    let off = (call_less_put - (spot - strike)).abs();
    ensure(off <= error, "I9 parity", || {
        format!("strike {strike}, spot {spot}: call less put is {call_less_put}")
    })
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
    let off = spot - strike + 2 * error + 1;
    let caught = parity(spot, strike, off).expect_err("no parity");
    assert_eq!(caught.invariant, "I9 parity");
    parity(spot, strike, spot - strike).expect("parity");
}
