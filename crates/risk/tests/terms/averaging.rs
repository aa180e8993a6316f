//! The last hour: time and variance of what is open.

use crate::cases::{for_all, Class};
use backstop_quantities::UnixSeconds;
use backstop_risk::averaging::Average;
use proptest::prelude::*;

pub const EXPIRY: i64 = 1_800_000_000;

/// An expiry in its last hour or the quarter of an hour after it.
#[derive(Clone, Debug)]
pub struct Case {
    pub average: Average,
    /// Seconds left.
    pub left: i64,
    /// Times from now of the points ahead.
    pub ahead: Vec<u64>,
    /// Points past without a decision.
    pub undecided: usize,
}

impl Case {
    pub fn now(&self) -> UnixSeconds {
        UnixSeconds::new(EXPIRY - self.left)
    }

    pub fn open(&self) -> u64 {
        u64::from(self.average.count - self.average.final_count)
    }
}

prop_compose! {
    /// Each point that is past is final, missing or undecided; a missing one adds a minute.
    pub fn any_case()(
        count in prop_oneof![Just(30u8), Just(30u8), 1u8..=30],
        left in prop_oneof![-900i64..=0, 0i64..1_740, 0i64..=3_600],
        fates in prop::collection::vec((0u8..20, 50_000_000_000u64..250_000_000_000), 90),
        quiet in 0u8..4,
    ) -> Case {
        let mut average = Average::fresh(UnixSeconds::new(EXPIRY), count);
        let (mut ahead, mut undecided, mut needed, mut index) = (Vec::new(), 0, count, 0);
        while index < needed {
            let from_now = left + (i64::from(index) + 1 - i64::from(count)) * 60;
            let (fate, price) = fates[usize::from(index)];
            if from_now > 0 {
                ahead.push(from_now as u64);
            } else if fate < 2 && quiet > 1 {
                average.missing_count += 1;
                needed += 1;
            } else if fate < 5 && quiet > 0 {
                undecided += 1;
            } else {
                average.final_count += 1;
                average.final_sum += u128::from(price);
            }
            index += 1;
        }
        Case { average, left, ahead, undecided }
    }
}

pub fn classes() -> Vec<Class<Case>> {
    vec![
        ("nothing known", |c| c.average.final_count == 0),
        ("all known", |c| c.open() == 0),
        ("partly known", |c| {
            c.average.final_count > 0 && !c.ahead.is_empty()
        }),
        ("undecided", |c| c.undecided > 0 && !c.ahead.is_empty()),
        ("missing", |c| {
            c.average.missing_count > 0 && !c.ahead.is_empty()
        }),
        ("after expiry", |c| c.left <= 0),
        ("fewer than thirty", |c| c.average.count < 30),
    ]
}

#[test]
fn seconds_are_the_variance_of_the_mean_of_the_open_points() {
    for_all("variance", any_case(), &classes(), |case| {
        prop_assert_eq!(case.ahead.len() + case.undecided, case.open() as usize);
        // Variance of the mean of a Brownian motion: the sum of min(ti, tj) over m^2.
        let pairs = case
            .ahead
            .iter()
            .flat_map(|a| case.ahead.iter().map(move |b| *a.min(b)));
        let square = (case.open() * case.open()).max(1);
        let exact = pairs.sum::<u64>().div_ceil(square);
        prop_assert_eq!(case.average.effective_seconds(case.now()), exact as i64);
        Ok(())
    });
}

#[test]
fn variance_never_rises_with_time_and_never_jumps() {
    let cases = (any_case(), 1i64..120);
    let classes: [Class<(Case, i64)>; 4] = [
        ("partly known", |(c, _)| {
            c.average.final_count > 0 && !c.ahead.is_empty()
        }),
        ("crosses a point", |(c, wait)| {
            c.ahead.first().is_some_and(|first| *first <= *wait as u64)
        }),
        ("crosses the last point", |(c, wait)| {
            c.ahead.last().is_some_and(|last| *last <= *wait as u64)
        }),
        ("undecided", |(c, _)| c.undecided > 0),
    ];
    for_all("time", cases, &classes, |(case, wait)| {
        let seconds = |left: i64| {
            case.average
                .effective_seconds(UnixSeconds::new(EXPIRY - left))
        };
        let (now, then) = (seconds(case.left), seconds(case.left - wait));
        prop_assert!(then <= now && now - then <= wait + 1);
        Ok(())
    });
}

#[test]
fn a_point_that_becomes_final_moves_no_variance() {
    let classes: [Class<Case>; 2] = [
        ("undecided and ahead", |c| {
            c.undecided > 0 && !c.ahead.is_empty()
        }),
        ("missing", |c| c.average.missing_count > 0),
    ];
    for_all("final", any_case(), &classes, |case| {
        if case.undecided == 0 {
            return Ok(());
        }
        let decided = Average {
            final_count: case.average.final_count + 1,
            ..case.average
        };
        let (m, fewer) = (case.open() as i64, case.open() as i64 - 1);
        let before = m * m * case.average.effective_seconds(case.now());
        let after = fewer * fewer * decided.effective_seconds(case.now());
        prop_assert!((before - after).abs() <= m * m, "{before} {after}");
        Ok(())
    });
}

#[test]
fn the_glide_into_the_last_hour_is_continuous() {
    for count in 1..=30 {
        let average = Average::fresh(UnixSeconds::new(EXPIRY), count);
        let seconds = |left: i64| average.effective_seconds(UnixSeconds::new(EXPIRY - left));
        for left in 7_200..8_000 {
            assert_eq!(seconds(left), left);
        }
        for left in 1..7_300 {
            let fall = seconds(left) - seconds(left - 1);
            assert!((0..=2).contains(&fall), "{count} points, {left} s: {fall}");
        }
        assert_eq!(seconds(0), 0);
    }
    let thirty = Average::fresh(UnixSeconds::new(EXPIRY), 30);
    let seconds = |left: i64| thirty.effective_seconds(UnixSeconds::new(EXPIRY - left));
    // 1 860 + 60 * 29 * 59 / 180 = 2 430.3; halfway there 5 400 - 584.8.
    assert_eq!((seconds(3_600), seconds(5_400)), (2_431, 4_816));
    assert_eq!(seconds(i64::MAX), i64::MAX);
    assert_eq!(thirty.effective_seconds(UnixSeconds::new(i64::MAX)), 0);
}
