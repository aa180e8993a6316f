use anchor_lang::prelude::*;

/// How a collateral mint is valued.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
pub enum CollateralKind {
    /// The quote mint itself.
    Quote,
    /// The market's underlying, valued with the market's feed.
    Underlying,
}

/// A mint a market accepts, and the books of its vault.
#[account]
#[derive(Debug, InitSpace)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// How it is valued.
    pub kind: CollateralKind,
    /// Decimals of the mint.
    pub decimals: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// The mint.
    pub mint: Pubkey,
    /// Token program of the mint.
    pub token_program: Pubkey,
    /// Token account that holds it, authority the market PDA.
    pub vault: Pubkey,
    /// Everything owed out of the vault (account balances and fees), in atoms.
    pub claims_atoms: u64,
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1.
    pub weight_mm_ppb: u64,
    /// Least deposit, in atoms: dust is refused.
    pub least_deposit_atoms: u64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}
