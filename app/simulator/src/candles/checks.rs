//! What rows must satisfy alone, beside their neighbour, and as a series.

use super::{Candle, Rule, SINGLE_ROW_STEP_SECONDS};
use crate::path::STEP_SECONDS;

/// A larger factor within a row, or from one row to the next, is taken for a mistake in the file.
const MAX_JUMP_FACTOR: u64 = 10;

/// The shortest candle whose path can show open, both extremes and close.
const MIN_STEP_SECONDS: i64 = 4 * STEP_SECONDS;

const MAX_STEP_SECONDS: i64 = 86_400;

/// Checks one row, and its order and price against the row before.
pub(super) fn check_row(previous: Option<&Candle>, row: &Candle) -> Result<(), Rule> {
    if row.high_price < row.low_price {
        return Err(Rule::HighBelowLow);
    }
    if row.high_price < row.open_price.max(row.close_price) {
        return Err(Rule::HighBelowBody);
    }
    if row.low_price > row.open_price.min(row.close_price) {
        return Err(Rule::LowAboveBody);
    }
    check_jump(row.low_price, row.high_price)?;
    let Some(previous) = previous else {
        return Ok(());
    };
    if row.open_at == previous.open_at {
        return Err(Rule::Duplicate { at: row.open_at });
    }
    if row.open_at < previous.open_at {
        return Err(Rule::WrongOrder {
            at: row.open_at,
            previous_at: previous.open_at,
        });
    }
    check_jump(previous.close_price, row.open_price)
}

fn check_jump(from_price: u64, to_price: u64) -> Result<(), Rule> {
    let (low, high) = (from_price.min(to_price), from_price.max(to_price));
    if high > low.saturating_mul(MAX_JUMP_FACTOR) {
        return Err(Rule::Jump {
            from_price,
            to_price,
        });
    }
    Ok(())
}

/// Checks the distances of ordered rows and returns their step. An error carries the index of the row it is about.
pub(super) fn check_series(rows: &[Candle]) -> Result<i64, (Option<usize>, Rule)> {
    if rows.is_empty() {
        return Err((None, Rule::NoRows));
    }
    let step_seconds = usual_step(rows).unwrap_or(SINGLE_ROW_STEP_SECONDS);
    for (index, pair) in rows.windows(2).enumerate() {
        let [before, row] = pair else { continue };
        let (at, expected_at) = (row.open_at, before.open_at + step_seconds);
        if at == expected_at {
            continue;
        }
        let whole_steps = (at - before.open_at) % step_seconds == 0;
        let rule = match whole_steps && at > expected_at {
            true => Rule::Gap {
                at,
                expected_at,
                step_seconds,
            },
            false => Rule::OffGrid {
                at,
                expected_at,
                step_seconds,
            },
        };
        return Err((Some(index + 1), rule));
    }
    let usable = step_seconds % STEP_SECONDS == 0
        && (MIN_STEP_SECONDS..=MAX_STEP_SECONDS).contains(&step_seconds);
    match usable {
        true => Ok(step_seconds),
        false => Err((None, Rule::BadStep { step_seconds })),
    }
}

/// The most frequent distance between neighbours (the smaller of equals), so that one odd row is named as the odd one.
fn usual_step(rows: &[Candle]) -> Option<i64> {
    let mut steps: Vec<i64> = rows
        .windows(2)
        .map(|pair| pair[1].open_at - pair[0].open_at)
        .collect();
    steps.sort_unstable();
    let mut best: Option<(usize, i64)> = None;
    for group in steps.chunk_by(|left, right| left == right) {
        if best.is_none_or(|(count, _)| group.len() > count) {
            best = Some((group.len(), group[0]));
        }
    }
    best.map(|(_, step)| step)
}
