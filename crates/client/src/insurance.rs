//! Stakes and fees, and the uncovered loss the fund stands for.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::SHARD_COUNT;
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

/// `measure`: the expiries its legs need are appended by [`crate::remaining::with_expiries`].
pub fn measure(keys: &MarketKeys, margin_account: Pubkey, price: Pubkey) -> Instruction {
    let accounts = accounts::Measure {
        risk: keys.risk(price),
        margin_account,
        shard: keys.shard_of(&margin_account),
    };
    instruction(accounts, args::Measure {})
}

/// `share_cover` among all shards of the market.
pub fn share_cover(keys: &MarketKeys) -> Instruction {
    let accounts = accounts::ShareCover {
        market: keys.market,
        fund: keys.fund,
    };
    let mut built = instruction(accounts, args::ShareCover {});
    let shards = (0..SHARD_COUNT).map(|index| pda::shard(&keys.market, index));
    let writable = |shard| AccountMeta::new(shard, false);
    built.accounts.extend(shards.map(writable));
    built
}
