//! Which surfaces allow a riskless profit.

use crate::classes::{class, for_all, surfaces};
use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::pricing::Kind;
use backstop_risk::surface::{Surface, TENOR_SECONDS};
use backstop_risk::volatility::{check_arbitrage, ArbitrageReport, Violation};
use proptest::prelude::*;

/// Up to these no surface was seen to fail inside the smile unless its bound of 500 % cuts the smile.
const MILD_CURVATURE_PPM: i32 = 25_000;
const MILD_SKEW_PPM: i32 = 100_000;

/// Whether the smile stays below 500 % within four deviations of every tenor.
fn uncut(surface: &Surface) -> bool {
    let wing = 4 * surface.skew_ppm.unsigned_abs() + 16 * surface.curvature_ppm.unsigned_abs();
    let factor = 1.0 + f64::from(wing) / 1e6;
    surface
        .atm_vol_ppm
        .iter()
        .all(|vol| f64::from(*vol) * factor < 5e6)
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

#[test]
fn mild_smiles_are_clean_inside() {
    let classes = [
        "skew down",
        "skew up",
        "curved",
        "clean at the edges too",
        "kink at an edge",
        "cut at 500 %",
    ];
    for_all("mild", &classes, &surfaces(), |mut surface, hits| {
        surface.skew_ppm /= 200_000 / MILD_SKEW_PPM;
        surface.curvature_ppm /= 100_000 / MILD_CURVATURE_PPM;
        let found = checked(&surface);
        prop_assert_eq!(found.calendar, None);
        prop_assert!(found.inside.is_none() || !uncut(&surface), "{found:?}");
        class(hits, classes[5], !uncut(&surface));
        class(hits, classes[0], surface.skew_ppm < -10_000);
        class(hits, classes[1], surface.skew_ppm > 10_000);
        class(hits, classes[2], surface.curvature_ppm > 10_000);
        class(hits, classes[3], found.edge.is_none());
        class(hits, classes[4], found.edge.is_some());
        Ok(())
    });
}

#[test]
fn the_corners_of_mild_smiles_are_clean_inside() {
    for vol in (100_000..=2_500_000).step_by(50_000) {
        for (skew, curvature_ppm) in
            [(-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)].map(|(s, c)| (s, c * MILD_CURVATURE_PPM))
        {
            let surface = Surface {
                atm_vol_ppm: [vol; 6],
                skew_ppm: skew * MILD_SKEW_PPM,
                curvature_ppm,
            };
            assert_eq!(checked(&surface).inside, None, "{surface:?}");
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
                // Total variance that hardly rises, with the strongest curvature.
                let vol = f64::from(surface.atm_vol_ppm[0]) * (rise / 7.0).sqrt();
                surface.atm_vol_ppm[1] = (vol as u32).max(50_000);
                surface.curvature_ppm = 100_000;
            } else if kind == 1 {
                surface.curvature_ppm /= 10;
                surface.skew_ppm /= 10;
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
fn the_greatest_curvature_is_a_butterfly_or_worse() {
    let surface = Surface {
        atm_vol_ppm: [800_000; 6],
        skew_ppm: 0,
        curvature_ppm: 100_000,
    };
    assert!(checked(&surface).inside.is_some());
}
