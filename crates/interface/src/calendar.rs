//! Days of unix seconds (UTC, proleptic Gregorian calendar, no leap seconds), and which of them options end on.

/// Seconds of a day.
pub const DAY_SECONDS: i64 = 86_400;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: i64,
    /// Month, 1–12.
    pub month: u8,
    /// Day of the month, 1–31.
    pub day: u8,
}

/// The day a unix second lies in. Algorithm: H. Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`.
pub fn civil(at: i64) -> Day {
    let days = at.div_euclid(DAY_SECONDS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    Day {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        // Both lie between 1 and 31 by construction.
        month: u8::try_from(month).unwrap_or(0),
        day: u8::try_from(day).unwrap_or(0),
    }
}

/// Expiries lie at 08:00 UTC.
const EXPIRY_SECOND_OF_DAY: i64 = 8 * 3600;
/// Least distance of a new expiry, in seconds.
const LEAST_AHEAD_SECONDS: i64 = 3600;
/// How far ahead every day may be an expiry.
const DAILY_SECONDS: i64 = 31 * DAY_SECONDS;
/// How far ahead every Friday may be one.
const WEEKLY_SECONDS: i64 = 92 * DAY_SECONDS;
/// How far ahead the last Friday of a month may be one.
const MONTHLY_SECONDS: i64 = 366 * DAY_SECONDS;
/// Days of a week.
const WEEK: i64 = 7;
/// Days from 1970-01-01, a Thursday, to the next Friday.
const FIRST_FRIDAY: i64 = 1;

/// Whether an expiry at the unix second `expires_at` may be created at `now`: at 08:00 UTC, at least an hour
/// ahead, and at most 31 days, on a Friday at most 92 days, on the last Friday of a month at most 366 days.
pub fn is_listed(expires_at: i64, now: i64) -> bool {
    let ahead = expires_at.saturating_sub(now);
    let friday = expires_at.div_euclid(DAY_SECONDS).rem_euclid(WEEK) == FIRST_FRIDAY;
    // In range no date is near the ends of the calendar: the days below are only asked then.
    let horizon = if ahead > MONTHLY_SECONDS || !friday {
        DAILY_SECONDS
    } else if civil(expires_at).month != civil(expires_at.saturating_add(WEEK * DAY_SECONDS)).month
    {
        MONTHLY_SECONDS
    } else {
        WEEKLY_SECONDS
    };
    expires_at.rem_euclid(DAY_SECONDS) == EXPIRY_SECOND_OF_DAY
        && (LEAST_AHEAD_SECONDS..=horizon).contains(&ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01 00:00 UTC, a Thursday.
    const NEW_YEAR: i64 = 1_767_225_600;
    const EIGHT: i64 = 8 * 3600;

    /// Days ahead, counted from 08:00 on New Year's day, that are listed at that second less an hour.
    fn listed(days: core::ops::Range<i64>) -> Vec<i64> {
        let (first, now) = (NEW_YEAR + EIGHT, NEW_YEAR + EIGHT - 3600);
        let days = days.filter(|days| is_listed(first + days * DAY_SECONDS, now));
        days.collect()
    }

    #[test]
    fn every_day_of_a_month_is_listed_then_fridays_then_last_fridays() {
        assert_eq!(listed(0..31), (0..31).collect::<Vec<_>>());
        // 6 February to 27 March, and 27 March is the last one of its month.
        let fridays: Vec<_> = (36..92).step_by(7).collect();
        assert_eq!(listed(31..92), fridays);
        let last = [
            (2026, 4, 24),
            (2026, 5, 29),
            (2026, 6, 26),
            (2026, 7, 31),
            (2026, 8, 28),
            (2026, 9, 25),
            (2026, 10, 30),
            (2026, 11, 27),
            (2026, 12, 25),
        ];
        let found = listed(92..800).into_iter();
        let found: Vec<_> = found
            .map(|days| civil(NEW_YEAR + days * DAY_SECONDS))
            .collect();
        assert_eq!(found, last.map(|(y, m, d)| day(y, m, d)));
    }

    #[test]
    fn horizons_end_to_the_second() {
        let christmas = NEW_YEAR + EIGHT + 358 * DAY_SECONDS;
        for (expires_at, ahead) in [
            (NEW_YEAR + EIGHT, DAILY_SECONDS),
            (NEW_YEAR + EIGHT + DAY_SECONDS, WEEKLY_SECONDS),
            (christmas, MONTHLY_SECONDS),
        ] {
            assert!(is_listed(expires_at, expires_at - ahead));
            assert!(!is_listed(expires_at, expires_at - ahead - 1));
            assert!(is_listed(expires_at, expires_at - 3600));
            assert!(!is_listed(expires_at, expires_at - 3599));
            assert!(!is_listed(expires_at + 1, expires_at - 7200));
            assert!(!is_listed(expires_at - 1, expires_at - 7200));
        }
    }

    #[test]
    fn the_ends_of_time_are_no_expiries() {
        let last = i64::MAX.div_euclid(DAY_SECONDS) * DAY_SECONDS;
        for expires_at in [
            i64::MIN,
            i64::MAX,
            last + EIGHT - DAY_SECONDS,
            EIGHT - DAY_SECONDS,
        ] {
            for now in [0, NEW_YEAR, i64::MIN, i64::MAX] {
                assert!(!is_listed(expires_at, now), "{expires_at} at {now}");
            }
        }
    }

    fn day(year: i64, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = civil(0);
        assert_eq!(before, day(1970, 1, 1));
        for number in 1..146_097 {
            let today = civil(number * DAY_SECONDS);
            let next_day = day(before.year, before.month, before.day + 1);
            let next_month = day(before.year, before.month + 1, 1);
            let next_year = day(before.year + 1, 1, 1);
            assert!(
                [next_day, next_month, next_year].contains(&today),
                "{today:?}"
            );
            assert!(today.day != 1 || before.day >= 28, "{today:?}");
            before = today;
        }
        assert_eq!(before, day(2369, 12, 31));
    }

    #[test]
    fn known_days() {
        assert_eq!(civil(1_582_934_400), day(2020, 2, 29));
        assert_eq!(civil(1_583_020_799), day(2020, 2, 29));
        assert_eq!(civil(1_583_020_800), day(2020, 3, 1));
        assert_eq!(civil(-1), day(1969, 12, 31));
    }
}
