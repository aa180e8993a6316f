//! Every add-on by hand: what it asks of an account of one kind, and that it asks it. Each test compares
//! an account with and without the one thing, so that it fails if the thing is dropped.

mod common;

use backstop_risk::margin::{assess, Assessment, Holding, Leg, MarginParams, Portfolio, Regime};
use backstop_risk::pricing::Kind;
use common::{account, assessed, leg, underlying, ONE, QUOTE};

/// Spot in atoms per contract.
const UNIT: i64 = 150 * QUOTE as i64;

fn under(portfolio: &Portfolio, params: &MarginParams) -> Assessment {
    assess(portfolio, &Regime::of(params)).expect("within range")
}

/// (IM, MM) asked with `params` and not without.
fn asked(legs: &[Leg], with: &MarginParams, without: &MarginParams) -> (i64, i64) {
    let portfolio = account(0, &[], legs);
    let (with, without) = (under(&portfolio, with), under(&portfolio, without));
    (with.r_im - without.r_im, with.r_mm - without.r_mm)
}

fn near(got: i64, expected: i64) {
    assert!((got - expected).abs() <= 3, "{got} for {expected}");
}

#[test]
fn the_floor_counts_net_shorts_of_an_expiry_and_kind() {
    let params = MarginParams::default();
    let bare = MarginParams {
        short_floor_im_ppb: 0,
        short_floor_mm_ppb: 0,
        ..params
    };
    let calls = [
        leg(Kind::Call, 200, -5 * ONE, 0),
        leg(Kind::Call, 190, 2 * ONE, 0),
        leg(Kind::Call, 190, 2 * ONE, 1),
        leg(Kind::Put, 100, 2 * ONE, 0),
    ];
    // Five less the two of the same expiry and kind.
    let (im, mm) = asked(&calls, &params, &bare);
    near(im, 3 * UNIT / 50);
    near(mm, 3 * UNIT * 3 / 1_000);
}

#[test]
fn gamma_counts_every_short_leg_by_its_time_and_distance() {
    let params = MarginParams::default();
    let bare = MarginParams {
        gamma_ppb: 0,
        ..params
    };
    let at = |strike, seconds_to_expiry, quantity| Leg {
        seconds_to_expiry,
        ..leg(Kind::Call, strike, quantity, 0)
    };
    let whole = UNIT * 1_875 / 100_000;
    for (leg, part) in [
        (at(150, 0, -ONE), 100),
        (at(150, 43_200, -ONE), 75),
        (at(150, 86_400, -ONE), 50),
        (at(150, 172_800, -ONE), 0),
        (at(150, 604_800, -ONE), 0),
        // The scan range ends at 195, where the weight begins to fall; at 240 nothing is left.
        (at(195, 0, -ONE), 100),
        (at(204, 0, -ONE), 80),
        (at(240, 0, -ONE), 0),
        (at(300, 0, -ONE), 0),
    ] {
        let (im, mm) = asked(&[leg], &params, &bare);
        near(im, whole * part / 100);
        near(mm, whole * part / 100 * 8 / 10);
    }
    // Gross: a long beside it gives nothing back, and asks nothing.
    let spread = [at(150, 0, -3 * ONE), at(160, 0, ONE)];
    near(asked(&spread, &params, &bare).0, 3 * whole);
    assert_eq!(asked(&[at(150, 0, ONE)], &params, &bare), (0, 0));
}

/// Without it a butterfly sold between two grid prices is free at its bend.
#[test]
fn gamma_pays_for_a_butterfly_between_two_grid_prices() {
    let butterfly = |centre: u64, side: i64| {
        [(centre - 5, ONE), (centre, -2 * ONE), (centre + 5, ONE)].map(|(strike, quantity)| Leg {
            seconds_to_expiry: 0,
            ..leg(Kind::Call, strike, side * quantity, 0)
        })
    };
    // Grid prices lie at 150 and 161.25: none sees the five quote lost at 155.6.
    let sold = butterfly(156, -1);
    let bare = MarginParams {
        gamma_ppb: 0,
        short_floor_im_ppb: 0,
        short_floor_mm_ppb: 0,
        ..MarginParams::default()
    };
    let seen = under(&account(0, &[], &sold), &bare);
    let lost = 5 * QUOTE as i64;
    assert!(seen.health_im() > -lost / 10, "the grid sees it: {seen:?}");
    let charged = assessed(&account(0, &[], &sold));
    assert!(
        (-lost - 2..-lost * 9 / 10).contains(&charged.health_im()),
        "{charged:?}"
    );
}

fn deep(depth_contracts: u64) -> MarginParams {
    MarginParams {
        depth_contracts,
        ..MarginParams::default()
    }
}

#[test]
fn concentration_grows_with_the_square_up_to_spot_and_is_initial_margins_alone() {
    let ask = |contracts: i64, depth_contracts: u64| {
        let legs = [leg(Kind::Call, 200, -contracts * ONE, 0)];
        // A depth a million times as large asks a millionth.
        asked(
            &legs,
            &deep(depth_contracts),
            &deep(depth_contracts * 1_000_000),
        )
    };
    let depth = MarginParams::default().depth_contracts;
    near(ask(1_000, depth).0, 1_000 * UNIT / 10 / 100 - 150);
    near(ask(10_000, depth).0, 10_000 * UNIT / 10 / 10 - 15_000);
    assert_eq!(ask(10_000, depth).1, 0);
    // Beyond spot itself it does not grow.
    let most = ask(10_000, 1_000_000_000).0;
    assert!((10_000 * UNIT - most).abs() <= 20_000_000, "{most}");
}

#[test]
fn the_volatility_gap_is_a_bound_of_vega() {
    let ask = |strike, vol_gap_ppm, quantity| {
        let gapped = Leg {
            vol_gap_ppm,
            ..leg(Kind::Call, strike, quantity, 0)
        };
        let bare = leg(Kind::Call, strike, quantity, 0);
        let r = |leg| assessed(&account(0, &[], &[leg, leg_unbounded()]));
        let (with, without) = (r(gapped), r(bare));
        assert_eq!(with.r_mm, without.r_mm);
        with.r_im - without.r_im
    };
    // 0.4 * 150 * sqrt(7 / 365) * 10 points, which a shock upwards makes 1 + 0.5 (30 / 7)^0.3 times.
    // Whole ppm of them, rounded up.
    let shocked = (1e5 * (1.0 + 0.5 * (30.0f64 / 7.0).powf(0.30))).ceil() / 1e6;
    let expected = |price: f64| (0.4 * price * (7.0f64 / 365.0).sqrt() * shocked * 1e6) as i64;
    near(ask(150, 100_000, ONE), expected(150.0));
    near(ask(150, 100_000, -ONE), expected(150.0));
    near(ask(90, 100_000, -ONE), expected(90.0));
    near(ask(700, 100_000, -ONE), expected(600.0));
    assert_eq!(ask(150, 0, -ONE), 0);
}

#[test]
fn the_widening_of_maintenance_is_the_same_bound_and_leaves_values_alone() {
    let params = MarginParams::default();
    let at = |widening_mm_ppm| {
        let regime = Regime {
            widening_mm_ppm,
            ..Regime::of(&params)
        };
        let legs = [leg(Kind::Call, 150, 3 * ONE, 0), leg_unbounded()];
        assess(&account(0, &[], &legs), &regime).expect("within range")
    };
    let (fresh, stale) = (at(0), at(100_000));
    assert_eq!((fresh.value, fresh.v_mm), (stale.value, stale.v_mm));
    assert_eq!(fresh.r_im, stale.r_im, "initial margin's is in the legs");
    // 0.4 * min(K, 4 S) * sqrt(T) * 10 points, shocked upwards, a contract: 3 at 150 in slot 0, 10 at 500
    // in slot 7.
    let far = f64::from(u32::try_from(leg_unbounded().seconds_to_expiry).expect("positive"));
    let of = |price: f64, contracts: f64, seconds: f64| {
        let month = 2_592_000.0 / seconds;
        let shock = 0.5 * month.powf(if month > 1.0 { 0.30 } else { 0.13 });
        let shocked = (1e5 * (1.0 + shock)).ceil() / 1e6;
        0.4 * price * contracts * (seconds / 31_536_000.0).sqrt() * shocked * 1e6
    };
    let expected = of(150.0, 3.0, 604_800.0) + of(500.0, 10.0, far);
    // Sizes have 30 bits.
    let asked = stale.r_mm - fresh.r_mm;
    assert!((asked - expected as i64).abs() <= 20, "{asked}");
}

/// A short call that leaves no greatest loss.
fn leg_unbounded() -> Leg {
    leg(Kind::Call, 500, -10 * ONE, 7)
}

#[test]
fn the_error_bound_is_charged_at_both_tiers() {
    // Worth nothing, lost nowhere, no floor: what is left is the error of its price.
    let bare = MarginParams {
        short_floor_im_ppb: 0,
        short_floor_mm_ppb: 0,
        gamma_ppb: 0,
        concentration_ppb: 0,
        ..MarginParams::default()
    };
    let far = Leg {
        seconds_to_expiry: 60,
        ..leg(Kind::Call, 140_000, -1_000 * ONE, 0)
    };
    let got = under(&account(0, &[], &[far]), &bare);
    // (140 000 + 0.3 * 150) * 170 / 2^30 quote a contract.
    let expected = (140_045.0 * 170.0 / f64::from(1 << 30) * 1e9) as i64;
    for asked in [got.r_im, got.r_mm] {
        assert!(
            (asked - expected).abs() <= expected / 100,
            "{asked} for {expected}"
        );
    }
    let scaled = Regime {
        im_scale_ppb: 3_000_000_000,
        ..Regime::of(&bare)
    };
    let scaled = assess(&account(0, &[], &[far]), &scaled).expect("within range");
    assert!(scaled.r_im >= 3 * got.r_im - 3 && scaled.r_mm == got.r_mm);
}

#[test]
fn the_scale_asks_again_for_what_shorts_owe_and_no_underlying_backs() {
    let params = MarginParams::default();
    let at = |holdings: &[Holding], legs: &[Leg], im_scale_ppb| {
        let regime = Regime {
            im_scale_ppb,
            ..Regime::of(&params)
        };
        assess(&account(0, holdings, legs), &regime).expect("within range")
    };
    let naked = [leg(Kind::Call, 160, -ONE, 0)];
    let (one, two) = (
        at(&[], &naked, 1_000_000_000),
        at(&[], &naked, 2_000_000_000),
    );
    // The worst is spot at 300, damped to 0.3: all that is owed there counts again.
    let owed = one.loss_by_expiry[0] - one.value;
    let small = 100;
    assert!(
        (two.r_im - one.r_im - owed * 3 / 10).abs() <= small,
        "{one:?} {two:?}"
    );
    assert_eq!(one.r_mm, two.r_mm);
    // A covered call owes nothing that its unit does not back; longs owe nothing.
    let covered = [underlying(1_000_000)];
    let (one, two) = (
        at(&covered, &naked, 1_000_000_000),
        at(&covered, &naked, 2_000_000_000),
    );
    assert!((two.r_im - one.r_im).abs() <= small, "{one:?} {two:?}");
    let long = [leg(Kind::Call, 160, ONE, 0)];
    assert_eq!(at(&[], &long, 1_000_000_000), at(&[], &long, 3_000_000_000));
}
