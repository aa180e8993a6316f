//! The market's time and the chain's.
//!
//! A series expires at 08:00 UTC, a replayed market whenever its prices end: the chain's clock runs ahead of the
//! market's by a fixed number of seconds that makes both ends one. Reports speak of the market's time.

use backstop_testkit::GENESIS_UNIX;

use crate::input::Input;
use crate::path::STEP_SECONDS;

const DAY_SECONDS: i64 = 86_400;
/// Expiries lie on 08:00 UTC.
const EXPIRY_SECOND_OF_DAY: i64 = 28_800;
/// Between the end of the prices and expiry, the clock moves in such steps: short enough for a tick to count whole.
const QUIET_STEP_SECONDS: i64 = 30;
/// After expiry the clock moves in such steps.
const AFTER_STEP_SECONDS: i64 = 60;

/// Chain time less market time, seconds: the least that puts expiry on 08:00 UTC and the opening behind the chain's
/// own beginning.
pub(super) fn shift_seconds(opens_at: i64, expires_at: i64) -> i64 {
    let earliest = expires_at.max(expires_at - opens_at + GENESIS_UNIX + DAY_SECONDS);
    let into_day = (earliest - EXPIRY_SECOND_OF_DAY).rem_euclid(DAY_SECONDS);
    let on_calendar = earliest + (DAY_SECONDS - into_day) % DAY_SECONDS;
    on_calendar - expires_at
}

/// Market times from the opening to the last second before expiry: every step of the path, then quiet steps; and every
/// point of the settlement average.
pub(super) fn until_expiry(input: &Input, settlement_points: u8) -> Vec<i64> {
    let (last, expires_at) = (input.path.last().at, input.expiry_at());
    let quiet = (last + QUIET_STEP_SECONDS..expires_at).step_by(QUIET_STEP_SECONDS as usize);
    let mut times: Vec<i64> = input.path.steps().iter().map(|step| step.at).collect();
    times.extend(quiet);
    times.extend(points(expires_at, settlement_points).map(|(_, at)| at));
    times.retain(|at| *at > input.path.first().at && *at <= expires_at);
    times.sort_unstable();
    times.dedup();
    times
}

/// Index and market time of every point of the settlement average: whole minutes, the last at expiry.
pub(super) fn points(expires_at: i64, settlement_points: u8) -> impl Iterator<Item = (u8, i64)> {
    (0..settlement_points).map(move |index| {
        (
            index,
            expires_at - 60 * i64::from(settlement_points - 1 - index),
        )
    })
}

/// Market times after expiry up to `ends_at`: every minute and every deadline.
pub(super) fn after_expiry(input: &Input, ends_at: i64) -> Vec<i64> {
    let expires_at = input.expiry_at();
    let deadlines = input.scenario.times.deadlines.iter();
    let deadlines = deadlines.map(|deadline| expires_at + i64::from(deadline.after_expiry_seconds));
    let minutes = (expires_at + STEP_SECONDS..=ends_at).step_by(AFTER_STEP_SECONDS as usize);
    let mut times: Vec<i64> = minutes.chain(deadlines).collect();
    times.sort_unstable();
    times.dedup();
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_falls_on_eight_o_clock_and_no_earlier() {
        let shift = shift_seconds(1_760_129_340, 1_760_136_300);
        assert_eq!(
            (1_760_136_300 + shift).rem_euclid(DAY_SECONDS),
            EXPIRY_SECOND_OF_DAY
        );
        assert!((0..DAY_SECONDS).contains(&shift));
        assert_eq!(
            shift_seconds(1_760_000_000, 1_760_083_200),
            0,
            "on the calendar already"
        );
    }

    #[test]
    fn a_market_before_the_chain_is_moved_behind_its_beginning() {
        let shift = shift_seconds(1_000, 10_000);
        assert!(1_000 + shift > GENESIS_UNIX);
        assert_eq!(
            (10_000 + shift).rem_euclid(DAY_SECONDS),
            EXPIRY_SECOND_OF_DAY
        );
    }
}
