//! From generated account and argument structs to an instruction.

use crate::backstop;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::InstructionData;

/// Token program of quote, underlying, claims and recapitalisation tokens.
pub(crate) const TOKEN_PROGRAM: Pubkey = anchor_spl::token::ID;
/// Token program of option mints.
pub(crate) const TOKEN_2022_PROGRAM: Pubkey = anchor_spl::token_2022::ID;
/// System program.
pub(crate) const SYSTEM_PROGRAM: Pubkey = anchor_lang::system_program::ID;

/// The instruction of the program with these accounts and arguments.
pub(crate) fn instruction(
    accounts: impl ToAccountMetas,
    args: impl InstructionData,
) -> Instruction {
    Instruction {
        program_id: backstop::ID,
        accounts: accounts.to_account_metas(None),
        data: args.data(),
    }
}

/// The same instruction where every mint it moves but option mints belongs to Token-2022; builders name the classic
/// token program.
pub fn under_token_2022(mut instruction: Instruction) -> Instruction {
    for meta in &mut instruction.accounts {
        if meta.pubkey == TOKEN_PROGRAM {
            meta.pubkey = TOKEN_2022_PROGRAM;
        }
    }
    instruction
}

/// Authority that signs the program's CPI events.
pub(crate) fn event_authority() -> Pubkey {
    Pubkey::find_program_address(&[b"__event_authority"], &backstop::ID).0
}

/// Carries a value from an interface type into the generated one of the same description.
///
/// Both come from the same Rust struct, so the bytes always fit; a mismatch is a broken build of this
/// crate, which the tests of the interface description catch.
pub(crate) fn recast<A: AnchorSerialize, B: AnchorDeserialize>(value: &A) -> B {
    let mut bytes = Vec::new();
    let written = value.serialize(&mut bytes).is_ok();
    match B::try_from_slice(&bytes) {
        Ok(cast) if written => cast,
        _ => unreachable!("the committed interface description differs from the interface crate"),
    }
}
