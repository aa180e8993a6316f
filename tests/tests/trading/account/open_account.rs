use anchor_lang::error::ErrorCode;
use backstop_client::account::open_account;
use backstop_interface::accounts::{AccountState, LAYOUT_VERSION};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot};

use crate::setup::{assert_only_changed, genesis_before, open, refuse, swapped, ADDRESS_IN_USE};

#[test]
fn it_makes_an_empty_account_of_the_signer_and_touches_nothing_else() {
    let mut stage = open();
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.open_account("writer"));
    assert_only_changed(&before, &stage, &[stage.margin("writer"), pubkey("writer")]);
    let account = stage.account_of("writer").expect("it was opened");
    assert_eq!(
        (account.version, account.index, account.state()),
        (LAYOUT_VERSION, 0, AccountState::Open)
    );
    assert_eq!(
        (account.market, account.owner),
        (stage.keys.market, pubkey("writer"))
    );
    assert_eq!(
        (
            account.quote_atoms,
            account.debt_atoms(),
            account.last_price_at
        ),
        (0, 0, 0)
    );
    assert!(account.legs.iter().all(|leg| !leg.in_use()));
    let generation = stage.world.slot() << 20;
    assert_eq!(
        (account.epoch, account.portfolio_version),
        (generation, generation)
    );
}

#[test]
fn an_owner_has_as_many_accounts_as_there_are_numbers() {
    let mut stage = open();
    for index in [0, 1, u8::MAX] {
        let given = open_account(&stage.keys, pubkey("writer"), index);
        expect_landed(stage.world.send(&[given], &[&key("writer")]));
        let account = stage
            .account_at(&stage.keys.margin_account(&pubkey("writer"), index))
            .expect("opened");
        assert_eq!(account.index, index);
    }
}

#[test]
fn lamports_given_to_the_address_beforehand_do_not_stop_it() {
    let mut stage = open();
    stage.world.airdrop(&stage.margin("writer"), 1);
    expect_landed(stage.open_account("writer"));
    let rich = 10 * stage.world.lamports(&stage.margin("writer"));
    stage.world.airdrop(&stage.margin("buyer"), rich);
    expect_landed(stage.open_account("buyer"));
    assert_eq!(
        stage.account_of("buyer").expect("opened").owner,
        pubkey("buyer")
    );
}

#[test]
fn open_account_rejects_owners_before_the_seal() {
    let (mut stage, _) = genesis_before("seal");
    let given = open_account(&stage.keys, pubkey("writer"), 0);
    refuse(&mut stage, "writer", &given, BackstopError::NotSealed);
}

#[test]
fn open_account_rejects_the_address_of_somebody_else() {
    let mut stage = open();
    let given = swapped(
        open_account(&stage.keys, pubkey("writer"), 0),
        &stage.margin("writer"),
        &stage.margin("buyer"),
    );
    refuse(&mut stage, "writer", &given, ErrorCode::ConstraintSeeds);
}

#[test]
fn open_account_rejects_a_second_time() {
    let mut stage = open();
    expect_landed(stage.open_account("writer"));
    let given = open_account(&stage.keys, pubkey("writer"), 0);
    refuse(&mut stage, "writer", &given, ADDRESS_IN_USE);
}
