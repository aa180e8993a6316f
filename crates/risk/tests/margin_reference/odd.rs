//! Numbers nobody should send get a margin or an error.

use crate::cases::{for_all, Class};
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::liquidation::{quote, AuctionParams, AuctionState};
use backstop_risk::margin::{
    assess, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    RequirementRamp, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::RiskError;
use proptest::prelude::*;

/// An account and rules nobody should send.
#[derive(Clone, Debug)]
struct Odd {
    legs: Vec<Leg>,
    holdings: [Holding; 1],
    expiries: [ExpiryTerms; 8],
    spot: u64,
    confidence_ppb: u64,
    cash: u64,
    shifts: [u32; 3],
    wild: MarginParams,
    scale: u64,
    usual: bool,
}

prop_compose! {
    fn numbers()(
        numbers in prop::array::uniform14(any::<u64>()),
        tail_damp_ppb in prop::array::uniform6(any::<u64>()),
    ) -> MarginParams {
        MarginParams {
            scan_ppb: numbers[0], vol_up_ppb: numbers[1], vol_down_ppb: numbers[2],
            vol_floor_ppm: numbers[3], tail_damp_ppb, short_floor_im_ppb: numbers[4],
            short_floor_mm_ppb: numbers[5], mm_factor_ppb: numbers[6],
            long_credit_im_ppb: numbers[7], long_credit_mm_ppb: numbers[8],
            confidence_free_ppb: numbers[9], gamma_ppb: numbers[10],
            gamma_seconds: numbers[11], concentration_ppb: numbers[12],
            depth_contracts: numbers[13],
        }
    }
}

/// Numbers of any size: as wide as their type, or cut so far that the kernel takes them.
fn odd() -> impl Strategy<Value = Odd> {
    let shifts = prop_oneof![
        prop::array::uniform3(0u32..64),
        (20u32..44, 36u32..60, 20u32..44).prop_map(|(a, b, c)| [a, b, c]),
    ];
    let leg = (
        any::<bool>(),
        any::<u64>(),
        any::<i64>(),
        any::<i64>(),
        prop_oneof![any::<u32>(), 50_000u32..5_000_000],
        0u8..9,
    );
    let legs = prop::collection::vec(leg, 0..4);
    let amounts = (
        any::<u64>(),
        prop_oneof![any::<u64>(), 0u64..50_000_000],
        any::<u64>(),
        any::<(u64, u64, u64, u64, u64)>(),
    );
    let terms = (
        any::<i64>(),
        prop_oneof![any::<u64>(), 0u64..=1_000_000_000],
        any::<u64>(),
        any::<bool>(),
    );
    (legs, shifts, amounts, numbers(), terms).prop_map(
        |(legs, shifts, (spot, confidence_ppb, cash, held), wild, terms)| {
            let (certain, haircut_ppb, scale, usual) = terms;
            let mut expiries = PLAIN_EXPIRIES;
            expiries[1] = ExpiryTerms {
                credit: Credit::Impaired { haircut_ppb },
                certain_atoms: certain >> shifts[1],
            };
            let leg =
                |(put, strike, seconds, quantity, vol, index): &(_, u64, i64, i64, u32, u8)| Leg {
                    kind: if *put { Kind::Put } else { Kind::Call },
                    strike: Price::new((strike >> shifts[0]).max(1)),
                    seconds_to_expiry: *seconds >> shifts[1],
                    quantity: Contracts::new(quantity >> shifts[2]),
                    vol: Vol::new(*vol),
                    vol_gap_ppm: vol.rotate_left(shifts[0]),
                    expiry_index: *index,
                };
            Odd {
                legs: legs.iter().map(leg).collect(),
                holdings: [Holding {
                    value_atoms: held.0 >> shifts[0],
                    contracts_equivalent: held.1 >> shifts[1],
                    im_atoms: held.2 >> shifts[0],
                    mm_atoms: held.3 >> shifts[0],
                    moves_with_spot: held.4 & 1 == 0,
                    wrong_way_ppb: held.4 >> 35,
                }],
                expiries,
                spot: spot >> shifts[2],
                confidence_ppb,
                cash,
                shifts,
                wild,
                scale,
                usual,
            }
        },
    )
}

impl Odd {
    fn assessed(&self) -> Result<Assessment, RiskError> {
        let portfolio = Portfolio {
            spot: Price::new(self.spot),
            confidence_ppb: self.confidence_ppb,
            quote_atoms: self.cash >> self.shifts[0],
            debt_atoms: self.cash >> self.shifts[1],
            holdings: &self.holdings,
            legs: &self.legs,
            expiries: &self.expiries,
        };
        let params = if self.usual {
            MarginParams::default()
        } else {
            self.wild
        };
        let regime = Regime {
            im_scale_ppb: if self.usual {
                1_000_000_000
            } else {
                self.scale >> self.shifts[2]
            },
            withdrawing: self.usual,
            ramp: (!self.usual).then_some(RequirementRamp {
                previous: &self.wild,
                growth_ppb: self.scale.into(),
                weighed: None,
            }),
            ..Regime::of(&params)
        };
        assess(&portfolio, &regime)
    }
}

const ODD: [Class<Odd>; 5] = [
    ("assessed", |c| c.assessed().is_ok()),
    ("assessed with legs", |c| {
        !c.legs.is_empty() && c.assessed().is_ok()
    }),
    ("refused", |c| c.usual && c.assessed().is_err()),
    ("refused by its parameters", |c| {
        !c.usual && c.assessed().is_err()
    }),
    ("expired legs", |c| {
        c.legs.iter().any(|leg| leg.seconds_to_expiry <= 0)
    }),
];

#[test]
fn no_input_makes_it_panic() {
    for_all("odd", odd(), &ODD, |case| {
        let Ok(got) = case.assessed() else {
            return Ok(());
        };
        prop_assert!(got.r_im >= 0 || !case.usual);
        let (cash, [_, second, third]) = (case.cash, case.shifts);
        let state = AuctionState {
            value: got.value,
            health_mm: got.health_mm(),
            paid_in_atoms: cash,
            debt_atoms: cash >> second,
            kept_atoms: cash >> third,
            kept_health_atoms: (cash >> second) as i64,
            healthy_seconds: case.spot as i64,
        };
        let terms = quote(&state, &AuctionParams::default(), case.confidence_ppb);
        prop_assert!(terms.is_err() || terms.is_ok_and(|t| t.stress > 0));
        Ok(())
    });
}
