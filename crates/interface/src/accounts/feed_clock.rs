use anchor_lang::prelude::*;
use backstop_quantities::{UnixSeconds, Vol};
use backstop_risk::surface::MIN_VOL_PPM;
use backstop_risk::volatility::{grid_step, RealisedVol};

use crate::error::BackstopError;
use crate::pyth::PriceUpdate;

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
    /// Step of the last sample of realised volatility on the five-minute grid, unix time / 300; 0 before
    /// the first.
    pub sample_step: i64,
    /// Natural logarithm of that sample's price in its scale, times 2^56.
    pub sample_log_q56: i64,
    /// Realised variance a year over about a day, millionths of volatility squared.
    pub slow_variance_ppm2: u64,
    /// The same over about an hour.
    pub fast_variance_ppm2: u64,
    /// Room for later fields.
    pub reserved: [u8; 32],
}

impl FeedClock {
    /// What the price did on the grid; `None` before the first sample.
    pub fn realised(&self) -> Option<RealisedVol> {
        (self.sample_step > 0).then_some(RealisedVol {
            log_price_q56: self.sample_log_q56,
            step: self.sample_step,
            slow_ppm2: self.slow_variance_ppm2,
            fast_ppm2: self.fast_variance_ppm2,
        })
    }

    /// True if an update decides a later step of the grid than the last sample's, or the first.
    pub fn lacks_sample(&self, update: &PriceUpdate) -> bool {
        decided_step(update).is_some_and(|step| step > self.sample_step)
    }

    /// Takes the sample an update decides, if it decides one. The first starts from the least volatility
    /// there is: what nobody has seen raises nothing.
    pub fn sample(&mut self, update: &PriceUpdate) -> Result<()> {
        let Some(step) = decided_step(update) else {
            return Ok(());
        };
        let next = match self.realised() {
            Some(before) => before.sample(update.price(), step),
            None => RealisedVol::new(update.price(), step, Vol::new(MIN_VOL_PPM)),
        };
        let next = next.map_err(|_| BackstopError::PriceNotPositive)?;
        self.sample_step = next.step;
        self.sample_log_q56 = next.log_price_q56;
        self.slow_variance_ppm2 = next.slow_ppm2;
        self.fast_variance_ppm2 = next.fast_ppm2;
        Ok(())
    }
}

fn decided_step(update: &PriceUpdate) -> Option<i64> {
    let previous = UnixSeconds::new(update.previous_publish_at);
    grid_step(previous, UnixSeconds::new(update.publish_at))
}
