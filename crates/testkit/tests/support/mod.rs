//! A stage for the testkit's own tests: a public program stands in for the one under test.

use backstop_testkit::{address, World};
use litesvm::LiteSVM;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// The memo program, whose bytes the virtual machine brings along. It logs a text, fails on bytes that are none,
/// and demands that every account named has signed.
pub(crate) const MEMO: Pubkey =
    Pubkey::from_str_const("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

/// Bytes of a real program.
pub(crate) fn program_so() -> Vec<u8> {
    let memo = LiteSVM::new().get_account(&MEMO);
    memo.expect("the virtual machine brings the memo program")
        .data
}

/// A world with the memo program as the program under test, at an address of ours.
pub(crate) fn world() -> World {
    World::at(address("program"), &program_so()).expect("a valid program")
}

/// An instruction of the program under test: log the bytes if every account has signed.
#[allow(dead_code, reason = "not every test file sends one")]
pub(crate) fn memo(world: &World, text: &[u8], accounts: &[AccountMeta]) -> Instruction {
    Instruction {
        program_id: world.program_id(),
        accounts: accounts.to_vec(),
        data: text.to_vec(),
    }
}
