use backstop_client::trading::cancel_all;
use backstop_interface::event::OffersVoided;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot};

use crate::setup::{
    assert_only_changed, by_wallet, estate, offer, refuse, seized, swapped, written, CONTRACT, LOT,
};

#[test]
fn every_offer_of_before_is_void_and_a_new_one_is_not() {
    let (mut stage, put) = written(CONTRACT);
    offer(&mut stage, &put, 2, CONTRACT);
    let epoch = stage.account_of("writer").expect("opened").epoch;
    let before = Snapshot::whole(&stage.world);
    let landed = expect_landed(stage.cancel_all("writer"));
    assert_only_changed(&before, &stage, &[stage.margin("writer")]);
    assert_eq!(stage.account_of("writer").expect("opened").epoch, epoch + 1);
    let events = landed.events::<OffersVoided>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.margin_account, event.epoch),
        (stage.margin("writer"), epoch + 1)
    );
    for nonce in [1, 2] {
        let given = by_wallet(&mut stage, ("writer", nonce), &put, LOT);
        refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
    }
    offer(&mut stage, &put, 3, CONTRACT);
    expect_landed(stage.buy_tokens("buyer", "writer", 3, &put, LOT));
}

#[test]
fn it_comes_in_time_for_a_fill_behind_it_in_the_same_transaction() {
    let (mut stage, put) = written(CONTRACT);
    let steps = [
        cancel_all(pubkey("writer"), stage.margin("writer")),
        by_wallet(&mut stage, ("writer", 1), &put, LOT),
    ];
    let signers = [&key("writer"), &key("buyer")];
    let failed = stage
        .world
        .expect_refused(&steps, &signers, BackstopError::OfferVoid);
    assert_eq!(failed.instruction_index(), Some(1));
}

#[test]
fn it_works_in_liquidation() {
    for (mut stage, _) in [seized(), estate()] {
        expect_landed(stage.cancel_all("writer"));
    }
}

#[test]
fn cancel_all_rejects_anyone_but_owner_and_delegate() {
    let (mut stage, _) = written(CONTRACT);
    let given = cancel_all(pubkey("writer"), stage.margin("writer"));
    let given = swapped(given, &pubkey("writer"), &pubkey("stranger"));
    refuse(&mut stage, "stranger", &given, BackstopError::NotDelegate);
    expect_landed(stage.set_delegate("writer", 1, Some("stranger")));
    expect_landed(stage.world.send(&[given], &[&key("stranger")]));
}
