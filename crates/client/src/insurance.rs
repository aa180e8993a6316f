//! Stakes and fees.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

/// `stake_insurance`.
pub fn stake_insurance(
    keys: &MarketKeys,
    owner: Pubkey,
    source: Pubkey,
    amount_atoms: u64,
) -> Instruction {
    let accounts = accounts::StakeInsurance {
        owner,
        protocol: keys.protocol,
        market: keys.market,
        fund: keys.fund,
        insurance_vault: keys.insurance_vault,
        source,
        stake: pda::stake(&keys.market, &owner),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::StakeInsurance { amount_atoms })
}

/// `sweep_fees` of one shard; without a receiver the treasury's share waits.
pub fn sweep_fees(keys: &MarketKeys, shard: Pubkey, receiver: Option<Pubkey>) -> Instruction {
    let accounts = accounts::SweepFees {
        market: keys.market,
        shard,
        quote: keys.quote,
        vault: keys.vault,
        fund: keys.fund,
        insurance_vault: keys.insurance_vault,
        receiver,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::SweepFees {})
}
