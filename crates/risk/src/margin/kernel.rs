//! The inner loop: one leg in one scenario.
//!
//! Ranges that make wrapping arithmetic exact: spot and strike relative to today's spot at most 2^32
//! in Q30 (shifted right together where the strike is further away), the leg's notional a mantissa
//! below 2^30, so every product stays below 2^62; each result below 2^55, 32 of them below 2^60.

use super::clockwork::Clockwork;
use super::grid::{Grid, Move, MOVE_COUNT, SCORED_MOVES};
use super::rows::{Cells, Row, Rows, ROW_COUNT};
use super::size::{Size, Unit};
use super::{Leg, Portfolio, Regime, EXPIRY_COUNT};
use crate::pricing::{
    call_value, Deviation, Kind, COMMON_DEVIATION_Q30, COMMON_TURN, MAX_MOVE_LOG_Q30,
};
use crate::RiskError;

/// Adds the value of every leg in every cell to the row of its expiry, and fills the row of short
/// calls where there is underlying, which they lean on: calls go first, so that once they are in, the
/// rows hold the calls alone.
#[inline(never)]
pub(super) fn revalue(
    portfolio: &Portfolio,
    regime: &Regime,
    grid: &Grid,
    rows: &mut Rows,
) -> Result<(), RiskError> {
    let unit = Unit::new(portfolio.spot).ok_or(RiskError::ZeroPrice)?;
    let reach = grid.reach();
    let mut clockworks: [Option<Clockwork>; EXPIRY_COUNT] = [None; EXPIRY_COUNT];
    let mut calls = [[0; ROW_COUNT]; EXPIRY_COUNT];
    let mut short_calls = [false; EXPIRY_COUNT];
    let mut holdings = portfolio.holdings.iter();
    let leans = holdings.any(|held| held.moves_with_spot && held.contracts_equivalent > 0);
    for kind in [Kind::Call, Kind::Put] {
        let legs = portfolio.legs.iter().filter(|leg| leg.kind == kind);
        for leg in legs.filter(|leg| !leg.quantity.is_zero()) {
            let index = usize::from(leg.expiry_index);
            let (Some(row), Some(known), Some(used), Some(short)) = (
                rows.by_expiry.get_mut(index),
                clockworks.get_mut(index),
                rows.used.get_mut(index),
                short_calls.get_mut(index),
            ) else {
                return Err(RiskError::ExpiryIndexOutOfRange);
            };
            *used = true;
            *short |= leans && kind == Kind::Call && leg.quantity.is_short();
            // Legs of one expiry share what depends on time.
            let time = match known {
                Some(time) if time.seconds == leg.seconds_to_expiry => time,
                _ => known.insert(Clockwork::new(leg.seconds_to_expiry, regime.params)),
            };
            let size = Size::of(leg, &unit)?;
            let widening = regime.widening_mm_ppm;
            rows.gross.add(leg, &size, time, reach, widening);
            add_leg(&size, leg, time, grid, row)?;
        }
        if leans && kind == Kind::Call {
            calls = rows.by_expiry;
        }
    }
    rows.add_certain(portfolio.expiries);
    for ((calls, all), short) in calls.iter().zip(&rows.by_expiry).zip(short_calls) {
        if short {
            add_short_calls(&mut rows.short_calls, calls, all);
        }
    }
    Ok(())
}

/// All cells of one leg.
#[inline(never)]
pub(super) fn add_leg(
    size: &Size,
    leg: &Leg,
    time: &Clockwork,
    grid: &Grid,
    row: &mut Row,
) -> Result<(), RiskError> {
    let moneyness = size.moneyness();
    let vols = time.vols(leg, moneyness);
    let cells = Cells::of(row).ok_or(RiskError::TooLarge)?;
    let root = time.root;
    // Down is below flat, and flat below up.
    let [_, _, down, low, high] = vols;
    let least = down.min(low).min(high).wrapping_mul(root);
    let near = moneyness.unsigned_abs() <= MAX_MOVE_LOG_Q30.unsigned_abs();
    if near && size.down == 0 && least >= COMMON_DEVIATION_Q30 * 1_000_000 {
        let curve = |vol| Curve::new(size, moneyness, Deviation::common(vol, root));
        fill_row::<true>(curve, vols, &grid.moves, cells);
    } else {
        let curve = |vol| Curve::new(size, moneyness, Deviation::new(vol, root));
        fill_slowly(curve, vols, &grid.shifted(size.down), cells);
    }
    Ok(())
}

/// Adds what an expiry is short of in calls, at most what all its options lack.
#[inline(never)]
fn add_short_calls(total: &mut Row, calls: &Row, all: &Row) {
    // Five cells at a time, which saves the loop's own instructions.
    let (total, _) = total.as_chunks_mut::<5>();
    let rows = calls.as_chunks::<5>().0.iter().zip(all.as_chunks::<5>().0);
    for (total, (calls, all)) in total.iter_mut().zip(rows) {
        for ((cell, calls), all) in total.iter_mut().zip(calls).zip(all) {
            let lacking = (*calls).max(*all);
            if lacking < 0 {
                *cell = cell.wrapping_sub(lacking);
            }
        }
    }
}

/// [`fill_row`] for the few legs far from the money or without deviation.
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
    fn new(size: &Size, moneyness: i64, deviation: Deviation) -> Self {
        let deviation = deviation.mirrored(size.put_mask);
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

    /// Adds the values at the first of `moves` to as many cells, five at a time, which saves the
    /// loop's own instructions. Inlined, so that the lengths are known.
    #[inline(always)]
    fn fill<const COMMON: bool>(&self, moves: &[Move], cells: &mut [i64]) {
        if !COMMON {
            for (step, cell) in moves.iter().zip(cells) {
                self.add::<COMMON>(step, cell);
            }
            return;
        }
        let (fives, rest) = cells.as_chunks_mut::<5>();
        let (moves, last) = moves.as_chunks::<5>();
        for ([a, b, c, d, e], [v, w, x, y, z]) in moves.iter().zip(fives.iter_mut()) {
            self.add::<COMMON>(a, v);
            self.add::<COMMON>(b, w);
            self.add::<COMMON>(c, x);
            self.add::<COMMON>(d, y);
            self.add::<COMMON>(e, z);
        }
        let behind = moves.get(fives.len()).map_or(last, |next| next.as_slice());
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
        let value = call_value(&step.ratio, &self.strike, d1, self.s);
        *cell = cell.wrapping_add(value.wrapping_mul(self.notional) >> self.shift);
    }
}
