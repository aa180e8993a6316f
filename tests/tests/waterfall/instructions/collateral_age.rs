//! The haircut of an aged price is the collateral's own.

use backstop_interface::event::AuctionStarted;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, Genesis};

use crate::setting::{genesis, Play, PRICE, QUOTE};

/// Atoms of a stable coin.
const STABLE: u64 = 1_000_000;

/// The writer of 1 000 puts holds 1 000 of each of two coins; of one a price loses 3 % in 30 s.
fn play() -> Play {
    let mut hasty = NewCollateral {
        name: "hasty stable",
        feed_id: [13; 32],
        ..NewCollateral::stable()
    };
    hasty.args.numbers.age_ppb = 30_000_000;
    let mut play = Play::with(&Genesis {
        others: vec![NewCollateral::stable(), hasty],
        ..genesis()
    });
    for other in ["stable", "hasty stable"] {
        play.fund_other("writer", other, 1_000 * STABLE);
        expect_landed(play.deposit_other("writer", other, 1_000 * STABLE));
    }
    play.sell_puts("writer", 1_000, 80_000);
    // Later than any price that was used on the account.
    play.pass(200, 200 * PRICE);
    play.jump(140);
    play
}

/// Value of the writer's account as a trigger finds it where a coin's price is some seconds old.
fn triggered(play: &Play, other: &str, seconds: i64) -> i64 {
    let mut fork = play.clone();
    let feed_id = fork.other(other).price.feed_id;
    let at = fork.world.now() - seconds;
    fork.publish_other(other, PythPrice::new(feed_id, PRICE, at));
    let landed = expect_landed(fork.liquidate("keeper", "writer"));
    let told: AuctionStarted = fork.told(&landed);
    told.value_atoms
}

#[test]
fn each_price_loses_by_its_own_age_haircut() {
    let play = play();
    let fresh = triggered(&play, "stable", 0);
    for (seconds, usual, hasty) in [(30, 10, 30), (120, 40, 120)] {
        let less = fresh - triggered(&play, "stable", seconds);
        assert_eq!(less, usual * QUOTE as i64, "{seconds} seconds");
        let less = fresh - triggered(&play, "hasty stable", seconds);
        assert_eq!(less, hasty * QUOTE as i64, "{seconds} seconds");
    }
}
