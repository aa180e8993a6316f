//! Arguments of genesis, as the program takes them and a client gives them.

use crate::accounts::CollateralKind;
use crate::naming::SYMBOL_BYTES;
use crate::params::{CollateralNumbers, MarketParams};
use anchor_lang::prelude::*;

/// A new market.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct CreateMarketArgs {
    /// Pyth feed of the underlying in quote.
    pub feed_id: [u8; 32],
    /// Owner of `PriceUpdateV2` accounts.
    pub receiver_program: Pubkey,
    /// Owner of legacy price accounts.
    pub legacy_price_program: Pubkey,
    /// Legacy price account for previews, or the default key for none.
    pub legacy_price: Pubkey,
    /// All numbers of the market.
    pub params: MarketParams,
    /// Symbol of the underlying, as `naming::symbol` makes it.
    pub symbol: [u8; SYMBOL_BYTES],
    /// How much is stopped, 0 to 3.
    pub level: u8,
    /// Token account for quote that receives the treasury's share of fees.
    pub fee_receiver: Pubkey,
    /// Whether American series are listed.
    pub early_exercise: bool,
}

/// Kind, weights and limits of a collateral.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct AddCollateralArgs {
    /// How it is valued; quote and underlying are the market's.
    pub kind: CollateralKind,
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1; at least the IM weight.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, 1e9 = 1.
    pub wrong_way_ppb: u64,
    /// Least deposit in atoms.
    pub least_deposit_atoms: u64,
    /// Deposits that raise what the market owes above this are refused, in atoms.
    pub cap_atoms: u64,
    /// Peg, staking, listing and age: 0 where the kind has no use for one; [`CollateralNumbers::of`] the kind, or others.
    pub numbers: CollateralNumbers,
}
