use backstop_client::settlement::{self, LotBid};
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::pda;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::{key, pubkey};

impl Stage {
    /// Submits the published price for a point of the settlement average.
    pub fn submit_point(&mut self, expiry: &ExpiryKeys, index: u8) -> Outcome {
        let instruction = settlement::submit_point(&self.keys, expiry, index, self.price_account);
        self.world.send_as("submit_point", &[instruction], &[])
    }

    /// Walks the clock through the points of the average, publishing `price` at each and submitting it
    /// as the update that decides the point. The clock must lie before the first point.
    pub fn sample(&mut self, expiry: &ExpiryKeys, price: u64) -> Outcome {
        let count = self.expiry_of(expiry).point_count;
        let mut last = None;
        for index in 0..count {
            let at = expiry.expires_at - 60 * i64::from(count - 1 - index);
            self.world.warp_to(at.max(self.world.now() + 1));
            self.set_price(price);
            last = Some(self.submit_point(expiry, index)?);
        }
        Ok(last.expect("an average has at least one point"))
    }

    /// Fixes the settlement price.
    pub fn fix_price(&mut self, expiry: &ExpiryKeys) -> Outcome {
        self.world
            .send_as("fix_price", &[settlement::fix_price(expiry)], &[])
    }

    /// Folds a series into what its expiry owes.
    pub fn fold_series(&mut self, series: &SeriesKeys) -> Outcome {
        self.world
            .send_as("fold_series", &[settlement::fold_series(series)], &[])
    }

    /// Settles an actor's account in an expiry; claim tokens go to his wallet (made if missing).
    pub fn settle(&mut self, target: &str, expiry: &ExpiryKeys) -> Outcome {
        let claim_account = self
            .world
            .token_account(&pubkey(target), &expiry.claim_mint);
        let margin = self.margin(target);
        let instruction =
            settlement::settle_account(&self.keys, expiry, margin, Some(claim_account));
        self.world.send_as("settle_account", &[instruction], &[])
    }

    /// Ends Collecting.
    pub fn close_collecting(&mut self, expiry: &ExpiryKeys) -> Outcome {
        let instruction = settlement::close_collecting(&self.keys, expiry);
        self.world.send_as("close_collecting", &[instruction], &[])
    }

    /// A bidder takes the next lot of the backstop auction; tokens go to his wallet (made if missing).
    pub fn bid_recapitalisation(
        &mut self,
        bidder: &str,
        expiry: &ExpiryKeys,
        least_tokens_atoms: u64,
    ) -> Outcome {
        let signer = key(bidder);
        let destination = self
            .world
            .token_account(&signer.pubkey(), &pda::recapitalisation_mint());
        let bid = LotBid {
            payment: self.quote_wallet(bidder),
            destination,
            least_tokens_atoms,
        };
        let instruction =
            settlement::bid_recapitalisation(&self.keys, expiry, signer.pubkey(), &bid);
        self.world
            .send_as("bid_recapitalisation", &[instruction], &[&signer])
    }

    /// Fixes the haircut.
    pub fn finalise(&mut self, expiry: &ExpiryKeys) -> Outcome {
        let instruction = settlement::finalise(&self.keys, expiry);
        self.world.send_as("finalise", &[instruction], &[])
    }

    /// A holder redeems option tokens; claim tokens go to his wallet (made if missing).
    pub fn redeem(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Outcome {
        let (signer, holder) = (key(name), self.holder(name, series));
        let instruction = settlement::redeem(series, &holder, contracts);
        self.world.send_as("redeem", &[instruction], &[&signer])
    }
}
