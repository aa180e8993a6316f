//! Which parameters a ramp bounds: those the maintenance requirement is at most proportional to.

use crate::classes::{class, for_all};
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{assess, Leg, MarginParams, Portfolio, Regime, PLAIN_EXPIRIES};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

fn legs() -> impl Strategy<Value = Vec<Leg>> {
    let leg = (
        any::<bool>(),
        80u64..250,
        3_600i64..8_000_000,
        -50i64..30,
        200_000u32..2_000_000,
        0u8..3,
    );
    let leg = leg.prop_map(|(call, strike, seconds, contracts, vol, slot)| Leg {
        kind: if call { Kind::Call } else { Kind::Put },
        strike: Price::new(strike * 1_000_000_000),
        seconds_to_expiry: seconds,
        quantity: Contracts::new(contracts * 1_000_000),
        vol: Vol::new(vol),
        vol_gap_ppm: 0,
        expiry_index: slot,
    });
    prop::collection::vec(leg, 1..5)
}

fn required(legs: &[Leg], params: &MarginParams) -> i64 {
    let account = Portfolio {
        spot: Price::new(150_000_000_000),
        confidence_ppb: 0,
        quote_atoms: 1_000_000_000,
        debt_atoms: 0,
        holdings: &[],
        legs,
        expiries: &PLAIN_EXPIRIES,
    };
    assess(&account, &Regime::of(params))
        .expect("in range")
        .r_mm
}

/// Four fifths of the defaults, so that a fifth more stays within every bound.
fn base() -> MarginParams {
    let params = MarginParams::default();
    MarginParams {
        mm_factor_ppb: 640_000_000,
        short_floor_mm_ppb: 2_400_000,
        tail_damp_ppb: params.tail_damp_ppb.map(|damp| damp / 5 * 4),
        ..params
    }
}

#[test]
fn a_fifth_more_factor_floor_or_damping_raises_the_requirement_by_at_most_a_fifth() {
    let classes = [
        "factor",
        "floor",
        "damping",
        "no more",
        "a fifth more",
        "net short",
        "bounded loss",
    ];
    for_all(
        "requirement",
        &classes,
        &(legs(), 0u8..3),
        |(legs, which), hits| {
            let (low, mut high) = (base(), base());
            match which {
                0 => high.mm_factor_ppb = low.mm_factor_ppb / 5 * 6,
                1 => high.short_floor_mm_ppb = low.short_floor_mm_ppb / 5 * 6,
                _ => high.tail_damp_ppb = low.tail_damp_ppb.map(|damp| damp / 5 * 6),
            }
            let (before, after) = (required(&legs, &low), required(&legs, &high));
            prop_assert!(before <= after, "{before} {after}");
            // The requirement is rounded in atoms, its factors in 2^-30.
            let most = before + before / 5 + before / 100_000_000 + 4;
            prop_assert!(after <= most, "{before} {after}");
            class(hits, classes[usize::from(which)], true);
            class(hits, classes[3], after == before);
            class(
                hits,
                classes[4],
                before > 1_000 && after > before / 100 * 119,
            );
            class(
                hits,
                classes[5],
                legs.iter().any(|leg| leg.quantity.is_short()),
            );
            class(
                hits,
                classes[6],
                legs.iter().all(|leg| !leg.quantity.is_short()),
            );
            Ok(())
        },
    );
}

#[test]
fn a_wider_scan_range_or_volatility_shock_raises_the_requirement_by_more_than_itself() {
    let short = |strike: u64, seconds_to_expiry| {
        [Leg {
            kind: Kind::Call,
            strike: Price::new(strike * 1_000_000_000),
            seconds_to_expiry,
            quantity: Contracts::new(-10_000_000),
            vol: Vol::new(600_000),
            vol_gap_ppm: 0,
            expiry_index: 0,
        }]
    };
    let bare = MarginParams {
        scan_ppb: 250_000_000,
        short_floor_mm_ppb: 0,
        tail_damp_ppb: [0; 6],
        ..MarginParams::default()
    };
    let wider = MarginParams {
        scan_ppb: 300_000_000,
        ..bare
    };
    let shocked = MarginParams {
        vol_up_ppb: bare.vol_up_ppb / 5 * 6,
        ..bare
    };
    for (name, high, legs) in [
        ("scan range", wider, short(180, 604_800)),
        ("volatility shock", shocked, short(400, 2_592_000)),
    ] {
        let (before, after) = (required(&legs, &bare), required(&legs, &high));
        println!("{name} by a fifth: {before} to {after}");
        assert!(
            after > before / 5 * 6,
            "{name}: a ramp on it alone would do"
        );
    }
}
