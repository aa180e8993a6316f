//! Shorts that cannot pay what they bear.

use backstop_client::exercise::{pay_exercise, Payee};
use backstop_interface::accounts::AccountState;
use backstop_interface::event::ExercisesBorne;
use backstop_interface::BackstopError::{ClaimAccountMissing, WrongMint};
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

/// The second has written against the underlying and has hardly any cash.
fn poor() -> Play {
    let mut play = Play::written();
    expect_landed(play.deposit_underlying("second", 20_000_000_000));
    let cash = play.cash("second");
    play.set_price(200 * PRICE);
    play.step("withdraw", |stage| {
        stage.withdraw_quote("second", cash - 10 * QUOTE)
    });
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play
}

#[test]
fn what_is_lacking_is_a_debt_and_the_collateral_converts() {
    let mut play = poor();
    play.bear("writer");
    let landed = play.bear("second");
    let told = landed.events::<ExercisesBorne>(&play.world.program_id());
    assert_eq!(
        (told[0].paid_atoms, told[0].debt_atoms),
        (10 * QUOTE, 30 * QUOTE)
    );
    let account = play.account_of("second").expect("it is open");
    assert_eq!((account.debt_atoms(), account.quote_atoms), (30 * QUOTE, 0));
    assert!(account.conversion_started_at > 0);
    assert_eq!(account.state(), AccountState::Open);
    let wallet = play.wallet("holder");
    play.pay(1);
    assert_eq!(play.wallet("holder"), wallet + 70 * QUOTE);
    // Everybody bore it: its entry makes place, the right waits for the expiry.
    let put = play.put;
    let right = play.exercise_of("holder", &put, 1).expect("it is not paid");
    assert!(right.is_final);
    assert_eq!(
        (right.left_atoms(), play.exercises_of(&put).count),
        (30 * QUOTE, 0)
    );
    assert_eq!(play.rights(), 30 * QUOTE);
}

/// The debt is repaid before the expiry: the money lies in the escrow, and the right is owed and paid in full.
#[test]
fn a_right_left_at_the_expiry_is_owed_like_a_payoff() {
    let mut play = poor();
    let (week, put) = (play.week, play.put);
    play.bear("writer");
    play.bear("second");
    play.pay(1);
    play.step("deposit", |stage| {
        stage.deposit_quote("second", 100 * QUOTE)
    });
    play.step("repay", |stage| stage.repay("second", &week));
    assert_eq!(play.expiry_of(&week).escrow_atoms, 30 * QUOTE);
    settle(&mut play, 190);
    let wallet = play.wallet("holder");
    play.step("pay_exercise", |stage| {
        stage.pay_exercise("holder", &put, 1)
    });
    assert_eq!(play.wallet("holder"), wallet + 30 * QUOTE);
    assert!(play.exercise_of("holder", &put, 1).is_none());
    assert_eq!(play.rights(), 0);
}

/// Nobody repays: the right takes part in the haircut and gets claims for it.
#[test]
fn a_right_takes_part_in_the_haircut() {
    let mut play = poor();
    let put = play.put;
    play.bear("writer");
    play.bear("second");
    play.pay(1);
    settle(&mut play, 190);
    let expiry = play.expiry_of(&play.week);
    assert!(
        expiry.haircut_ppb > 0,
        "the debt and the payoffs are not all paid"
    );
    let (wallet, claims) = (play.wallet("holder"), expiry.claims_atoms);
    refuse_payees(&mut play);
    play.step("pay_exercise", |stage| {
        stage.pay_exercise("holder", &put, 1)
    });
    let paid = play.wallet("holder") - wallet;
    let kept = 1_000_000_000 - expiry.haircut_ppb;
    assert_eq!(paid, 30 * QUOTE * kept / 1_000_000_000);
    let claimed = play.expiry_of(&play.week).claims_atoms - claims;
    assert_eq!(paid + claimed, 30 * QUOTE);
}

/// Without an account for the claims, and with one of another mint.
fn refuse_payees(play: &mut Play) {
    let put = play.put;
    let holder = play.holder("holder", &put);
    let cases = [
        (None, ClaimAccountMissing),
        (Some(holder.tokens), WrongMint),
    ];
    for (claim_account, error) in cases {
        let payee = Payee {
            destination: Some(holder.destination),
            claim_account,
        };
        let given = pay_exercise(&put, (holder.wallet, 1), &payee, true);
        let outcome = play.clone().world.send(&[given], &[]);
        expect_code(outcome, error);
    }
}

/// From the settlement price to the haircut, at a price in whole quote.
pub fn settle(play: &mut Play, price: u64) {
    let (week, put) = (play.week, play.put);
    play.world.warp_to(week.expires_at - 60);
    expect_landed(play.sample(&week, price * PRICE));
    play.set_price(price * PRICE);
    play.step("fix_price", |stage| stage.fix_price(&week));
    play.step("fold_series", |stage| stage.fold_series(&put));
    for name in ["writer", "second"] {
        if play.leg(name) < 0 {
            expect_landed(play.clone().settle(name, &week));
            play.step("settle_account", |stage| stage.settle(name, &week));
        }
    }
    let waits = play.view().market.params.collecting_most_seconds;
    play.world.advance(waits + 1_801);
    play.set_price(price * PRICE);
    play.step("close_collecting", |stage| stage.close_collecting(&week));
    play.world.advance(7 * 86_400);
    play.set_price(price * PRICE);
    play.step("finalise", |stage| stage.finalise(&week));
}
