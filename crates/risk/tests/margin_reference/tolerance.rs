//! What the kernel's digits may cost, number by number: the bounds of `docs/risk.md`, section 13, and what
//! the text rounds.

use backstop_risk::margin::{Holding, Leg, Portfolio, Regime};

/// The unit of the kernel's numbers.
const UNIT: f64 = 1.0 / 1_073_741_824.0;
/// Sums, parts and requirements rounded to whole atoms.
const ATOMS: f64 = 20.0;

/// Quote atoms, either way.
pub struct Tolerance {
    /// Of values: every price at spot.
    pub value: f64,
    pub required_im: f64,
    pub required_mm: f64,
    /// Of uncovered losses, prices 1.5 scan ranges down and 2 up.
    pub uncovered: [f64; 2],
}

/// Contracts times a price, atoms.
fn worth(leg: &Leg, price: f64) -> f64 {
    leg.quantity.magnitude() as f64 * price / 1e9
}

/// What the price of a leg may be off by with spot times `ratio`.
fn price(leg: &Leg, spot: f64, ratio: f64) -> f64 {
    let lifted = leg.seconds_to_expiry <= 0 || leg.vol.get() < 5_500;
    let units = if lifted { 572.0 } else { 170.0 };
    1.0 + worth(leg, (leg.strike.get() as f64).max(spot * ratio)) * units * UNIT
}

/// What a part per million of volatility costs: a shocked volatility is a whole one.
fn millionth(leg: &Leg, spot: f64, ratio: f64) -> f64 {
    let root = (leg.seconds_to_expiry.max(0) as f64 / 31_536_000.0).sqrt();
    worth(leg, (leg.strike.get() as f64).min(spot * ratio)) * 0.4 * root * 1e-6
}

impl Tolerance {
    pub fn of(portfolio: &Portfolio, regime: &Regime) -> Self {
        let spot = portfolio.spot.get() as f64;
        let sum = |of: &dyn Fn(&Leg) -> f64| portfolio.legs.iter().map(of).sum::<f64>();
        // A few units of collateral, and of what is certain.
        let held = |holding: &Holding| holding.value_atoms as f64 * 4.0 * UNIT;
        let certain = portfolio.expiries.iter();
        let certain = certain.map(|terms| terms.certain_atoms.abs() as f64 * 4.0 * UNIT);
        let still = ATOMS + portfolio.holdings.iter().map(held).sum::<f64>() + certain.sum::<f64>();
        let value = still + sum(&|leg| price(leg, spot, 1.0));
        // A damped loss is that of prices 1.3 times today's at most, and a requirement one of value, too.
        let loss = sum(&|leg| price(leg, spot, 1.3) + millionth(leg, spot, 4.0));
        let gap = |leg: &Leg, gap_ppm: u32| {
            // The root of time, its product with the gap and the shock of it: a few units of it.
            let gap = f64::from(gap_ppm) / 1e6 * 3.0;
            millionth(leg, spot, 4.0) * (1.0 + gap * 1e6 * 8.0 * UNIT)
                + worth(leg, leg.strike.get() as f64) * UNIT
        };
        let scale = regime.im_scale_ppb as f64 / 1e9;
        let gap_im = sum(&|leg| gap(leg, leg.vol_gap_ppm));
        let gap_mm = sum(&|leg| gap(leg, regime.widening_mm_ppm));
        let [down, up] = [1.0 - 1.5 * 0.3, 1.0 + 2.0 * 0.3]
            .map(|ratio| still + sum(&|leg| price(leg, spot, ratio) + millionth(leg, spot, ratio)));
        Self {
            value,
            required_im: value + scale * (loss + gap_im),
            required_mm: value + loss + gap_mm,
            uncovered: [down, up],
        }
    }
}
