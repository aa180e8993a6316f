//! Unix seconds as readable UTC text (proleptic Gregorian calendar, no leap seconds).

const DAY_SECONDS: i64 = 86_400;

/// Year, month (1–12) and day (1–31) of a unix time. Algorithm: H. Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`.
fn civil(at: i64) -> (i64, i64, i64) {
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
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// `2025-10-10`.
pub fn date(at: i64) -> String {
    let (year, month, day) = civil(at);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `21:08:05`.
pub fn clock(at: i64) -> String {
    let second = at.rem_euclid(DAY_SECONDS);
    format!(
        "{:02}:{:02}:{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

/// `2025-10-10 21:08:05 UTC`.
pub fn date_clock(at: i64) -> String {
    format!("{} {} UTC", date(at), clock(at))
}

/// A length of time in the two largest units that matter: `45 s`, `12 min`, `1 h 30 min`, `2 d 4 h`.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (
        seconds / DAY_SECONDS,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
    );
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, rest) => format!("{rest} s"),
        (0, 0, minutes, 0) => format!("{minutes} min"),
        (0, 0, minutes, rest) => format!("{minutes} min {rest} s"),
        (0, hours, 0, _) => format!("{hours} h"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, 0, _, _) => format!("{days} d"),
        (days, hours, _, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        assert_eq!(date_clock(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(date_clock(1_760_130_480), "2025-10-10 21:08:00 UTC");
        assert_eq!(date_clock(1_583_020_799), "2020-02-29 23:59:59 UTC");
        assert_eq!(date_clock(-1), "1969-12-31 23:59:59 UTC");
    }

    #[test]
    fn durations_name_the_units_that_matter() {
        assert_eq!(duration(45), "45 s");
        assert_eq!(duration(90), "1 min 30 s");
        assert_eq!(duration(5_400), "1 h 30 min");
        assert_eq!(duration(7_200), "2 h");
        assert_eq!(duration(90_000), "1 d 1 h");
    }
}
