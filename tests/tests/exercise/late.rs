//! No hindsight: an exercise executed late pays no more than the price of now, and none comes late in its minute.

use backstop_interface::BackstopError::*;
use backstop_testkit::key;

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

/// Asked for at a price that would have paid 50, decided by an update that pays 50, and shown late.
fn decided_at_150() -> (Play, anchor_lang::prelude::Pubkey) {
    let mut play = Play::written();
    play.set_price(150 * PRICE);
    play.ask(1, 5 * CONTRACT);
    play.pass(20, 150 * PRICE);
    let update = play.update(1, 150 * PRICE, -1, 0);
    (play, update)
}

fn execute(play: &mut Play, update: anchor_lang::prelude::Pubkey) -> u64 {
    let put = play.put;
    play.step("execute_exercise", |stage| {
        stage.execute_exercise("holder", ("holder", 1), &put, update)
    });
    play.rights()
}

#[test]
fn an_exercise_executed_late_pays_no_more_than_the_price_of_now() {
    let (play, update) = decided_at_150();
    // 119 and 120 seconds after the request: with 20 seconds gone it is 19 and 20 seconds past a full minute.
    let mut prompt = play.clone();
    prompt.pass(79, 195 * PRICE);
    assert_eq!(execute(&mut prompt, update), 250 * QUOTE);
    let mut late = play.clone();
    late.pass(120, 195 * PRICE);
    assert_eq!(execute(&mut late, update), 25 * QUOTE);
    let mut lower = play.clone();
    lower.pass(120, 120 * PRICE);
    assert_eq!(execute(&mut lower, update), 250 * QUOTE);
    // Out of the money by now: the tokens come back.
    let mut none = play.clone();
    none.pass(120, 200 * PRICE);
    assert_eq!(execute(&mut none, update), 0);
    assert_eq!(none.tokens("holder"), 10 * CONTRACT);
}

#[test]
fn execute_exercise_rejects_a_late_one_without_a_usable_price_of_now() {
    let (mut play, update) = decided_at_150();
    let put = play.put;
    play.pass(120, 195 * PRICE);
    let mut bare = play.executing_exercise("keeper", ("holder", 1), &put, update);
    let price = play.price_account;
    for meta in &mut bare.accounts {
        if meta.pubkey == price {
            meta.pubkey = backstop_client::backstop::ID;
        }
    }
    play.world
        .expect_refused(&[bare], &[&key("keeper")], LatePriceMissing);
    let given = play.executing_exercise("keeper", ("holder", 1), &put, update);
    play.world.advance(19);
    let old = play.price_update();
    assert_eq!(play.world.now() - old.publish_at, 19);
    let mut fork = play.clone();
    fork.world
        .send(std::slice::from_ref(&given), &[&key("keeper")])
        .expect("a price of 19 seconds");
    play.world.advance(41);
    play.world
        .expect_refused(&[given], &[&key("keeper")], PriceStale);
}

/// In the other forty seconds of a minute no account falls behind: whoever judges one has time to have it bear all.
#[test]
fn exercises_come_in_the_first_twenty_seconds_of_a_minute() {
    let (mut play, update) = decided_at_150();
    let put = play.put;
    assert_eq!(play.world.now() % 60, 0);
    let given = play.executing_exercise("keeper", ("holder", 1), &put, update);
    let mut last = play.clone();
    last.world.advance(19);
    assert_eq!(execute(&mut last, update), 250 * QUOTE);
    play.world.advance(20);
    for _ in 0..2 {
        play.world.expect_refused(
            std::slice::from_ref(&given),
            &[&key("keeper")],
            NotExerciseTime,
        );
        play.world.advance(19);
    }
    play.world.advance(2);
    assert_eq!(execute(&mut play, update), 250 * QUOTE);
}
