use anchor_lang::solana_program::bpf_loader_upgradeable;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program_pack::Pack;
use anchor_spl::token::spl_token::state::Mint;
use backstop_client::genesis::{initialize_protocol, InitializeProtocolArgs};
use backstop_interface::accounts::LAYOUT_VERSION;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey, Balances, Stage, World};
use backstop_tests::program_so;

use crate::setup::{genesis_before, refuse, swapped, ADDRESS_IN_USE};

const SUPPLY: u64 = 10_000_000_000_000;

fn args(stage: &Stage) -> InitializeProtocolArgs {
    InitializeProtocolArgs {
        publishers: stage.publishers.map(pubkey),
        recapitalisation_supply_atoms: SUPPLY,
        launch_clearing_price: 1_000_000_000,
    }
}

fn instruction(stage: &Stage, authority: &str, args: InitializeProtocolArgs) -> Instruction {
    initialize_protocol(
        pubkey(authority),
        stage.world.program_data_address(),
        stage.keys.quote_mint,
        args,
    )
}

#[test]
fn it_writes_the_protocol_and_mints_the_whole_supply_to_the_treasury() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    let before = Balances::read(&stage.world);
    expect_landed(stage.world.send(
        &[instruction(&stage, "genesis", args(&stage))],
        &[&key("genesis")],
    ));

    let protocol = stage.protocol();
    assert_eq!(protocol.version, LAYOUT_VERSION);
    assert!(!protocol.sealed);
    assert_eq!(protocol.genesis_authority, pubkey("genesis"));
    assert_eq!(protocol.quote_mint, stage.keys.quote_mint);
    assert_eq!(protocol.publishers, stage.publishers.map(pubkey));
    assert_eq!((protocol.market_count, protocol.missing_parts), (0, 0));
    assert_eq!(
        (
            protocol.recapitalisation_supply_atoms,
            protocol.recapitalisation_sold_atoms
        ),
        (SUPPLY, 0)
    );
    assert_eq!(protocol.last_clearing_price, 1_000_000_000);

    let mint = pda::recapitalisation_mint();
    let after = Balances::read(&stage.world);
    before.assert_conserved(&after, &stage.keys.quote_mint);
    assert_eq!(
        (
            after.of(&pda::treasury()),
            after.total(&mint),
            after.supply(&mint)
        ),
        (SUPPLY, SUPPLY.into(), SUPPLY)
    );
    let state =
        Mint::unpack(&stage.world.account(&mint).expect("it was created").data).expect("a mint");
    assert_eq!(state.decimals, 6);
    assert_eq!(
        state.mint_authority,
        Some(pda::protocol()).into(),
        "only the protocol could mint, and it never does"
    );
    assert!(state.freeze_authority.is_none(), "nobody can freeze");
}

#[test]
fn it_takes_the_largest_supply_and_the_dearest_token() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    let most = InitializeProtocolArgs {
        recapitalisation_supply_atoms: 10_000_000_000_000_000,
        launch_clearing_price: 1_000_000_000_000,
        ..args(&stage)
    };
    expect_landed(
        stage
            .world
            .send(&[instruction(&stage, "genesis", most)], &[&key("genesis")]),
    );
    let held = stage.world.balance(&pda::treasury());
    assert_eq!(held, 10_000_000_000_000_000);
}

#[test]
fn initialize_protocol_rejects_anyone_but_the_upgrade_authority() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    let given = instruction(&stage, "stranger", args(&stage));
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NotUpgradeAuthority,
    );
}

#[test]
fn initialize_protocol_rejects_everybody_once_the_program_has_no_authority() {
    let (stage, _) = genesis_before("initialize_protocol");
    let mut world = World::new(program_so()).expect("the program binary loads");
    world.actor("genesis");
    world.mint("quote", 6);
    let given = instruction(&stage, "genesis", args(&stage));
    world.expect_refused(
        &[given],
        &[&key("genesis")],
        BackstopError::NotUpgradeAuthority,
    );
}

#[test]
fn initialize_protocol_rejects_program_data_of_another_address() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    let real = stage.world.program_data_address();
    let copy = stage.world.substitute(&real, bpf_loader_upgradeable::ID);
    let given = swapped(instruction(&stage, "genesis", args(&stage)), &real, &copy);
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::NotUpgradeAuthority,
    );
}

#[test]
fn initialize_protocol_rejects_a_quote_mint_without_six_decimals() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    for decimals in [0, 5, 7, 9] {
        let mint = stage.world.mint(&format!("quote of {decimals}"), decimals);
        let given = swapped(
            instruction(&stage, "genesis", args(&stage)),
            &stage.keys.quote_mint,
            &mint,
        );
        refuse(
            &mut stage,
            "genesis",
            &given,
            BackstopError::DecimalsNotAllowed,
        );
    }
}

#[test]
fn initialize_protocol_rejects_a_supply_or_a_launch_price_of_zero() {
    let (mut stage, _) = genesis_before("initialize_protocol");
    let no_supply = InitializeProtocolArgs {
        recapitalisation_supply_atoms: 0,
        ..args(&stage)
    };
    let no_price = InitializeProtocolArgs {
        launch_clearing_price: 0,
        ..args(&stage)
    };
    let too_many = InitializeProtocolArgs {
        recapitalisation_supply_atoms: 10_000_000_000_000_001,
        ..args(&stage)
    };
    let too_dear = InitializeProtocolArgs {
        launch_clearing_price: 1_000_000_000_001,
        ..args(&stage)
    };
    for args in [no_supply, no_price, too_many, too_dear] {
        let given = instruction(&stage, "genesis", args);
        refuse(
            &mut stage,
            "genesis",
            &given,
            BackstopError::ParameterOutOfBounds,
        );
    }
}

#[test]
fn initialize_protocol_rejects_a_second_time() {
    let (mut stage, _) = genesis_before("create_market");
    let given = instruction(&stage, "genesis", args(&stage));
    refuse(&mut stage, "genesis", &given, ADDRESS_IN_USE);
}
