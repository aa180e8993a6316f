use backstop_client::genesis::create_insurance_fund;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey};

use crate::setup::{genesis_before, open, refuse, swapped, ADDRESS_IN_USE};

#[test]
fn it_makes_a_fund_without_assets_shares_or_history() {
    let (mut stage, _) = genesis_before("create_insurance_fund");
    let given = create_insurance_fund(pubkey("genesis"), &stage.keys);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    let fund = stage.fund();
    assert_eq!(
        (fund.market, fund.vault),
        (stage.keys.market, stage.keys.insurance_vault)
    );
    assert_eq!(
        (fund.assets_atoms, fund.total_shares, fund.epoch),
        (0, 0, 0)
    );
    assert_eq!(
        (
            fund.incident_started_at,
            fund.incident_paid_atoms,
            fund.paid_total_atoms
        ),
        (0, 0, 0)
    );
    assert_eq!(stage.world.balance(&fund.vault), 0);
    assert_eq!(stage.protocol().missing_parts, 0);
}

/// The seal needs every fund to exist, so after it the address is always taken.
#[test]
fn create_insurance_fund_rejects_a_second_one_before_and_after_the_seal() {
    let (before_seal, _) = genesis_before("seal");
    for mut stage in [before_seal, open()] {
        let given = create_insurance_fund(pubkey("genesis"), &stage.keys);
        refuse(&mut stage, "genesis", &given, ADDRESS_IN_USE);
    }
}

#[test]
fn create_insurance_fund_rejects_anyone_but_the_genesis_authority() {
    let (mut stage, _) = genesis_before("create_insurance_fund");
    let given = create_insurance_fund(pubkey("stranger"), &stage.keys);
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NotGenesisAuthority,
    );
}

#[test]
fn create_insurance_fund_rejects_a_mint_other_than_quote() {
    let (mut stage, _) = genesis_before("create_insurance_fund");
    let given = create_insurance_fund(pubkey("genesis"), &stage.keys);
    let given = swapped(given, &stage.keys.quote_mint, &stage.keys.underlying_mint);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongMint);
}
