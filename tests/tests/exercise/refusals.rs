//! What is refused, by its exact number and with nothing changed.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::exercise::{self, Asked};
use backstop_client::series::create_series;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_code, expect_landed, key, pubkey, Genesis, Stage};
use backstop_tests::program_so;

use crate::setting::{asked, Play, CONTRACT, LOT, PRICE};

/// The instruction with another account where one stands.
fn swapped(mut instruction: Instruction, from: Pubkey, to: Pubkey) -> Instruction {
    let slot = instruction
        .accounts
        .iter_mut()
        .find(|meta| meta.pubkey == from);
    slot.expect("the account is named").pubkey = to;
    instruction
}

fn requesting(play: &mut Play, asked: Asked) -> Instruction {
    let put = play.put;
    let from = (pubkey("holder"), play.option_wallet("holder", &put));
    exercise::request_exercise(&play.keys, &put, from, &asked)
}

fn refuse(play: &mut Play, signer: &str, given: Instruction, code: BackstopError) {
    play.world.expect_refused(&[given], &[&key(signer)], code);
}

#[test]
fn series_are_american_where_the_market_says_so() {
    let genesis = Genesis {
        early_exercise: false,
        ..Genesis::default()
    };
    let mut stage = Stage::open(program_so(), &genesis);
    stage.actor("keeper", 0, 0);
    let week = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &week));
    let put = week.series(200 * PRICE, OptionKind::AmericanPut);
    expect_code(stage.create_series("keeper", &put), NotAmerican);
}

#[test]
fn an_american_series_has_exercises_and_no_other_one() {
    let mut play = Play::open();
    let (week, price) = (play.week, play.price_account);
    let american = week.series(210 * PRICE, OptionKind::AmericanCall);
    let none = create_series(&play.keys, pubkey("keeper"), &american, price);
    let none = swapped(none, american.exercises, backstop_client::backstop::ID);
    refuse(&mut play, "keeper", none, ExercisesMissing);
    let european = week.series(210 * PRICE, OptionKind::Call);
    let some = create_series(&play.keys, pubkey("keeper"), &european, price);
    let some = swapped_optional(some, european.exercises);
    refuse(&mut play, "keeper", some, ExercisesMissing);
    expect_landed(play.create_series("keeper", &american));
    let closing =
        backstop_client::series::close_series(pubkey("keeper"), &american, pubkey("keeper"));
    let without = swapped(closing, american.exercises, backstop_client::backstop::ID);
    refuse(&mut play, "keeper", without, ExercisesMissing);
    let other = play.put.exercises;
    let closing =
        backstop_client::series::close_series(pubkey("keeper"), &american, pubkey("keeper"));
    refuse(
        &mut play,
        "keeper",
        swapped(closing, american.exercises, other),
        WrongSeries,
    );
}

/// The instruction with an account in the one place that is left out.
fn swapped_optional(mut instruction: Instruction, to: Pubkey) -> Instruction {
    let slot = instruction
        .accounts
        .iter_mut()
        .find(|meta| meta.pubkey == backstop_client::backstop::ID);
    let slot = slot.expect("an optional account");
    (slot.pubkey, slot.is_writable) = (to, true);
    instruction
}

#[test]
fn request_exercise_refuses() {
    let mut play = Play::written();
    let cases = [
        (asked(1, 0), AmountIsZero),
        (asked(1, LOT + 1), OffLot),
        (asked(1, 10 * CONTRACT + LOT), BalanceTooLow),
        (
            Asked {
                least_payoff_price: 0,
                ..asked(1, LOT)
            },
            LeastPayoffIsZero,
        ),
    ];
    for (asked, code) in cases {
        let given = requesting(&mut play, asked);
        refuse(&mut play, "holder", given, code);
    }
    let quote = play.quote_wallet("holder");
    let put = play.put;
    let tokens = play.option_wallet("holder", &put);
    let given = requesting(&mut play, asked(1, LOT));
    refuse(
        &mut play,
        "holder",
        swapped(given, tokens, quote),
        WrongMint,
    );
    let mut late = play.clone();
    let closes_at = late.week.expires_at - 3_600;
    late.world.warp_to(closes_at - 1);
    let given = requesting(&mut late, asked(1, LOT));
    expect_landed(
        late.clone()
            .world
            .send(std::slice::from_ref(&given), &[&key("holder")]),
    );
    late.world.advance(1);
    refuse(&mut late, "holder", given, ExpiryClosed);
    let european = play.week.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_series("keeper", &european));
    let wallet = play.option_wallet("holder", &european);
    let from = (pubkey("holder"), wallet);
    let given = exercise::request_exercise(&play.keys, &european, from, &asked(1, LOT));
    // It has no account of exercises, and that of another one is refused.
    let none = ErrorCode::AccountOwnedByWrongProgram;
    play.world
        .expect_refused(std::slice::from_ref(&given), &[&key("holder")], none);
    let theirs = swapped(given, european.exercises, play.put.exercises);
    refuse(&mut play, "holder", theirs, WrongSeries);
}

#[test]
fn execute_exercise_refuses_what_is_not_the_requests() {
    let mut play = Play::written();
    let put = play.put;
    play.ask(1, CONTRACT);
    play.pass(20, 180 * PRICE);
    let update = play.update(1, 180 * PRICE, -1, 0);
    let call = play.week.series(200 * PRICE, OptionKind::AmericanCall);
    expect_landed(play.create_series("keeper", &call));
    let far = play.next_expiry(14);
    expect_landed(play.create_expiry("keeper", &far));
    let theirs = play.option_wallet("stranger", &put);
    let ours = play.option_wallet("holder", &put);
    let given = play.executing_exercise("keeper", ("holder", 1), &put, update);
    let cases = [
        (put.series, call.series, WrongSeries),
        (put.exercises, call.exercises, WrongSeries),
        (put.expiry.expiry, far.expiry, WrongExpiry),
        (pubkey("holder"), pubkey("stranger"), NotOwner),
        (put.option_mint, call.option_mint, WrongMint),
        (update, play.keys.market, PriceWrongOwner),
    ];
    for (from, to, code) in cases {
        refuse(&mut play, "keeper", swapped(given.clone(), from, to), code);
    }
    // A wallet of somebody else gets no tokens of a request that is void.
    let low = play.update(1, 250 * PRICE, -1, 1);
    let void = play.executing_exercise("keeper", ("holder", 1), &put, low);
    refuse(&mut play, "keeper", swapped(void, ours, theirs), NotOwner);
    play.step("execute_exercise", |stage| {
        stage.execute_exercise("keeper", ("holder", 1), &put, update)
    });
    refuse(&mut play, "keeper", given, ExerciseDecided);
}

#[test]
fn execute_exercise_refuses_an_uncertain_update() {
    let mut play = Play::written();
    let put = play.put;
    play.ask(1, CONTRACT);
    play.pass(20, 180 * PRICE);
    let request = play.exercise_of("holder", &put, 1).expect("it stands");
    let moment = request.requested_at + 15;
    let feed = play.keys.feed_id;
    let good = backstop_testkit::pyth::PythPrice::new(feed, 180 * PRICE, moment).after(moment - 1);
    let mut uncertain = good.clone().conf_bps(500);
    uncertain.conf += 1;
    let bad = play.publish_beside("uncertain", &uncertain);
    let given = play.executing_exercise("keeper", ("holder", 1), &put, bad);
    refuse(&mut play, "keeper", given, FormulaUncertain);
}

#[test]
fn rights_and_requests_are_told_apart() {
    let mut play = Play::written();
    let put = play.put;
    play.ask(1, CONTRACT);
    expect_code(
        play.clone().pay_exercise("holder", &put, 1),
        ExerciseDecided,
    );
    play.decide(1, 180 * PRICE);
    expect_code(play.clone().pay_exercise("holder", &put, 1), NothingToPay);
    play.bear("writer");
    let theirs = exercise::Payee {
        destination: Some(play.quote_wallet("stranger")),
        claim_account: None,
    };
    let owner = (pubkey("holder"), 1);
    let wrong = exercise::pay_exercise(&put, owner, &theirs, true);
    play.world.expect_refused(&[wrong], &[], NotOwner);
    let nobody = exercise::Payee {
        destination: None,
        ..theirs
    };
    let unlisted = exercise::pay_exercise(&put, owner, &nobody, false);
    play.world
        .expect_refused(&[unlisted], &[], ExercisesMissing);
    play.pay(1);
    expect_code(play.clone().pay_exercise("holder", &put, 1), NothingToPay);
}

/// A program's key may own an account for each of its users: whoever calls does not choose among them.
#[test]
fn what_is_a_keys_goes_into_its_own_account_unless_it_signs() {
    let mut play = Play::written();
    let (put, holder) = (play.put, pubkey("holder"));
    let quote_mint = play.keys.quote_mint;
    let other = play
        .world
        .named_token_account("another of the holder's", &holder, &quote_mint);
    let tokens = play
        .world
        .named_token_account("more of the holder's", &holder, &put.option_mint);
    play.ask(2, CONTRACT);
    play.pass(20, 200 * PRICE);
    let update = play.update(2, 200 * PRICE, -1, 0);
    let own = play.option_wallet("holder", &put);
    let void = play.executing_exercise("keeper", ("holder", 2), &put, update);
    let astray = swapped(void, own, tokens);
    refuse(&mut play, "keeper", astray, NotOwnersAccount);
    play.exercise(1, CONTRACT, 180 * PRICE);
    play.bear("writer");
    let payee = exercise::Payee {
        destination: Some(other),
        claim_account: None,
    };
    let mut paying = exercise::pay_exercise(&put, (holder, 1), &payee, true);
    play.world
        .expect_refused(std::slice::from_ref(&paying), &[], NotOwnersAccount);
    let own_meta = paying
        .accounts
        .iter_mut()
        .find(|meta| meta.pubkey == holder);
    own_meta.expect("the owner is named").is_signer = true;
    expect_landed(play.world.send(&[paying], &[&key("holder")]));
    assert_eq!(play.world.balance(&other), 12_000_000);
}

#[test]
fn synchronise_refuses_other_series_and_does_nothing_without_a_short() {
    let mut play = Play::written();
    let put = play.put;
    play.exercise(1, CONTRACT, 180 * PRICE);
    expect_landed(play.open_account("stranger"));
    play.bear("stranger");
    assert_eq!(play.leg("stranger"), 0);
    let call = play.week.series(200 * PRICE, OptionKind::AmericanCall);
    expect_landed(play.create_series("keeper", &call));
    let given = exercise::synchronise(&play.keys, &put, play.margin("writer"));
    for (from, to, code) in [
        (put.exercises, call.exercises, WrongSeries),
        (put.series, call.series, WrongSeries),
    ] {
        let bent = swapped(given.clone(), from, to);
        play.world.expect_refused(&[bent], &[], code);
    }
}
