//! A solvent account on auction: the price falls along the curve, and the largest slice reaches the target.

use backstop_interface::accounts::AccountState;
use backstop_interface::event::SliceSold;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL};

/// The curve of the design: 2 % at 0, 20 % at 2, 50 % at 6 and 100 % at 20 healthy minutes, in ppb.
fn discount_ppb(healthy_seconds: i128) -> i128 {
    let points: [(i128, i128); 4] = [(0, 20), (120, 200), (360, 500), (1_200, 1_000)];
    let after = points
        .iter()
        .position(|point| healthy_seconds <= point.0)
        .unwrap_or(3);
    let (to, from) = (points[after], points[after.saturating_sub(1)]);
    let span = (to.0 - from.0).max(1);
    let into = (healthy_seconds.min(to.0) - from.0).max(0);
    from.1 * 1_000_000 + (to.1 - from.1) * 1_000_000 * into / span
}

/// p = X - g S, but never under a quarter of X while X is at least half of S; no bidder has paid in yet.
fn price(value: i128, stress: i128, healthy_seconds: i128) -> i128 {
    assert!(2 * value >= stress, "worth half of the stress and more");
    let falling = value - stress * discount_ppb(healthy_seconds) / 1_000_000_000;
    falling.max((value + 3) / 4)
}

#[test]
fn the_price_falls_along_the_curve_and_never_under_a_quarter() {
    let mut play = Play::seized_at(160);
    let mut last = (i64::MAX, play.assess("writer").value);
    let mut passed = 0;
    for wait in [0, 60, 60, 120, 120, 300, 300, 230] {
        play.wait_healthy(wait);
        passed += wait;
        let health = play.assess("writer");
        let expected = price(
            i128::from(health.value),
            i128::from(health.stress()),
            i128::from(passed),
        );
        // A bid in a fork: the price the program charges, not the client's computation.
        let mut fork = play.clone();
        let landed = expect_landed(fork.bid("bidder", "writer", ALL / 100, i64::MAX));
        let sold: SliceSold = fork.told(&landed);
        let off = i128::from(sold.price_whole_atoms) - expected;
        assert!(
            (0..=1).contains(&off),
            "after {passed} s: {} for {expected}",
            sold.price_whole_atoms
        );
        // Closer to expiry the portfolio is worth a little more; apart from that the price falls.
        let gained = health.value - last.1;
        assert!(
            sold.price_whole_atoms <= last.0.saturating_add(gained),
            "never up"
        );
        last = (sold.price_whole_atoms, health.value);
    }
    assert_eq!(passed, 1_190);
}

/// After the largest slice the rest has health(MM) of 30 % of its own stress, within the rounding of
/// quantities, and a slice a little smaller does not.
#[test]
fn the_largest_slice_reaches_the_target_and_a_smaller_one_does_not() {
    for wait in [0, 120, 600] {
        let mut play = Play::seized_at(160);
        play.wait_healthy(wait);
        let most = play.terms("writer").expect("on auction").max_fraction_ppb;
        let target_gap = |play: &Play| {
            let health = play.assess("writer");
            health.health_mm() - health.stress() / 10 * 3
        };
        assert!(target_gap(&play) < 0);
        let mut less = play.clone();
        expect_landed(less.bid("bidder", "writer", most - 1_000_000, i64::MAX));
        assert!(
            target_gap(&less) < -1_000,
            "a thousandth less is not enough"
        );
        assert_eq!(less.state("writer"), AccountState::Auction);
        let before = play.balances();
        expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
        assert!(
            target_gap(&play) > -1_000,
            "{} after {wait} s",
            target_gap(&play)
        );
        assert_eq!(play.state("writer"), AccountState::Open);
        play.assert_books(&before);
        // It is over: the owner is not seized again at the same price.
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Open);
    }
}
