//! What an update proves can be shown after a newer one: whoever ticks first keeps nothing from the chain.

use backstop_client::feed::tick;
use backstop_interface::accounts::FeedClock;
use backstop_interface::BackstopError;
use backstop_quantities::Price;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Stage};
use backstop_tests::program_so;

use crate::setup::{refuse, PRICE};

const GRID: i64 = 300;

fn clock(stage: &Stage) -> FeedClock {
    stage.read(&stage.keys.clock).expect("genesis opened it")
}

/// A market whose clock has shown the update of the second before a grid time; that grid time.
fn before_grid() -> (Stage, i64) {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("keeper", 0, 0);
    let grid = (stage.world.now() / GRID + 2) * GRID;
    for at in [grid - GRID, grid - 1] {
        stage.world.warp_to(at);
        show(&mut stage, 200, at, at - 1);
    }
    (stage, grid)
}

fn publish(stage: &mut Stage, price: u64, at: i64, forerunner: i64) {
    let feed = stage.keys.feed_id;
    stage.publish(PythPrice::new(feed, price * PRICE, at).after(forerunner));
}

fn show(stage: &mut Stage, price: u64, at: i64, forerunner: i64) {
    publish(stage, price, at, forerunner);
    expect_landed(stage.tick());
}

#[track_caller]
fn refused(stage: &mut Stage, error: BackstopError) {
    let given = tick(&stage.keys, stage.price_account);
    refuse(stage, "keeper", &given, error);
}

/// The clock but for what a late update may write.
fn rest(clock: &FeedClock) -> (i64, u64, u64) {
    (clock.publish_at, clock.price, clock.healthy_seconds)
}

#[test]
fn the_sample_of_a_grid_time_is_taken_after_a_later_tick() {
    let (mut stage, grid) = before_grid();
    let had = clock(&stage).realised().expect("sampled");
    stage.world.warp_to(grid + 12);
    show(&mut stage, 230, grid + 12, grid + 11);
    assert_eq!(clock(&stage).realised(), Some(had), "it decides no step");
    let seen = rest(&clock(&stage));

    publish(&mut stage, 210, grid, grid - 1);
    expect_landed(stage.tick());
    let step = grid / GRID;
    let sampled = had.sample(Price::new(210 * PRICE), step).expect("a price");
    assert_eq!(clock(&stage).realised(), Some(sampled));
    assert_eq!(rest(&clock(&stage)), seen, "the clock stays where it is");
    refused(&mut stage, BackstopError::TickNotNewer);
    // One of an earlier grid time than the last sample's is too late.
    publish(&mut stage, 150, grid - GRID + 13, grid - GRID - 1);
    stage.world.warp_to(grid + 12);
    refused(&mut stage, BackstopError::TickNotNewer);
}

#[test]
fn the_sample_of_a_grid_time_may_be_shown_for_one_step() {
    let (mut stage, grid) = before_grid();
    stage.world.warp_to(grid + GRID - 1);
    show(&mut stage, 230, grid + GRID - 1, grid + GRID - 2);
    let mut late = stage.clone();
    late.world.warp_to(grid + GRID + 1);
    publish(&mut late, 210, grid, grid - 1);
    refused(&mut late, BackstopError::PriceStale);
    stage.world.warp_to(grid + GRID);
    publish(&mut stage, 210, grid, grid - 1);
    expect_landed(stage.tick());
    assert_eq!(clock(&stage).sample_step, grid / GRID);
}

#[test]
fn a_gap_is_proven_after_a_later_tick() {
    let (mut stage, grid) = before_grid();
    let (end, now) = (grid + 100, grid + 112);
    stage.world.warp_to(now);
    show(&mut stage, 200, now, now - 1);
    assert_eq!(clock(&stage).gap_ended_at, 0);
    let seen = rest(&clock(&stage));
    publish(&mut stage, 140, end, end - 60);
    refused(&mut stage, BackstopError::TickNotNewer);
    publish(&mut stage, 140, end, end - 61);
    expect_landed(stage.tick());
    assert_eq!(
        (clock(&stage).gap_ended_at, rest(&clock(&stage))),
        (end, seen)
    );
    refused(&mut stage, BackstopError::TickNotNewer);
    // An earlier gap says nothing new.
    publish(&mut stage, 140, end - 10, end - 95);
    refused(&mut stage, BackstopError::TickNotNewer);
}
