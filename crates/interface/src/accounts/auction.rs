use anchor_lang::prelude::*;
use backstop_quantities::convert::u64_or_zero;
use backstop_quantities::{mul_div_ceil, Ppb, ONE_PPB};
use backstop_risk::liquidation::{account_fund_limit, AuctionParams, AuctionState};
use backstop_risk::margin::Assessment;

use super::{FeedClock, InsuranceFund, MarginAccount};

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
    /// Part of the quantities at the trigger that is left, 1e9 = all.
    pub left_ppb: u64,
    /// Publish time of the price of the last slice, unix seconds.
    pub taken_at: i64,
    /// Part of the quantities at the trigger sold at that publish time, 1e9 = all.
    pub taken_ppb: u64,
    /// Room for later fields.
    pub reserved: [u8; 40],
}

impl Auction {
    /// The account on auction in the terms of `risk`. What it owes or gains in expiries that are over at `now`
    /// stays with it.
    pub fn state(
        &self,
        account: &MarginAccount,
        clock: &FeedClock,
        assessment: &Assessment,
        now: i64,
    ) -> AuctionState {
        let mut state = AuctionState {
            value: assessment.value,
            health_mm: assessment.health_mm(),
            paid_in_atoms: self.paid_in_atoms.min(account.quote_atoms),
            debt_atoms: account.debt_atoms(),
            healthy_seconds: self.elapsed(clock),
            ..AuctionState::default()
        };
        let counted = assessment.counted_by_expiry.iter();
        let parts = counted.zip(assessment.required_by_expiry);
        let slots = account.expiries.iter().zip(assessment.value_by_expiry);
        for ((slot, value), (counted, required)) in slots.zip(parts) {
            if slot.expires_at > now {
                continue;
            }
            let owed = u64_or_zero(value.saturating_neg());
            let health = counted.max(&0).saturating_sub(required);
            state.debt_atoms = state.debt_atoms.saturating_add(owed);
            state.kept_atoms = state.kept_atoms.saturating_add(u64_or_zero(value));
            state.kept_health_atoms = state.kept_health_atoms.saturating_add(health);
        }
        state
    }

    /// Healthy seconds since the trigger.
    pub fn elapsed(&self, clock: &FeedClock) -> i64 {
        let healthy = clock
            .healthy_seconds
            .saturating_sub(self.healthy_seconds_at_start);
        i64::try_from(healthy).unwrap_or(i64::MAX)
    }

    /// Most the fund pays for this account, fixed at the first slice it pays for; in quote atoms.
    pub fn fund_limit(&self, params: &AuctionParams, assessment: &Assessment) -> u64 {
        if self.subsidised {
            self.fund_limit_atoms
        } else {
            account_fund_limit(params, self.stress_at_trigger_atoms, assessment.value)
        }
    }

    /// What the fund may still pay for this account, in quote atoms.
    pub fn fund_room(
        &self,
        fund: &InsuranceFund,
        params: &AuctionParams,
        assessment: &Assessment,
        now: i64,
    ) -> u64 {
        self.fund_limit(params, assessment)
            .saturating_sub(self.fund_paid_atoms)
            .min(fund.room(params, now))
    }

    /// Part of the quantities at the trigger already sold at a publish time, 1e9 = all.
    pub fn taken_now(&self, price_at: i64) -> u64 {
        if self.taken_at == price_at {
            self.taken_ppb
        } else {
            0
        }
    }

    /// Counts a slice of `fraction` of what is left, rounded up: never more is left than there is.
    pub fn take(&mut self, fraction: Ppb, price_at: i64) {
        let part = mul_div_ceil(fraction.get(), self.left_ppb, ONE_PPB).unwrap_or(self.left_ppb);
        self.taken_ppb = self.taken_now(price_at).saturating_add(part);
        self.taken_at = price_at;
        self.left_ppb = self.left_ppb.saturating_sub(part);
    }
}
