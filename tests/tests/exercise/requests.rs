//! Requests: what they lock, what decides them, what becomes of those nobody decides.

use backstop_client::exercise::Asked;
use backstop_interface::accounts::EXERCISE_DEPOSIT_LAMPORTS;
use backstop_interface::event::{ExerciseDecided, ExerciseRequested};
use backstop_interface::BackstopError::*;
use backstop_testkit::{key, pubkey};

use crate::setting::{asked, Play, CONTRACT, LOT, PRICE, QUOTE};

#[test]
fn a_request_burns_the_tokens_and_keeps_a_deposit() {
    let mut play = Play::written();
    let rich = play.world.lamports(&pubkey("holder"));
    let landed = play.ask(1, 5 * CONTRACT);
    let put = play.put;
    let request = play.exercise_of("holder", &put, 1).expect("it stands");
    assert_eq!(
        (request.owner, request.contracts),
        (pubkey("holder"), 5 * CONTRACT)
    );
    assert!(!request.exercised);
    let address = backstop_interface::pda::exercise_request(&put.series, &pubkey("holder"), 1);
    let lies = play.world.lamports(&address);
    assert!(lies > EXERCISE_DEPOSIT_LAMPORTS);
    assert_eq!(play.world.lamports(&pubkey("holder")), rich - lies);
    assert_eq!(play.tokens("holder"), 5 * CONTRACT);
    assert_eq!(
        play.totals(),
        (5 * CONTRACT, 5 * CONTRACT, 0, 10 * CONTRACT)
    );
    let told = landed.events::<ExerciseRequested>(&play.world.program_id());
    assert_eq!((told.len(), told[0].contracts), (1, 5 * CONTRACT));
}

#[test]
fn a_request_pays_its_deposit_to_whoever_decides_it() {
    let mut play = Play::written();
    play.ask(1, CONTRACT);
    let rich = play.world.lamports(&pubkey("keeper"));
    let landed = play.decide(1, 180 * PRICE);
    let paid = play.world.lamports(&pubkey("keeper")) - rich;
    assert_eq!(paid, EXERCISE_DEPOSIT_LAMPORTS);
    let told = landed.events::<ExerciseDecided>(&play.world.program_id());
    assert_eq!(
        (told[0].payoff_price, told[0].right_atoms),
        (20 * PRICE, 20 * QUOTE)
    );
}

#[test]
fn below_the_least_payoff_the_tokens_come_back() {
    let mut play = Play::written();
    let put = play.put;
    let exact = Asked {
        least_payoff_price: 20 * PRICE,
        ..asked(1, 5 * CONTRACT)
    };
    play.before_exercise();
    play.step("request_exercise", |stage| {
        stage.request_exercise("holder", &put, exact)
    });
    let mut fork = play.clone();
    play.decide(1, 180 * PRICE + 1_000);
    assert_eq!(play.tokens("holder"), 10 * CONTRACT);
    assert_eq!(play.totals(), (10 * CONTRACT, 0, 0, 10 * CONTRACT));
    assert!(play.exercise_of("holder", &put, 1).is_none());
    assert_eq!((play.rights(), play.exercises_of(&put).count), (0, 0));
    fork.decide(1, 180 * PRICE);
    assert_eq!(fork.rights(), 100 * QUOTE);
}

#[test]
fn an_update_too_late_after_the_moment_voids_it_at_once() {
    let mut play = Play::written();
    let put = play.put;
    play.ask(1, 5 * CONTRACT);
    play.pass(90, 150 * PRICE);
    let late = play.update(1, 150 * PRICE, -1, 31);
    play.step("execute_exercise", |stage| {
        stage.execute_exercise("keeper", ("holder", 1), &put, late)
    });
    assert_eq!(play.tokens("holder"), 10 * CONTRACT);
    assert!(play.exercise_of("holder", &put, 1).is_none());
}

#[test]
fn only_the_first_update_from_the_moment_on_decides() {
    let mut play = Play::written();
    let put = play.put;
    play.ask(1, CONTRACT);
    play.pass(80, 180 * PRICE);
    for (previous, publish) in [(-5, -1), (0, 1), (3, 5), (0, 40)] {
        let other = play.update(1, 180 * PRICE, previous, publish);
        let given = play.executing_exercise("keeper", ("holder", 1), &put, other);
        play.world
            .expect_refused(&[given], &[&key("keeper")], NotDecidingUpdate);
    }
    for (previous, publish) in [(-1, 0), (-1, 30)] {
        let mut fork = play.clone();
        let decides = fork.update(1, 180 * PRICE, previous, publish);
        fork.step("execute_exercise", |stage| {
            stage.execute_exercise("stranger", ("holder", 1), &put, decides)
        });
        assert_eq!(fork.rights(), 20 * QUOTE);
    }
}

#[test]
fn what_nobody_decides_in_ten_minutes_comes_back() {
    let mut play = Play::written();
    let rich = play.world.lamports(&pubkey("holder"));
    play.ask(1, CONTRACT);
    let update = play.update(1, 180 * PRICE, -1, 0);
    play.pass(30, 180 * PRICE);
    play.pass(569, 180 * PRICE);
    let put = play.put;
    let (keeper, none) = (key("keeper"), play.price_account);
    let early = play.executing_exercise("keeper", ("holder", 1), &put, none);
    play.world
        .expect_refused(&[early], &[&keeper], NotDecidingUpdate);
    // 599 seconds after a request at second 40 is not a second of exercise; 560 seconds after it is.
    let decides = play.executing_exercise("keeper", ("holder", 1), &put, update);
    play.world
        .expect_refused(&[decides], &[&keeper], NotExerciseTime);
    play.pass(1, 180 * PRICE);
    // The update that would have decided it decides nothing any more.
    play.step("execute_exercise", |stage| {
        stage.execute_exercise("keeper", ("holder", 1), &put, update)
    });
    assert_eq!(play.tokens("holder"), 10 * CONTRACT);
    let lost = rich - play.world.lamports(&pubkey("holder"));
    assert_eq!(lost, EXERCISE_DEPOSIT_LAMPORTS);
    assert_eq!(play.exercises_of(&put).asked, 0);
}

#[test]
fn what_nobody_decides_before_the_expiry_is_redeemed_like_other_tokens() {
    let mut play = Play::written();
    let ends_at = play.week.expires_at;
    play.world.warp_to(ends_at - 3_620);
    play.set_price(180 * PRICE);
    play.ask(1, LOT);
    play.world.warp_to(ends_at);
    play.set_price(180 * PRICE);
    play.void(1);
    assert_eq!(play.tokens("holder"), 10 * CONTRACT);
    assert_eq!(play.totals(), (10 * CONTRACT, 0, 0, 10 * CONTRACT));
}
