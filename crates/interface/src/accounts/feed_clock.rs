use anchor_lang::prelude::*;

/// What the chain has seen of one Pyth feed. Written only by `tick`.
#[account]
#[derive(Debug, InitSpace)]
pub struct FeedClock {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Pyth feed.
    pub feed_id: [u8; 32],
    /// Publish time of the newest update shown, unix seconds; 0 before the first.
    pub publish_at: i64,
    /// Price of that update, quote per unit scaled 1e9.
    pub price: u64,
    /// Seconds of feed life seen, at most 30 for each tick: the clock of auctions.
    pub healthy_seconds: u64,
    /// When the last proven gap of the feed ended (publish − previous publish > 60 s); 0 if never.
    pub gap_ended_at: i64,
    /// Room for later fields.
    pub reserved: [u8; 32],
}
