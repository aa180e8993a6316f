//! Feeds that jump exponent: what the mantissa counts may change from one update to the next.

use backstop_interface::accounts::FeedClock;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Stage};
use backstop_tests::program_so;

use crate::setup::{PRICE, QUOTE};

/// A price of 200 published with an exponent, mantissas and all; the confidence is 5 bp of it.
fn two_hundred(stage: &Stage, exponent: i32) -> PythPrice {
    let now = stage.world.now();
    let usual = PythPrice::new(stage.keys.feed_id, 200 * PRICE, now).after(now - 1);
    let scaled = |mantissa: i64| match exponent + 8 {
        up @ 0.. => mantissa / 10_i64.pow(up.unsigned_abs()),
        down => mantissa * 10_i64.pow(down.unsigned_abs()),
    };
    PythPrice {
        price: scaled(usual.price),
        conf: scaled(usual.conf as i64) as u64,
        ema_price: scaled(usual.ema_price),
        ema_conf: scaled(usual.ema_conf as i64) as u64,
        exponent,
        ..usual
    }
}

#[test]
fn a_feed_that_jumps_exponent_says_the_same_price() {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("anna", 1_000 * QUOTE, 0);
    expect_landed(stage.open_account("anna"));
    expect_landed(stage.deposit_quote("anna", 1_000 * QUOTE));
    for exponent in [-8, -12, 0, -3, -11, -1, -8] {
        stage.world.advance(30);
        let price = two_hundred(&stage, exponent);
        stage.publish(price);
        expect_landed(stage.tick());
        let clock: FeedClock = stage.read(&stage.keys.clock).expect("genesis opened it");
        assert_eq!(clock.price, 200 * PRICE, "exponent {exponent}");
        assert_eq!(clock.publish_at, stage.world.now());
        let most = if exponent == 0 { 0 } else { 500_000 };
        assert!(
            stage.price_update().confidence_ppb <= most,
            "exponent {exponent}"
        );
        expect_landed(stage.withdraw_quote("anna", QUOTE));
    }
}
