//! Early exercise waits while estates lack more than a thousandth of what the holders have.

use backstop_client::exercise::Asked;
use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{asked, Play, CONTRACT, PRICE};

/// The writer of 100 puts, with 10 900 quote, was sold in vain at 80 for twenty minutes; the second's 4 are covered.
fn impaired() -> Play {
    let mut play = Play::open();
    play.write("writer", 100 * CONTRACT);
    play.write("second", 4 * CONTRACT);
    play.pass(20, 80 * PRICE);
    play.step("tick", |stage| stage.tick());
    play.step("liquidate", |stage| stage.liquidate("keeper", "writer"));
    for _ in 0..120 {
        play.pass(10, 80 * PRICE);
        expect_landed(play.tick());
    }
    play.step("liquidate", |stage| stage.liquidate("keeper", "writer"));
    let account = play.account_of("writer").expect("an estate");
    assert_eq!(account.state(), AccountState::Estate);
    play
}

#[test]
fn exercise_waits_while_estates_lack_more_than_a_thousandth() {
    let mut play = impaired();
    let (put, week) = (play.put, play.week);
    assert!(
        play.expiry_of(&week).exercise_waits(),
        "before anything of it is counted again"
    );
    play.step("measure", |stage| stage.estimate("writer", &[put], &[]));
    let books = play.expiry_of(&week);
    assert!(books.deficit_atoms > books.worth_atoms / 1_000);
    play.ask(1, CONTRACT);
    play.pass(20, 80 * PRICE);
    let update = play.update(1, 80 * PRICE, -1, 0);
    let waits = play.execute_exercise("keeper", ("holder", 1), &put, update);
    expect_code(waits, BackstopError::ExerciseWaits);

    // What would be refused anyhow is void at once: nobody is exercised by it.
    let dear = Asked {
        least_payoff_price: 150 * PRICE,
        ..asked(2, CONTRACT)
    };
    play.step("request_exercise", |stage| {
        stage.request_exercise("holder", &put, dear)
    });
    play.decide(2, 80 * PRICE);
    assert!(play.exercise_of("holder", &put, 2).is_none());

    // Nobody may decide it in its ten minutes: it is void, and the token is back.
    let held = play.tokens("holder");
    play.pass(600, 80 * PRICE);
    play.void(1);
    assert_eq!(play.tokens("holder"), held + CONTRACT);

    // The market is back, and the estate can pay: it lacks the atom that marks it.
    play.pass(20, 195 * PRICE);
    play.ask(3, CONTRACT);
    play.pass(20, 195 * PRICE);
    let update = play.update(3, 195 * PRICE, -1, 0);
    let waits = play.execute_exercise("keeper", ("holder", 3), &put, update);
    expect_code(waits, BackstopError::ExerciseWaits);
    play.step("measure", |stage| stage.estimate("writer", &[put], &[]));
    assert_eq!(play.expiry_of(&week).deficit_atoms, 1);
    play.step("execute_exercise", |stage| {
        stage.execute_exercise("keeper", ("holder", 3), &put, update)
    });
    assert_eq!(play.rights(), 5_000_000);
}
