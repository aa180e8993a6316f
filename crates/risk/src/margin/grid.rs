//! The 33 scenarios, ordered by volatility state so that a leg prepares each state once, and two
//! moves beside them for the uncovered loss.

use super::params::{MarginParams, TAIL_COUNT};
use super::EXPIRY_COUNT;
use crate::pricing::MAX_MOVE_LOG_Q30;
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::explog::ln_ratio_q30;
use backstop_quantities::{mul_div_ceil, mul_div_floor, ONE_PPB, ONE_Q30};

/// Scenarios of the grid.
pub const SCENARIO_COUNT: usize = 33;
/// Spot moves within the scan range: 0, then -1/4, +1/4, -1/2, +1/2, -3/4, +3/4, -1, +1 of it.
const SCAN_MOVES: usize = 9;
/// Spot moves of the scenarios: those of the scan range, then the tails.
pub(super) const SCORED_MOVES: usize = SCAN_MOVES + TAIL_COUNT;
/// Moves beside the scenarios, volatility up: one and a half scan ranges down, two up.
const UNCOVERED_MOVES: usize = 2;
pub(super) const MOVE_COUNT: usize = SCORED_MOVES + UNCOVERED_MOVES;
/// Scan moves that also see volatility fall: all but the two ends.
const DOWN_MOVES: usize = 7;
const UP_START: usize = SCAN_MOVES;
const DOWN_START: usize = UP_START + SCORED_MOVES;
const TILT_START: usize = DOWN_START + DOWN_MOVES;
const _: () = assert!(TILT_START + 2 == SCENARIO_COUNT);
/// Cells of a row: the scenarios in order, then the two uncovered moves.
pub(super) const ROW_COUNT: usize = SCENARIO_COUNT + UNCOVERED_MOVES;

/// Option values by cell, quote atoms.
pub(super) type Row = [i64; ROW_COUNT];

/// What the kernel fills: 2.5 KiB, so nothing else large may share its frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    /// All legs of each expiry.
    pub(super) by_expiry: [Row; EXPIRY_COUNT],
    /// Worth of the calls each expiry is net short of, no more than its options together are worth
    /// below 0, summed over the expiries; >= 0.
    pub(super) short_calls: Row,
}

impl Rows {
    pub(super) const ZERO: Self = Self {
        by_expiry: [[0; ROW_COUNT]; EXPIRY_COUNT],
        short_calls: [0; ROW_COUNT],
    };
}

/// The cells of a row at -1.5 and +2 configured scan ranges, volatility up.
pub(super) fn uncovered_cells(row: &Row) -> [i64; UNCOVERED_MOVES] {
    let (_, cells) = row.split_at(SCENARIO_COUNT);
    cells.first_chunk().copied().unwrap_or_default()
}

/// Spot in the tails as ppb of itself.
const TAIL_SPOT_PPB: [u64; TAIL_COUNT] = [
    340_000_000,
    670_000_000,
    1_500_000_000,
    2_000_000_000,
    3_000_000_000,
    4_000_000_000,
];
/// Greatest widening of the scan range by oracle confidence, ppb of spot; it leaves spot positive.
const MAX_WIDENING_PPB: u64 = 200_000_000;

/// What volatility does in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolMove {
    /// As on the surface.
    Flat,
    /// Up by the shock of the leg's time to expiry.
    Up,
    /// Down by it.
    Down,
    /// Low strikes up, high strikes down.
    TiltLow,
    /// High strikes up, low strikes down.
    TiltHigh,
}

/// A scenario in words, for clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Spot as ppb of itself.
    pub spot_ppb: u64,
    /// What volatility does.
    pub vol: VolMove,
    /// Part of the loss that counts, ppb.
    pub damp_ppb: u64,
}

/// Spot of one move relative to now.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Move {
    /// spot_s / spot, Q30, at most 2^32.
    pub(super) ratio: i64,
    /// Its logarithm, Q30.
    pub(super) log: i64,
}

/// The spot moves of one computation and the damping of the tails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) moves: [Move; MOVE_COUNT],
    /// Damping, Q30, rounded up.
    pub(super) tail_damp: [i64; TAIL_COUNT],
}

/// One scenario by position: which move, which damping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) ratio: i64,
    pub(super) damp: i64,
}

impl Grid {
    pub(super) fn new(confidence_ppb: u64, params: &MarginParams) -> Result<Self, RiskError> {
        let widening = confidence_ppb.saturating_sub(params.confidence_free_ppb);
        let scan = params
            .scan_ppb
            .saturating_add(widening.min(MAX_WIDENING_PPB));
        let mut moves = [Move::default(); MOVE_COUNT];
        for (index, slot) in moves.iter_mut().enumerate() {
            let ppb = match index.checked_sub(SCORED_MOVES) {
                Some(beside) => uncovered_ppb(beside, params.scan_ppb),
                None => spot_ppb(index, scan),
            };
            let ppb = ppb.ok_or(RiskError::TooLarge)?;
            let ratio = mul_div_floor(ppb, 1 << 30, ONE_PPB).ok_or(RiskError::TooLarge)?;
            let log = ln_ratio_q30(ratio, 1 << 30).ok_or(RiskError::TooLarge)?;
            *slot = Move {
                ratio: i64_bits(ratio),
                // No validated parameter reaches the bound.
                log: log.clamp(MAX_MOVE_LOG_Q30.wrapping_neg(), MAX_MOVE_LOG_Q30),
            };
        }
        let mut tail_damp = [0; TAIL_COUNT];
        for (slot, ppb) in tail_damp.iter_mut().zip(params.tail_damp_ppb) {
            let damp = mul_div_ceil(ppb, u64_bits(ONE_Q30), ONE_PPB).ok_or(RiskError::TooLarge)?;
            *slot = i64_bits(damp).min(ONE_Q30);
        }
        Ok(Self { moves, tail_damp })
    }

    /// The scenarios in order: flat, up with the tails, down, the two tilts.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let whole = |m: &Move| Cell {
            ratio: m.ratio,
            damp: ONE_Q30,
        };
        let flat = self.moves.iter().take(SCAN_MOVES).map(whole);
        let up = self.moves.iter().take(SCAN_MOVES).map(whole);
        let tails = self.moves.iter().skip(SCAN_MOVES).zip(self.tail_damp);
        // The zip ends with the damping, before the uncovered moves.
        let tails = tails.map(|(m, damp)| Cell {
            ratio: m.ratio,
            damp,
        });
        let down = self.moves.iter().take(DOWN_MOVES).map(whole);
        let tilt = [Cell {
            ratio: ONE_Q30,
            damp: ONE_Q30,
        }; 2];
        flat.chain(up).chain(tails).chain(down).chain(tilt)
    }

    /// 1 + damp * (move - 1) of the scenario that raises spot most, Q30, rounded up: a damped loss is that of
    /// prices so many times today's at most.
    pub(super) fn reach(&self) -> i64 {
        self.cells().fold(ONE_Q30, |most, cell| {
            // Below 2^32 * 2^30.
            let rise = cell
                .ratio
                .wrapping_sub(ONE_Q30)
                .max(0)
                .wrapping_mul(cell.damp)
                >> 30;
            most.max(ONE_Q30.wrapping_add(rise).wrapping_add(1))
        })
    }

    /// Spot of the two uncovered moves relative to now, Q30.
    pub(super) fn uncovered_ratios(&self) -> [i64; UNCOVERED_MOVES] {
        let (_, moves) = self.moves.split_at(SCORED_MOVES);
        let moves: [Move; UNCOVERED_MOVES] = moves.first_chunk().copied().unwrap_or_default();
        moves.map(|step| step.ratio)
    }

    /// The moves with spots shifted right, for legs whose strike is beyond four spots.
    pub(super) fn shifted(&self, down: u32) -> [Move; MOVE_COUNT] {
        self.moves.map(|step| Move {
            ratio: step.ratio.wrapping_shr(down),
            log: step.log,
        })
    }
}

/// The cells of a row by volatility state. All but the uncovered ones see as many moves as they are,
/// from the first on.
pub(super) struct Cells<'a> {
    pub(super) flat: &'a mut [i64; SCAN_MOVES],
    pub(super) up: &'a mut [i64; SCORED_MOVES],
    pub(super) down: &'a mut [i64; DOWN_MOVES],
    pub(super) tilt_low: &'a mut [i64; 1],
    pub(super) tilt_high: &'a mut [i64; 1],
    /// Volatility up, at the moves behind the scored ones.
    pub(super) uncovered: &'a mut [i64; UNCOVERED_MOVES],
}

impl<'a> Cells<'a> {
    /// `None` never: the lengths of a row and its parts are constants, and the compiler knows.
    pub(super) fn of(row: &'a mut Row) -> Option<Self> {
        let (flat, rest) = row.split_first_chunk_mut()?;
        let (up, rest) = rest.split_first_chunk_mut()?;
        let (down, rest) = rest.split_first_chunk_mut()?;
        let (tilt_low, rest) = rest.split_first_chunk_mut()?;
        let (tilt_high, rest) = rest.split_first_chunk_mut()?;
        Some(Self {
            flat,
            up,
            down,
            tilt_low,
            tilt_high,
            uncovered: rest.first_chunk_mut()?,
        })
    }
}

/// Spot of move `index` in ppb of itself for a scan range.
fn spot_ppb(index: usize, scan_ppb: u64) -> Option<u64> {
    if let Some(tail) = index.checked_sub(SCAN_MOVES) {
        return TAIL_SPOT_PPB.get(tail).copied();
    }
    let quarters = u64::try_from(index.div_ceil(2)).ok()?;
    let size = scan_ppb.checked_mul(quarters)?.checked_div(4)?;
    if index & 1 == 1 {
        ONE_PPB.checked_sub(size).filter(|ppb| *ppb > 0)
    } else {
        ONE_PPB.checked_add(size)
    }
}

/// Spot of an uncovered move in ppb of itself: never below one.
fn uncovered_ppb(index: usize, scan_ppb: u64) -> Option<u64> {
    if index == 0 {
        let fall = scan_ppb.checked_mul(3)?.checked_div(2)?;
        Some(ONE_PPB.saturating_sub(fall).max(1))
    } else {
        scan_ppb.checked_mul(2)?.checked_add(ONE_PPB)
    }
}

/// The scenario at `index` of [`super::Assessment::worst_scenario`] under `params` with a certain
/// price; `None` beyond the last.
pub fn describe(index: u8, params: &MarginParams) -> Option<Scenario> {
    let index = usize::from(index);
    let (vol, step) = match index {
        0..UP_START => (VolMove::Flat, index),
        UP_START..DOWN_START => (VolMove::Up, index.checked_sub(UP_START)?),
        DOWN_START..TILT_START => (VolMove::Down, index.checked_sub(DOWN_START)?),
        TILT_START => (VolMove::TiltLow, 0),
        _ if index == TILT_START.saturating_add(1) => (VolMove::TiltHigh, 0),
        _ => return None,
    };
    let damp_ppb = step
        .checked_sub(SCAN_MOVES)
        .and_then(|tail| params.tail_damp_ppb.get(tail).copied())
        .unwrap_or(ONE_PPB);
    Some(Scenario {
        spot_ppb: spot_ppb(step, params.scan_ppb)?,
        vol,
        damp_ppb,
    })
}
