//! The kernel against a floating-point margin written from the specification's text, and against
//! inputs nobody should send.

#[path = "common/black.rs"]
mod black;
#[path = "common/books.rs"]
mod books;
mod common;
#[path = "common/reference.rs"]
mod reference;

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::liquidation::{quote, AuctionParams, AuctionState};
use backstop_risk::margin::{assess, Holding, Leg, MarginParams, Portfolio};
use backstop_risk::pricing::Kind;
use books::any_legs;
use common::{account, assessed, underlying, QUOTE};
use proptest::prelude::*;
use reference::reference;

/// What the kernel's digits may cost: 4e-7 of the larger of four spots and strike, per contract, and
/// a few units of 2^-30 of the collateral.
fn tolerance(portfolio: &Portfolio) -> f64 {
    let per_leg = |leg: &Leg| {
        let unit = (4 * portfolio.spot.get()).max(leg.strike.get()) as f64;
        leg.quantity.magnitude() as f64 * unit / 1e9 * 4e-7
    };
    let held = |holding: &Holding| holding.value_atoms as f64 * 1e-8;
    20.0 + portfolio.legs.iter().map(per_leg).sum::<f64>()
        + portfolio.holdings.iter().map(held).sum::<f64>()
}

fn near(got: i64, truth: f64, portfolio: &Portfolio) -> Result<(), TestCaseError> {
    let error = (got as f64 - truth).abs();
    prop_assert!(
        error <= tolerance(portfolio),
        "{got} for {truth}: off by {error}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_kernel_computes_the_specification(
        legs in any_legs(),
        units in prop_oneof![Just(0u64), 0u64..2_000_000_000],
        stable in 0u64..100_000 * QUOTE,
        cash in 0u64..100_000 * QUOTE,
        debt_atoms in prop_oneof![Just(0u64), 0u64..10_000 * QUOTE],
        soon in prop_oneof![Just(0i64), Just(600_000i64), -700_000i64..600_000],
    ) {
        let legs: Vec<Leg> = legs
            .iter()
            .map(|leg| Leg { seconds_to_expiry: leg.seconds_to_expiry - soon, ..*leg })
            .collect();
        let still = Holding {
            value_atoms: stable,
            contracts_equivalent: 0,
            weight_im_ppb: 950_000_000,
            weight_mm_ppb: 980_000_000,
            moves_with_spot: false,
        };
        let holdings = [underlying(units), still];
        let portfolio = Portfolio { debt_atoms, ..account(cash, &holdings, &legs) };
        let (got, truth) = (assessed(&portfolio), reference(&portfolio));
        near(got.value, truth.value, &portfolio)?;
        near(got.v_im, truth.im.0, &portfolio)?;
        near(got.v_mm, truth.mm.0, &portfolio)?;
        near(got.r_im, truth.im.1, &portfolio)?;
        near(got.r_mm, truth.mm.1, &portfolio)?;
    }

    #[test]
    fn no_input_makes_it_panic(
        legs in prop::collection::vec(
            (any::<bool>(), any::<u64>(), any::<i64>(), any::<i64>(), any::<u32>(), any::<u8>()), 0..4,
        ),
        shifts in prop::array::uniform3(0u32..64),
        spot in any::<u64>(), confidence_ppb in any::<u64>(), cash in any::<u64>(),
        holding in any::<(u64, u64, u64, u64)>(), numbers in prop::array::uniform10(any::<u64>()),
        tail_damp_ppb in prop::array::uniform6(any::<u64>()), usual in any::<bool>(),
    ) {
        let legs: Vec<Leg> = legs
            .iter()
            .map(|(is_put, strike, seconds, quantity, vol, index)| Leg {
                kind: if *is_put { Kind::Put } else { Kind::Call },
                strike: Price::new(strike >> shifts[0]),
                seconds_to_expiry: *seconds >> shifts[1],
                quantity: Contracts::new(quantity >> shifts[2]),
                vol: Vol::new(*vol),
                expiry_index: index % 9,
            })
            .collect();
        let holdings = [Holding {
            value_atoms: holding.0 >> shifts[0],
            contracts_equivalent: holding.1 >> shifts[1],
            weight_im_ppb: holding.2 >> 33,
            weight_mm_ppb: holding.3 >> 33,
            moves_with_spot: true,
        }];
        let portfolio = Portfolio {
            spot: Price::new(spot >> shifts[2]),
            confidence_ppb,
            quote_atoms: cash >> shifts[0],
            debt_atoms: cash >> shifts[1],
            holdings: &holdings,
            legs: &legs,
        };
        let wild = MarginParams {
            scan_ppb: numbers[0], vol_up_ppb: numbers[1], vol_down_ppb: numbers[2],
            vol_floor_ppm: numbers[3], tail_damp_ppb, short_floor_im_ppb: numbers[4],
            short_floor_mm_ppb: numbers[5], mm_factor_ppb: numbers[6],
            long_credit_im_ppb: numbers[7], long_credit_mm_ppb: numbers[8],
            confidence_free_ppb: numbers[9],
        };
        let params = if usual { MarginParams::default() } else { wild };
        if let Ok(got) = assess(&portfolio, &params) {
            prop_assert!(got.r_im >= 0 || !usual);
            let state = AuctionState {
                value: got.value,
                health_mm: got.health_mm(),
                paid_in_atoms: cash,
                debt_atoms: cash >> shifts[1],
                healthy_seconds: spot as i64,
            };
            let terms = quote(&state, &AuctionParams::default(), confidence_ppb);
            prop_assert!(terms.is_err() || terms.is_ok_and(|t| t.stress > 0));
        }
    }
}
