use backstop_client::feed::tick;
use backstop_interface::accounts::FeedClock;
use backstop_interface::event::Ticked;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Snapshot, Stage};
use backstop_tests::program_so;

use crate::prices::{never_genuine, not_usable, refuse_accounts, refuse_each};
use crate::setup::{assert_only_changed, refuse, PRICE};

/// Seconds a price may be old to be shown.
const MAX_AGE: i64 = 20;

fn fresh() -> Stage {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("keeper", 0, 0);
    stage.world.advance(60);
    stage
}

fn clock(stage: &Stage) -> FeedClock {
    stage.read(&stage.keys.clock).expect("genesis opened it")
}

fn update(stage: &Stage, price: u64, published_before_seconds: i64) -> PythPrice {
    PythPrice::new(
        stage.keys.feed_id,
        price,
        stage.world.now() - published_before_seconds,
    )
}

#[test]
fn it_remembers_time_and_price_and_says_so() {
    let mut stage = fresh();
    stage.publish(update(&stage, 201 * PRICE, 3));
    let before = Snapshot::whole(&stage.world);
    let landed = expect_landed(stage.tick());
    assert_only_changed(&before, &stage, &[stage.keys.clock]);
    let clock = clock(&stage);
    assert_eq!(
        (clock.publish_at, clock.price),
        (stage.world.now() - 3, 201 * PRICE)
    );
    let events = landed.events::<Ticked>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.feed_id, event.publish_at, event.price),
        (clock.feed_id, clock.publish_at, clock.price)
    );
    assert_eq!(event.healthy_seconds, clock.healthy_seconds);
}

#[test]
fn the_first_tick_counts_nothing_and_later_ones_at_most_thirty_seconds() {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    assert_eq!(clock(&stage).healthy_seconds, 0);
    let mut healthy = 0;
    for (passed, counted) in [(1, 1), (29, 29), (30, 30), (31, 30), (3_600, 30)] {
        stage.pass(passed, 200 * PRICE);
        expect_landed(stage.tick());
        healthy += counted;
        assert_eq!(
            clock(&stage).healthy_seconds,
            healthy,
            "after {passed} seconds"
        );
    }
}

#[test]
fn only_a_silence_of_more_than_sixty_seconds_between_two_publishes_is_a_gap() {
    let mut stage = fresh();
    let mut at_limit = update(&stage, 200 * PRICE, 0);
    at_limit.prev_publish_at = at_limit.publish_at - 60;
    stage.publish(at_limit);
    expect_landed(stage.tick());
    assert_eq!(clock(&stage).gap_ended_at, 0);
    stage.world.advance(1);
    let mut beyond = update(&stage, 200 * PRICE, 0);
    beyond.prev_publish_at = beyond.publish_at - 61;
    stage.publish(beyond);
    expect_landed(stage.tick());
    assert_eq!(clock(&stage).gap_ended_at, stage.world.now());
}

#[test]
fn a_price_is_taken_at_the_edge_of_every_limit() {
    let oldest = |stage: &Stage| update(stage, 200 * PRICE, MAX_AGE);
    let newest = |stage: &Stage| update(stage, 200 * PRICE, -5);
    let least_certain = |stage: &Stage| update(stage, 200 * PRICE, 0).conf_bps(500);
    let highest = |stage: &Stage| update(stage, 200 * PRICE, 0).raw(10_000_000, 0);
    let lowest = |stage: &Stage| update(stage, 200 * PRICE, 0).raw(1_000, -12);
    let edges: [&dyn Fn(&Stage) -> PythPrice; 5] =
        [&oldest, &newest, &least_certain, &highest, &lowest];
    for (index, edge) in edges.into_iter().enumerate() {
        println!("edge {index}");
        let mut stage = fresh();
        let mut price = edge(&stage);
        if price.exponent != -8 {
            price.conf = 0;
        }
        stage.publish(price);
        expect_landed(stage.tick());
    }
}

#[test]
fn tick_rejects_accounts_that_are_no_price_updates() {
    let mut stage = fresh();
    stage.set_price(200 * PRICE);
    let given = tick(&stage.keys, stage.price_account);
    refuse_accounts(&mut stage, "keeper", &given);
    expect_landed(stage.tick());
}

#[test]
fn tick_rejects_every_price_that_is_not_genuine_or_not_usable() {
    let mut stage = fresh();
    stage.set_price(200 * PRICE);
    let given = tick(&stage.keys, stage.price_account);
    let mut cases = never_genuine(&stage);
    cases.extend(not_usable(&stage, MAX_AGE));
    refuse_each(&mut stage, "keeper", &given, cases);
    expect_landed(stage.tick());
}

#[test]
fn tick_rejects_a_price_that_is_not_newer_than_the_clock() {
    let mut stage = fresh();
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    let given = tick(&stage.keys, stage.price_account);
    for seconds_before in [300, 11, 10, 1, 0] {
        stage.publish(update(&stage, 150 * PRICE, seconds_before));
        refuse(&mut stage, "keeper", &given, BackstopError::TickNotNewer);
    }
    stage.world.advance(1);
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
}
