//! Genesis, for the steps in `migrations/`.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{instruction, recast, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

pub use crate::backstop::types::InitializeProtocolArgs;
pub use backstop_interface::genesis::{AddCollateralArgs, CreateMarketArgs};

/// `initialize_protocol`.
pub fn initialize_protocol(
    authority: Pubkey,
    program_data: Pubkey,
    quote_mint: Pubkey,
    args: InitializeProtocolArgs,
) -> Instruction {
    let accounts = accounts::InitializeProtocol {
        authority,
        program: crate::backstop::ID,
        program_data,
        protocol: pda::protocol(),
        quote_mint,
        recapitalisation_mint: pda::recapitalisation_mint(),
        treasury: pda::treasury(),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::InitializeProtocol { args })
}

/// `create_market`; its feed is that of the keys.
pub fn create_market(authority: Pubkey, keys: &MarketKeys, new: &CreateMarketArgs) -> Instruction {
    let accounts = accounts::CreateMarket {
        authority,
        protocol: keys.protocol,
        market: keys.market,
        vol_surface: keys.vol_surface,
        underlying_mint: keys.underlying_mint,
        system_program: SYSTEM_PROGRAM,
    };
    let args = recast(new);
    instruction(accounts, args::CreateMarket { args })
}

/// What a collateral with a feed of its own is read from.
#[derive(Clone, Copy, Debug)]
pub struct OwnFeed {
    /// Pyth feed.
    pub feed_id: [u8; 32],
    /// Pool that redeems a liquid-staking token.
    pub stake_pool: Option<Pubkey>,
}

/// `add_collateral` of quote or the underlying.
pub fn add_collateral(
    authority: Pubkey,
    keys: &MarketKeys,
    mint: Pubkey,
    args: AddCollateralArgs,
) -> Instruction {
    listed(authority, keys, mint, args, None)
}

/// `add_collateral` of a token with a feed of its own, whose clock is open.
pub fn add_collateral_with_feed(
    authority: Pubkey,
    keys: &MarketKeys,
    mint: Pubkey,
    args: AddCollateralArgs,
    own: &OwnFeed,
) -> Instruction {
    listed(authority, keys, mint, args, Some(own))
}

fn listed(
    authority: Pubkey,
    keys: &MarketKeys,
    mint: Pubkey,
    args: AddCollateralArgs,
    own: Option<&OwnFeed>,
) -> Instruction {
    let (collateral, vault) = keys.collateral(&mint);
    let accounts = accounts::AddCollateral {
        authority,
        protocol: keys.protocol,
        market: keys.market,
        mint,
        collateral,
        vault,
        feed_clock: own.map(|own| pda::feed_clock(&own.feed_id)),
        stake_pool: own.and_then(|own| own.stake_pool),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    let args = recast(&args);
    instruction(accounts, args::AddCollateral { args })
}

/// `create_shard`.
pub fn create_shard(authority: Pubkey, keys: &MarketKeys, index: u8) -> Instruction {
    let accounts = accounts::CreateShard {
        authority,
        protocol: keys.protocol,
        market: keys.market,
        shard: pda::shard(&keys.market, index),
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::CreateShard { index })
}

/// `create_insurance_fund`.
pub fn create_insurance_fund(authority: Pubkey, keys: &MarketKeys) -> Instruction {
    let accounts = accounts::CreateInsuranceFund {
        authority,
        protocol: keys.protocol,
        market: keys.market,
        quote_mint: keys.quote_mint,
        fund: keys.fund,
        insurance_vault: keys.insurance_vault,
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::CreateInsuranceFund {})
}

/// `seal`.
pub fn seal(authority: Pubkey) -> Instruction {
    instruction(
        accounts::Seal {
            authority,
            protocol: pda::protocol(),
        },
        args::Seal {},
    )
}
