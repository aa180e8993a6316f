//! Margin at the edges of its input, and the grid itself.

mod common;

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{
    assess, cells, describe, leg_fits, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio,
    Regime, VolMove, MAX_AMOUNT_ATOMS, MAX_LEG_ATOMS, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::surface::MAX_SMILE_VOL_PPM;
use backstop_risk::RiskError;
use common::{account, assessed, leg, underlying, ONE, QUOTE, SPOT};

#[test]
fn far_shorts_cost_the_floor() {
    let legs = [Leg {
        seconds_to_expiry: 60,
        ..leg(Kind::Put, 31, -ONE, 0)
    }];
    let got = assessed(&account(0, &[], &legs));
    // The error bound is 31 atoms with the whole of the scenario loss's rounding, the concentration of one
    // contract a millionth of spot.
    let [mm, im] = [3, 20].map(|per_thousand| 150 * QUOTE as i64 / 1_000 * per_thousand);
    assert!((mm + 30..mm + 36).contains(&got.r_mm), "{got:?}");
    assert!((im + 180..im + 186).contains(&got.r_im), "{got:?}");
}

#[test]
fn a_strike_a_thousand_times_away_is_still_exact() {
    let legs = [Leg {
        strike: Price::new(150_000_000_000_000),
        ..leg(Kind::Put, 150, -ONE, 0)
    }];
    let got = assessed(&account(0, &[], &legs));
    let exact = -(150_000 - 150) * QUOTE as i64;
    assert!(
        (got.value - exact).abs() <= 150_000,
        "{} for {exact}",
        got.value
    );
}

/// Listed between 0.2 and 5 times spot, judged between an eighth and eight times that spot, alone and with
/// as many like it as an account holds.
#[test]
fn the_largest_legs_that_are_let_in_can_always_be_judged() {
    let params = MarginParams::default();
    for tenths_of_spot in [2, 5, 10, 20, 50] {
        let strike = Price::new(15_000_000_000 * tenths_of_spot);
        let most = u128::from(MAX_LEG_ATOMS) * 1_000_000_000 / u128::from(strike.get());
        let most = i64::try_from(most).expect("fits");
        for (quantity, kind) in [
            (most, Kind::Call),
            (-most, Kind::Call),
            (most, Kind::Put),
            (-most, Kind::Put),
        ] {
            assert!(leg_fits(Contracts::new(quantity), strike));
            assert!(!leg_fits(
                Contracts::new(quantity + quantity.signum()),
                strike
            ));
            let legs = [Leg {
                strike,
                ..leg(kind, 150, quantity, 0)
            }; 32];
            for spot in [SPOT / 8, SPOT / 2, SPOT, SPOT * 2, SPOT * 8] {
                for held in [1, 32] {
                    let at = Portfolio {
                        spot: Price::new(spot),
                        ..account(0, &[], &legs[..held])
                    };
                    let got = assess(&at, &Regime::of(&params)).expect("computed");
                    assert_eq!(got.health_mm() < 0, quantity < 0, "{got:?}");
                }
            }
        }
    }
    assert!(!leg_fits(Contracts::new(i64::MIN), Price::new(u64::MAX)));
    assert!(leg_fits(Contracts::ZERO, Price::new(u64::MAX)));
}

#[test]
fn refusals_name_the_reason() {
    let params = MarginParams::default();
    let put = leg(Kind::Put, 150, -ONE, 0);
    let check = |portfolio: &Portfolio, error| {
        assert_eq!(assess(portfolio, &Regime::of(&params)), Err(error))
    };
    let spotless = Portfolio {
        spot: Price::ZERO,
        ..account(0, &[], &[])
    };
    check(&spotless, RiskError::ZeroPrice);
    check(
        &account(
            0,
            &[],
            &[Leg {
                strike: Price::ZERO,
                ..put
            }],
        ),
        RiskError::ZeroPrice,
    );
    check(&account(0, &[], &[put; 33]), RiskError::TooMany);
    check(&account(0, &[underlying(1); 9], &[]), RiskError::TooMany);
    check(&account(u64::MAX, &[], &[]), RiskError::TooLarge);
    check(
        &account(
            0,
            &[],
            &[Leg {
                expiry_index: 8,
                ..put
            }],
        ),
        RiskError::ExpiryIndexOutOfRange,
    );
    let huge = Leg {
        quantity: Contracts::new(i64::MIN),
        ..put
    };
    check(&account(0, &[], &[huge]), RiskError::TooLarge);
    let heavy = Holding {
        mm_atoms: 151,
        ..underlying(1)
    };
    check(
        &account(0, &[heavy], &[]),
        RiskError::ParameterOutOfBounds("weight"),
    );
    let falling = Holding {
        wrong_way_ppb: 400_000_001,
        ..underlying(1)
    };
    check(
        &account(0, &[falling], &[]),
        RiskError::ParameterOutOfBounds("wrong_way_ppb"),
    );
    let mut known = PLAIN_EXPIRIES;
    known[7] = ExpiryTerms {
        credit: Credit::Whole,
        certain_atoms: -(MAX_AMOUNT_ATOMS as i64) - 1,
    };
    let certain = Portfolio {
        expiries: &known,
        ..account(0, &[], &[])
    };
    check(&certain, RiskError::TooLarge);
    for im_scale_ppb in [999_999_999, 4_000_000_001] {
        let regime = Regime {
            im_scale_ppb,
            ..Regime::of(&params)
        };
        assert_eq!(
            assess(&account(0, &[], &[]), &regime),
            Err(RiskError::ParameterOutOfBounds("im_scale_ppb"))
        );
    }
}

#[test]
fn volatility_of_zero_is_survived() {
    let legs = [Leg {
        vol: Vol::ZERO,
        ..leg(Kind::Call, 100, -ONE, 0)
    }];
    let got = assessed(&account(0, &[], &legs));
    assert!((got.value + 50 * QUOTE as i64).abs() <= 100);
}

#[test]
fn the_grid_is_the_one_of_the_specification() {
    let params = MarginParams::default();
    let all: Vec<_> = (0..33)
        .map(|i| describe(i, &params).expect("exists"))
        .collect();
    assert_eq!(describe(33, &params), None);
    let count = |vol: VolMove| all.iter().filter(|s| s.vol == vol).count();
    assert_eq!(
        [
            VolMove::Flat,
            VolMove::Up,
            VolMove::Down,
            VolMove::TiltLow,
            VolMove::TiltHigh
        ]
        .map(count),
        [9, 15, 7, 1, 1]
    );
    assert_eq!(
        (all[0].spot_ppb, all[0].vol),
        (1_000_000_000, VolMove::Flat)
    );
    assert_eq!(
        (all[7].spot_ppb, all[8].spot_ppb),
        (700_000_000, 1_300_000_000)
    );
    let damped: Vec<_> = all.iter().filter(|s| s.damp_ppb != 1_000_000_000).collect();
    let tails: Vec<_> = damped
        .iter()
        .map(|s| (s.spot_ppb / 10_000_000, s.damp_ppb / 10_000_000))
        .collect();
    assert_eq!(
        tails,
        [(34, 21), (67, 42), (150, 60), (200, 30), (300, 7), (400, 5)]
    );
}

/// A leg is priced up to the greatest volatility a surface returns, and no further.
#[test]
fn a_leg_is_priced_up_to_the_greatest_volatility_of_a_surface() {
    let at = |vol| {
        let short = Leg {
            vol: Vol::new(vol),
            ..leg(Kind::Call, 150, -ONE, 0)
        };
        let first = cells(&short, Price::new(SPOT), &MarginParams::default()).expect("it fits")[0];
        (first.vol.get(), assessed(&account(0, &[], &[short])).value)
    };
    let most = MAX_SMILE_VOL_PPM;
    let ((_, less), (vol, value)) = (at(most - 1_000_000), at(most));
    assert_eq!(vol, most);
    assert!(value < less, "{value} {less}");
    assert_eq!(at(most + 1), (vol, value));
    assert_eq!(at(u32::MAX), (vol, value));
}
