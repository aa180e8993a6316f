//! Exercises that are borne and paid.

use backstop_interface::event::{ExercisesBorne, RightPaid};

use crate::setting::{Play, CONTRACT, LOT, PRICE, QUOTE};

#[test]
fn each_short_bears_its_share_and_the_right_is_paid_by_and_by() {
    let mut play = Play::written();
    let put = play.put;
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    assert_eq!(
        play.totals(),
        (5 * CONTRACT, 0, 5 * CONTRACT, 10 * CONTRACT)
    );
    assert_eq!(play.rights(), 100 * QUOTE);
    let (cash, wallet) = (play.cash("writer"), play.wallet("holder"));
    let landed = play.bear("writer");
    assert_eq!(play.leg("writer"), -3 * CONTRACT as i64);
    assert_eq!(play.cash("writer"), cash - 60 * QUOTE);
    let told = landed.events::<ExercisesBorne>(&play.world.program_id());
    assert_eq!(
        (
            told[0].assigned_contracts,
            told[0].paid_atoms,
            told[0].debt_atoms
        ),
        (3 * CONTRACT, 60 * QUOTE, 0)
    );
    play.pay(1);
    assert_eq!(play.wallet("holder"), wallet + 60 * QUOTE);
    assert_eq!(
        play.exercises_of(&put).count,
        1,
        "the second has not borne it"
    );
    play.bear("second");
    assert_eq!(play.leg("second"), -2 * CONTRACT as i64);
    let landed = play.pay(1);
    assert_eq!(play.wallet("holder"), wallet + 100 * QUOTE);
    let told = landed.events::<RightPaid>(&play.world.program_id());
    assert_eq!((told[0].paid_atoms, told[0].left_atoms), (40 * QUOTE, 0));
    assert!(play.exercise_of("holder", &put, 1).is_none());
    assert_eq!((play.exercises_of(&put).count, play.rights()), (0, 0));
    assert_eq!(play.totals(), (5 * CONTRACT, 0, 0, 5 * CONTRACT));
}

/// Two exercises borne at once are borne as one after the other.
#[test]
fn late_is_as_good_as_at_once() {
    let mut late = Play::written();
    let mut prompt = late.clone();
    for (nonce, contracts, price) in [(1, 3 * CONTRACT, 170), (2, CONTRACT + LOT, 190)] {
        late.exercise(nonce, contracts, price * PRICE);
        prompt.exercise(nonce, contracts, price * PRICE);
        prompt.bear("writer");
        prompt.bear("second");
    }
    late.bear("writer");
    late.bear("second");
    for name in ["writer", "second"] {
        assert_eq!(late.leg(name), prompt.leg(name));
        assert_eq!(late.cash(name), prompt.cash(name));
    }
    for nonce in [1, 2] {
        late.pay(nonce);
        prompt.pay(nonce);
    }
    assert_eq!(late.wallet("holder"), prompt.wallet("holder"));
    assert_eq!((late.rights(), prompt.rights()), (0, 0));
}

/// Shares that do not divide: never fewer shorts than holders, never less money than rights.
#[test]
fn roundings_stay_with_the_shorts() {
    let mut play = Play::open();
    play.write("writer", 2 * CONTRACT + LOT);
    play.write("second", CONTRACT);
    let put = play.put;
    play.exercise(1, CONTRACT, 193 * PRICE + 7);
    play.bear("writer");
    play.bear("second");
    let (tokens, requested, unassigned, short) = play.totals();
    assert_eq!(
        (requested, unassigned),
        (0, 1),
        "a millionth lost in two shares"
    );
    assert_eq!(short, tokens + unassigned);
    play.pay(1);
    assert_eq!(play.rights(), 0);
    assert!(play.exercise_of("holder", &put, 1).is_none());
    let escrow = play.expiry_of(&play.week).escrow_atoms;
    // A millionth at 7 quote and an atom for each short at most.
    assert!((1..=16).contains(&escrow), "{escrow} atoms of rounding");
}

/// Who writes after an exercise owes nothing of it, and a short closed before it neither.
#[test]
fn an_exercise_falls_on_the_shorts_of_its_moment() {
    let mut play = Play::open();
    play.write("writer", 4 * CONTRACT);
    play.exercise(1, 2 * CONTRACT, 180 * PRICE);
    play.set_price(180 * PRICE);
    let put = play.put;
    play.step("write_option", |stage| {
        stage.write_option("second", &put, CONTRACT)
    });
    play.bear("second");
    play.bear("writer");
    assert_eq!(
        (play.leg("writer"), play.leg("second")),
        (-2 * CONTRACT as i64, -(CONTRACT as i64))
    );
    play.pay(1);
    play.exercise(2, CONTRACT, 180 * PRICE);
    play.bear("second");
    assert_eq!(play.leg("second"), -666_667);
}

/// All contracts exercised: no leg is left.
#[test]
fn everything_may_be_exercised() {
    let mut play = Play::written();
    play.exercise(1, 10 * CONTRACT, 150 * PRICE);
    play.bear("second");
    play.bear("writer");
    // No contract is left, but the right was not told what was collected for it.
    let put = play.put;
    backstop_testkit::expect_code(
        play.clone().close_series("keeper", &put),
        backstop_interface::BackstopError::SeriesInUse,
    );
    play.pay(1);
    assert_eq!(play.totals(), (0, 0, 0, 0));
    assert!(!play.account_of("writer").expect("it is open").has_shorts());
    play.step("close_series", |stage| stage.close_series("keeper", &put));
    assert!(play.world.account(&put.exercises).is_none());
    // Another series takes the place and goes on counting.
    play.step("create_series", |stage| stage.create_series("keeper", &put));
    let again = play.series_of(&put);
    assert_eq!((again.place, again.exercise_number), (0, 1));
    play.write("writer", CONTRACT);
    play.exercise(2, CONTRACT, 150 * PRICE);
    play.bear("writer");
    play.pay(2);
}
