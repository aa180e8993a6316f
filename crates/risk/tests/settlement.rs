//! Points of the settlement average: who decides, who may replace, what the mean is.

#[path = "laws/cases.rs"]
mod cases;

use backstop_quantities::{Price, UnixSeconds};
use backstop_risk::pricing::Kind;
use backstop_risk::settlement::{
    payoff, point_time, settlement_price, submit, Point, PointStatus, SettlementError, Update,
};
use cases::{for_all, Class};
use proptest::prelude::*;

const T: i64 = 1_800_000_000;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(seconds)
}

fn update(prev: i64, publish: i64, price: u64) -> Update {
    Update {
        publish_at: at(T + publish),
        prev_publish_at: at(T + prev),
        price: Price::new(price),
        confidence: Price::new(price / 50),
    }
}

fn offered(point: &Point, update: &Update, now: i64) -> Result<Point, SettlementError> {
    submit(point, at(T), update, at(T + now))
}

#[test]
fn the_crossing_update_decides_at_once() {
    let got = offered(&Point::default(), &update(-1, 0, 100), 5).expect("decides");
    assert_eq!(
        (got.status, got.price),
        (PointStatus::Final, Price::new(100))
    );
    assert_eq!(
        offered(&got, &update(-1, 0, 100), 6),
        Err(SettlementError::AlreadyDecided)
    );
}

#[test]
fn a_crossing_update_too_late_or_too_wide_proves_the_point_missing() {
    let late = offered(&Point::default(), &update(-5, 31, 100), 40).expect("decides");
    assert_eq!(
        (late.status, late.price),
        (PointStatus::Missing, Price::ZERO)
    );
    let wide = Update {
        confidence: Price::new(3),
        ..update(-1, 2, 100)
    };
    let wide = offered(&Point::default(), &wide, 40).expect("decides");
    assert_eq!(wide.status, PointStatus::Missing);
    let edge = offered(&Point::default(), &update(-5, 30, 100), 40).expect("decides");
    assert_eq!(edge.status, PointStatus::Final);
}

#[test]
fn an_unproven_point_yields_to_earlier_updates_for_fifteen_minutes() {
    let first = offered(&Point::default(), &update(9, 10, 100), 20).expect("held");
    assert_eq!(first.status, PointStatus::Provisional);
    assert_eq!(
        offered(&first, &update(11, 12, 99), 21),
        Err(SettlementError::NotEarlier)
    );
    let earlier = offered(&first, &update(3, 4, 98), 100).expect("earlier");
    assert_eq!(earlier.first_submitted_at, first.first_submitted_at);
    let proven = offered(&earlier, &update(-2, 1, 97), 919).expect("decides");
    assert_eq!(
        (proven.status, proven.price),
        (PointStatus::Final, Price::new(97))
    );
    assert_eq!(earlier.status_at(at(T + 919)), PointStatus::Provisional);
    assert_eq!(earlier.status_at(at(T + 920)), PointStatus::Final);
    assert_eq!(
        offered(&earlier, &update(-2, 1, 97), 920),
        Err(SettlementError::AlreadyDecided)
    );
}

#[test]
fn refusals_name_the_reason() {
    let point = Point::default();
    let wide = Update {
        confidence: Price::new(3),
        ..update(3, 4, 100)
    };
    for (update, now, error) in [
        (update(-1, 5, 100), 4, SettlementError::FromTheFuture),
        (update(-9, -1, 100), 4, SettlementError::BeforePoint),
        (update(30, 31, 100), 40, SettlementError::OutsideWindow),
        (update(-1, 0, 0), 4, SettlementError::ZeroPrice),
        (wide, 9, SettlementError::TooUncertain),
    ] {
        assert_eq!(offered(&point, &update, now), Err(error));
    }
}

#[test]
fn points_end_at_expiry_and_go_on_after_it() {
    assert_eq!(point_time(at(T), 30, 29), at(T));
    assert_eq!(point_time(at(T), 30, 0), at(T - 29 * 60));
    assert_eq!(point_time(at(T), 30, 30), at(T + 60));
    assert_eq!(point_time(at(T), 30, 89), at(T + 3_600));
}

fn decided(status: PointStatus, price: u64) -> Point {
    Point {
        price: Price::new(price),
        status,
        ..Point::default()
    }
}

#[test]
fn a_missing_point_calls_for_one_more() {
    let now = at(T + 9_999);
    let good = decided(PointStatus::Final, 100);
    let missing = decided(PointStatus::Missing, 0);
    assert_eq!(settlement_price(&[good, missing, good], 3, now), None);
    let four = [good, missing, good, decided(PointStatus::Final, 130)];
    assert_eq!(settlement_price(&four, 3, now), Some(Price::new(110)));
    assert_eq!(settlement_price(&[], 3, now), None);
    assert_eq!(settlement_price(&[Point::default(); 3], 3, now), None);
}

#[test]
fn two_thirds_must_be_final_when_the_extra_hour_is_used_up() {
    let now = at(T + 9_999);
    let mut points = [decided(PointStatus::Missing, 0); 90];
    for point in points.iter_mut().take(19) {
        *point = decided(PointStatus::Final, 7);
    }
    assert_eq!(settlement_price(&points, 30, now), None);
    points[80] = decided(PointStatus::Final, 7);
    assert_eq!(settlement_price(&points, 30, now), Some(Price::new(7)));
}

#[test]
fn a_provisional_point_counts_once_its_time_is_over() {
    let point = Point {
        price: Price::new(50),
        publish_at: at(T + 3),
        first_submitted_at: at(T + 10),
        status: PointStatus::Provisional,
    };
    assert_eq!(settlement_price(&[point], 1, at(T + 909)), None);
    assert_eq!(
        settlement_price(&[point], 1, at(T + 910)),
        Some(Price::new(50))
    );
}

#[test]
fn payoffs_by_hand() {
    let (k, p) = (Price::new(100), Price::new(130));
    assert_eq!(payoff(Kind::Call, k, p), Price::new(30));
    assert_eq!(payoff(Kind::Put, k, p), Price::ZERO);
    assert_eq!(payoff(Kind::Put, p, k), Price::new(30));
}

#[test]
fn status_numbers_round_trip() {
    for raw in 0..=3u8 {
        let status = PointStatus::from_u8(raw).expect("a status");
        assert_eq!(status as u8, raw);
    }
    assert_eq!(PointStatus::from_u8(4), None);
}

#[test]
fn the_order_of_submission_does_not_matter_once_proof_came() {
    type Case = (Vec<(i64, u64)>, (i64, u64), usize);
    let classes: [Class<Case>; 4] = [
        ("proof first", |c| c.2 == 0 || c.0.is_empty()),
        ("proof between", |c| c.2 > 0 && c.2 < c.0.len()),
        ("proof last", |c| !c.0.is_empty() && c.2 >= c.0.len()),
        ("many offers", |c| c.0.len() > 2),
    ];
    let offers = prop::collection::vec((1i64..30, 1u64..1_000), 1..6);
    let proof = (prop_oneof![0i64..10, 0i64..=30], 1u64..1_000);
    // Only an offer later than the proof can stand before it.
    let cases = (offers, proof, 0usize..6).prop_map(|(mut offers, proof, position)| {
        offers.retain(|offer| offer.0 > proof.0);
        (offers, proof, position)
    });
    for_all("order", cases, &classes, |(offers, proof, position)| {
        let mut point = Point::default();
        let proof = update(-1, proof.0, proof.1);
        for (index, (publish, price)) in offers.iter().enumerate() {
            if index == *position {
                point = offered(&point, &proof, 60).unwrap_or(point);
            }
            let offer = update(publish - 1, *publish, *price);
            point = offered(&point, &offer, 60).unwrap_or(point);
        }
        point = offered(&point, &proof, 61).unwrap_or(point);
        prop_assert_eq!(
            (point.status, point.price),
            (PointStatus::Final, proof.price)
        );
        Ok(())
    });
}

#[test]
fn the_mean_lies_within_the_points() {
    let classes: [Class<Vec<u64>>; 3] = [
        ("one point", |c| c.len() == 1),
        ("the sum leaves a word", |c| {
            c.iter()
                .try_fold(0u64, |sum, p| sum.checked_add(*p))
                .is_none()
        }),
        ("small prices", |c| {
            c.len() > 1 && c.iter().all(|p| *p < 1_000)
        }),
    ];
    let cases = prop_oneof![
        4 => prop::collection::vec(1u64..u64::MAX, 1..40),
        1 => prop::collection::vec(1u64..1_000, 1..40),
    ];
    for_all("mean", cases, &classes, |prices| {
        let final_at = |price: &u64| decided(PointStatus::Final, *price);
        let points: Vec<Point> = prices.iter().map(final_at).collect();
        let mean = settlement_price(&points, prices.len() as u8, at(T));
        let mean = mean.expect("all final").get();
        prop_assert!(prices.iter().min() <= Some(&mean) && Some(&mean) <= prices.iter().max());
        Ok(())
    });
}
