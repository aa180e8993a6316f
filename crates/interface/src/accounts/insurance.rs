use anchor_lang::prelude::*;
use backstop_risk::liquidation::{incident_room, AuctionParams};

/// All deficits of a market within this time of the first are one incident.
const INCIDENT_SECONDS: i64 = 86_400;

/// A market's insurance fund: quote only, shares over recorded assets (donations change nothing).
#[account]
#[derive(Debug, InitSpace)]
pub struct InsuranceFund {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Token account that holds it, authority the market PDA.
    pub vault: Pubkey,
    /// Recorded assets, in quote atoms.
    pub assets_atoms: u64,
    /// Shares of all stakers in the present epoch.
    pub total_shares: u64,
    /// Raised when a total loss made the shares of before worthless.
    pub epoch: u32,
    /// First second of the running incident; 0 if there never was one.
    pub incident_started_at: i64,
    /// Assets at that second, in quote atoms.
    pub incident_assets_atoms: u64,
    /// Paid out since, in quote atoms.
    pub incident_paid_atoms: u64,
    /// Paid out for ever, in quote atoms.
    pub paid_total_atoms: u64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}

impl InsuranceFund {
    /// True while payments count towards an incident that has begun.
    pub fn in_incident(&self, now: i64) -> bool {
        let ends_at = self.incident_started_at.saturating_add(INCIDENT_SECONDS);
        self.incident_started_at > 0 && now < ends_at
    }

    /// What it may still pay in the running incident, or in one that would begin now, in quote atoms.
    pub fn room(&self, params: &AuctionParams, now: i64) -> u64 {
        let (assets, paid) = match self.in_incident(now) {
            true => (self.incident_assets_atoms, self.incident_paid_atoms),
            false => (self.assets_atoms, 0),
        };
        incident_room(params, assets, paid).min(self.assets_atoms)
    }
}

/// One owner's shares in a market's insurance fund.
#[account]
#[derive(Debug, InitSpace)]
pub struct Stake {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Epoch of the fund the shares belong to.
    pub epoch: u32,
    /// Market of the fund.
    pub market: Pubkey,
    /// Owner.
    pub owner: Pubkey,
    /// Shares.
    pub shares: u64,
    /// Room for later fields.
    pub reserved: [u8; 32],
}
