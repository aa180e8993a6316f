use backstop_client::{series, ExpiryKeys, SeriesKeys};
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

impl Stage {
    /// Creates an expiry.
    pub fn create_expiry(&mut self, payer: &str, expiry: &ExpiryKeys) -> Outcome {
        let signer = key(payer);
        let instruction = series::create_expiry(&self.keys, signer.pubkey(), expiry);
        let landed = self
            .world
            .send_as("create_expiry", &[instruction], &[&signer])?;
        self.expiries.push(*expiry);
        self.expiries.sort_by_key(|expiry| expiry.expires_at);
        Ok(landed)
    }

    /// Creates a series.
    pub fn create_series(&mut self, payer: &str, series: &SeriesKeys) -> Outcome {
        let signer = key(payer);
        let instruction =
            series::create_series(&self.keys, signer.pubkey(), series, self.price_account);
        self.world
            .send_as("create_series", &[instruction], &[&signer])
    }

    /// Closes a series; its creator gets the lamports.
    pub fn close_series(&mut self, closer: &str, series: &SeriesKeys) -> Outcome {
        let signer = key(closer);
        let creator = self.creator_of_series(series);
        let instruction = series::close_series(signer.pubkey(), series, creator);
        self.world
            .send_as("close_series", &[instruction], &[&signer])
    }

    /// Anyone closes an expiry; its creator gets the lamports.
    pub fn close_expiry(&mut self, expiry: &ExpiryKeys) -> Outcome {
        let creator = self.creator_of_expiry(expiry);
        let instruction = series::close_expiry(&self.keys, expiry, creator);
        let landed = self.world.send_as("close_expiry", &[instruction], &[])?;
        self.expiries.retain(|known| known.expiry != expiry.expiry);
        Ok(landed)
    }

    /// Who created a series that exists.
    pub fn creator_of_series(&self, series: &SeriesKeys) -> Pubkey {
        self.series_of(series).creator
    }

    /// Who created an expiry that exists.
    pub fn creator_of_expiry(&self, expiry: &ExpiryKeys) -> Pubkey {
        self.expiry_of(expiry).creator
    }
}
