//! What an account's terms do to its margin, by hand: wrong-way collateral, impaired expiries, certain parts, a far
//! fall or rise, a change of parameters, the feed's confidence. Each test compares an account with and without.

mod common;

use backstop_quantities::Price;
use backstop_risk::margin::{
    assess, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    RequirementRamp, Weighed, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::RiskError;
use common::{account, assessed, leg, underlying, weighed, ONE, QUOTE, SPOT};

fn under(portfolio: &Portfolio, params: &MarginParams) -> Assessment {
    assess(portfolio, &Regime::of(params)).expect("within range")
}

fn near(got: i64, expected: i64) {
    assert!((got - expected).abs() <= 3, "{got} for {expected}");
}

#[test]
fn wrong_way_collateral_falls_further_in_scenarios() {
    let legs = [leg(Kind::Put, 150, -ONE, 0)];
    let health = |wrong_way_ppb| {
        let holding = Holding {
            wrong_way_ppb,
            ..weighed(1_000 * QUOTE, 90, 90)
        };
        assessed(&account(0, &[holding], &legs))
    };
    let (sound, wrong) = (health(0), health(200_000_000));
    // At 0.7 of spot 900 weighed quote lose another 30 % * 20 %.
    let fall = 900 * QUOTE as i64 * 6 / 100;
    near(sound.health_im() - wrong.health_im(), fall);
    near(sound.health_mm() - wrong.health_mm(), fall * 8 / 10);
    assert_eq!((sound.v_im, sound.value), (wrong.v_im, wrong.value));
}

/// What an expiry is known or expected not to pay is no value, at today's price as far away; what it is owed
/// stays owed.
#[test]
fn the_haircut_of_an_expiry_is_taken_off_its_value_and_off_what_covers_losses() {
    let at = |quantity: i64, haircut_ppb| {
        let mut expiries = PLAIN_EXPIRIES;
        expiries[0].credit = Credit::Impaired { haircut_ppb };
        let over = Leg {
            seconds_to_expiry: 0,
            ..leg(Kind::Call, 100, quantity, 0)
        };
        // 5 contracts in the money, and in another expiry what loses more than they bring.
        let legs = [over, leg(Kind::Call, 150, -10 * ONE, 1)];
        let got = assessed(&Portfolio {
            expiries: &expiries,
            ..account(0, &[], &legs)
        });
        (got.value, got.uncovered_atoms[1])
    };
    // 50 a contract today, 140 at 240.
    let ((whole, far), (cut, far_cut)) = (at(5 * ONE, 0), at(5 * ONE, 200_000_000));
    near(whole - cut, 50 * QUOTE as i64);
    near((far_cut - far) as i64, 140 * QUOTE as i64);
    assert_eq!(at(-5 * ONE, 0), at(-5 * ONE, 200_000_000));
    let nothing = at(0, 0);
    near(at(5 * ONE, 1_000_000_000).0, nothing.0);
}

#[test]
fn an_impaired_expiry_counts_less_against_others_and_nothing_when_value_leaves() {
    let legs = [leg(Kind::Call, 100, ONE, 0), leg(Kind::Put, 160, -ONE, 1)];
    let mut expiries = PLAIN_EXPIRIES;
    expiries[0].credit = Credit::Impaired {
        haircut_ppb: 250_000_000,
    };
    let params = MarginParams::default();
    let at = |expiries: &[ExpiryTerms; 8], withdrawing| {
        let portfolio = Portfolio {
            expiries,
            ..account(0, &[], &legs)
        };
        let regime = Regime {
            withdrawing,
            ..Regime::of(&params)
        };
        assess(&portfolio, &regime).expect("within range")
    };
    let long = assessed(&account(0, &[], &legs[..1])).value;
    let (whole, impaired, leaving) = (
        at(&PLAIN_EXPIRIES, true),
        at(&expiries, false),
        at(&expiries, true),
    );
    near(whole.v_im - impaired.v_im, long * 80 / 100 / 4);
    near(whole.v_mm - impaired.v_mm, long * 90 / 100 / 4);
    near(whole.v_im - leaving.v_im, long * 80 / 100);
    assert_eq!(leaving.v_mm, impaired.v_mm);
    // Inside its own expiry a long always offsets a short.
    let mut inside = PLAIN_EXPIRIES;
    inside[0].credit = Credit::Impaired {
        haircut_ppb: 1_000_000_000,
    };
    let pair = [leg(Kind::Call, 150, ONE, 0), leg(Kind::Call, 150, -ONE, 0)];
    let portfolio = Portfolio {
        expiries: &inside,
        ..account(1, &[], &pair)
    };
    // But for the atom that the last hour may cut of a pair.
    assert_eq!(assessed(&portfolio).health_im(), 0);
}

#[test]
fn what_is_certain_counts_in_value_in_every_scenario_and_in_the_greatest_loss() {
    let mut expiries = PLAIN_EXPIRIES;
    let known = 30 * QUOTE as i64;
    let at = |certain_atoms, legs: &[Leg], expiries: &mut [ExpiryTerms; 8]| {
        expiries[0].certain_atoms = certain_atoms;
        assessed(&Portfolio {
            expiries,
            ..account(0, &[], legs)
        })
    };
    let short = [leg(Kind::Put, 150, -ONE, 0)];
    let bare = at(0, &short, &mut expiries);
    let owing = at(-known, &short, &mut expiries);
    near(bare.value - owing.value, known);
    near(bare.health_im() - owing.health_im(), known);
    near(
        bare.uncovered_atoms[1] as i64 - owing.uncovered_atoms[1] as i64,
        -known,
    );
    // Alone it is worth its credit, and nothing is asked of it.
    let long = at(known, &[], &mut expiries);
    assert_eq!((long.value, long.r_im), (known, 0));
    near(long.health_im(), known * 8 / 10);
    near(at(-known, &[], &mut expiries).health_mm(), -known);
}

#[test]
fn uncovered_losses_are_those_of_the_bare_account_far_away() {
    let call = [leg(Kind::Call, 160, -ONE, 0)];
    let got = assessed(&account(20 * QUOTE, &[], &call)).uncovered_atoms;
    // At 240 with volatility up the call is worth a little more than 80.
    assert_eq!(got[0], 0);
    assert!((60 * QUOTE..62 * QUOTE).contains(&got[1]), "{got:?}");
    // The put of 150 at 82.5, a unit of underlying beside it at its price there, whatever its weight.
    let put = [leg(Kind::Put, 150, -2 * ONE, 0)];
    let bare = assessed(&account(0, &[], &put)).uncovered_atoms[0];
    let held = assessed(&account(0, &[underlying(1_000_000)], &put)).uncovered_atoms[0];
    assert!((135 * QUOTE..137 * QUOTE).contains(&bare), "{bare}");
    assert!((bare - held).abs_diff(82_500_000) <= 2, "{bare} {held}");
    let covered = assessed(&account(0, &[underlying(1_000_000)], &call)).uncovered_atoms;
    assert_eq!(covered, [0, 0]);
}

#[test]
fn a_ramped_requirement_is_the_lower_of_the_new_and_so_many_times_the_old() {
    let new = MarginParams::default();
    let old = MarginParams {
        mm_factor_ppb: 600_000_000,
        long_credit_mm_ppb: 950_000_000,
        ..new
    };
    let legs = [leg(Kind::Put, 150, -ONE, 0), leg(Kind::Put, 100, ONE, 1)];
    let portfolio = account(0, &[], &legs);
    let at = |growth_ppb| {
        let ramp = RequirementRamp {
            previous: &old,
            growth_ppb,
            weighed: None,
        };
        let regime = Regime {
            ramp: Some(ramp),
            ..Regime::of(&new)
        };
        assess(&portfolio, &regime).expect("within range")
    };
    let whole = under(&portfolio, &new);
    let before = under(&portfolio, &old).r_mm;
    assert!(before < whole.r_mm);
    assert_eq!(at(1_000_000_000).r_mm, before);
    near(at(1_100_000_000).r_mm, before * 11 / 10);
    assert_eq!(at(8_000_000_000), whole);
    assert_eq!(at(0), at(1_000_000_000), "less than once counts as once");
    let (start, end) = (at(1_000_000_000), whole);
    assert_eq!((start.r_im, start.v_mm), (end.r_im, end.v_mm));
}

/// A unit of underlying is asked 30 % of what it
/// weighs, times 0.8, at maintenance. Its weight falls from 90 to 50 %, 70 % in force.
#[test]
fn while_weights_change_the_value_follows_the_one_in_force_and_the_requirement_those_before_and_after(
) {
    let params = MarginParams::default();
    let unit = |percent| {
        let whole = underlying(1_000_000);
        [Holding {
            mm_atoms: whole.value_atoms / 100 * percent,
            im_atoms: 0,
            ..whole
        }]
    };
    let (before, aimed, in_force) = (unit(90), unit(50), unit(70));
    let at = |growth_ppb| {
        let ramp = RequirementRamp {
            previous: &params,
            growth_ppb,
            weighed: Some(Weighed {
                before: &before,
                aimed: &aimed,
            }),
        };
        let regime = Regime {
            ramp: Some(ramp),
            ..Regime::of(&params)
        };
        assess(&account(0, &in_force, &[]), &regime).expect("within range")
    };
    let got = at(1_000_000_000);
    assert_eq!(got.v_mm, 105 * QUOTE as i64);
    near(got.r_mm, 18 * QUOTE as i64);
    let raised = |from, growth_ppb| {
        let ramp = RequirementRamp {
            previous: &params,
            growth_ppb,
            weighed: Some(Weighed {
                before: from,
                aimed: &before,
            }),
        };
        let regime = Regime {
            ramp: Some(ramp),
            ..Regime::of(&params)
        };
        assess(&account(0, &before, &[]), &regime).expect("within range")
    };
    near(raised(&aimed, 1_000_000_000).r_mm, 18 * QUOTE as i64);
    near(raised(&aimed, 1_500_000_000).r_mm, 27 * QUOTE as i64);
    near(raised(&aimed, 9_000_000_000).r_mm, 324 * QUOTE as i64 / 10);
    // Nothing counts as an atom, so that it can grow.
    let nothing = unit(0);
    assert_eq!(raised(&nothing, 7_000_000_000).r_mm, 7);
    near(raised(&nothing, u128::MAX).r_mm, 324 * QUOTE as i64 / 10);
    let heavier = [Holding {
        mm_atoms: before[0].value_atoms + 1,
        ..before[0]
    }];
    let refused = RequirementRamp {
        previous: &params,
        growth_ppb: 1_000_000_000,
        weighed: Some(Weighed {
            before: &before,
            aimed: &heavier,
        }),
    };
    let regime = Regime {
        ramp: Some(refused),
        ..Regime::of(&params)
    };
    assert_eq!(
        assess(&account(0, &before, &[]), &regime),
        Err(RiskError::ParameterOutOfBounds("weight"))
    );
}

#[test]
fn confidence_widens_what_every_add_on_of_the_grid_sees() {
    let legs = [leg(Kind::Call, 160, -ONE, 0)];
    let wide = Portfolio {
        confidence_ppb: 50_000_000,
        ..account(0, &[], &legs)
    };
    assert!(assessed(&wide).r_mm > assessed(&account(0, &[], &legs)).r_mm);
    // The uncovered moves are the configured range's: they do not wander with the feed.
    assert_eq!(
        assessed(&wide).uncovered_atoms,
        assessed(&account(0, &[], &legs)).uncovered_atoms
    );
    assert_eq!(wide.spot, Price::new(SPOT));
}
