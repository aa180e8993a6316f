use super::{MarginAccount, Offer, Pricing, Side};
use crate::pyth::PriceUpdate;
use anchor_lang::prelude::*;

/// Seconds after a request at which its deciding moment lies.
pub const DECIDED_AFTER_SECONDS: i64 = 15;
/// Seconds after that moment in which the deciding update must be published.
pub const DECIDING_WINDOW_SECONDS: i64 = 30;
/// Seconds after a request from which the price of the moment counts instead of the deciding one: later whoever brings
/// about the execution would choose with hindsight.
pub const LATE_AFTER_SECONDS: i64 = 60;
/// Seconds after a request in which it may be executed.
pub const EXECUTABLE_SECONDS: i64 = 600;

/// A fill of a pegged offer at a price that did not exist when it was asked for.
#[account]
#[derive(Debug, InitSpace)]
pub struct FillRequest {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Margin account that trades.
    pub margin_account: Pubkey,
    /// Who asked and paid: gets rent and deposit back if nothing comes of it.
    pub owner: Pubkey,
    /// Offer it asks for.
    pub offer: Pubkey,
    /// Series of that offer.
    pub series: Pubkey,
    /// Number chosen by the taker; PDA seed.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Highest premium when buying, lowest when selling, quote per contract scaled 1e9.
    pub limit_price: u64,
    /// Premium at the limit, held in the quote vault, in quote atoms.
    pub deposit_atoms: u64,
    /// Unix second of the request.
    pub requested_at: i64,
    /// What the maker did when it was asked for.
    pub side: Side,
    /// The offer's distance from the surface then, ppm a year.
    pub vol_offset_ppm: i32,
    /// The worst premium the maker accepted then, quote per contract scaled 1e9.
    pub premium_price: u64,
    /// Epoch of the offer then.
    pub offer_epoch: u64,
    /// Epoch of the taker's margin account then: in another one nobody executes it.
    pub epoch: u64,
    /// Room for later fields.
    pub reserved: [u8; 32],
}

impl FillRequest {
    /// Whether its time has passed: nobody executes it any more, anyone may void it.
    pub fn is_over(&self, now: i64) -> bool {
        now > self.requested_at.saturating_add(EXECUTABLE_SECONDS)
    }

    /// Whether an offer stands since it was asked for and says what it said then: a maker may cancel it and place
    /// another of the same number, at the same address. One placed in the second of the request serves it: nobody knew
    /// more than when it was made.
    pub fn is_for(&self, offer: &Offer) -> bool {
        let vol_offset_ppm = self.vol_offset_ppm;
        offer.series == self.series
            && offer.side == self.side
            && offer.pricing == Pricing::Pegged { vol_offset_ppm }
            && offer.premium_price == self.premium_price
            && offer.epoch == self.offer_epoch
            && offer.placed_at <= self.requested_at
    }

    /// Whether its account, given as bytes, has gone on to another epoch, or is gone: a delegate was named or
    /// revoked, or its owner voided what stood.
    pub fn is_revoked(&self, account: &[u8]) -> bool {
        MarginAccount::epoch_in(account) != Some(self.epoch)
    }

    /// Whether it is executed so late that the price of the moment counts.
    pub fn is_late(&self, now: i64) -> bool {
        now >= self.requested_at.saturating_add(LATE_AFTER_SECONDS)
    }

    /// Whether an update is the one that decides: the first of the feed from the deciding moment on, at most
    /// 30 seconds after it. There is one such update at most.
    pub fn is_decided_by(&self, update: &PriceUpdate) -> bool {
        first_update(self.requested_at, update) == Some(true)
    }
}

/// Of an update, whether it is the first of its feed from the deciding moment of a request on: `Some(true)` if it is, and
/// was published soon enough after that moment, `Some(false)` if too late, `None` if another one is the first.
pub fn first_update(requested_at: i64, update: &PriceUpdate) -> Option<bool> {
    let moment = requested_at.saturating_add(DECIDED_AFTER_SECONDS);
    let latest = moment.saturating_add(DECIDING_WINDOW_SECONDS);
    let first = update.previous_publish_at < moment && update.publish_at >= moment;
    first.then_some(update.publish_at <= latest)
}
