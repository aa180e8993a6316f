//! Naming and revoking.

use anchor_lang::prelude::Pubkey;
use backstop_client::account::set_delegate;
use backstop_interface::event::DelegateSet;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot, Stage};

use crate::setup::{assert_only_changed, fund, open, refuse, seized, QUOTE};

fn delegates(stage: &Stage) -> [Pubkey; 2] {
    stage.account_of("writer").expect("opened").delegates
}

fn epoch(stage: &Stage) -> u64 {
    stage.account_of("writer").expect("opened").epoch
}

#[test]
fn two_places_are_filled_exchanged_and_freed_each_with_a_new_epoch() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    let (none, keeper, buyer) = (Pubkey::default(), pubkey("keeper"), pubkey("buyer"));
    assert_eq!(delegates(&stage), [none; 2]);
    for (place, who, expected) in [
        (0, keeper, [keeper, none]),
        (1, buyer, [keeper, buyer]),
        (0, none, [none, buyer]),
        (0, pubkey("stranger"), [pubkey("stranger"), buyer]),
        (1, keeper, [pubkey("stranger"), keeper]),
        (1, none, [pubkey("stranger"), none]),
    ] {
        let (before, earlier) = (Snapshot::whole(&stage.world), epoch(&stage));
        let given = set_delegate(pubkey("writer"), stage.margin("writer"), place, who);
        let landed = expect_landed(stage.world.send(&[given], &[&key("writer")]));
        assert_only_changed(&before, &stage, &[stage.margin("writer")]);
        assert_eq!(delegates(&stage), expected);
        assert_eq!(epoch(&stage), earlier + 1);
        let events = landed.events::<DelegateSet>(&stage.world.program_id());
        let [event] = events.as_slice() else {
            panic!("one event")
        };
        let told = (event.margin_account, event.place, event.delegate);
        assert_eq!(told, (stage.margin("writer"), place, who));
    }
}

#[test]
fn an_account_opened_again_has_none() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    expect_landed(stage.set_delegate("writer", 0, Some("keeper")));
    expect_landed(stage.close_account("writer"));
    stage.world.advance(1);
    expect_landed(stage.open_account("writer"));
    assert_eq!(delegates(&stage), [Pubkey::default(); 2]);
}

#[test]
fn it_works_in_liquidation() {
    let (mut stage, _) = seized();
    expect_landed(stage.set_delegate("writer", 0, Some("keeper")));
    expect_landed(stage.set_delegate("writer", 0, None));
}

#[test]
fn set_delegate_rejects_anyone_but_the_owner() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    let given = set_delegate(
        pubkey("keeper"),
        stage.margin("writer"),
        0,
        pubkey("keeper"),
    );
    refuse(&mut stage, "keeper", &given, BackstopError::NotOwner);
}

#[test]
fn set_delegate_rejects_a_third_place_the_owner_and_a_name_twice() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    expect_landed(stage.set_delegate("writer", 0, Some("keeper")));
    for (place, who) in [
        (2, "stranger"),
        (255, "stranger"),
        (1, "writer"),
        (0, "keeper"),
        (1, "keeper"),
    ] {
        let given = set_delegate(pubkey("writer"), stage.margin("writer"), place, pubkey(who));
        let error = BackstopError::DelegateNotAllowed;
        refuse(&mut stage, "writer", &given, error);
    }
    let none = set_delegate(
        pubkey("writer"),
        stage.margin("writer"),
        2,
        Pubkey::default(),
    );
    let error = BackstopError::DelegateNotAllowed;
    refuse(&mut stage, "writer", &none, error);
}
