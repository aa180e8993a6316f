//! How far from the money the cells of a portfolio are: a kernel that skips distant cells must not look
//! cheaper than it is.

use backstop_quantities::Price;
use backstop_risk::margin::{describe, Leg, MarginParams, Portfolio, Scenario, VolMove};

const YEAR: f64 = 31_536_000.0;
const MONTH: f64 = 2_592_000.0;
/// A cell this far out is distant.
const FAR: f64 = 4.0;

/// Cells, and how many of them have |d1| and |d2| below 4.
#[derive(Default)]
pub struct Cells {
    pub all: u64,
    pub near: u64,
}

impl Cells {
    /// Counts the cells of a portfolio.
    pub fn add(&mut self, portfolio: &Portfolio) {
        let params = MarginParams::default();
        let scenarios = (0..=u8::MAX).map_while(|index| describe(index, &params));
        for scenario in scenarios {
            for leg in portfolio.legs {
                let (d1, d2) = arguments(portfolio.spot, leg, &scenario, &params);
                self.all += 1;
                self.near += u64::from(d1.abs() < FAR && d2.abs() < FAR);
            }
        }
    }

    pub fn near_part(&self) -> f64 {
        self.near as f64 / self.all as f64
    }
}

/// d1 and d2 of a cell, in floating point.
fn arguments(spot: Price, leg: &Leg, scenario: &Scenario, params: &MarginParams) -> (f64, f64) {
    let spot = spot.get() as f64 * scenario.spot_ppb as f64 / 1e9;
    let moneyness = (spot / leg.strike.get() as f64).ln();
    let seconds = leg.seconds_to_expiry as f64;
    let s = shocked(leg, scenario.vol, params) * (seconds / YEAR).sqrt();
    let d1 = moneyness / s + s / 2.0;
    (d1, d1 - s)
}

/// Volatility of a scenario; the small tilts are left out.
fn shocked(leg: &Leg, vol_move: VolMove, params: &MarginParams) -> f64 {
    let vol = f64::from(leg.vol.get()) / 1e6;
    let scale = MONTH / leg.seconds_to_expiry as f64;
    let scale = scale.powf(if scale > 1.0 { 0.30 } else { 0.13 });
    let floor = params.vol_floor_ppm as f64 / 1e6;
    match vol_move {
        VolMove::Up => (vol * (1.0 + params.vol_up_ppb as f64 / 1e9 * scale)).max(floor),
        VolMove::Down => {
            let down = vol * (1.0 - params.vol_down_ppb as f64 / 1e9 * scale);
            down.max(floor).min(vol)
        }
        _ => vol,
    }
}
