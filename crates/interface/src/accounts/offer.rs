use anchor_lang::prelude::*;

/// A writer's standing offer to sell contracts of a series at a fixed premium.
#[account]
#[derive(Debug, InitSpace)]
pub struct Offer {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Writer's margin account.
    pub margin_account: Pubkey,
    /// Who placed it: the writer's owner or a delegate. Gets the rent back.
    pub maker: Pubkey,
    /// Series on offer.
    pub series: Pubkey,
    /// Number chosen by the writer; PDA seed.
    pub nonce: u64,
    /// Epoch of the margin account when it was placed: another epoch voids it.
    pub epoch: u64,
    /// Premium, quote per contract scaled 1e9.
    pub premium_price: u64,
    /// What is left, in millionths of a contract.
    pub remaining_contracts: u64,
    /// Least fill, in millionths of a contract (the rest may always be taken).
    pub least_fill_contracts: u64,
    /// Unix second from which it is void.
    pub void_at: i64,
    /// Sells only what the writer holds long at the moment of the fill.
    pub reduce_only: bool,
    /// Room for later fields.
    pub reserved: [u8; 31],
}
