//! The kernel against a floating-point margin written from the specification's text, and against
//! inputs nobody should send.

#[path = "common/black.rs"]
mod black;
#[path = "common/books.rs"]
mod books;
#[path = "laws/cases.rs"]
mod cases;
#[path = "common/mod.rs"]
mod common;
#[path = "common/reference.rs"]
mod reference;

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::liquidation::{quote, AuctionParams, AuctionState};
use backstop_risk::margin::{
    assess, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    RequirementRamp, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::RiskError;
use books::any_legs;
use cases::{for_all, Class};
use common::{account, weighed, QUOTE};
use proptest::prelude::*;
use reference::reference;

/// What the kernel's digits may cost: 4e-7 of the larger of four spots and strike, per contract, and
/// a few units of 2^-30 of collateral and certain value. A value below the least the account can be worth is lifted by
/// what is charged for errors, which at a lifted deviation is 572 units of 2^-30.
fn tolerance(portfolio: &Portfolio) -> f64 {
    let per_leg = |leg: &Leg| {
        let unit = (4 * portfolio.spot.get()).max(leg.strike.get()) as f64;
        let part = match leg.seconds_to_expiry <= 0 || leg.vol.get() < 5_500 {
            true => 5.4e-7,
            false => 4e-7,
        };
        leg.quantity.magnitude() as f64 * unit / 1e9 * part
    };
    let held = |holding: &Holding| holding.value_atoms as f64 * 1e-8;
    let known = |terms: &ExpiryTerms| terms.certain_atoms.abs() as f64 * 1e-8;
    20.0 + portfolio.expiries.iter().map(known).sum::<f64>()
        + portfolio.legs.iter().map(per_leg).sum::<f64>()
        + portfolio.holdings.iter().map(held).sum::<f64>()
}

fn near(got: i64, truth: f64, portfolio: &Portfolio) -> Result<(), TestCaseError> {
    near_scaled(got, truth, portfolio, 1.0)
}

fn near_scaled(
    got: i64,
    truth: f64,
    portfolio: &Portfolio,
    scale: f64,
) -> Result<(), TestCaseError> {
    let error = (got as f64 - truth).abs();
    prop_assert!(
        error <= scale * tolerance(portfolio),
        "{got} for {truth}: off by {error}"
    );
    Ok(())
}

/// What an expiry brings: mostly nothing, else an estate, a known part, or both.
fn any_terms() -> impl Strategy<Value = ExpiryTerms> {
    let credit = prop_oneof![
        3 => Just(Credit::Whole),
        1 => (0u64..1_200_000_000).prop_map(|haircut_ppb| Credit::Impaired { haircut_ppb }),
    ];
    let certain = prop_oneof![3 => Just(0i64), 1 => -50_000_000_000i64..50_000_000_000];
    (credit, certain).prop_map(|(credit, certain_atoms)| ExpiryTerms {
        credit,
        certain_atoms,
    })
}

/// An account under a regime.
#[derive(Debug)]
struct Case {
    legs: Vec<Leg>,
    holdings: [Holding; 2],
    cash: u64,
    debt: u64,
    expiries: [ExpiryTerms; 8],
    scale: u64,
    withdrawing: bool,
    widening: u32,
}

prop_compose! {
    fn any_case()(
        legs in any_legs(),
        units in prop_oneof![Just(0u64), 0u64..2_000_000_000],
        stable in 0u64..100_000 * QUOTE,
        weights in prop_oneof![Just((80u64, 90u64)), (0u64..=100, 0u64..=100)],
        wrong_way in prop::array::uniform2(prop_oneof![Just(0u64), 0u64..=400_000_000]),
        cash in 0u64..100_000 * QUOTE,
        debt in prop_oneof![Just(0u64), 0u64..10_000 * QUOTE],
        soon in prop_oneof![Just(0i64), Just(600_000i64), -700_000i64..600_000, 600_000i64..1_300_000],
        vol_gap_ppm in prop_oneof![Just(0u32), 0u32..300_000],
        terms in prop::array::uniform4(any_terms()),
        scale in prop_oneof![Just(1_000_000_000u64), 1_000_000_000u64..4_000_000_000],
        withdrawing in any::<bool>(),
        widening in prop_oneof![Just(0u32), 0u32..5_000_000],
    ) -> Case {
        let at = |leg: &Leg| Leg {
            seconds_to_expiry: leg.seconds_to_expiry - soon,
            vol_gap_ppm,
            ..*leg
        };
        let own = Holding {
            wrong_way_ppb: wrong_way[1],
            contracts_equivalent: units,
            moves_with_spot: true,
            ..weighed(units * 150, weights.0, weights.1)
        };
        let still = Holding { wrong_way_ppb: wrong_way[0], ..weighed(stable, 95, 98) };
        let mut expiries = PLAIN_EXPIRIES;
        expiries[..4].copy_from_slice(&terms);
        Case {
            legs: legs.iter().map(at).collect(),
            holdings: [own, still],
            cash, debt, expiries, scale, withdrawing, widening,
        }
    }
}

impl Case {
    fn given<T>(&self, get: impl Fn(&Portfolio, &Regime) -> T) -> T {
        let portfolio = Portfolio {
            debt_atoms: self.debt,
            expiries: &self.expiries,
            ..account(self.cash, &self.holdings, &self.legs)
        };
        let params = MarginParams::default();
        let regime = Regime {
            im_scale_ppb: self.scale,
            withdrawing: self.withdrawing,
            widening_mm_ppm: self.widening,
            ..Regime::of(&params)
        };
        get(&portfolio, &regime)
    }

    fn is_capped(&self) -> bool {
        self.given(|portfolio, regime| {
            let [least, _] = reference::least(portfolio, regime);
            let got = assess(portfolio, regime).expect("within range");
            least.is_some_and(|least| got.r_im > 0 && (got.health_im() as f64 - least).abs() < 2.0)
        })
    }
}

const CLASSES: [Class<Case>; 9] = [
    ("initial margin scaled", |c| c.scale > 1_000_000_000),
    ("value leaves an impaired expiry", |c| {
        c.withdrawing && c.expiries.iter().any(|terms| terms.credit != Credit::Whole)
    }),
    ("something certain", |c| {
        c.expiries.iter().any(|terms| terms.certain_atoms != 0)
    }),
    ("expired legs", |c| {
        c.legs.iter().any(|leg| leg.seconds_to_expiry <= 0)
    }),
    ("days to expiry", |c| {
        c.legs
            .iter()
            .any(|leg| (1..172_800).contains(&leg.seconds_to_expiry))
    }),
    ("a volatility gap", |c| {
        c.legs.iter().any(|leg| leg.vol_gap_ppm > 0)
    }),
    ("wrong way", |c| {
        c.holdings.iter().any(|held| held.wrong_way_ppb > 0)
    }),
    ("weights below credits", |c| {
        c.holdings[0].im_atoms * 10 < c.holdings[0].value_atoms * 8
    }),
    ("held at the greatest loss", Case::is_capped),
];

#[test]
fn the_kernel_computes_the_specification() {
    for_all("reference", any_case(), &CLASSES, |case| {
        case.given(|portfolio, regime| {
            let got = assess(portfolio, regime).expect("within range");
            let truth = reference(portfolio, regime);
            near(got.value, truth.value, portfolio)?;
            near(got.v_im, truth.im.0, portfolio)?;
            near(got.v_mm, truth.mm.0, portfolio)?;
            // A scaled loss carries its error as often.
            near_scaled(got.r_im, truth.im.1, portfolio, case.scale as f64 / 1e9)?;
            near(got.r_mm, truth.mm.1, portfolio)?;
            for (got, truth) in got.uncovered_atoms.into_iter().zip(truth.uncovered) {
                near(got as i64, truth, portfolio)?;
            }
            Ok(())
        })
    });
}

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
