//! Unix seconds as readable UTC text.

use backstop_interface::calendar::{civil, DAY_SECONDS};

/// `2025-10-10`.
pub fn date(at: i64) -> String {
    let day = civil(at);
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
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
