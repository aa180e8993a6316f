//! The queue is finite, and whoever wants to exercise can make place in it.

use backstop_client::exercise::Payee;
use backstop_interface::accounts::MAX_EXERCISES;
use backstop_interface::BackstopError::*;
use backstop_testkit::expect_code;

use crate::setting::{asked, Play, CONTRACT, LOT, PRICE, QUOTE};

#[test]
fn it_takes_sixteen_and_goes_on_when_the_oldest_is_done_with() {
    let mut play = Play::written();
    let put = play.put;
    let most = MAX_EXERCISES as u64;
    for nonce in 0..most - 1 {
        play.exercise(nonce, 10 * LOT, 180 * PRICE);
    }
    // An entry is kept for a request nobody has decided yet, so no token is burned in vain.
    play.ask(most - 1, 10 * LOT);
    refuse_another(&play);
    play.decide(most - 1, 180 * PRICE);
    refuse_another(&play);
    play.bear("writer");
    // One short is older than all of them.
    play.pay(0);
    refuse_another(&play);
    play.bear("second");
    // Those behind it are told first: they wait for the oldest.
    play.pay(3);
    assert_eq!(play.exercises_of(&put).count, MAX_EXERCISES as u8);
    play.pay(0);
    assert_eq!(play.exercises_of(&put).first, 1);
    play.exercise(most, 10 * LOT, 180 * PRICE);
    for nonce in [1, 2, 4] {
        play.pay(nonce);
    }
    assert_eq!(play.exercises_of(&put).first, 5);
    play.bear("second");
    play.bear("writer");
    for nonce in 5..=most {
        play.pay(nonce);
    }
    assert_eq!((play.exercises_of(&put).count, play.rights()), (0, 0));
    assert_eq!(
        play.leg("second") + play.leg("writer"),
        -((10 * CONTRACT - 17 * 10 * LOT) as i64) - unassigned(&play)
    );
}

/// One request more is refused.
#[track_caller]
fn refuse_another(play: &Play) {
    let put = play.put;
    let one = asked(MAX_EXERCISES as u64, 10 * LOT);
    let another = play.clone().request_exercise("holder", &put, one);
    expect_code(another, ExercisesFull);
}

fn unassigned(play: &Play) -> i64 {
    i64::try_from(play.totals().2).expect("few")
}

/// No account to be paid into.
const NOBODY: Payee = Payee {
    destination: None,
    claim_account: None,
};

/// A holder whose quote account takes nothing keeps nobody from exercising: the right is told without being paid.
#[test]
fn a_right_is_told_without_being_paid() {
    let mut play = Play::written();
    let put = play.put;
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play.bear("writer");
    play.bear("second");
    let owner = (backstop_testkit::pubkey("holder"), 1);
    let told = backstop_client::exercise::pay_exercise(&put, owner, &NOBODY, true);
    play.step("pay_exercise", |stage| {
        stage.world.send(std::slice::from_ref(&told), &[])
    });
    assert_eq!(
        (play.exercises_of(&put).count, play.rights()),
        (0, 100 * QUOTE)
    );
    expect_code(play.clone().world.send(&[told], &[]), NothingToPay);
    play.pay(1);
    assert_eq!(play.rights(), 0);
    assert!(play.exercise_of("holder", &put, 1).is_none());
}

/// The second's short is a fifth of a fifth behind: what was borne is never borne again.
#[test]
fn nothing_is_borne_twice() {
    let mut play = Play::written();
    play.exercise(1, CONTRACT, 180 * PRICE);
    play.bear("writer");
    let before = (play.leg("writer"), play.cash("writer"));
    play.bear("writer");
    assert_eq!((play.leg("writer"), play.cash("writer")), before);
    play.exercise(2, CONTRACT, 180 * PRICE);
    let cash = play.cash("writer");
    play.bear("writer");
    // 5.4 of 9 contracts are its own.
    assert_eq!(cash - play.cash("writer"), 12 * QUOTE);
}
