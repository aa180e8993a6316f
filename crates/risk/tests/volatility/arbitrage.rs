//! Which surfaces allow a riskless profit.

use crate::classes::{class, for_all, surfaces};
use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::pricing::Kind;
use backstop_risk::surface::{
    Surface, MAX_CURVATURE_PPM, MAX_SKEW_PPM, MAX_SMILE_VOL_PPM, MIN_SMILE_VOL_PPM, TENOR_SECONDS,
};
use backstop_risk::volatility::{check_arbitrage, ArbitrageReport, Violation};
use proptest::prelude::*;

/// Least and greatest relative volatility within four deviations.
fn smile(surface: &Surface) -> (f64, f64) {
    let (skew, curvature) = (
        f64::from(surface.skew_ppm) / 1e6,
        f64::from(surface.curvature_ppm) / 1e6,
    );
    let at = |x: f64| 1.0 + skew * x + curvature * x * x;
    let lowest = (-skew / (2.0 * curvature).max(1e-9)).clamp(-4.0, 4.0);
    let ends = [at(-4.0), at(4.0)];
    (at(lowest).min(ends[0]).min(ends[1]), ends[0].max(ends[1]))
}

fn checked(surface: &Surface) -> ArbitrageReport {
    check_arbitrage(surface).expect("a surface within its bounds is priced")
}

#[test]
fn flat_volatility_is_clean_everywhere() {
    for vol in [50_000, 200_000, 800_000, 2_000_000, 5_000_000] {
        let flat = Surface {
            atm_vol_ppm: [vol; 6],
            ..Surface::default()
        };
        assert_eq!(checked(&flat), ArbitrageReport::default(), "{vol}");
    }
}

/// Bounds, not luck: whatever validation accepts allows no butterfly, and no rise in strike, within
/// four deviations of a tenor, and nowhere a fall in time.
#[test]
fn every_surface_accepted_is_clean_inside() {
    let classes = [
        "skew down",
        "skew up",
        "strong skew",
        "strong curvature",
        "clean at the edges too",
        "kink at an edge",
        "smile above 500 %",
        "smile below 5 %",
    ];
    for_all("accepted", &classes, &surfaces(), |surface, hits| {
        prop_assert_eq!(surface.validate(), Ok(()));
        let found = checked(&surface);
        prop_assert_eq!(found.inside, None);
        // dw/dtheta of w = theta f(x)^2, x = k / sqrt(theta), is f (1 - curvature x^2) > 0.
        prop_assert_eq!(found.calendar, None);
        class(hits, classes[0], surface.skew_ppm < -20_000);
        class(hits, classes[1], surface.skew_ppm > 20_000);
        class(hits, classes[2], surface.skew_ppm.abs() > 120_000);
        class(hits, classes[3], surface.curvature_ppm > 20_000);
        class(hits, classes[4], found.edge.is_none());
        class(hits, classes[5], found.edge.is_some());
        let (low, high) = smile(&surface);
        let vols = surface.atm_vol_ppm.map(f64::from);
        class(hits, classes[6], vols.iter().any(|vol| vol * high > 5e6));
        class(hits, classes[7], vols.iter().any(|vol| vol * low < 5e4));
        Ok(())
    });
}

#[test]
fn the_corners_of_the_bounds_are_clean_inside() {
    for vol in (50_000..=5_000_000).step_by(50_000) {
        for (skew, curvature) in [(-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
            let surface = Surface {
                atm_vol_ppm: [vol; 6],
                skew_ppm: skew * MAX_SKEW_PPM,
                curvature_ppm: curvature * MAX_CURVATURE_PPM,
            };
            assert_eq!(surface.validate(), Ok(()));
            assert_eq!(checked(&surface).inside, None, "{surface:?}");
            let (low, high) = smile(&surface);
            let vol = f64::from(vol);
            assert!(vol * low >= f64::from(MIN_SMILE_VOL_PPM), "cut below");
            assert!(vol * high <= f64::from(MAX_SMILE_VOL_PPM), "cut above");
        }
    }
}

#[test]
fn what_is_reported_can_be_earned() {
    let classes = ["clean", "inside", "edge", "calendar", "butterfly", "slope"];
    let cases = (surfaces(), 0u32..3, 1.0f64..1.2);
    for_all(
        "reported",
        &classes,
        &cases,
        |(mut surface, kind, rise), hits| {
            if kind == 0 {
                // Total variance that hardly rises, with a curvature beyond the bound.
                let vol = f64::from(surface.atm_vol_ppm[0]) * (rise / 7.0).sqrt();
                surface.atm_vol_ppm[1] = (vol as u32).max(50_000);
                surface.curvature_ppm = 100_000;
            } else if kind == 1 {
                surface.curvature_ppm /= 10;
                surface.skew_ppm /= 10;
            } else {
                surface.curvature_ppm *= 4;
            }
            let report = checked(&surface);
            class(hits, classes[0], report == ArbitrageReport::default());
            class(hits, classes[1], report.inside.is_some());
            class(hits, classes[2], report.edge.is_some());
            for found in [report.inside, report.edge].into_iter().flatten() {
                prop_assert!((199_999_998..=5_000_000_002).contains(&found.strike_ppb));
                prop_assert!(found.violation != Violation::Calendar);
                class(hits, classes[4], found.violation == Violation::Butterfly);
                class(hits, classes[5], found.violation != Violation::Butterfly);
            }
            if let Some(found) = report.calendar {
                let price = |tenor: u8| call(&surface, found.strike_ppb, tenor);
                // The strike is reported to a ppb, a thousand times coarser than it was priced.
                let profit = price(found.tenor) - price(found.tenor + 1) + 1e-9;
                prop_assert_eq!(found.violation, Violation::Calendar);
                prop_assert!(profit * 1e12 >= found.size_e12 as f64);
                class(hits, classes[3], true);
            }
            Ok(())
        },
    );
}

/// A call in parts of the spot.
fn call(surface: &Surface, strike_ppb: u64, tenor: u8) -> f64 {
    let (spot, strike) = (
        Price::new(1_000_000_000_000),
        Price::new(strike_ppb * 1_000),
    );
    let seconds = TENOR_SECONDS[usize::from(tenor)];
    let terms = Terms {
        kind: Kind::Call,
        spot,
        strike,
        seconds,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(u64::from(surface.vol(spot, strike, seconds).get()) * 1_000),
    };
    european_price(&terms).expect("priced") as f64 / 1e21
}

#[test]
fn total_variance_that_falls_is_flat_once_interpolated() {
    let mut surface = Surface {
        atm_vol_ppm: [800_000; 6],
        ..Surface::default()
    };
    surface.atm_vol_ppm[3] = 500_000;
    assert!(surface.validate().is_err());
    assert_eq!(checked(&surface).calendar, None);
}

#[test]
fn four_times_the_curvature_allowed_is_a_butterfly_or_worse() {
    let surface = Surface {
        atm_vol_ppm: [800_000; 6],
        skew_ppm: 0,
        curvature_ppm: 4 * MAX_CURVATURE_PPM,
    };
    assert!(surface.validate().is_err());
    assert!(checked(&surface).inside.is_some());
}
