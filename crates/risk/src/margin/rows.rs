//! What the kernel fills: option values by expiry and cell.

use super::grid::{DOWN_MOVES, SCAN_MOVES, SCENARIO_COUNT, SCORED_MOVES, UNCOVERED_MOVES};
use super::gross::Gross;
use super::{ExpiryTerms, EXPIRY_COUNT};

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
    /// Which expiries have legs or a certain value; the rows of the others are 0.
    pub(super) used: [bool; EXPIRY_COUNT],
    /// What does not depend on the scenario.
    pub(super) gross: Gross,
}

impl Rows {
    pub(super) const ZERO: Self = Self {
        by_expiry: [[0; ROW_COUNT]; EXPIRY_COUNT],
        short_calls: [0; ROW_COUNT],
        used: [false; EXPIRY_COUNT],
        gross: Gross {
            worth: [0; 2],
            gap_im: 0,
            gap_mm: 0,
        },
    };

    /// Adds what of each expiry's value no longer depends on the price to all its cells.
    pub(super) fn add_certain(&mut self, expiries: &[ExpiryTerms; EXPIRY_COUNT]) {
        let rows = self.by_expiry.iter_mut().zip(&mut self.used);
        for ((row, used), terms) in rows.zip(expiries) {
            if terms.certain_atoms != 0 {
                *used = true;
                for cell in row {
                    *cell = cell.wrapping_add(terms.certain_atoms);
                }
            }
        }
    }
}

/// The cells of a row at -1.5 and +2 configured scan ranges, volatility up.
pub(super) fn uncovered_cells(row: &Row) -> [i64; UNCOVERED_MOVES] {
    let (_, cells) = row.split_at(SCENARIO_COUNT);
    cells.first_chunk().copied().unwrap_or_default()
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
