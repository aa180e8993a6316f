//! The chain, its clock and the program on it.

mod support;

use anchor_lang::solana_program::bpf_loader_upgradeable;
use anchor_lang::{AccountDeserialize, ProgramData};
use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account;
use anchor_spl::associated_token::ID as ATA;
use backstop_testkit::{
    address, expect_instruction_error, expect_landed, key, pubkey, Snapshot, World, WorldError,
    GENESIS_UNIX,
};
use litesvm::LiteSVM;
use solana_instruction::error::InstructionError;
use solana_instruction::AccountMeta;
use solana_instruction::Instruction;
use solana_signer::Signer;
use support::{memo, program_so, world, MEMO};

#[test]
fn a_program_is_loaded_as_a_deployment_leaves_it() {
    let authority = pubkey("deployer");
    let mut world = world().with_upgrade_authority(&authority);
    let program = world.account(&world.program_id()).expect("the program");
    assert!(program.executable);
    assert_eq!(program.owner, bpf_loader_upgradeable::ID);
    assert_eq!(program.data[..4], 2_u32.to_le_bytes());
    assert_eq!(program.data[4..], world.program_data_address().to_bytes());

    let data = world
        .account(&world.program_data_address())
        .expect("its bytes");
    assert_eq!(data.owner, bpf_loader_upgradeable::ID);
    assert_eq!(data.data[45..], program_so());
    let state =
        ProgramData::try_deserialize(&mut data.data.as_slice()).expect("the loader's state");
    assert_eq!(state.upgrade_authority_address, Some(authority));

    let hello = memo(&world, b"hello", &[]);
    let landed = expect_landed(world.send(&[hello], &[]));
    assert!(
        landed.logs.iter().any(|line| line.contains("hello")),
        "{:?}",
        landed.logs
    );
}

#[test]
fn a_program_has_no_upgrade_authority_unless_given_one() {
    let world = world();
    let data = world
        .account(&world.program_data_address())
        .expect("its bytes");
    let state =
        ProgramData::try_deserialize(&mut data.data.as_slice()).expect("the loader's state");
    assert_eq!(state.upgrade_authority_address, None);
}

#[test]
fn a_program_is_loaded_at_its_own_address_unless_told_otherwise() {
    let world = World::new(&program_so()).expect("a valid program");
    assert_eq!(world.program_id(), backstop_interface::ID);
    assert!(world
        .account(&backstop_interface::ID)
        .is_some_and(|program| program.executable));
}

#[test]
fn bytes_that_are_no_program_are_refused() {
    let Err(WorldError::ProgramRefused { length, .. }) = World::at(address("x"), b"no ELF") else {
        panic!("a text was loaded as a program");
    };
    assert_eq!(length, 6);
}

#[test]
fn time_and_slots_move_together_and_only_when_told() {
    let mut world = world();
    assert_eq!(world.now(), GENESIS_UNIX);
    let slot = world.slot();
    world.advance(1);
    assert_eq!((world.now(), world.slot()), (GENESIS_UNIX + 1, slot + 3));
    world.warp_to(GENESIS_UNIX + 5);
    assert_eq!(world.slot(), slot + 13);
    world.advance(0);
    assert_eq!((world.now(), world.slot()), (GENESIS_UNIX + 5, slot + 14));
    let hello = memo(&world, b"hello", &[]);
    expect_landed(world.send(&[hello], &[]));
    assert_eq!((world.now(), world.slot()), (GENESIS_UNIX + 5, slot + 14));
}

#[test]
#[should_panic(expected = "time only moves forward")]
fn time_does_not_run_backwards() {
    world().warp_to(GENESIS_UNIX - 1);
}

#[test]
fn the_same_story_gives_the_same_world() {
    let tell = || {
        let mut world = world();
        let mint = world.mint("USDC", 6);
        let alice = world.actor("alice");
        world.fund(&alice.pubkey(), &mint, 5);
        let hello = memo(&world, b"hello", &[]);
        let landed = expect_landed(world.send_as("hello", &[hello], &[]));
        (Snapshot::whole(&world), landed.signature, landed.cu)
    };
    let (first, second) = (tell(), tell());
    assert_eq!((first.1, first.2), (second.1, second.2));
    assert_eq!(first.0.changes(&second.0), []);
    // Also between machines that were made apart, as in two processes.
    let traced = World::traced_at(address("program"), &program_so()).expect("a valid program");
    let birth = Snapshot::whole(&world());
    assert_eq!(birth.changes(&Snapshot::whole(&traced)), []);
}

#[test]
fn forks_go_their_own_way() {
    let mut world = world();
    let alice = world.actor("alice").pubkey();
    let mut fork = world.clone();
    fork.airdrop(&alice, 7);
    fork.advance(60);
    assert_eq!(fork.lamports(&alice), world.lamports(&alice) + 7);
    assert_eq!(world.now(), GENESIS_UNIX);
    assert_eq!(fork.name(&alice), "alice");
}

#[test]
fn without_signature_checks_the_same_accounts_count_as_signers() {
    let mut world = world().without_signature_checks();
    let alice = key("alice");
    let signed = AccountMeta::new_readonly(alice.pubkey(), true);
    let hello = memo(&world, b"hello", &[signed]);
    expect_landed(world.send(&[hello], &[&alice]));
    let unsigned = AccountMeta::new_readonly(alice.pubkey(), false);
    let hello = memo(&world, b"hello", &[unsigned]);
    let result = world.send(&[hello], &[&alice]);
    expect_instruction_error(result, InstructionError::MissingRequiredSignature);
}

#[test]
fn accounts_of_the_program_are_enumerated_in_order() {
    let mut world = world();
    assert_eq!(world.program_accounts(), []);
    let mint = world.mint("USDC", 6);
    let program = world.program_id();
    let mut copies = [world.substitute(&mint, program), address("another")];
    world.clone_at(&mint, copies[1], program);
    copies.sort();
    let found = world.program_accounts();
    assert_eq!(
        found
            .iter()
            .map(|(address, _)| *address)
            .collect::<Vec<_>>(),
        copies
    );
    let original = world.account(&mint).expect("the mint");
    assert!(found
        .iter()
        .all(|(_, copy)| copy.data == original.data && copy.owner == program));
}

#[test]
fn a_traced_world_measures_memory_and_the_same_compute_units() {
    // The associated-token program serves as the one under test here, because it uses the heap.
    let so = LiteSVM::new()
        .get_account(&ATA)
        .expect("the virtual machine brings it")
        .data;
    let mut traced = World::traced_at(ATA, &so).expect("a valid program");
    let mut plain = World::at(ATA, &so).expect("a valid program");
    let run = |world: &mut World| {
        let mint = world.mint("USDC", 6);
        let (payer, program) = (world.payer(), world.token_program(&mint));
        let alice = pubkey("alice");
        let create = create_associated_token_account(&payer, &alice, &mint, &program);
        expect_landed(world.send_as("create", &[create], &[]))
    };
    let mut fork = traced.clone();
    let (landed, reference) = (run(&mut traced), run(&mut plain));
    assert_eq!((landed.cu, reference.footprint), (reference.cu, None));
    let footprint = landed.footprint.expect("it ran");
    assert!(
        (1_000..32_768).contains(&footprint.heap_bytes),
        "{footprint:?}"
    );
    assert!(
        (8_192..65_536).contains(&footprint.stack_bytes),
        "{footprint:?}"
    );
    assert_eq!(footprint.stack_bytes % 4_096, 0);
    assert_eq!(run(&mut fork).footprint, Some(footprint));
    let entries = traced.costs().entries();
    assert_eq!(
        entries
            .iter()
            .map(|cost| cost.footprint)
            .collect::<Vec<_>>(),
        [Some(footprint); 2]
    );
    // In a transaction in which the program does not run nothing is measured.
    let hello = Instruction::new_with_bytes(MEMO, b"hello", Vec::new());
    assert_eq!(expect_landed(traced.send(&[hello], &[])).footprint, None);
}
