//! Shorts that cannot pay what they bear.

use backstop_client::exercise::{pay_exercise, Payee};
use backstop_interface::accounts::AccountState;
use backstop_interface::event::ExercisesBorne;
use backstop_interface::BackstopError::{ClaimAccountMissing, NothingToPay, WrongMint};
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{Play, CONTRACT, LOT, PRICE, QUOTE};

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

/// The debt is repaid before the expiry: the right is paid at once.
#[test]
fn what_is_repaid_reaches_the_right_before_the_expiry() {
    let mut play = poor();
    let (week, put) = (play.week, play.put);
    play.bear("second");
    play.step("deposit", |stage| {
        stage.deposit_quote("second", 100 * QUOTE)
    });
    let mut early = play.clone();
    play.bear("writer");
    play.pay(1);
    let wallet = play.wallet("holder");
    expect_code(play.clone().pay_exercise("holder", &put, 1), NothingToPay);
    play.step("repay", |stage| stage.repay("second", &week));
    play.pay(1);
    assert_eq!(play.wallet("holder"), wallet + 30 * QUOTE);
    assert!(play.exercise_of("holder", &put, 1).is_none());
    let expiry = play.expiry_of(&week);
    assert_eq!((expiry.rights_atoms, expiry.waiting_atoms), (0, 0));
    // Repaid while others have not borne it yet: it is kept for the right.
    early.step("repay", |stage| stage.repay("second", &week));
    assert_eq!(early.expiry_of(&week).late_atoms, 30 * QUOTE);
    early.bear("writer");
    let wallet = early.wallet("holder");
    early.pay(1);
    assert_eq!(early.wallet("holder"), wallet + 100 * QUOTE);
}

/// Two rights wait; what is repaid is shared by what each lacks, whoever comes first and however often.
#[test]
fn what_is_repaid_is_shared_among_the_rights_that_wait() {
    let mut play = poor();
    let week = play.week;
    play.exercise(2, CONTRACT, 170 * PRICE);
    play.bear("writer");
    play.bear("second");
    play.pay(1);
    play.pay(2);
    let put = play.put;
    let lacks = |play: &Play, nonce| {
        play.exercise_of("holder", &put, nonce)
            .map(|right| right.left_atoms())
    };
    assert_eq!(
        (lacks(&play, 1), lacks(&play, 2)),
        (Some(30 * QUOTE), Some(12 * QUOTE))
    );
    for part in [7, 14] {
        play.step("deposit", |stage| {
            stage.deposit_quote("second", part * QUOTE)
        });
        play.step("repay", |stage| stage.repay("second", &week));
        play.pay(1);
        expect_code(play.clone().pay_exercise("holder", &put, 1), NothingToPay);
    }
    play.pay(2);
    assert_eq!(
        (lacks(&play, 1), lacks(&play, 2)),
        (Some(15 * QUOTE + 1), Some(6 * QUOTE + 1)),
        "what rounds stays in the escrow"
    );
}

/// What is still lacking when the expiry comes is owed like a payoff, and paid in full where there is no haircut.
#[test]
fn a_right_left_at_the_expiry_is_owed_like_a_payoff() {
    let mut play = poor();
    let (week, put) = (play.week, play.put);
    play.bear("writer");
    play.bear("second");
    play.pay(1);
    settle_after(&mut play, 190, |play| {
        assert_eq!(play.expiry_of(&week).owed_atoms, 30 * QUOTE + 50 * QUOTE);
        play.step("deposit", |stage| {
            stage.deposit_quote("second", 100 * QUOTE)
        });
        play.step("repay", |stage| stage.repay("second", &week));
    });
    assert_eq!(play.expiry_of(&week).haircut_ppb, 0);
    let wallet = play.wallet("holder");
    play.step("pay_exercise", |stage| {
        stage.pay_exercise("holder", &put, 1)
    });
    assert_eq!(play.wallet("holder"), wallet + 30 * QUOTE);
    assert!(play.exercise_of("holder", &put, 1).is_none());
    assert_eq!(play.rights(), 0);
}

/// Whoever owns a lot can make a debt of dust; it costs no healthy account its portfolio.
#[test]
fn a_debt_of_an_exercise_seizes_nobody_whose_collateral_pays_it() {
    let mut play = Play::open();
    expect_landed(play.deposit_underlying("second", 20_000_000_000));
    play.write("writer", 10 * CONTRACT);
    play.write("second", 40 * CONTRACT);
    let cash = play.cash("second");
    play.set_price(200 * PRICE);
    expect_landed(play.deposit_underlying("second", 80_000_000_000));
    play.step("withdraw", |stage| stage.withdraw_quote("second", cash));
    let (mut low, mut high) = (0u64, 100_000_000_000u64);
    while high - low > 10_000_000 {
        let middle = (low + high) / 2;
        match play.clone().withdraw_underlying("second", middle) {
            Ok(_) => low = middle,
            Err(_) => high = middle,
        }
    }
    play.step("withdraw", |stage| stage.withdraw_underlying("second", low));
    play.exercise(1, LOT, 199 * PRICE);
    play.bear("second");
    assert!((1..=10_000).contains(&play.account_of("second").expect("it is open").debt_atoms()));
    for _ in 0..61 {
        play.pass(30, 194 * PRICE);
        expect_landed(play.tick());
    }
    let judged = play.assess("second");
    assert!(judged.health_mm() > 0 && judged.health_mm() * 10 < judged.stress() * 3);
    play.step("liquidate", |stage| stage.liquidate("keeper", "second"));
    let state = |play: &Play| play.account_of("second").expect("it is there").state();
    assert_eq!(state(&play), AccountState::Open);
    // Below maintenance it is seized like any other.
    play.pass(20, 150 * PRICE);
    expect_landed(play.tick());
    play.step("liquidate", |stage| stage.liquidate("keeper", "second"));
    assert_eq!(state(&play), AccountState::Auction);
}

/// The discount of a large debt begins with it, whatever crumb was owed before; a crumb moves no old debt's clock.
#[test]
fn a_debt_converts_from_its_own_second_on() {
    let mut play = poor();
    play.bear("writer");
    let cash = play.cash("second");
    let started = |play: &Play| {
        play.account_of("second")
            .expect("open")
            .conversion_started_at
    };
    let mut crumb = Play::written();
    expect_landed(crumb.deposit_underlying("second", 20_000_000_000));
    let all = crumb.cash("second");
    crumb.set_price(200 * PRICE);
    crumb.step("withdraw", |stage| stage.withdraw_quote("second", all));
    crumb.exercise(1, LOT, 199 * PRICE);
    crumb.bear("second");
    crumb.pass(1_800, 199 * PRICE);
    crumb.exercise(2, 5 * CONTRACT, 150 * PRICE);
    crumb.bear("second");
    assert!(
        crumb.world.now() - started(&crumb) <= 1,
        "a debt of 100 is young"
    );
    assert_eq!(cash, 10 * QUOTE);
    play.bear("second");
    let first = started(&play);
    play.pass(1_800, 199 * PRICE);
    play.exercise(2, LOT, 199 * PRICE);
    play.bear("second");
    assert!(
        (0..=2).contains(&(started(&play) - first)),
        "a crumb moves no clock"
    );
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
    settle_after(play, price, |_| ());
}

/// The same, where something happens between the settlement price and the first account settled.
fn settle_after(play: &mut Play, price: u64, happens: impl FnOnce(&mut Play)) {
    let (week, put) = (play.week, play.put);
    play.world.warp_to(week.expires_at - 60);
    expect_landed(play.sample(&week, price * PRICE));
    play.set_price(price * PRICE);
    play.step("fix_price", |stage| stage.fix_price(&week));
    play.step("fold_series", |stage| stage.fold_series(&put));
    happens(play);
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
