//! Every way in which a price may be unusable, with the error it must meet.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::pyth::{PythPrice, LEGACY_PROGRAM, RECEIVER_PROGRAM};
use backstop_testkit::Stage;

use crate::setup::{refuse, swapped, PRICE};

/// A case: what is wrong, the price, the error.
pub type BadPrice = (&'static str, PythPrice, BackstopError);

fn sound(stage: &Stage) -> PythPrice {
    PythPrice::new(stage.keys.feed_id, 200 * PRICE, stage.world.now())
}

/// Updates that are refused whatever they are for.
pub fn never_genuine(stage: &Stage) -> Vec<BadPrice> {
    let good = sound(stage);
    let now = stage.world.now();
    let other_feed = PythPrice {
        feed_id: [7; 32],
        ..good.clone()
    };
    vec![
        (
            "no guardian checked",
            good.clone().partial(0),
            PriceNotFullyVerified,
        ),
        (
            "one guardian short",
            good.clone().partial(12),
            PriceNotFullyVerified,
        ),
        ("another feed", other_feed, PriceWrongFeed),
        (
            "six seconds ahead",
            PythPrice {
                publish_at: now + 6,
                ..good.clone()
            },
            PriceFromFuture,
        ),
        (
            "at the end of time",
            PythPrice {
                publish_at: i64::MAX,
                ..good.clone()
            },
            PriceFromFuture,
        ),
        (
            "exponent 1",
            good.clone().raw(20, 1),
            PriceExponentOutOfRange,
        ),
        (
            "exponent -13",
            good.clone().raw(2_000_000_000_000_000, -13),
            PriceExponentOutOfRange,
        ),
        (
            "exponent of least value",
            good.clone().raw(200, i32::MIN),
            PriceExponentOutOfRange,
        ),
        ("zero", good.clone().raw(0, -8), PriceNotPositive),
        (
            "negative",
            good.clone().raw(-20_000_000_000, -8),
            PriceNotPositive,
        ),
        (
            "rounds to zero",
            good.clone().raw(999, -12),
            PriceNotPositive,
        ),
        (
            "above ten million",
            good.clone().raw(10_000_001, 0),
            PriceNotPositive,
        ),
        ("beyond 64 bits", good.raw(i64::MAX, 0), PriceNotPositive),
    ]
}

/// Updates that are genuine but too old by a second for an age limit, or too uncertain by a unit.
pub fn not_usable(stage: &Stage, max_age_seconds: i64) -> Vec<BadPrice> {
    let good = sound(stage);
    let stale = PythPrice {
        publish_at: stage.world.now() - max_age_seconds - 1,
        ..good.clone()
    };
    let long_ago = PythPrice {
        publish_at: i64::MIN,
        ..good.clone()
    };
    let mut uncertain = good.clone().conf_bps(500);
    uncertain.conf += 1;
    vec![
        ("a second too old", stale, PriceStale),
        ("from the beginning of time", long_ago, PriceStale),
        ("a unit above 5 % uncertain", uncertain, PriceTooUncertain),
        (
            "wholly uncertain",
            PythPrice {
                conf: u64::MAX,
                ..good
            },
            PriceTooUncertain,
        ),
    ]
}

/// Asserts that the instruction refuses each price, with nothing changed, and that the price that stood there
/// before still stands afterwards.
#[track_caller]
pub fn refuse_each(
    stage: &mut Stage,
    signer: &str,
    instruction: &Instruction,
    cases: Vec<BadPrice>,
) {
    let good = stage.price.clone();
    for (what, price, error) in cases {
        println!("price {what}");
        stage.publish(price);
        refuse(stage, signer, instruction, error);
    }
    stage.publish(good);
}

/// Asserts that the instruction refuses accounts that are no price updates of the receiver program.
#[track_caller]
pub fn refuse_accounts(stage: &mut Stage, signer: &str, instruction: &Instruction) {
    for (account, error) in false_accounts(stage) {
        let price = stage.price_account;
        refuse(
            stage,
            signer,
            &swapped(instruction.clone(), &price, &account),
            error,
        );
    }
}

/// A sound update under another owner, legacy data, an account of the receiver program that is no update, one
/// that does not exist.
fn false_accounts(stage: &mut Stage) -> Vec<(Pubkey, BackstopError)> {
    let real = stage.price_account;
    let (program, mint) = (stage.world.program_id(), stage.keys.quote_mint);
    vec![
        (stage.world.substitute(&real, program), PriceWrongOwner),
        (
            stage.world.substitute(&real, LEGACY_PROGRAM),
            PriceWrongOwner,
        ),
        (
            backstop_testkit::address("nobody's account"),
            PriceWrongOwner,
        ),
        (
            stage.world.substitute(&mint, RECEIVER_PROGRAM),
            PriceMalformed,
        ),
    ]
}
