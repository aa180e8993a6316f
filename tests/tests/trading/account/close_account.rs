use backstop_client::account::close_account;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Snapshot};

use crate::setup::{
    assert_only_changed, estate, fund, indebted, open, refuse, seized, swapped, written, CONTRACT,
    QUOTE, UNDERLYING,
};

#[test]
fn it_removes_the_account_and_returns_its_rent_to_the_owner() {
    let mut stage = open();
    let rich = stage.world.lamports(&pubkey("writer"));
    fund(&mut stage, "writer", 5 * QUOTE);
    expect_landed(stage.withdraw_quote("writer", 5 * QUOTE));
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.close_account("writer"));
    assert_only_changed(&before, &stage, &[stage.margin("writer"), pubkey("writer")]);
    assert!(stage.world.account(&stage.margin("writer")).is_none());
    assert_eq!(
        stage.world.lamports(&pubkey("writer")),
        rich,
        "every lamport of rent came back"
    );
}

#[test]
fn a_reopened_account_is_of_a_later_epoch() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    let first = stage.account_of("writer").expect("opened").epoch;
    expect_landed(stage.close_account("writer"));
    stage.world.advance(1);
    expect_landed(stage.open_account("writer"));
    assert!(stage.account_of("writer").expect("opened").epoch > first);
}

#[test]
fn close_account_rejects_anyone_but_the_owner() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    let given = close_account(&stage.keys, pubkey("stranger"), stage.margin("writer"));
    refuse(&mut stage, "stranger", &given, BackstopError::NotOwner);
}

#[test]
fn close_account_rejects_an_account_in_liquidation() {
    for (mut stage, _) in [seized(), estate()] {
        let given = close_account(&stage.keys, pubkey("writer"), stage.margin("writer"));
        refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
    }
}

#[test]
fn close_account_rejects_one_atom_of_quote_or_of_collateral() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    fund(&mut stage, "buyer", 0);
    expect_landed(stage.withdraw_quote("writer", QUOTE - 1));
    expect_landed(stage.deposit_underlying("buyer", UNDERLYING));
    expect_landed(stage.withdraw_underlying("buyer", UNDERLYING - 1));
    for name in ["writer", "buyer"] {
        let given = close_account(&stage.keys, pubkey(name), stage.margin(name));
        refuse(&mut stage, name, &given, BackstopError::AccountNotEmpty);
    }
    expect_landed(stage.withdraw_quote("writer", 1));
    expect_landed(stage.withdraw_underlying("buyer", 1));
    expect_landed(stage.close_account("writer"));
    expect_landed(stage.close_account("buyer"));
}

#[test]
fn close_account_rejects_legs_short_and_long() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", 60 * QUOTE / 10);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
    assert_eq!(
        stage.account_of("buyer").expect("opened").quote_atoms,
        0,
        "nothing is left but the leg"
    );
    for name in ["writer", "buyer"] {
        let given = close_account(&stage.keys, pubkey(name), stage.margin(name));
        refuse(&mut stage, name, &given, BackstopError::AccountNotEmpty);
    }
}

#[test]
fn close_account_rejects_an_account_with_nothing_but_a_debt() {
    let (mut stage, _) = indebted();
    assert_eq!(stage.account_of("writer").expect("opened").quote_atoms, 0);
    let given = close_account(&stage.keys, pubkey("writer"), stage.margin("writer"));
    refuse(&mut stage, "writer", &given, BackstopError::AccountNotEmpty);
}

#[test]
fn close_account_rejects_an_account_that_is_no_margin_account() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    let given = close_account(&stage.keys, pubkey("writer"), stage.margin("writer"));
    let given = swapped(given, &stage.margin("writer"), &stage.keys.market);
    refuse(
        &mut stage,
        "writer",
        &given,
        anchor_lang::error::ErrorCode::AccountDiscriminatorMismatch,
    );
}
