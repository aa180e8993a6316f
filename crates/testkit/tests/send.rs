//! Transactions and what comes of them.

mod support;

use anchor_spl::token::spl_token::error::TokenError;
use anchor_spl::token_2022::spl_token_2022::instruction as token;
use backstop_testkit::{
    expect_code, expect_instruction_error, expect_landed, key, pubkey, CostLog, Footprint, World,
};
use solana_instruction::error::InstructionError;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::TransactionError;
use support::{memo, world};

/// A world with 5 atoms of a mint with alice, and the accounts of alice and bob.
fn alice_has_five() -> (World, Pubkey, Pubkey, Pubkey) {
    let mut world = world();
    let mint = world.mint("USDC", 6);
    let alice = world.actor("alice").pubkey();
    let from = world.fund(&alice, &mint, 5);
    let to = world.token_account(&pubkey("bob"), &mint);
    (world, mint, from, to)
}

fn transfer(world: &World, mint: Pubkey, route: (Pubkey, Pubkey), atoms: u64) -> Instruction {
    let (from, to) = route;
    let program = world.token_program(&mint);
    let alice = pubkey("alice");
    token::transfer_checked(&program, &from, &mint, &to, &alice, &[], atoms, 6).expect("a transfer")
}

#[test]
fn a_landed_transfer_moved_what_it_said() {
    let (mut world, mint, from, to) = alice_has_five();
    let transfer = transfer(&world, mint, (from, to), 3);
    let landed = expect_landed(world.send(&[transfer], &[&key("alice"), &key("not needed")]));
    assert_eq!((world.balance(&from), world.balance(&to)), (2, 3));
    assert_eq!(landed.fee_lamports, 10_000, "two signatures");
    assert_eq!(landed.instruction_costs.len(), 1);
    let token_program = world.token_program(&mint);
    assert_eq!(
        landed.program_cu(&token_program) + 150,
        landed.cu,
        "150 for the budget"
    );
}

#[test]
fn a_program_error_is_exact_and_changes_nothing() {
    let (mut world, mint, from, to) = alice_has_five();
    let fine = transfer(&world, mint, (from, to), 5);
    let too_much = transfer(&world, mint, (from, to), 1);
    let code = TokenError::InsufficientFunds as u32;
    let failed = world.expect_refused(&[fine, too_much], &[&key("alice")], code);
    assert_eq!(failed.instruction_index(), Some(1));
    assert_eq!(failed.code(), Some(code));
    assert_eq!((world.balance(&from), world.balance(&to)), (5, 0));
}

#[test]
#[should_panic(expected = "expected Custom(2)")]
fn another_error_than_the_expected_one_is_no_success() {
    let (mut world, mint, from, to) = alice_has_five();
    let too_much = transfer(&world, mint, (from, to), 6);
    expect_code(world.send(&[too_much], &[&key("alice")]), 2_u32);
}

#[test]
#[should_panic(expected = "but it landed")]
fn landing_is_no_refusal() {
    let mut world = world();
    let hello = memo(&world, b"hello", &[]);
    world.expect_refused(&[hello], &[], 0_u32);
}

#[test]
fn a_runtime_error_is_exact_too() {
    let mut world = world();
    let no_text = memo(&world, &[0xff], &[]);
    world.expect_refused_with(&[no_text], &[], InstructionError::ProgramFailedToComplete);
    let unsigned = AccountMeta::new_readonly(pubkey("alice"), false);
    let hello = memo(&world, b"hello", &[unsigned]);
    let result = world.send(&[hello], &[&key("alice")]);
    let failed = expect_instruction_error(result, InstructionError::MissingRequiredSignature);
    assert_eq!((failed.instruction_index(), failed.code()), (Some(0), None));
}

#[test]
fn a_missing_key_is_named() {
    let (mut world, mint, from, to) = alice_has_five();
    let transfer = transfer(&world, mint, (from, to), 3);
    let failed = world.send(&[transfer], &[]).expect_err("nobody signed");
    assert_eq!(failed.error, TransactionError::SignatureFailure);
    assert_eq!(
        failed.logs,
        ["testkit: no key was given for the signer alice"]
    );
}

#[test]
fn the_same_instruction_can_be_sent_again() {
    let mut world = world();
    let hello = memo(&world, b"hello", &[]);
    let first = expect_landed(world.send(std::slice::from_ref(&hello), &[]));
    let second = expect_landed(world.send(&[hello], &[]));
    assert_ne!(first.signature, second.signature);
}

/// The transfer with as many accounts more, which it does not use.
fn widened(mut transfer: Instruction, extras: usize) -> Instruction {
    let extras = (0..extras).map(|index| pubkey(&format!("extra {index}")));
    let metas = extras.map(|one| AccountMeta::new_readonly(one, false));
    transfer.accounts.extend(metas);
    transfer
}

#[test]
fn what_is_too_long_is_sent_through_tables_made_on_the_way() {
    let (mut world, mint, from, to) = alice_has_five();
    world.advance(10);
    world.share(vec![pubkey("extra 7"), mint, pubkey("unused")]);
    let transfer = transfer(&world, mint, (from, to), 1);
    let short = expect_landed(world.send(std::slice::from_ref(&transfer), &[&key("alice")]));
    assert_eq!(world.tables().len(), 0, "what fits needs none");
    let wide = widened(transfer, 40);
    let slot = world.slot();
    let landed = expect_landed(world.send(std::slice::from_ref(&wide), &[&key("alice")]));
    assert_eq!((world.balance(&to), world.slot()), (2, slot + 1));
    // Payer, owner, both wallets, mint, token program, budget program; forty more.
    assert_eq!((short.wire.accounts, landed.wire.accounts), (7, 47));
    assert!(landed.wire.bytes < 600, "{:?}", landed.wire);
    let [shared, own] = world.tables() else {
        panic!("one table of the market, one of the rest")
    };
    let shared = [pubkey("extra 7"), mint, pubkey("unused")] == shared.addresses[..];
    assert!(
        shared && own.addresses.len() == 41,
        "39 extras, two wallets"
    );
    expect_landed(world.send(&[wide], &[&key("alice")]));
    assert_eq!((world.tables().len(), world.slot()), (2, slot + 1));
}

#[test]
fn a_transaction_locks_64_accounts_and_no_more() {
    let (mut world, mint, from, to) = alice_has_five();
    world.advance(10);
    let transfer = transfer(&world, mint, (from, to), 1);
    let fits = widened(transfer.clone(), 57);
    let landed = expect_landed(world.send(&[fits], &[&key("alice")]));
    assert_eq!(landed.wire.accounts, 64);
    let failed = world.send(&[widened(transfer, 58)], &[&key("alice")]);
    let failed = failed.expect_err("one more");
    assert_eq!(failed.error, TransactionError::TooManyAccountLocks);
    assert_eq!(
        failed.logs,
        ["testkit: 65 accounts, 64 at most may be locked"]
    );
}

#[test]
fn what_no_table_shortens_is_refused() {
    let mut world = world();
    let long = memo(&world, &[b'a'; 1_100], &[]);
    let failed = world.send(&[long], &[]).expect_err("too long");
    assert_eq!(failed.error, TransactionError::SanitizeFailure);
    assert!(failed.logs[0].ends_with("1232 at most fit"), "{failed}");
}

#[test]
fn inner_instructions_are_spelled_out() {
    let (mut world, mint, _, _) = alice_has_five();
    let (payer, carol) = (world.payer(), pubkey("carol"));
    let program = world.token_program(&mint);
    let create = anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account(
        &payer, &carol, &mint, &program,
    );
    let hello = memo(&world, b"hello", &[]);
    let landed = expect_landed(world.send(&[hello, create], &[]));
    assert_eq!(landed.inner.len(), 2);
    assert_eq!(landed.inner[0], []);
    let last = landed.inner[1]
        .last()
        .expect("the account is initialised last");
    assert_eq!((last.instruction.program_id, last.height), (program, 2));
    let account = world.ata(&carol, &mint);
    assert_eq!(
        last.instruction.accounts[0],
        AccountMeta::new(account, false)
    );
    assert_eq!(last.instruction.accounts[1].pubkey, mint);
    assert!(!last.instruction.accounts[1].is_writable);
}

#[test]
fn a_simulation_answers_and_changes_nothing() {
    let (mut world, mint, from, to) = alice_has_five();
    let program = world.token_program(&mint);
    let ask = token::get_account_data_size(&program, &mint, &[]).expect("a question");
    let answer = world.simulate(&[ask], &[]).expect("an answer");
    assert_eq!(
        answer.return_data,
        Some((program, 165_u64.to_le_bytes().to_vec()))
    );
    let transfer = transfer(&world, mint, (from, to), 3);
    world
        .simulate(&[transfer], &[&key("alice")])
        .expect("would land");
    assert_eq!(world.balance(&from), 5);
}

#[test]
fn costs_are_recorded_by_name_and_written_as_json_lines() {
    let mut world = world();
    let short = memo(&world, b"a", &[]);
    let long = memo(&world, &[b'a'; 200], &[]);
    let mut fork = world.clone();
    let cheap = expect_landed(world.send_as("memo", &[short], &[]));
    let dear = expect_landed(fork.send_as("memo", &[long], &[]));
    let nothing = memo(&world, &[0xff], &[]);
    assert!(world.send_as("memo", &[nothing], &[]).is_err());
    let cu = [cheap, dear].map(|landed| landed.program_cu(&world.program_id()));
    assert!(0 < cu[0] && cu[0] < cu[1]);
    let entries = world.costs().entries();
    assert_eq!(entries.iter().map(|cost| cost.cu).collect::<Vec<_>>(), cu);
    assert_eq!(world.costs().max_by_name()["memo"].cu, cu[1]);

    let file = std::env::temp_dir().join(format!("backstop-costs-{}", std::process::id()));
    let lines = |log: &CostLog| {
        log.append_json_lines(&file).expect("a writable folder");
        std::fs::read_to_string(&file).expect("just written")
    };
    let expected = format!(
        "{{\"name\":\"memo\",\"cu\":{}}}\n{{\"name\":\"memo\",\"cu\":{}}}\n",
        cu[0], cu[1]
    );
    assert_eq!(lines(world.costs()), expected);
    let dropped = CostLog::appending_to(Some(file.clone()));
    let footprint = Footprint {
        heap_bytes: 1,
        stack_bytes: 2,
    };
    dropped.record("late", 9, Some(footprint));
    drop(dropped);
    let all = std::fs::read_to_string(&file).expect("just written");
    std::fs::remove_file(&file).expect("just written");
    assert_eq!(
        all,
        expected + "{\"name\":\"late\",\"cu\":9,\"heap_bytes\":1,\"stack_bytes\":2}\n"
    );
}
