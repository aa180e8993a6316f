//! The inner loop: one leg in one scenario.
//!
//! Ranges that make wrapping arithmetic exact: spot and strike relative to today's spot at most 2^32
//! in Q30 (shifted right together where the strike is further away), the leg's notional a mantissa
//! below 2^30, so every product stays below 2^62; each result below 2^56, 32 of them below 2^61.

use super::grid::{Grid, Move, Row, Rows, ROW_COUNT};
use super::{Leg, MarginParams, Portfolio, EXPIRY_COUNT};
use crate::pricing::{call_value, Deviation, Kind};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::explog::{exp_q30, ln_ratio_q30};
use backstop_quantities::root::sqrt_years_q30;
use backstop_quantities::{Price, Reciprocal, ONE_Q30, PRICE_SCALE};

/// log2 of the greatest relative strike, Q30.
const STRIKE_BITS: u32 = 32;
/// Least final shift: keeps a leg below 2^56 atoms in every scenario.
const MIN_SHIFT: i64 = 6;
/// 30 days, where the volatility shock is quoted, and the least time it is taken at.
const SHOCK_SECONDS: u64 = 2_592_000;
const MIN_SHOCK_SECONDS: i64 = 86_400;
/// Exponents of 30 days / time: 0.30 below, 0.13 above, Q30.
const SHORT_EXPONENT_Q30: i64 = 322_122_547;
const LONG_EXPONENT_Q30: i64 = 139_586_437;
/// Bounds of ln(30 days / time), Q30: a day, and 90 years.
const MAX_SHOCK_LOG_Q30: i64 = 7 << 30;
const MIN_SHOCK_LOG_Q30: i64 = -7 << 30;
/// Greatest volatility of a leg, ppm.
const MAX_VOL_PPM: u64 = 8_000_000;

/// Size of a leg relative to spot, as the inner loop wants it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Signed notional mantissa, |n| < 2^30.
    pub(super) notional: i64,
    /// Strike / spot, Q(30 - down), at most 2^32.
    pub(super) strike: i64,
    /// How far spot and strike are shifted right.
    pub(super) down: u32,
    /// notional * (Q(30 - down) value) >> shift is quote atoms.
    pub(super) shift: u32,
    /// All ones for a put, 0 for a call.
    pub(super) put_mask: i64,
}

/// What depends on time to expiry only.
#[derive(Clone, Copy, Debug)]
struct Clockwork {
    seconds: i64,
    /// sqrt(years), Q30.
    root: u64,
    /// Volatility shocks, ppb of volatility.
    up_ppb: u64,
    down_ppb: u64,
    /// Largest relative tilt, Q30, and the |ln(K/S)| that reaches it, Q30.
    tilt: i64,
    tilt_reach: i64,
}

/// Adds the value of every leg in every cell to the row of its expiry, and fills the row of short
/// calls: calls go first, so that once they are in, the rows hold the calls alone.
#[inline(never)]
pub(super) fn revalue(
    portfolio: &Portfolio,
    params: &MarginParams,
    grid: &Grid,
    rows: &mut Rows,
) -> Result<(), RiskError> {
    let mut clockworks: [Option<Clockwork>; EXPIRY_COUNT] = [None; EXPIRY_COUNT];
    let mut calls = [[0; ROW_COUNT]; EXPIRY_COUNT];
    for kind in [Kind::Call, Kind::Put] {
        let legs = portfolio.legs.iter().filter(|leg| leg.kind == kind);
        for leg in legs.filter(|leg| !leg.quantity.is_zero()) {
            let index = usize::from(leg.expiry_index);
            let (Some(row), Some(known)) =
                (rows.by_expiry.get_mut(index), clockworks.get_mut(index))
            else {
                return Err(RiskError::ExpiryIndexOutOfRange);
            };
            // Legs of one expiry share what depends on time.
            let time = match *known {
                Some(time) if time.seconds == leg.seconds_to_expiry => time,
                _ => Clockwork::new(leg.seconds_to_expiry, params),
            };
            *known = Some(time);
            add_leg(portfolio.spot, leg, &time, params.vol_floor_ppm, grid, row)?;
        }
        if kind == Kind::Call {
            calls = rows.by_expiry;
        }
    }
    for (row, terms) in rows.by_expiry.iter_mut().zip(portfolio.expiries) {
        if terms.certain_atoms != 0 {
            for cell in row {
                *cell = cell.wrapping_add(terms.certain_atoms);
            }
        }
    }
    rows.short_calls = short_calls(&calls, &rows.by_expiry);
    Ok(())
}

/// All cells of one leg.
fn add_leg(
    spot: Price,
    leg: &Leg,
    time: &Clockwork,
    floor: u64,
    grid: &Grid,
    row: &mut Row,
) -> Result<(), RiskError> {
    let reciprocal = Reciprocal::new(spot.get()).ok_or(RiskError::ZeroPrice)?;
    let size = Size::new(leg, spot, reciprocal)?;
    let moneyness = ln_ratio_q30(spot.get(), leg.strike.get()).ok_or(RiskError::ZeroPrice)?;
    let vols = time.vols(leg, moneyness, floor);
    for ((moves, cells), vol) in grid.blocks(row).into_iter().zip(vols) {
        let deviation = Deviation::new(vol, time.root);
        fill(&size, moneyness, &deviation, moves, cells);
    }
    Ok(())
}

/// What each expiry is short of in calls, at most what all its options lack, summed.
fn short_calls(calls: &[Row; EXPIRY_COUNT], all: &[Row; EXPIRY_COUNT]) -> Row {
    let mut total = [0i64; ROW_COUNT];
    for (calls, all) in calls.iter().zip(all) {
        for ((cell, calls), all) in total.iter_mut().zip(calls).zip(all) {
            let lacking = (*calls).max(*all).min(0);
            *cell = cell.wrapping_sub(lacking);
        }
    }
    total
}

/// One leg, one volatility state, all its spot moves.
#[inline]
fn fill(size: &Size, moneyness: i64, deviation: &Deviation, moves: &[Move], cells: &mut [i64]) {
    for (step, cell) in moves.iter().zip(cells) {
        let spot = step.ratio >> size.down;
        let odds = deviation.probabilities(moneyness.wrapping_add(step.log));
        let call = call_value(spot, size.strike, odds);
        let parity = size.strike.wrapping_sub(spot) & size.put_mask;
        let value = call.wrapping_add(parity).wrapping_mul(size.notional);
        *cell = cell.wrapping_add(value >> size.shift);
    }
}

impl Size {
    /// # Errors
    /// `TooLarge` beyond about 2^54 atoms of notional.
    pub(super) fn new(leg: &Leg, spot: Price, reciprocal: Reciprocal) -> Result<Self, RiskError> {
        let strike = reciprocal.ratio_q30(leg.strike.get());
        let bits = u64::BITS.saturating_sub(strike.leading_zeros());
        let down = bits.saturating_sub(STRIKE_BITS);
        let (notional, exponent) = notional(leg.quantity.magnitude(), spot.get());
        // value >> 30 relative to spot, times 2^(down + exponent).
        let shift = 30i64
            .saturating_sub(exponent)
            .saturating_sub(i64::from(down));
        if shift < MIN_SHIFT {
            return Err(RiskError::TooLarge);
        }
        let signed = if leg.quantity.is_short() {
            notional.wrapping_neg()
        } else {
            notional
        };
        Ok(Self {
            notional: signed,
            strike: i64_bits(strike.wrapping_shr(down)),
            down,
            shift: u32::try_from(shift.min(63)).map_err(|_| RiskError::TooLarge)?,
            put_mask: match leg.kind {
                Kind::Call => 0,
                Kind::Put => -1,
            },
        })
    }
}

/// quantity * spot / 1e9 in atoms as mantissa * 2^exponent, mantissa in [2^29, 2^30) rounded down.
fn notional(quantity: u64, spot: u64) -> (i64, i64) {
    let normal = |value: u64| {
        let zeros = value.leading_zeros();
        let mantissa = value.wrapping_shl(zeros) >> 33;
        (mantissa, 33i64.saturating_sub(i64::from(zeros)))
    };
    let (quantity, quantity_exponent) = normal(quantity);
    let (spot, spot_exponent) = normal(spot);
    // Below 2^62 before the division, at least 2^30 after it.
    let product = quantity.wrapping_mul(spot).wrapping_div(PRICE_SCALE);
    let bits = u64::BITS.saturating_sub(product.leading_zeros());
    let extra = bits.saturating_sub(30);
    let exponent = quantity_exponent
        .saturating_add(spot_exponent)
        .saturating_add(i64::from(extra));
    (i64_bits(product.wrapping_shr(extra)), exponent)
}

impl Clockwork {
    fn new(seconds: i64, params: &MarginParams) -> Self {
        let root = sqrt_years_q30(seconds);
        let scale = shock_scale_q30(seconds);
        // At most 1e9 * 2.8 * 2^30 < 2^62.
        let scaled = |ppb: u64| ppb.wrapping_mul(scale) >> 30;
        // 1/4 - sqrt(T)/10, between 5 % and 25 %; reached at 2.4 sqrt(T), at least 1 %.
        let years = i64_bits(root);
        let tilt = (ONE_Q30 >> 2)
            .saturating_sub(i64_bits(root.wrapping_div(10)))
            .max(ONE_Q30 >> 4);
        let reach = years.wrapping_mul(12).max(0).unsigned_abs().wrapping_div(5);
        Self {
            seconds,
            root,
            up_ppb: scaled(params.vol_up_ppb),
            down_ppb: scaled(params.vol_down_ppb),
            tilt,
            tilt_reach: i64_bits(reach).max(10_737_418),
        }
    }

    /// Volatility in the blocks of the grid: flat, up, down, low strikes up, high strikes up, up; ppm.
    fn vols(&self, leg: &Leg, moneyness: i64, floor: u64) -> [u64; 6] {
        let vol = u64::from(leg.vol.get()).min(MAX_VOL_PPM);
        // vol < 2^23 and the factors below 2^33.
        let up = vol.saturating_add(vol.wrapping_mul(self.up_ppb).wrapping_div(1_000_000_000));
        let fall = vol.wrapping_mul(self.down_ppb).wrapping_div(1_000_000_000);
        let down = vol.saturating_sub(fall);
        let tilt = self.tilt_of(moneyness);
        let low = tilted(vol, tilt);
        let high = tilted(vol, tilt.wrapping_neg());
        // A shock down never lifts a volatility that is already below the floor.
        let lowered = |shocked: u64| shocked.max(floor).min(vol);
        let either = |shocked: u64| {
            if shocked < vol {
                lowered(shocked)
            } else {
                shocked
            }
        };
        let up = up.max(floor);
        [vol, up, lowered(down), either(low), either(high), up]
    }

    /// Relative tilt of a leg, Q30: positive for strikes below spot (`moneyness` = ln(S/K)).
    fn tilt_of(&self, moneyness: i64) -> i64 {
        let reached = moneyness.clamp(self.tilt_reach.wrapping_neg(), self.tilt_reach);
        // Below 2^33 * 2^28.
        let size = reached
            .unsigned_abs()
            .wrapping_mul(u64_bits(self.tilt))
            .checked_div(u64_bits(self.tilt_reach))
            .unwrap_or(0);
        if reached < 0 {
            i64_bits(size).wrapping_neg()
        } else {
            i64_bits(size)
        }
    }
}

/// vol * (1 + tilt), |tilt| <= 1/4.
fn tilted(vol: u64, tilt: i64) -> u64 {
    u64_bits(i64_bits(vol).wrapping_mul(ONE_Q30.wrapping_add(tilt)) >> 30)
}

/// (30 days / time)^0.30 below 30 days (time at least a day), ^0.13 above; Q30, at most 2.8.
fn shock_scale_q30(seconds: i64) -> u64 {
    let time = seconds.max(MIN_SHOCK_SECONDS).unsigned_abs();
    let log = ln_ratio_q30(SHOCK_SECONDS, time).unwrap_or(0);
    let exponent = if log > 0 {
        SHORT_EXPONENT_Q30
    } else {
        LONG_EXPONENT_Q30
    };
    // For any 64-bit time |log| stays below 44 * 2^30, too large for the product: hence the clamp.
    exp_q30(
        log.clamp(MIN_SHOCK_LOG_Q30, MAX_SHOCK_LOG_Q30)
            .wrapping_mul(exponent)
            >> 30,
    )
}
