use backstop_client::genesis::create_shard;
use backstop_interface::accounts::{Shard, MARKET_PARTS, SHARD_COUNT};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey};

use crate::setup::{genesis_before, open, refuse, ADDRESS_IN_USE};

#[test]
fn it_makes_sixteen_empty_shards() {
    let (mut stage, _) = genesis_before("create_shards");
    let missing = stage.protocol().missing_parts;
    assert_eq!(missing, MARKET_PARTS - 2);
    for index in (0..SHARD_COUNT).rev() {
        let given = create_shard(pubkey("genesis"), &stage.keys, index);
        expect_landed(stage.world.send(&[given], &[&key("genesis")]));
        let shard: Shard = stage
            .read(&pda::shard(&stage.keys.market, index))
            .expect("it was created");
        assert_eq!((shard.index, shard.market), (index, stage.keys.market));
        assert_eq!((shard.fees_atoms, shard.open_losses), (0, 0));
    }
    assert_eq!(stage.protocol().missing_parts, missing - 16);
}

#[test]
fn create_shard_rejects_one_after_the_seal() {
    let mut stage = open();
    let given = create_shard(pubkey("genesis"), &stage.keys, SHARD_COUNT);
    refuse(&mut stage, "genesis", &given, BackstopError::AlreadySealed);
}

#[test]
fn create_shard_rejects_anyone_but_the_genesis_authority() {
    let (mut stage, _) = genesis_before("create_shards");
    let given = create_shard(pubkey("stranger"), &stage.keys, 0);
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NotGenesisAuthority,
    );
}

#[test]
fn create_shard_rejects_a_seventeenth() {
    let (mut stage, _) = genesis_before("create_shards");
    for index in [SHARD_COUNT, u8::MAX] {
        let given = create_shard(pubkey("genesis"), &stage.keys, index);
        refuse(
            &mut stage,
            "genesis",
            &given,
            BackstopError::ParameterOutOfBounds,
        );
    }
}

#[test]
fn create_shard_rejects_the_same_one_twice() {
    let (mut stage, _) = genesis_before("create_insurance_fund");
    let given = create_shard(pubkey("genesis"), &stage.keys, 3);
    refuse(&mut stage, "genesis", &given, ADDRESS_IN_USE);
}
