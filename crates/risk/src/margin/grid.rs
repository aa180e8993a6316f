//! The 33 scenarios, ordered by volatility state so that a leg prepares each state once, and two
//! moves beside them for the uncovered loss.

use super::params::{MarginParams, TAIL_COUNT};
use crate::pricing::MAX_MOVE_LOG_Q30;
use crate::RiskError;
use backstop_quantities::convert::i64_bits;
use backstop_quantities::explog::ln_q30;
use backstop_quantities::{ONE_PPB, ONE_Q30};

/// Scenarios of the grid.
pub const SCENARIO_COUNT: usize = 33;
/// Spot moves within the scan range: 0, then -1/4, +1/4, -1/2, +1/2, -3/4, +3/4, -1, +1 of it.
pub(super) const SCAN_MOVES: usize = 9;
/// Spot moves of the scenarios: those of the scan range, then the tails.
pub(super) const SCORED_MOVES: usize = SCAN_MOVES + TAIL_COUNT;
/// Moves beside the scenarios, volatility up: one and a half scan ranges down, two up.
pub(super) const UNCOVERED_MOVES: usize = 2;
pub(super) const MOVE_COUNT: usize = SCORED_MOVES + UNCOVERED_MOVES;
/// Scan moves that also see volatility fall: all but the two ends.
pub(super) const DOWN_MOVES: usize = 7;
const UP_START: usize = SCAN_MOVES;
const DOWN_START: usize = UP_START + SCORED_MOVES;
const TILT_START: usize = DOWN_START + DOWN_MOVES;
const _: () = assert!(TILT_START + 2 == SCENARIO_COUNT);
/// Spot in the tails as ppb of itself.
const TAIL_SPOT_PPB: [u64; TAIL_COUNT] = [
    340_000_000,
    670_000_000,
    1_500_000_000,
    2_000_000_000,
    3_000_000_000,
    4_000_000_000,
];
/// Those moves in halves of the scan range, down and up.
pub(crate) const UNCOVERED_HALVES: [u64; UNCOVERED_MOVES] = [3, 4];
/// Greatest widening of the scan range by oracle confidence, ppb of spot; it leaves spot positive.
pub(crate) const MAX_WIDENING_PPB: u64 = 200_000_000;

/// No move goes beyond what the kernel's 32 bits hold.
const MAX_SPOT_PPB: u64 = 4 * ONE_PPB;

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
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    /// spot_s / spot, Q30, at most 2^32.
    pub(super) ratio: i64,
    /// Its logarithm, Q30.
    pub(super) log: i64,
}

/// The tails never move.
const TAILS: [Move; TAIL_COUNT] = {
    let [a, b, c, d, e, f] = TAIL_SPOT_PPB;
    [tail(a), tail(b), tail(c), tail(d), tail(e), tail(f)]
};

const fn tail(ppb: u64) -> Move {
    match Move::to(ppb) {
        Some(step) => step,
        // None of them is 0 or beyond four spots.
        None => Move { ratio: 0, log: 0 },
    }
}

impl Move {
    /// Where spot is now.
    const STAY: Self = Self {
        ratio: ONE_Q30,
        log: 0,
    };

    /// To `ppb` of spot. `None` if that is 0 or beyond four spots and a little.
    const fn to(ppb: u64) -> Option<Self> {
        if ppb > MAX_SPOT_PPB {
            return None;
        }
        let ratio = ppb.wrapping_shl(30).wrapping_div(ONE_PPB);
        match ln_q30(ratio) {
            Some(log) => Some(Self {
                ratio: i64_bits(ratio),
                // No validated parameter reaches the bound.
                log: if log < -MAX_MOVE_LOG_Q30 {
                    -MAX_MOVE_LOG_Q30
                } else {
                    log
                },
            }),
            None => None,
        }
    }
}

/// The spot moves of one computation and the damping of the tails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) moves: [Move; MOVE_COUNT],
    /// Damping of the scored moves, Q30, rounded up.
    pub(super) damping: [i64; SCORED_MOVES],
}

/// Moves of the states in the order of the scenarios: flat, up with the tails, down, the two tilts.
/// Each sees the first so many moves.
pub(super) const MOVES_BY_STATE: [usize; 5] = [SCAN_MOVES, SCORED_MOVES, DOWN_MOVES, 1, 1];

impl Grid {
    pub(super) fn new(confidence_ppb: u64, params: &MarginParams) -> Result<Self, RiskError> {
        let widening = confidence_ppb.saturating_sub(params.confidence_free_ppb);
        let scan = params
            .scan_ppb
            .saturating_add(widening.min(MAX_WIDENING_PPB));
        let mut moves = [Move::STAY; MOVE_COUNT];
        let (scanned, rest) = moves.split_at_mut(SCAN_MOVES);
        for (index, slot) in scanned.iter_mut().enumerate().skip(1) {
            let step = scanned_ppb(index, scan).and_then(Move::to);
            *slot = step.ok_or(RiskError::TooLarge)?;
        }
        let (tails, beside) = rest.split_at_mut(TAIL_COUNT);
        tails.copy_from_slice(&TAILS);
        for (side, slot) in beside.iter_mut().enumerate() {
            let step = Move::to(uncovered_ppb(side, params.scan_ppb));
            *slot = step.ok_or(RiskError::TooLarge)?;
        }
        let mut damping = [ONE_Q30; SCORED_MOVES];
        let (_, tails) = damping.split_at_mut(SCAN_MOVES);
        for (slot, ppb) in tails.iter_mut().zip(params.tail_damp_ppb) {
            let scaled = ppb.min(ONE_PPB).wrapping_shl(30);
            *slot = i64_bits(scaled.wrapping_add(ONE_PPB - 1).wrapping_div(ONE_PPB));
        }
        Ok(Self { moves, damping })
    }

    /// The moves of the scenarios with their damping, Q30.
    pub(super) fn scored(&self) -> impl Iterator<Item = (&Move, i64)> {
        self.moves.iter().zip(self.damping)
    }

    /// 1 + damp * (move - 1) of the scenario that raises spot most, Q30, rounded up: a damped loss is
    /// that of prices so many times today's at most. Within the scan range, which is not damped, that is
    /// its end, the last of its moves.
    pub(super) fn reach(&self) -> i64 {
        let rises = self.scored().skip(SCAN_MOVES - 1);
        rises.fold(ONE_Q30, |most, (step, damp)| {
            // Below 2^32 * 2^30.
            let rise = step.ratio.wrapping_sub(ONE_Q30).max(0).wrapping_mul(damp) >> 30;
            most.max(ONE_Q30.wrapping_add(rise).wrapping_add(1))
        })
    }

    /// Spot of the two uncovered moves relative to now, Q30.
    pub(super) fn uncovered_ratios(&self) -> [i64; UNCOVERED_MOVES] {
        let (_, moves) = self.moves.split_at(SCORED_MOVES);
        let moves = moves.first_chunk().copied();
        let moves: [Move; UNCOVERED_MOVES] = moves.unwrap_or([Move::STAY; UNCOVERED_MOVES]);
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

/// Spot of move `index` in ppb of itself for a scan range.
fn spot_ppb(index: usize, scan_ppb: u64) -> Option<u64> {
    match index.checked_sub(SCAN_MOVES) {
        Some(tail) => TAIL_SPOT_PPB.get(tail).copied(),
        None => scanned_ppb(index, scan_ppb),
    }
}

/// The same within the scan range; `None` below nothing.
fn scanned_ppb(index: usize, scan_ppb: u64) -> Option<u64> {
    let quarters = u64::try_from(index.div_ceil(2)).ok()?;
    // Four times the greatest range fit.
    let size = scan_ppb.min(MAX_SPOT_PPB).wrapping_mul(quarters) >> 2;
    if index & 1 == 1 {
        ONE_PPB.checked_sub(size).filter(|ppb| *ppb > 0)
    } else {
        Some(ONE_PPB.wrapping_add(size))
    }
}

/// Spot of an uncovered move in ppb of itself: never below one.
fn uncovered_ppb(index: usize, scan_ppb: u64) -> u64 {
    let scan = scan_ppb.min(MAX_SPOT_PPB);
    let [down, up] = UNCOVERED_HALVES;
    if index == 0 {
        ONE_PPB.saturating_sub(scan.wrapping_mul(down) >> 1).max(1)
    } else {
        ONE_PPB.wrapping_add(scan.wrapping_mul(up) >> 1)
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
