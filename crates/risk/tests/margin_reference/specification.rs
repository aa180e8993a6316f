//! Ten thousand accounts under any regime against the text in floating point.

use crate::books::any_legs;
use crate::cases::{for_all, Class};
use crate::common::{account, weighed, QUOTE};
use crate::reference::{self, reference};
use crate::tolerance::Tolerance;
use backstop_risk::margin::{
    assess, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime, PLAIN_EXPIRIES,
};
use proptest::prelude::*;

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
    let used = std::cell::Cell::new([0.0f64; 4]);
    for_all("reference", any_case(), &CLASSES, |case| {
        case.given(|portfolio, regime| {
            let got = assess(portfolio, regime).expect("within range");
            let truth = reference(portfolio, regime);
            let allowed = Tolerance::of(portfolio, regime);
            let mut most = used.get();
            let mut near = |which: usize, got: i64, truth: f64, allowed: f64| {
                let error = (got as f64 - truth).abs();
                most[which] = most[which].max(error / allowed);
                prop_assert!(error <= allowed, "{got} for {truth}, allowed {allowed}");
                Ok(())
            };
            near(0, got.value, truth.value, allowed.value)?;
            near(0, got.v_im, truth.im.0, allowed.value)?;
            near(0, got.v_mm, truth.mm.0, allowed.value)?;
            near(1, got.r_im, truth.im.1, allowed.required_im)?;
            near(2, got.r_mm, truth.mm.1, allowed.required_mm)?;
            let uncovered = got.uncovered_atoms.into_iter().zip(truth.uncovered);
            for ((got, truth), allowed) in uncovered.zip(allowed.uncovered) {
                near(3, got as i64, truth, allowed)?;
            }
            used.set(most);
            Ok(())
        })
    });
    let [value, im, mm, uncovered] = used.get();
    println!("reference: of what is allowed, values took {value:.2}, initial margin {im:.2}, maintenance {mm:.2}, uncovered losses {uncovered:.2} at most");
}
