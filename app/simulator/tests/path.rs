//! Candles and points to paths: every price shown, exactly, by seed.

use backstop_simulator::candles::Candles;
use backstop_simulator::path::{Path, Step, STEP_SECONDS};

const ONE_MINUTE: &str = "open_time_unix,open,high,low,close\n\
    1760130480,197.47,197.64,196.28,196.71\n\
    1760130540,196.72,197.67,196.62,197.07\n";

fn candles(text: &str) -> Candles {
    Candles::parse("test.csv", text.as_bytes()).expect("valid")
}

#[test]
fn a_row_shows_all_four_prices_in_twelve_steps() {
    for seed in 0..8 {
        let path = Path::from_candles(&candles(ONE_MINUTE), seed);
        assert_eq!(path.steps().len(), 24);
        let prices: Vec<u64> = path.steps()[..12].iter().map(|step| step.price).collect();
        assert_eq!((prices[0], prices[11]), (197_470_000_000, 196_710_000_000));
        let corners = [prices[3], prices[7]];
        let (low, high) = (196_280_000_000, 197_640_000_000);
        assert!(corners == [low, high] || corners == [high, low]);
        assert!(prices.iter().all(|price| (low..=high).contains(price)));
        assert!(path
            .steps()
            .windows(2)
            .all(|pair| pair[1].at - pair[0].at == STEP_SECONDS));
    }
}

#[test]
fn the_seed_decides_and_repeats() {
    let made = |seed| Path::from_candles(&candles(ONE_MINUTE), seed);
    assert_eq!(made(3), made(3));
    assert!((0..16).any(|seed| made(seed) != made(0)));
}

#[test]
fn the_shortest_row_still_shows_all_four_prices() {
    let path = Path::from_candles(
        &candles("1700000000,10,12,9,11\n1700000020,11,11,11,11\n"),
        0,
    );
    let mut first: Vec<u64> = path.steps()[..4]
        .iter()
        .map(|step| step.price / 1_000_000_000)
        .collect();
    assert_eq!((first[0], first[3]), (10, 11));
    first.sort_unstable();
    assert_eq!(first, [9, 10, 11, 12]);
}

#[test]
fn lines_round_down_and_end_exactly() {
    let points = [
        Step { at: 0, price: 10 },
        Step { at: 15, price: 9 },
        Step { at: 25, price: 20 },
    ];
    let path = Path::from_points(&points).expect("valid");
    let prices: Vec<u64> = path.steps().iter().map(|step| step.price).collect();
    assert_eq!(prices, [10, 9, 9, 9, 14, 20]);
    assert_eq!((path.lowest().at, path.highest().at), (5, 25));
}

#[test]
fn the_price_stays_after_the_last_step() {
    let path = Path::from_points(&[Step { at: 100, price: 7 }, Step { at: 110, price: 9 }])
        .expect("valid");
    assert_eq!(
        [0, 100, 104, 105, 110, 10_000].map(|at| path.price_at(at)),
        [7, 7, 7, 8, 9, 9]
    );
}

#[test]
fn stress_deepens_the_fall_and_weakens_the_rebound() {
    let points =
        [(0, 100), (5, 110), (10, 80), (15, 60), (20, 90)].map(|(at, price)| Step { at, price });
    let path = Path::from_points(&points).expect("valid");
    let prices = |path: Path| {
        path.steps()
            .iter()
            .map(|step| step.price)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        prices(path.made_worse(15_000, 5_000).expect("above zero")),
        [100, 115, 70, 40, 55]
    );
    assert_eq!(path.made_worse(10_000, 10_000).as_ref(), Some(&path));
    assert_eq!(path.made_worse(25_000, 10_000), None);
}

#[test]
fn unusable_points_are_refused() {
    let step = |at, price| Step { at, price };
    assert!(Path::from_points(&[step(0, 1)]).is_none());
    assert!(Path::from_points(&[]).is_none());
    assert!(Path::from_points(&[step(0, 1), step(0, 2)]).is_none());
    assert!(Path::from_points(&[step(0, 1), step(7, 2)]).is_none());
    assert!(Path::from_points(&[step(0, 1), step(5, 0)]).is_none());
}
