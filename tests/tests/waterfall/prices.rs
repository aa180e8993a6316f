//! Prices nobody may act on.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::{PythPrice, RECEIVER_PROGRAM, SOL_USD};
use backstop_testkit::{address, expect_landed, key, World};

use crate::ask::swap;
use crate::setting::Play;

/// A sound price of now, the same as the one in force.
fn sound(play: &Play) -> PythPrice {
    PythPrice::new(SOL_USD, play.price_update().price, play.world.now())
}

#[track_caller]
fn case(
    play: &Play,
    instruction: &Instruction,
    signer: &str,
    price: PythPrice,
    error: BackstopError,
) {
    let mut fork = play.clone();
    fork.publish(price);
    fork.refuses(instruction.clone(), signer, error);
}

/// What no reader of prices accepts: another owner, layout, feed, time, sign, exponent, verification.
#[track_caller]
pub fn refuses_false_prices(play: &Play, instruction: &Instruction, signer: &str) {
    expect_landed(
        play.clone()
            .world
            .send(std::slice::from_ref(instruction), &[&key(signer)]),
    );
    let mut future = sound(play);
    future.publish_at = play.world.now() + 6;
    let mut feed = sound(play);
    feed.feed_id = [7; 32];
    let cases = [
        (future, BackstopError::PriceFromFuture),
        (feed, BackstopError::PriceWrongFeed),
        (
            sound(play).partial(12),
            BackstopError::PriceNotFullyVerified,
        ),
        (
            sound(play).raw(1, 1),
            BackstopError::PriceExponentOutOfRange,
        ),
        (
            sound(play).raw(1, -13),
            BackstopError::PriceExponentOutOfRange,
        ),
        (sound(play).raw(0, -8), BackstopError::PriceNotPositive),
        (sound(play).raw(-5, -8), BackstopError::PriceNotPositive),
    ];
    for (price, error) in cases {
        case(play, instruction, signer, price, error);
    }
    refuses_other_accounts(play, instruction, signer);
}

/// A copy of the price under another owner, and an account of the right owner that is no price.
#[track_caller]
fn refuses_other_accounts(play: &Play, instruction: &Instruction, signer: &str) {
    let account = play.price_account;
    let mut fork = play.clone();
    let copy = fork.world.substitute(&account, address("another oracle"));
    fork.refuses(
        swap(instruction.clone(), account, copy),
        signer,
        BackstopError::PriceWrongOwner,
    );
    let mut fork = play.clone();
    let market = fork.keys.market;
    let garbage = fork.world.substitute(&market, RECEIVER_PROGRAM);
    fork.refuses(
        swap(instruction.clone(), account, garbage),
        signer,
        BackstopError::PriceMalformed,
    );
}

/// The same, and prices that are genuine but old, uncertain or behind what was used or shown. The account
/// in question must have used the price of now.
#[track_caller]
pub fn refuses_bad_prices(play: &Play, instruction: &Instruction, signer: &str, used: &str) {
    refuses_false_prices(play, instruction, signer);
    let now = play.world.now();
    let last = play.account_of(used).expect("an account").last_price_at;
    assert_eq!(last, now, "the account has used the price of now");
    let uncertain = sound(play).conf_bps(501);
    case(
        play,
        instruction,
        signer,
        uncertain,
        BackstopError::PriceTooUncertain,
    );
    let mut older = sound(play);
    older.publish_at = now - 1;
    case(
        play,
        instruction,
        signer,
        older,
        BackstopError::PriceOlderThanLastUsed,
    );

    let at = |seconds: i64, tick: bool| {
        let mut fork = play.clone();
        let used = sound(play);
        fork.pass(seconds, play.price_update().price);
        if tick {
            expect_landed(fork.tick());
        }
        fork.publish(used);
        fork
    };
    at(21, false).refuses(instruction.clone(), signer, BackstopError::PriceStale);
    at(11, true).refuses(
        instruction.clone(),
        signer,
        BackstopError::PriceBehindFeedClock,
    );
    let mut young: World = at(20, false).world.clone();
    expect_landed(young.send(std::slice::from_ref(instruction), &[&key(signer)]));
}
