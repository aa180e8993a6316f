//! Corruptions of exercises, rights and requests, each with the clause that must notice.

use backstop_client::exercise::Asked;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{
    ExerciseRequest, Exercises, Expiry, MarginAccount, OptionKind, Series, StoredSurface,
    EXERCISE_DEPOSIT_LAMPORTS,
};
use backstop_testkit::invariants::{check_books, check_step, Books};
use backstop_testkit::{expect_landed, Genesis, Stage};
use backstop_tests::program_so;

const QUOTE: u64 = 1_000_000;
const PRICE: u64 = 1_000_000_000;
const CONTRACT: u64 = 1_000_000;

/// Two writers, of whom one has borne an exercise; the holder has a right and a request nobody decided.
fn exercised() -> (Stage, SeriesKeys) {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("keeper", 0, 0);
    let surface = StoredSurface {
        atm_vol_ppm: [900_000; 6],
        ..Default::default()
    };
    expect_landed(stage.publish_surface(&surface));
    let week = stage.next_expiry(7);
    let put = week.series(200 * PRICE, OptionKind::AmericanPut);
    expect_landed(stage.create_expiry("keeper", &week));
    expect_landed(stage.create_series("keeper", &put));
    for name in ["one", "other"] {
        stage.actor(name, 10_000 * QUOTE, 0);
        expect_landed(stage.open_account(name));
        expect_landed(stage.deposit_quote(name, 10_000 * QUOTE));
        expect_landed(stage.write_option(name, &put, 2 * CONTRACT));
    }
    stage.before_exercise();
    for nonce in [1, 2] {
        let asked = Asked {
            nonce,
            contracts: CONTRACT,
            least_payoff_price: PRICE,
        };
        expect_landed(stage.request_exercise("one", &put, asked));
    }
    stage.pass(20, 190 * PRICE);
    let update = stage.price_account;
    expect_landed(stage.execute_exercise("keeper", ("one", 1), &put, update));
    expect_landed(stage.synchronise("one", &put));
    (stage, put)
}

fn series(books: &mut Books) -> &mut Series {
    books.series.values_mut().next().expect("one series")
}

fn expiry(books: &mut Books) -> &mut Expiry {
    books.expiries.values_mut().next().expect("one expiry")
}

fn exercises(books: &mut Books) -> &mut Exercises {
    books.exercises.values_mut().next().expect("of one series")
}

/// The request that is decided, or the other one.
fn request(books: &mut Books, exercised: bool) -> &mut ExerciseRequest {
    let mut all = books.rights.values_mut();
    all.find(|one| one.exercised == exercised)
        .expect("it is there")
}

/// The account that has borne the exercise, or the other one.
fn short(books: &mut Books, borne: u8) -> &mut MarginAccount {
    let mut all = books.accounts.values_mut();
    all.find(|one| one.legs[0].borne == borne)
        .expect("it is there")
}

type Corrupt = fn(&mut Books);

const MUTANTS: [(&str, Corrupt); 15] = [
    ("I3 longs and shorts", |books| {
        series(books).unassigned_contracts -= 1
    }),
    ("I3 longs and shorts", |books| {
        series(books).requested_contracts += 1
    }),
    ("I3 requested", |books| request(books, false).contracts += 1),
    ("I3 requested", |books| {
        request(books, false).exercised = true
    }),
    ("I3 asked", |books| exercises(books).asked = 0),
    ("I3 waiting rights", |books| {
        expiry(books).waiting_atoms += 1
    }),
    ("I3 exercise number", |books| {
        series(books).exercise_number += 1
    }),
    ("I3 exercise number", |books| {
        expiry(books).exercise_numbers[0] = 0
    }),
    ("I3 waiting", |books| short(books, 0).legs[0].borne = 255),
    ("I3 behind", |books| short(books, 0).legs[0].borne = 1),
    ("I3 behind", |books| short(books, 1).legs[0].borne = 0),
    ("I3 behind", |books| {
        exercises(books).slots[0].behind_contracts -= 1
    }),
    ("I3 rights", |books| expiry(books).rights_atoms -= 1),
    ("I3 rights", |books| request(books, true).paid_atoms += 1),
    ("I3 payers of rights", |books| {
        // A payoff that rises once shorts were told it.
        let more = 20 * QUOTE;
        request(books, true).right_atoms += more;
        expiry(books).rights_atoms += more;
    }),
];

#[test]
fn every_clause_about_exercises_has_a_mutant_it_catches() {
    let (stage, _) = exercised();
    let sound = Books::read(&stage.world);
    check_books(&sound).unwrap_or_else(|violation| panic!("the books of the program: {violation}"));
    for (number, (rule, corrupt)) in MUTANTS.iter().enumerate() {
        let mut books = sound.clone();
        corrupt(&mut books);
        let caught = check_books(&books).expect_err("a corruption is noticed");
        assert_eq!(caught.invariant, *rule, "mutant {number}: {caught}");
    }
    let mut poor = sound.clone();
    let asked = poor.rights.iter().find(|(_, one)| !one.exercised);
    let address = *asked.expect("it is there").0;
    let rent = poor.rents.get_mut(&address).expect("it lies somewhere");
    rent.lamports = rent.least_lamports + EXERCISE_DEPOSIT_LAMPORTS - 1;
    let caught = check_books(&poor).expect_err("a deposit is missing");
    assert_eq!(caught.invariant, "I4 deposit");
}

/// A right that is paid and gone leaves its rent to its owner; the exercises of a series theirs to the creator.
#[test]
fn what_is_gone_leaves_its_rent() {
    let (mut stage, put) = exercised();
    expect_landed(stage.synchronise("other", &put));
    stage.quote_wallet("one");
    let before = Books::read(&stage.world);
    expect_landed(stage.pay_exercise("one", &put, 1));
    let after = Books::read(&stage.world);
    check_step(&before, &after).unwrap_or_else(|violation| panic!("{violation}"));
    let mut poor = after.clone();
    let owner = backstop_testkit::pubkey("one");
    *poor.wallets.get_mut(&owner).expect("a wallet") -= 1;
    let caught = check_step(&before, &poor).expect_err("a lamport is missing");
    assert_eq!(caught.invariant, "I4 rent returned");
    let mut gone = after.clone();
    let exercises = *gone.exercises.keys().next().expect("of one series");
    gone.exercises.clear();
    gone.rents.remove(&exercises);
    let caught = check_step(&after, &gone).expect_err("nobody got the rent");
    assert_eq!(caught.invariant, "I4 rent returned");
}
