use anchor_lang::error::ErrorCode;
use backstop_client::trading::{cancel_offer, cancel_offer_of};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Snapshot};

use crate::setup::{
    assert_only_changed, estate, fund, offer, refuse, seized, swapped, written, CONTRACT, QUOTE,
};

#[test]
fn it_removes_the_offer_and_returns_its_rent_to_the_owner() {
    let (mut stage, put) = written(CONTRACT);
    let rich = stage.world.lamports(&pubkey("writer"));
    offer(&mut stage, &put, 2, CONTRACT);
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.cancel_offer("writer", 2));
    assert_only_changed(
        &before,
        &stage,
        &[stage.offer("writer", 2), pubkey("writer")],
    );
    assert!(stage.world.account(&stage.offer("writer", 2)).is_none());
    assert_eq!(
        stage.world.lamports(&pubkey("writer")),
        rich,
        "every lamport of rent came back"
    );
}

#[test]
fn a_number_is_free_again_after_cancelling() {
    let (mut stage, put) = written(CONTRACT);
    expect_landed(stage.cancel_offer("writer", 1));
    offer(&mut stage, &put, 1, CONTRACT);
}

#[test]
fn offers_can_be_taken_back_from_an_account_in_liquidation() {
    for (mut stage, _) in [seized(), estate()] {
        expect_landed(stage.cancel_offer("writer", 1));
    }
}

#[test]
fn cancel_offer_rejects_a_stranger_with_and_without_the_margin_account() {
    let (mut stage, _) = written(CONTRACT);
    fund(&mut stage, "stranger", QUOTE);
    let (margin, offer) = (stage.margin("writer"), stage.offer("writer", 1));
    let given = cancel_offer_of(pubkey("stranger"), margin, offer, pubkey("writer"));
    refuse(&mut stage, "stranger", &given, BackstopError::NotDelegate);
    let without = swapped(given.clone(), &margin, &backstop_interface::ID);
    refuse(&mut stage, "stranger", &without, BackstopError::NotDelegate);
    let his = swapped(given, &margin, &stage.margin("stranger"));
    refuse(&mut stage, "stranger", &his, BackstopError::OfferVoid);
}

#[test]
fn cancel_offer_rejects_another_receiver_of_the_rent() {
    let (mut stage, _) = written(CONTRACT);
    let (margin, offer) = (stage.margin("writer"), stage.offer("writer", 1));
    for who in ["stranger", "writer"] {
        let given = cancel_offer_of(pubkey(who), margin, offer, pubkey("stranger"));
        refuse(&mut stage, who, &given, BackstopError::WrongMaker);
    }
}

#[test]
fn cancel_offer_rejects_an_account_that_is_no_offer() {
    let (mut stage, put) = written(CONTRACT);
    let given = cancel_offer(pubkey("writer"), stage.offer("writer", 1));
    let given = swapped(given, &stage.offer("writer", 1), &put.series);
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::AccountDiscriminatorMismatch,
    );
}

#[test]
fn cancel_offer_rejects_an_offer_that_is_gone() {
    let (mut stage, _) = written(CONTRACT);
    expect_landed(stage.cancel_offer("writer", 1));
    let given = cancel_offer(pubkey("writer"), stage.offer("writer", 1));
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::AccountNotInitialized,
    );
}
