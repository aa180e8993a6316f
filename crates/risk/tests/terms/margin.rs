//! The terms inside the margin: more collateral never hurts, and the last hour is worth there what
//! people are shown.

use crate::averaging::{any_case as any_expiry, Case as Expiry};
use crate::cases::{for_all, Class};
use crate::collateral::{any_case as any_collateral, Case as Pledge};
use backstop_quantities::{Contracts, Ppb, Price, Vol};
use backstop_risk::averaging::Written;
use backstop_risk::collateral::Nature;
use backstop_risk::display::{averaged_option, Terms};
use backstop_risk::margin::{
    assess, Assessment, ExpiryTerms, Leg, MarginParams, Portfolio, Regime, EXPIRY_COUNT,
    PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

const SPOT: Price = Price::new(150_000_000_000);

fn assessed(portfolio: &Portfolio) -> Assessment {
    let params = MarginParams::default();
    assess(portfolio, &Regime::of(&params)).expect("in range")
}

/// Two pledges, legs, and what is added to the first pledge.
type Account = (Vec<Pledge>, Vec<Leg>, u64);

fn any_leg() -> impl Strategy<Value = Leg> {
    let shape = (
        any::<bool>(),
        60_000_000_000u64..400_000_000_000,
        3_600i64..8_000_000,
    );
    let size = (-500_000_000i64..500_000_000, 300_000u32..2_500_000, 0u8..4);
    (shape, size).prop_map(|((call, strike, seconds), (quantity, vol, expiry))| Leg {
        kind: if call { Kind::Call } else { Kind::Put },
        strike: Price::new(strike),
        seconds_to_expiry: seconds,
        quantity: Contracts::new(quantity),
        vol: Vol::new(vol),
        vol_gap_ppm: 0,
        expiry_index: expiry,
    })
}

#[test]
fn more_collateral_of_any_nature_never_lowers_health() {
    let pledges = prop::collection::vec(any_collateral(), 1..3);
    let legs = prop::collection::vec(any_leg(), 0..6);
    let more = prop_oneof![1u64..1_000, 1u64..100_000_000_000_000];
    let classes: [Class<Account>; 7] = [
        ("underlying", |c| c.0[0].terms.nature == Nature::Underlying),
        ("staked", |c| c.0[0].terms.nature == Nature::Staked),
        ("stable", |c| c.0[0].terms.nature == Nature::Stable),
        ("other", |c| c.0[0].terms.nature == Nature::Other),
        ("falls the wrong way", |c| {
            c.0[0].terms.wrong_way_ppb > 100_000_000
        }),
        ("short", |c| c.1.iter().any(|leg| leg.quantity.is_short())),
        ("beyond the size", |c| {
            c.0[0].worth().value_atoms > 1_000_000_000_000
        }),
    ];
    for_all(
        "pledged",
        (pledges, legs, more),
        &classes,
        |(pledges, legs, more)| {
            let health = |pledges: &[Pledge]| {
                let holdings: Vec<_> = pledges.iter().map(Pledge::worth).collect();
                let got = assessed(&Portfolio {
                    spot: SPOT,
                    confidence_ppb: 0,
                    quote_atoms: 1_000_000_000,
                    debt_atoms: 0,
                    holdings: &holdings,
                    legs,
                    expiries: &PLAIN_EXPIRIES,
                });
                [got.health_im(), got.health_mm(), got.value]
            };
            let before = health(pledges);
            let mut fuller = pledges.clone();
            fuller[0].atoms += more;
            let after = health(&fuller);
            for (was, is) in before.into_iter().zip(after) {
                // Rounding of Q30 products of amounts below 2^50.
                prop_assert!(is + 4_000 >= was, "{was} fell to {is}");
            }
            Ok(())
        },
    );
}

/// One leg in its last hour.
type Last = (Expiry, Written, u32);

fn any_last() -> impl Strategy<Value = Last> {
    let leg = (
        any::<bool>(),
        100_000_000_000u64..220_000_000_000,
        -1_000_000_000i64..1_000_000_000,
    );
    (any_expiry(), leg, 200_000u32..4_000_000).prop_map(|(expiry, (call, strike, size), vol)| {
        let leg = Written {
            kind: if call { Kind::Call } else { Kind::Put },
            strike: Price::new(strike),
            quantity: Contracts::new(size),
        };
        (expiry, leg, vol)
    })
}

/// Value of the account that holds the leg's remainder, certain part included.
fn held((expiry, leg, vol): &Last) -> i64 {
    let rest = expiry
        .average
        .remainder(leg, SPOT, expiry.now())
        .expect("in range");
    let legs = [Leg {
        kind: leg.kind,
        strike: rest.strike,
        seconds_to_expiry: rest.seconds,
        quantity: rest.quantity,
        vol: Vol::new(*vol),
        vol_gap_ppm: 0,
        expiry_index: 0,
    }];
    let mut expiries = [ExpiryTerms::default(); EXPIRY_COUNT];
    expiries[0].certain_atoms = rest.certain_atoms;
    assessed(&Portfolio {
        spot: SPOT,
        confidence_ppb: 0,
        quote_atoms: 0,
        debt_atoms: 0,
        holdings: &[],
        legs: &legs,
        expiries: &expiries,
    })
    .value
}

fn shown((expiry, leg, vol): &Last) -> f64 {
    let terms = Terms {
        kind: leg.kind,
        spot: SPOT,
        strike: leg.strike,
        seconds: 0,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(u64::from(*vol) * 1_000),
    };
    let value = averaged_option(&terms, &expiry.average, expiry.now()).expect("priced");
    value.price_e18 as f64 / 1e18 * leg.quantity.get() as f64
}

#[test]
fn the_margin_values_the_last_hour_as_people_are_shown_it() {
    let classes: [Class<Last>; 5] = [
        ("partly known", |c| {
            c.0.average.final_count > 0 && !c.0.ahead.is_empty()
        }),
        ("all known", |c| {
            c.0.average.final_count == c.0.average.count
        }),
        ("worth more than its rounding", |c| {
            shown(c).abs() > 1_000_000.0
        }),
        ("long", |c| !c.1.quantity.is_short()),
        ("short", |c| c.1.quantity.is_short()),
    ];
    for_all("shown", any_last(), &classes, |case| {
        let (held, shown) = (held(case) as f64, shown(case));
        // The margin grade is within 1e-6 of max(S, K'), K' at most N times the strike; the remainder is
        // rounded to a millionth of a contract and charged for it.
        let rest = case.0.average.remainder(&case.1, SPOT, case.0.now());
        let unit = rest.expect("in range").strike.max(SPOT).get() as f64 / 1e9;
        let size = case.1.quantity.magnitude() as f64;
        prop_assert!((held - shown).abs() <= size * unit * 1e-6 + 3.0 * unit + 10.0);
        Ok(())
    });
}
