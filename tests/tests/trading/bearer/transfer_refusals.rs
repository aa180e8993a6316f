//! Every refusal of handing a leg over, in the order the program checks.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::bearer::{self, Handover};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::held;
use crate::setup::{
    estate, expiry, fund, indebted, on_market, put, seized, series, surface, swapped, terms,
    two_markets, CONTRACT, LOT, PRICE, QUOTE,
};

pub(super) fn over(
    stage: &Stage,
    from: &str,
    to: &str,
    series: &SeriesKeys,
    terms: (i64, i64),
) -> Instruction {
    let (contracts, payment_atoms) = terms;
    let handover = Handover {
        giver: (stage.margin(from), pubkey(from)),
        receiver: (stage.margin(to), pubkey(to)),
        contracts,
        payment_atoms,
    };
    bearer::transfer_leg(&stage.keys, series, &handover, stage.price_account)
}

/// Asserts that the handover is refused, with both signatures, and changes nothing.
#[track_caller]
pub(super) fn refuse(
    stage: &mut Stage,
    signers: [&str; 2],
    given: &Instruction,
    error: BackstopError,
) {
    let (one, two) = (key(signers[0]), key(signers[1]));
    let signers: &[_] = match signers[0] == signers[1] {
        true => &[&one],
        false => &[&one, &two],
    };
    let given = std::slice::from_ref(given);
    stage.world.expect_refused(given, signers, error);
}

const BOTH: [&str; 2] = ["buyer", "stranger"];

/// [`held`], with 5 000 quote in an account of the stranger.
pub(super) fn with_stranger() -> (Stage, SeriesKeys) {
    let (mut stage, put) = held();
    fund(&mut stage, "stranger", 5_000 * QUOTE);
    (stage, put)
}

#[test]
fn transfer_leg_rejects_one_account_on_both_sides() {
    let (mut stage, put) = with_stranger();
    let given = over(&stage, "buyer", "buyer", &put, (CONTRACT as i64, 0));
    refuse(&mut stage, ["buyer"; 2], &given, BackstopError::SameAccount);
}

#[test]
fn transfer_leg_rejects_anyone_but_the_owner_of_either() {
    let (mut stage, put) = with_stranger();
    let given = over(&stage, "buyer", "stranger", &put, (CONTRACT as i64, 0));
    let thief = swapped(given.clone(), &pubkey("buyer"), &pubkey("keeper"));
    let error = BackstopError::NotOwner;
    refuse(&mut stage, ["keeper", "stranger"], &thief, error);
    let pusher = swapped(given, &pubkey("stranger"), &pubkey("keeper"));
    refuse(&mut stage, ["buyer", "keeper"], &pusher, error);
}

#[test]
fn transfer_leg_rejects_an_account_of_another_market_on_either_side() {
    let (mut stage, other) = two_markets();
    for name in BOTH {
        fund(&mut stage, name, QUOTE);
        on_market(&mut stage, &other, |stage| fund(stage, name, QUOTE));
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    for name in BOTH {
        let given = over(&stage, "buyer", "stranger", &put, (CONTRACT as i64, 0));
        let foreign = other.margin_account(&pubkey(name), 0);
        let given = swapped(given, &stage.margin(name), &foreign);
        refuse(&mut stage, BOTH, &given, BackstopError::WrongMarket);
    }
}

/// Each side is counted in its own shard, where the fee of the one that pays gathers.
#[test]
fn transfer_leg_rejects_the_shard_of_the_other_side() {
    let (mut stage, put) = with_stranger();
    for (from, to, contracts) in [
        ("buyer", "stranger", CONTRACT as i64),
        ("writer", "stranger", -(CONTRACT as i64)),
    ] {
        let given = over(&stage, from, to, &put, (contracts, 0));
        let [first, second] = [from, to].map(|name| stage.keys.shard_of(&stage.margin(name)));
        assert_ne!(first, second);
        let mut exchanged = given.clone();
        for meta in &mut exchanged.accounts {
            meta.pubkey = match meta.pubkey {
                key if key == first => second,
                key if key == second => first,
                key => key,
            };
        }
        refuse(
            &mut stage,
            [from, to],
            &exchanged,
            BackstopError::ShardMismatch,
        );
        // One is no substitute for the other.
        let alone = swapped(given, &second, &backstop_interface::ID);
        refuse(&mut stage, [from, to], &alone, BackstopError::ShardMismatch);
    }
}

#[test]
fn transfer_leg_rejects_a_giver_who_cannot_pay_the_fee() {
    let (mut stage, put) = with_stranger();
    expect_landed(stage.withdraw_quote("buyer", 88 * QUOTE));
    let given = over(&stage, "buyer", "stranger", &put, (CONTRACT as i64, 0));
    refuse(&mut stage, BOTH, &given, BackstopError::BalanceTooLow);
    let given = over(
        &stage,
        "buyer",
        "stranger",
        &put,
        (CONTRACT as i64, QUOTE as i64),
    );
    expect_landed(
        stage
            .world
            .send(&[given], &[&key("buyer"), &key("stranger")]),
    );
}

#[test]
fn transfer_leg_rejects_an_account_in_liquidation_on_either_side() {
    for (mut stage, put) in [seized(), estate()] {
        fund(&mut stage, "stranger", QUOTE);
        for (from, to) in [("writer", "stranger"), ("stranger", "writer")] {
            let given = over(&stage, from, to, &put, (-10_000, 0));
            refuse(
                &mut stage,
                [from, to],
                &given,
                BackstopError::AccountNotOpen,
            );
        }
    }
}

#[test]
fn transfer_leg_rejects_a_short_from_the_last_hour_and_a_long_from_the_second() {
    let (mut stage, put) = with_stranger();
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    let given = over(&stage, "writer", "stranger", &put, (-1_000_000, 0));
    let both = ["writer", "stranger"];
    refuse(&mut stage, both, &given, BackstopError::ExpiryClosed);
    for seconds in [0, 1, 86_400] {
        stage.world.warp_to(put.expiry.expires_at + seconds);
        stage.set_price(200 * PRICE);
        let given = over(&stage, "buyer", "stranger", &put, (1_000_000, 0));
        refuse(&mut stage, BOTH, &given, BackstopError::ExpiryClosed);
    }
}

#[test]
fn transfer_leg_rejects_nothing_the_other_side_too_much_and_dust() {
    let (mut stage, put) = with_stranger();
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    let cases = [
        (put, 0, BackstopError::AmountIsZero),
        (put, 2_000_001, BackstopError::BalanceTooLow),
        (put, i64::MAX, BackstopError::BalanceTooLow),
        (put, -1_000_000, BackstopError::BalanceTooLow),
        (put, i64::MIN, BackstopError::BalanceTooLow),
        (low, 1_000_000, BackstopError::BalanceTooLow),
        (put, LOT as i64 - 1, BackstopError::AmountBelowLeast),
        (put, 1, BackstopError::AmountBelowLeast),
    ];
    for (series, contracts, error) in cases {
        let given = over(&stage, "buyer", "stranger", &series, (contracts, 0));
        refuse(&mut stage, BOTH, &given, error);
    }
}

#[test]
fn transfer_leg_rejects_a_side_in_debt() {
    let (mut stage, later) = indebted();
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place_offer("stranger", &later, terms(1, PRICE, CONTRACT)));
    expect_landed(stage.buy_tokens("writer", "stranger", 1, &later, CONTRACT));
    expect_landed(stage.deposit_option("writer", &later, CONTRACT));
    let given = over(&stage, "writer", "stranger", &later, (1_000_000, 0));
    let both = ["writer", "stranger"];
    refuse(&mut stage, both, &given, BackstopError::AccountInDebt);
    let given = over(&stage, "stranger", "writer", &later, (-1_000_000, 0));
    refuse(&mut stage, both, &given, BackstopError::AccountInDebt);
}

#[test]
fn transfer_leg_rejects_a_side_short_in_the_last_hour() {
    let (mut stage, put) = with_stranger();
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&surface()));
    let given = over(&stage, "buyer", "writer", &put, (1_000_000, 0));
    let both = ["buyer", "writer"];
    refuse(&mut stage, both, &given, BackstopError::ShortNearExpiry);
}

#[test]
fn transfer_leg_rejects_a_payment_the_payer_does_not_hold() {
    let (mut stage, put) = with_stranger();
    for payment in [
        5_000 * QUOTE as i64 + 1,
        i64::MAX,
        -88 * QUOTE as i64 - 1,
        i64::MIN,
    ] {
        let given = over(&stage, "buyer", "stranger", &put, (1_000_000, payment));
        refuse(&mut stage, BOTH, &given, BackstopError::BalanceTooLow);
    }
}

#[test]
fn transfer_leg_rejects_a_side_left_below_initial_margin() {
    let (mut stage, put) = with_stranger();
    fund(&mut stage, "keeper", 10 * QUOTE);
    let given = over(&stage, "writer", "keeper", &put, (-4_000_000, 0));
    let error = BackstopError::BelowInitialMargin;
    refuse(&mut stage, ["writer", "keeper"], &given, error);
    // The giver: his long at 200 covers as many shorts at 190.
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    expect_landed(stage.place_offer("buyer", &low, terms(1, 4 * PRICE, 2 * CONTRACT)));
    expect_landed(stage.buy_tokens("stranger", "buyer", 1, &low, 2 * CONTRACT));
    let given = over(&stage, "buyer", "stranger", &put, (2_000_000, 0));
    refuse(&mut stage, BOTH, &given, error);
    let given = over(
        &stage,
        "buyer",
        "stranger",
        &put,
        (2_000_000, 300 * QUOTE as i64),
    );
    expect_landed(
        stage
            .world
            .send(&[given], &[&key("buyer"), &key("stranger")]),
    );
}
