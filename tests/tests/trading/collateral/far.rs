//! A breach at the price of a collateral far from its feed's average is noted, and has to last as at the market's.

use backstop_client::liquidation;
use backstop_interface::accounts::AccountState;
use backstop_interface::event::BreachNoted;
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{BreachState, Hold};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, key, pubkey, Landed, Stage};

use super::setting::{coin, leaning, metas, short, COINS};
use crate::setup::{state, PRICE};

/// Half a quote, at which a coin of [`leaning`] makes a breach.
const HALF: u64 = 500_000_000;
/// The reason of each of [`COINS`].
const REASONS: [Hold; 2] = [Hold::FirstCollateral, Hold::SecondCollateral];

/// State, time and reason of the note.
fn stands(stage: &Stage) -> (AccountState, i64, u8) {
    let account = stage.account_of("writer").expect("opened");
    (account.state(), account.noted_at, account.note_reason)
}

fn liquidate(stage: &mut Stage) -> Landed {
    expect_landed(stage.liquidate("keeper", "writer"))
}

/// Seconds later each coin stands at its price, both against an average of a quote.
fn later(stage: &mut Stage, seconds: i64, prices: [u64; 2]) {
    stage.pass(seconds, 184 * PRICE);
    for (name, price) in COINS.into_iter().zip(prices) {
        coin(stage, name, price, PRICE);
    }
}

/// The market's price falls to 149 against an average of 200: a breach, whatever the coins.
fn market_far(stage: &mut Stage) {
    let (feed_id, now) = (stage.keys.feed_id, stage.world.now());
    stage.publish(PythPrice::new(feed_id, 149 * PRICE, now).ema(200 * PRICE));
}

/// [`leaning`], in breach at the price of one coin far from its average; noted.
fn noted(slot: usize) -> Stage {
    let mut stage = leaning();
    let mut prices = [PRICE; 2];
    prices[slot] = HALF;
    later(&mut stage, 1, prices);
    let landed = liquidate(&mut stage);
    let told: Vec<BreachNoted> = landed.events(&stage.world.program_id());
    let (now, reason) = (stage.world.now(), REASONS[slot] as u8);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].noted_at, told[0].reason), (now, reason));
    assert_eq!(stands(&stage), (AccountState::Open, now, reason));
    stage
}

#[test]
fn a_breach_at_a_quarter_of_a_collaterals_average_is_seized_and_one_beyond_it_is_noted() {
    for (slot, name) in COINS.into_iter().enumerate() {
        // A quarter above the average, and one unit of the feed more than that.
        let near = leaning();
        for (average, seized) in [(400_000_000, true), (399_999_990, false)] {
            let mut stage = near.clone();
            coin(&mut stage, name, HALF, average);
            let now = stage.world.now();
            let expected = match seized {
                true => BreachState::Liquidatable(UnixSeconds::new(now)),
                false => BreachState::Held(UnixSeconds::new(now)),
            };
            assert_eq!(stage.judge("writer"), expected);
            liquidate(&mut stage);
            let expected = match seized {
                true => (AccountState::Auction, 0, Hold::None as u8),
                false => (AccountState::Open, now, REASONS[slot] as u8),
            };
            assert_eq!(stands(&stage), expected, "{name}");
        }
    }
}

#[test]
fn a_breach_at_a_collaterals_far_price_is_seized_after_thirty_seconds_and_forgotten_after_sixty() {
    for slot in [0, 1] {
        let noted = noted(slot);
        let (_, noted_at, reason) = stands(&noted);
        let mut prices = [PRICE; 2];
        prices[slot] = HALF;
        let open = |at| (AccountState::Open, at, reason);
        let seized = (AccountState::Auction, 0, Hold::None as u8);
        for (seconds, expected) in [
            (0, open(noted_at)),
            (29, open(noted_at)),
            (30, seized),
            (59, seized),
            (60, open(noted_at + 60)),
        ] {
            let mut stage = noted.clone();
            later(&mut stage, seconds, prices);
            liquidate(&mut stage);
            assert_eq!(stands(&stage), expected, "{seconds} s");
        }
    }
}

/// One print of another feed is not seen twice because a note was taken of the first.
#[test]
fn a_note_of_one_feed_counts_for_no_other() {
    let mut cases = Vec::new();
    for (slot, other) in [(0, [PRICE, HALF]), (1, [HALF, PRICE])] {
        let mut stage = noted(slot);
        later(&mut stage, 35, other);
        cases.push((stage, REASONS[1 - slot]));
        let mut stage = noted(slot);
        later(&mut stage, 35, [PRICE; 2]);
        market_far(&mut stage);
        cases.push((stage, Hold::Price));
        let mut stage = leaning();
        later(&mut stage, 1, [PRICE; 2]);
        market_far(&mut stage);
        liquidate(&mut stage);
        assert_eq!(stands(&stage).2, Hold::Price as u8);
        let mut prices = [PRICE; 2];
        prices[slot] = HALF;
        later(&mut stage, 35, prices);
        cases.push((stage, REASONS[slot]));
    }
    for (mut stage, reason) in cases {
        liquidate(&mut stage);
        let now = stage.world.now();
        assert_eq!(stands(&stage), (AccountState::Open, now, reason as u8));
    }
}

#[test]
fn health_at_the_average_forgets_the_note_of_a_collateral() {
    let mut stage = noted(0);
    later(&mut stage, 1, [PRICE; 2]);
    liquidate(&mut stage);
    assert_eq!(stands(&stage), (AccountState::Open, 0, 0));
}

/// Who sends a liquidation may show any collateral: only those held say anything about the account.
#[test]
fn a_far_price_of_a_collateral_that_is_not_held_holds_nothing_up() {
    let mut stage = short();
    for _ in 0..7 {
        stage.pass(20, 80 * PRICE);
        expect_landed(stage.tick());
    }
    coin(&mut stage, "stable", HALF, PRICE);
    let (keeper, target) = (pubkey("keeper"), stage.margin("writer"));
    let price = stage.price_account;
    let mut given = liquidation::liquidate(&stage.keys, keeper, target, keeper, price);
    given.accounts.extend(metas(&stage, &["stable"]));
    expect_landed(stage.world.send(&[given], &[&key("keeper")]));
    assert_eq!(state(&stage, "writer"), AccountState::Auction);
}
