use anchor_lang::prelude::*;

/// The Dutch auction of one margin account's portfolio. Lives while the account is not healthy.
#[account]
#[derive(Debug, InitSpace)]
pub struct Auction {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Account being sold.
    pub margin_account: Pubkey,
    /// Who paid the rent and gets it back.
    pub payer: Pubkey,
    /// Unix second of the trigger.
    pub started_at: i64,
    /// Healthy seconds of the feed clock at the trigger: the zero of the auction's clock.
    pub healthy_seconds_at_start: u64,
    /// S = value − health(MM) at the trigger, in quote atoms.
    pub stress_at_trigger_atoms: i64,
    /// Cash paid in by bidders and still held by the account, in quote atoms.
    pub paid_in_atoms: u64,
    /// Most the fund may pay for this account; meaningful once `subsidised`.
    pub fund_limit_atoms: u64,
    /// What the fund has paid bidders of this account, in quote atoms.
    pub fund_paid_atoms: u64,
    /// True from the first slice the fund paid for.
    pub subsidised: bool,
    /// True once any bid was taken.
    pub sold_any: bool,
    /// True while the account is counted in its shard's open losses.
    pub open_loss: bool,
    /// Publish time of the newest price used.
    pub last_price_at: i64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}
