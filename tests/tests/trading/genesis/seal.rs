use backstop_client::genesis::seal;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Genesis, Snapshot, Stage};
use backstop_tests::program_so;

use crate::setup::{assert_only_changed, genesis_before, open, refuse};

#[test]
fn it_changes_the_seal_and_nothing_else() {
    let (mut stage, _) = genesis_before("seal");
    let before = Snapshot::whole(&stage.world);
    let protocol = stage.protocol();
    expect_landed(
        stage
            .world
            .send(&[seal(pubkey("genesis"))], &[&key("genesis")]),
    );
    assert_only_changed(&before, &stage, &[stage.keys.protocol]);
    let sealed = stage.protocol();
    assert!(!protocol.sealed && sealed.sealed);
    assert_eq!((sealed.market_count, sealed.missing_parts), (1, 0));
    assert_eq!(sealed.publishers, protocol.publishers);
}

#[test]
fn seal_rejects_a_second_time() {
    let mut stage = open();
    refuse(
        &mut stage,
        "genesis",
        &seal(pubkey("genesis")),
        BackstopError::AlreadySealed,
    );
}

#[test]
fn seal_rejects_anyone_but_the_genesis_authority() {
    let (mut stage, _) = genesis_before("seal");
    refuse(
        &mut stage,
        "stranger",
        &seal(pubkey("stranger")),
        BackstopError::NotGenesisAuthority,
    );
}

/// The feed clock is no part of genesis: anyone opens it at any time.
#[test]
fn seal_rejects_genesis_at_every_step_before_the_last_part() {
    let (mut stage, steps) = Stage::before_genesis(program_so(), &Genesis::default());
    let last_part = steps
        .iter()
        .rposition(|(name, _)| name == "create_insurance_fund")
        .expect("a step");
    for (index, (name, instruction)) in steps.iter().enumerate().take(last_part + 1) {
        if index > 0 {
            println!("before {name}");
            refuse(
                &mut stage,
                "genesis",
                &seal(pubkey("genesis")),
                BackstopError::GenesisIncomplete,
            );
        }
        expect_landed(
            stage
                .world
                .send(std::slice::from_ref(instruction), &[&key("genesis")]),
        );
    }
    expect_landed(
        stage
            .world
            .send(&[seal(pubkey("genesis"))], &[&key("genesis")]),
    );
}
