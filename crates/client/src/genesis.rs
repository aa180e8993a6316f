//! Genesis, for the steps in `migrations/`.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::backstop::types;
use crate::build::{instruction, recast, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::CollateralKind;
use backstop_interface::naming::SYMBOL_BYTES;
use backstop_interface::params::{CollateralNumbers, MarketParams};
use backstop_interface::pda;

pub use crate::backstop::types::InitializeProtocolArgs;

/// What a market is created with.
#[derive(Clone, Debug)]
pub struct NewMarket {
    /// Owner of `PriceUpdateV2` accounts.
    pub receiver_program: Pubkey,
    /// Owner of legacy price accounts.
    pub legacy_price_program: Pubkey,
    /// Legacy price account for previews, or the default key.
    pub legacy_price: Pubkey,
    /// All numbers.
    pub params: MarketParams,
    /// Symbol of the underlying, as [`naming::symbol`](backstop_interface::naming::symbol) makes it.
    pub symbol: [u8; SYMBOL_BYTES],
    /// How much is stopped, 0 to 3.
    pub level: u8,
    /// Token account that receives the treasury's share of fees.
    pub fee_receiver: Pubkey,
    /// Whether American series are listed.
    pub early_exercise: bool,
}

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

/// `create_market`.
pub fn create_market(authority: Pubkey, keys: &MarketKeys, new: &NewMarket) -> Instruction {
    let accounts = accounts::CreateMarket {
        authority,
        protocol: keys.protocol,
        market: keys.market,
        vol_surface: keys.vol_surface,
        underlying_mint: keys.underlying_mint,
        system_program: SYSTEM_PROGRAM,
    };
    let args = types::CreateMarketArgs {
        feed_id: keys.feed_id,
        receiver_program: new.receiver_program,
        legacy_price_program: new.legacy_price_program,
        legacy_price: new.legacy_price,
        params: recast(&new.params),
        symbol: new.symbol,
        level: new.level,
        fee_receiver: new.fee_receiver,
        early_exercise: new.early_exercise,
    };
    instruction(accounts, args::CreateMarket { args })
}

/// A collateral as it is listed.
#[derive(AnchorSerialize, Clone, Copy, Debug)]
pub struct AddCollateralArgs {
    /// How it is valued.
    pub kind: CollateralKind,
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1; at least the IM weight.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, 1e9 = 1.
    pub wrong_way_ppb: u64,
    /// Least deposit, in atoms.
    pub least_deposit_atoms: u64,
    /// Deposits that raise what the market owes above this are refused, in atoms.
    pub cap_atoms: u64,
    /// Peg, staking, listing and age: [`CollateralNumbers::of`] the kind, or others.
    pub numbers: CollateralNumbers,
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
