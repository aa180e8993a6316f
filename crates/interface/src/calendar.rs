//! Days of unix seconds (UTC, proleptic Gregorian calendar, no leap seconds).

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

#[cfg(test)]
mod tests {
    use super::*;

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
