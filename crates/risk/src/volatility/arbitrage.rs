//! Whether a surface allows a riskless profit, on a grid of strikes. For use off chain: it prices
//! about 400 options at display grade.
//!
//! At zero rates a call's value must fall with strike by at most the strike's rise, be convex in it
//! (butterfly), and never fall with time (calendar). Source: P. Carr and D. Madan, "A note on
//! sufficient conditions for no arbitrage", 2005.

use crate::display::{european_price, DisplayError, Terms};
use crate::pricing::Kind;
use crate::surface::{Surface, TENOR_SECONDS};
use backstop_quantities::convert::{u64_exact, u64_or_zero};
use backstop_quantities::precise::{exp_q60, mul_shift_floor, sqrt_years_q60};
use backstop_quantities::{Ppb, Price};

/// Strikes lie at -18 ... 18 quarters of a standard deviation of their tenor.
const QUARTERS: i64 = 18;
/// Four deviations, where the smile of a surface goes flat.
const SMILE_QUARTERS: i64 = 16;
/// And within a fifth to five times the spot, the range in which series are listed: |ln| in Q56.
const MAX_LOG_STRIKE_Q56: i64 = 115_972_223_723_426_608;
/// Spot the grid is priced at: a thousand quote. The result scales with it.
const SPOT: Price = Price::new(1_000_000_000_000);

/// Which condition fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A call is worth more than one with a lower strike.
    RisingInStrike,
    /// A call falls by more than its strike rises.
    SteeperThanStrike,
    /// A butterfly around the strike has negative worth.
    Butterfly,
    /// A call of the next tenor is worth less.
    Calendar,
}

/// A riskless profit a surface allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arbitrage {
    /// The condition that fails.
    pub violation: Violation,
    /// Index of the (shorter) tenor in `TENOR_SECONDS`.
    pub tenor: u8,
    /// (Middle) strike / spot, ppb.
    pub strike_ppb: u64,
    /// Profit per contract / spot, e12, beyond the tolerance.
    pub size_e12: u64,
}

/// The greatest violation among the strikes of one tenor within the smile, among those at its edges,
/// and between tenors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArbitrageReport {
    /// All strikes compared lie within four deviations of their tenor.
    pub inside: Option<Arbitrage>,
    /// A strike beyond four deviations takes part, where the smile is cut flat: a kink, which is an
    /// arbitrage of its own for most smiles.
    pub edge: Option<Arbitrage>,
    /// Two tenors at one strike. At the money there is none, since interpolation never lets total
    /// variance fall; in the wings of a strong curvature it can, where curvature * x^2 exceeds 1.
    pub calendar: Option<Arbitrage>,
}

/// One strike of the grid in 1e-9 quote, and its call in quote scaled 1e18.
#[derive(Clone, Copy, Debug)]
struct Point {
    quarter: i64,
    strike: u64,
    value_e18: i128,
}

/// Checks calls at the six tenors and up to 37 strikes each, and reports the greatest violations.
///
/// Tolerance, of spot: sqrt(T) * (1 + 3 atm) ppm. Volatility is rounded to 1 ppm after a factor
/// rounded in three places, so it errs by up to (1 + 3 atm) ppm; vega is below 0.4 spot sqrt(T), and
/// two prices' worth of error enter a comparison. Violations between grid strikes are not seen.
///
/// # Errors
/// Of the pricing, for a surface outside its bounds.
pub fn check_arbitrage(surface: &Surface) -> Result<ArbitrageReport, DisplayError> {
    let mut found = ArbitrageReport::default();
    for (index, seconds) in (0u8..).zip(TENOR_SECONDS) {
        let mut search = Search {
            tenor: index,
            tolerance_e18: tolerance_e18(surface, seconds),
            found,
        };
        let later = TENOR_SECONDS.get(usize::from(index).saturating_add(1));
        let (mut before, mut last): (Option<Point>, Option<Point>) = (None, None);
        for quarter in -QUARTERS..=QUARTERS {
            let Some(strike) = grid_strike(surface, seconds, quarter) else {
                continue;
            };
            let point = Point {
                quarter,
                strike,
                value_e18: call_e18(surface, strike, seconds)?,
            };
            if let Some(left) = last {
                search.slopes(left, point);
            }
            if let (Some(far), Some(middle)) = (before, last) {
                search.butterfly(far, middle, point);
            }
            if let Some(later) = later {
                let next = call_e18(surface, strike, *later)?;
                let loss = point.value_e18.saturating_sub(next);
                search.report(Violation::Calendar, [point; 3], loss);
            }
            (before, last) = (last, Some(point));
        }
        found = search.found;
    }
    Ok(found)
}

/// The greatest violations so far, and what a tenor's comparisons are held to.
#[derive(Clone, Copy, Debug)]
struct Search {
    tenor: u8,
    tolerance_e18: i128,
    found: ArbitrageReport,
}

impl Search {
    /// `points` take part, the violation is reported at the middle one.
    fn report(&mut self, violation: Violation, points: [Point; 3], loss_e18: i128) {
        let excess = loss_e18.saturating_sub(self.tolerance_e18);
        let size_e12 = parts_e12(excess);
        let inside = points
            .iter()
            .all(|p| p.quarter.saturating_abs() <= SMILE_QUARTERS);
        let worst = match violation {
            Violation::Calendar => &mut self.found.calendar,
            _ if inside => &mut self.found.inside,
            _ => &mut self.found.edge,
        };
        if excess > 0 && worst.is_none_or(|worst| worst.size_e12 < size_e12) {
            let [_, middle, _] = points;
            *worst = Some(Arbitrage {
                violation,
                tenor: self.tenor,
                strike_ppb: middle.strike.div_euclid(1_000),
                size_e12,
            });
        }
    }

    /// A call worth more than its left neighbour, or less by more than the difference of strikes.
    fn slopes(&mut self, left: Point, right: Point) {
        let points = [left, right, right];
        let fall = left.value_e18.saturating_sub(right.value_e18);
        let apart = i128::from(right.strike.saturating_sub(left.strike));
        let beyond = fall.saturating_sub(apart.saturating_mul(1_000_000_000));
        self.report(Violation::RisingInStrike, points, fall.saturating_neg());
        self.report(Violation::SteeperThanStrike, points, beyond);
    }

    /// A middle call worth more than the line between its neighbours.
    fn butterfly(&mut self, left: Point, middle: Point, right: Point) {
        let above = middle.value_e18.saturating_sub(chord(left, middle, right));
        self.report(Violation::Butterfly, [left, middle, right], above);
    }
}

/// What the outer strikes' line is worth at the middle one. Values below 2^70 and strikes below 2^43
/// leave the products below 2^114.
fn chord(left: Point, middle: Point, right: Point) -> i128 {
    let to_right = i128::from(right.strike.saturating_sub(middle.strike));
    let to_left = i128::from(middle.strike.saturating_sub(left.strike));
    let sum = left
        .value_e18
        .saturating_mul(to_right)
        .saturating_add(right.value_e18.saturating_mul(to_left));
    sum.checked_div(to_left.saturating_add(to_right))
        .unwrap_or(0)
}

fn call_e18(surface: &Surface, strike: u64, seconds: i64) -> Result<i128, DisplayError> {
    let strike = Price::new(strike);
    let vol = surface.vol(SPOT, strike, seconds);
    let value = european_price(&Terms {
        kind: Kind::Call,
        spot: SPOT,
        strike,
        seconds,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(u64::from(vol.get()).saturating_mul(1_000)),
    })?;
    Ok(i128::try_from(value).unwrap_or(i128::MAX))
}

/// spot * e^(quarters / 4 * atm * sqrt(T)), rounded down; `None` outside the listed range.
fn grid_strike(surface: &Surface, seconds: i64, quarters: i64) -> Option<u64> {
    let atm = u128::from(surface.atm_vol(seconds).get());
    let deviation = mul_shift_floor(atm, sqrt_years_q60(seconds), 6).checked_div(1_000_000)?;
    let shift = i64::try_from(deviation).ok()?.checked_mul(quarters)?;
    if shift.saturating_abs() > MAX_LOG_STRIKE_Q56 {
        return None;
    }
    u64_exact(mul_shift_floor(exp_q60(shift), SPOT.get(), 60))
}

/// spot * sqrt(T) * (1 + 3 atm) ppm, in quote scaled 1e18, rounded down.
fn tolerance_e18(surface: &Surface, seconds: i64) -> i128 {
    let atm = u64::from(surface.atm_vol(seconds).get());
    let parts_e12 = atm.saturating_mul(3).saturating_add(1_000_000);
    // SPOT is 1e21 in this scale: 1e9 per e12.
    let whole = u128::from(parts_e12).saturating_mul(1_000_000_000);
    let scaled = mul_shift_floor(whole, sqrt_years_q60(seconds), 60);
    i128::try_from(scaled).unwrap_or(i128::MAX)
}

/// An amount in quote scaled 1e18 as a part of the spot, e12.
fn parts_e12(amount_e18: i128) -> u64 {
    u64_or_zero(
        i64::try_from(amount_e18.checked_div(1_000_000_000).unwrap_or(0)).unwrap_or(i64::MAX),
    )
}
