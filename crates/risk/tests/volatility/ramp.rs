//! Rises are slow whatever is asked for.

use crate::classes::{class, for_all};
use backstop_quantities::UnixSeconds;
use backstop_risk::ramp::{Ramp, RAMP_SECONDS};
use proptest::prelude::*;

const START: i64 = 1_800_000_000;
const HOUR: i64 = 3_600;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(START + seconds)
}

/// A request: seconds since the one before, and which number it asks for.
type Request = (i64, u8, f64);

fn requests() -> impl Strategy<Value = (u64, u64, Vec<Request>)> {
    let gap = prop_oneof![0..600i64, 600..20 * HOUR, 20 * HOUR..200 * HOUR];
    let request = (gap, 0u8..5, 0.0f64..1.0);
    let value = prop_oneof![Just(0u64), 1..1_000u64, 1_000..1u64 << 50];
    (value, 0u64..10_000, prop::collection::vec(request, 1..10))
}

/// Up by a little, up by a lot, down, the same again, or zero.
fn wanted(ramp: &Ramp, now: UnixSeconds, kind: u8, size: f64) -> u64 {
    let value = ramp.value(now);
    match kind {
        0 => value + (value as f64 * size * 0.2) as u64 + 1,
        1 => value * 2 + (size * 1e6) as u64,
        2 => (value as f64 * size) as u64,
        3 => ramp.target(),
        _ if size < 0.1 => 0,
        _ => (value as f64 * (1.0 - size / 10.0)) as u64,
    }
}

/// Values just before and after every request, and at eight times between requests and after the last.
fn watched(start: u64, least: u64, requests: &[Request]) -> Vec<(i64, u64)> {
    let mut ramp = Ramp::new(start, least, at(0));
    let (mut now, mut seen) = (0, vec![(0, start)]);
    for (gap, kind, size) in requests.iter().chain([&(200 * HOUR, 3, 0.0)]) {
        for part in 1..=8 {
            let then = now + gap * part / 8;
            seen.push((then, ramp.value(at(then))));
        }
        now += gap;
        let target = wanted(&ramp, at(now), *kind, *size);
        ramp = ramp.aim(target, at(now));
        seen.push((now, ramp.value(at(now))));
    }
    seen
}

#[test]
fn no_window_of_72_hours_rises_by_more_than_a_fifth() {
    let classes = [
        "rose over 19 % in a window",
        "fell and rose within a window",
        "left zero",
        "requests less than a minute apart",
    ];
    for_all(
        "ramp",
        &classes,
        &requests(),
        |(start, least, requests), hits| {
            let seen = watched(start, least, &requests);
            for (index, (from, earlier)) in seen.iter().enumerate() {
                let mut lowest = *earlier;
                for (until, later) in &seen[index..] {
                    if until - from > RAMP_SECONDS {
                        break;
                    }
                    // One unit cut from the earlier value is worth 1.2 of the later one.
                    let most = earlier + (earlier / 5 + 1).max(least) + 1;
                    prop_assert!(*later <= most, "{earlier} to {later} by {least}");
                    class(
                        hits,
                        classes[0],
                        *earlier > 1_000 && *later > earlier / 100 * 119,
                    );
                    class(hits, classes[1], lowest < *earlier && *later > lowest);
                    class(hits, classes[2], *earlier == 0 && *later > 0);
                    lowest = lowest.min(*later);
                }
            }
            class(hits, classes[3], requests.iter().any(|r| r.0 < 60));
            Ok(())
        },
    );
}

#[test]
fn a_number_never_passes_its_target_and_never_falls_on_its_own() {
    let classes = ["reached", "on the way", "fell at once"];
    let cases = (0u64..1 << 50, 0u64..1_000, 0.0f64..2.0, 0i64..400 * HOUR);
    for_all(
        "target",
        &classes,
        &cases,
        |(start, least, factor, later), hits| {
            let target = (start as f64 * factor) as u64;
            let ramp = Ramp::new(start, least, at(0)).aim(target, at(0));
            let (now, then) = (ramp.value(at(0)), ramp.value(at(later)));
            prop_assert_eq!(now, start.min(target));
            prop_assert!(now <= then && then <= target);
            prop_assert!(then <= ramp.value(at(later + 1)));
            prop_assert_eq!(
                ramp.aim(target, at(later)),
                ramp,
                "asking again changes nothing"
            );
            class(hits, classes[0], then == target && target > start);
            class(hits, classes[1], then < target);
            class(hits, classes[2], target < start);
            Ok(())
        },
    );
}

#[test]
fn a_fifth_takes_79_hours_and_restarting_every_minute_gains_a_fifth_in_72() {
    let value = 1_000_000_000_000u64;
    let ramp = Ramp::new(value, 1, at(0)).aim(value / 5 * 6, at(0));
    assert!(ramp.value(at(78 * HOUR)) < value / 5 * 6);
    assert_eq!(ramp.value(at(79 * HOUR)), value / 5 * 6);

    let mut ramp = Ramp::new(value, 1, at(0));
    for minute in 0..RAMP_SECONDS / 60 {
        ramp = ramp.aim(10 * value + minute as u64, at(minute * 60));
    }
    let risen = ramp.value(at(RAMP_SECONDS));
    assert!(
        (value / 1_000 * 1_199..=value / 5 * 6).contains(&risen),
        "{risen}"
    );
}

#[test]
fn a_clock_that_runs_backwards_moves_nothing() {
    let ramp = Ramp::new(100, 50, at(0)).aim(200, at(0));
    assert_eq!(ramp.value(at(-HOUR)), 100);
    let again = ramp.aim(300, at(-100 * HOUR));
    assert_eq!(
        again.value(at(0)),
        100,
        "no time is gained by asking in the past"
    );
}
