//! The inner loop: one leg in one scenario.
//!
//! Ranges that make wrapping arithmetic exact: spot and strike relative to today's spot at most 2^32
//! in Q30 (shifted right together where the strike is further away), the leg's notional a mantissa
//! below 2^30, so every product stays below 2^62; each result below 2^56, 32 of them below 2^61.

use super::grid::{Cells, Grid, Move, Row, Rows, MOVE_COUNT, ROW_COUNT, SCORED_MOVES};
use super::{Leg, MarginParams, Portfolio, EXPIRY_COUNT};
use crate::pricing::{Deviation, Kind, COMMON_DEVIATION_Q30, COMMON_TURN};
use crate::RiskError;
use backstop_quantities::bits::{bit_length, top};
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::explog::{exp_q30, ln_q30, ln_ratio_q30};
use backstop_quantities::normal::cdf_from_edge;
use backstop_quantities::root::sqrt_years_q30;
use backstop_quantities::{Price, Reciprocal, ONE_PPB, ONE_Q30, PRICE_SCALE};

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
    /// The same with the sign turned for a put, as [`Deviation::mirrored`] asks.
    mirrored: i64,
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
    /// Least shocked volatility, ppm.
    floor_ppm: u64,
    /// Largest relative tilt, Q30, and the |ln(K/S)| that reaches it, Q30.
    tilt: i64,
    tilt_reach: i64,
}

/// The spot, prepared for the sizes of many legs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    reciprocal: Reciprocal,
    /// spot / 1e9 as mantissa * 2^exponent, mantissa in [2^30, 2^31) rounded down.
    mantissa: u64,
    exponent: i64,
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
    let unit = Unit::new(portfolio.spot).ok_or(RiskError::ZeroPrice)?;
    let reach = grid.reach();
    let mut clockworks: [Option<Clockwork>; EXPIRY_COUNT] = [None; EXPIRY_COUNT];
    let mut calls = [[0; ROW_COUNT]; EXPIRY_COUNT];
    let mut has_calls = [false; EXPIRY_COUNT];
    for kind in [Kind::Call, Kind::Put] {
        let legs = portfolio.legs.iter().filter(|leg| leg.kind == kind);
        for leg in legs.filter(|leg| !leg.quantity.is_zero()) {
            let index = usize::from(leg.expiry_index);
            let (Some(row), Some(known), Some(used)) = (
                rows.by_expiry.get_mut(index),
                clockworks.get_mut(index),
                rows.used.get_mut(index),
            ) else {
                return Err(RiskError::ExpiryIndexOutOfRange);
            };
            *used = true;
            // Legs of one expiry share what depends on time.
            let time = match known {
                Some(time) if time.seconds == leg.seconds_to_expiry => time,
                _ => known.insert(Clockwork::new(leg.seconds_to_expiry, params)),
            };
            let size = Size::of(leg, &unit)?;
            rows.gross.add(leg, &size, time.root, reach);
            add_leg(&size, leg, time, grid, row)?;
        }
        if kind == Kind::Call {
            has_calls = rows.used;
            calls = rows.by_expiry;
        }
    }
    let expiries = rows.by_expiry.iter_mut().zip(&mut rows.used);
    for ((row, used), terms) in expiries.zip(portfolio.expiries) {
        if terms.certain_atoms != 0 {
            *used = true;
            for cell in row {
                *cell = cell.wrapping_add(terms.certain_atoms);
            }
        }
    }
    for ((calls, all), has) in calls.iter().zip(&rows.by_expiry).zip(has_calls) {
        if has {
            add_short_calls(&mut rows.short_calls, calls, all);
        }
    }
    Ok(())
}

/// All cells of one leg.
#[inline(never)]
fn add_leg(
    size: &Size,
    leg: &Leg,
    time: &Clockwork,
    grid: &Grid,
    row: &mut Row,
) -> Result<(), RiskError> {
    // From the rounded strike: the logarithm shifts d1 and d2 alike. Only a strike below 2^-30 of the
    // spot is lifted, where it does not matter.
    let relative = u64_bits(size.strike.wrapping_shl(size.down)).max(1);
    let moneyness = ln_q30(relative).unwrap_or(0).wrapping_neg();
    let vols = time.vols(leg, moneyness);
    let cells = Cells::of(row).ok_or(RiskError::TooLarge)?;
    let curve = |vol| Curve::new(size, moneyness, vol, time.root);
    // Down is below flat, and flat below up.
    let [_, _, down, low, high] = vols;
    let least = down.min(low).min(high);
    let deviation = least.wrapping_mul(time.root);
    if size.down == 0 && deviation >= COMMON_DEVIATION_Q30 * 1_000_000 {
        fill_row::<true>(curve, vols, &grid.moves, cells);
    } else {
        fill_slowly(curve, vols, &grid.shifted(size.down), cells);
    }
    Ok(())
}

/// Adds what an expiry is short of in calls, at most what all its options lack.
#[inline(never)]
fn add_short_calls(total: &mut Row, calls: &Row, all: &Row) {
    for ((cell, calls), all) in total.iter_mut().zip(calls).zip(all) {
        let lacking = (*calls).max(*all);
        if lacking < 0 {
            *cell = cell.wrapping_sub(lacking);
        }
    }
}

/// [`fill_row`] for legs with a strike beyond four spots or without deviation.
#[inline(never)]
fn fill_slowly(
    curve: impl Fn(u64) -> Curve,
    vols: [u64; 5],
    moves: &[Move; MOVE_COUNT],
    cells: Cells<'_>,
) {
    fill_row::<false>(curve, vols, moves, cells);
}

/// All volatility states of one leg, in the order of [`Clockwork::vols`]. `COMMON` where all their
/// reciprocals have the [`COMMON_TURN`].
#[inline(always)]
fn fill_row<const COMMON: bool>(
    curve: impl Fn(u64) -> Curve,
    vols: [u64; 5],
    moves: &[Move; MOVE_COUNT],
    cells: Cells<'_>,
) {
    let [flat, up, down, low, high] = vols;
    curve(flat).fill::<COMMON>(moves, cells.flat);
    let up = curve(up);
    up.fill::<COMMON>(moves, cells.up);
    up.fill::<COMMON>(moves.split_at(SCORED_MOVES).1, cells.uncovered);
    curve(down).fill::<COMMON>(moves, cells.down);
    curve(low).fill::<COMMON>(moves, cells.tilt_low);
    curve(high).fill::<COMMON>(moves, cells.tilt_high);
}

/// One leg in one volatility state.
#[derive(Clone, Copy, Debug)]
struct Curve {
    /// As in [`Deviation`], mirrored for a put.
    inverse: i64,
    turn: u32,
    s: i64,
    /// d1 at today's spot (-d1 for a put) above the edge of the table, Q27.
    start: i64,
    notional: i64,
    strike: i64,
    shift: u32,
}

impl Curve {
    #[inline(always)]
    fn new(size: &Size, moneyness: i64, vol: u64, root: u64) -> Self {
        let deviation = Deviation::new(vol, root).mirrored(size.put_mask);
        Self {
            inverse: deviation.inverse,
            turn: deviation.turn,
            s: deviation.s,
            start: deviation.d1(moneyness),
            notional: size.mirrored,
            strike: size.strike,
            shift: size.shift,
        }
    }

    /// Adds the values at the first of `moves` to as many cells, three at a time, which saves the
    /// loop's own instructions. Inlined, so that the lengths are known.
    #[inline(always)]
    fn fill<const COMMON: bool>(&self, moves: &[Move], cells: &mut [i64]) {
        let (threes, rest) = cells.as_chunks_mut::<3>();
        let (moves, last) = moves.as_chunks::<3>();
        for ([a, b, c], [x, y, z]) in moves.iter().zip(threes.iter_mut()) {
            self.add::<COMMON>(a, x);
            self.add::<COMMON>(b, y);
            self.add::<COMMON>(c, z);
        }
        let behind = moves.get(threes.len()).map_or(last, |next| next.as_slice());
        for (step, cell) in behind.iter().zip(rest) {
            self.add::<COMMON>(step, cell);
        }
    }

    /// Adds the value at one move.
    #[inline(always)]
    fn add<const COMMON: bool>(&self, step: &Move, cell: &mut i64) {
        let turn = if COMMON { COMMON_TURN } else { self.turn };
        let way = step.log.wrapping_mul(self.inverse) >> turn;
        let d1 = way.wrapping_add(self.start);
        let (first, second) = (cdf_from_edge(d1), cdf_from_edge(d1.wrapping_sub(self.s)));
        let in_spot = first.wrapping_mul(step.ratio);
        let value = in_spot.wrapping_sub(second.wrapping_mul(self.strike)) >> 30;
        *cell = cell.wrapping_add(value.wrapping_mul(self.notional) >> self.shift);
    }
}

impl Unit {
    /// `None` for a spot of zero.
    pub(super) fn new(spot: Price) -> Option<Self> {
        let spot = spot.get();
        let reciprocal = Reciprocal::new(spot)?;
        let bits = i64::from(bit_length(spot));
        // With the top bit set and divided by 1e9: 34 or 35 bits.
        let quotient = top(spot).wrapping_div(PRICE_SCALE);
        let extra = bit_length(quotient).wrapping_sub(31);
        Some(Self {
            reciprocal,
            mantissa: quotient.wrapping_shr(extra),
            exponent: i64::from(extra).wrapping_add(bits).wrapping_sub(64),
        })
    }
}

impl Size {
    /// |notional| at a price of Q(30 - down), below 2^34, in atoms rounded up.
    #[inline]
    pub(super) fn atoms_ceil(&self, price: u64) -> u64 {
        let notional = self.mirrored.unsigned_abs().wrapping_add(1);
        (notional.wrapping_mul(price) >> self.shift).wrapping_add(1)
    }

    /// # Errors
    /// `TooLarge` beyond about 2^54 atoms of notional.
    #[inline]
    pub(super) fn of(leg: &Leg, unit: &Unit) -> Result<Self, RiskError> {
        let strike = unit.reciprocal.ratio_q30(leg.strike.get());
        let down = if strike >> STRIKE_BITS == 0 {
            0
        } else {
            bit_length(strike).wrapping_sub(STRIKE_BITS)
        };
        // quantity * spot / 1e9 in atoms: two mantissas of 31 bits, kept to 30 bits rounded down.
        let quantity = leg.quantity.magnitude();
        let product = (top(quantity) >> 33).wrapping_mul(unit.mantissa);
        let cut: u32 = if product >> 61 == 0 { 31 } else { 32 };
        let notional = i64_bits(product.wrapping_shr(cut));
        let exponent = i64::from(cut.wrapping_add(bit_length(quantity)))
            .wrapping_add(unit.exponent)
            .wrapping_sub(31);
        // value >> 30 relative to spot, times 2^(down + exponent).
        let shift = 30i64.wrapping_sub(exponent).wrapping_sub(i64::from(down));
        if shift < MIN_SHIFT {
            return Err(RiskError::TooLarge);
        }
        let put_mask = match leg.kind {
            Kind::Call => 0,
            Kind::Put => -1,
        };
        let signed = if leg.quantity.is_short() {
            notional.wrapping_neg()
        } else {
            notional
        };
        Ok(Self {
            mirrored: (signed ^ put_mask).wrapping_sub(put_mask),
            strike: i64_bits(strike.wrapping_shr(down)),
            down,
            shift: u32::try_from(shift.min(63)).map_err(|_| RiskError::TooLarge)?,
            put_mask,
        })
    }
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
            down_ppb: scaled(params.vol_down_ppb).min(ONE_PPB),
            floor_ppm: params.vol_floor_ppm,
            tilt,
            tilt_reach: i64_bits(reach).max(10_737_418),
        }
    }

    /// Volatility in the five states: flat, up, down, low strikes up, high strikes up; ppm.
    #[inline]
    fn vols(&self, leg: &Leg, moneyness: i64) -> [u64; 5] {
        let vol = u64::from(leg.vol.get()).min(MAX_VOL_PPM);
        let floor = self.floor_ppm;
        // vol < 2^23 and the factors below 2^33; a fall is at most 1.
        let part = |ppb: u64| vol.wrapping_mul(ppb).wrapping_div(1_000_000_000);
        let up = vol.wrapping_add(part(self.up_ppb));
        let down = vol.wrapping_sub(part(self.down_ppb));
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
        [vol, up.max(floor), lowered(down), either(low), either(high)]
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
