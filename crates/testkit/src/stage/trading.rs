//! Plain offers: placed, taken back, filled.

use backstop_client::trading;
use backstop_client::trading::{Buyer, Fill, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use backstop_interface::pda;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

/// What a writer offers.
#[derive(Clone, Copy, Debug)]
pub struct OfferTerms {
    /// Number of the offer.
    pub nonce: u64,
    /// Premium, quote per contract scaled 1e9.
    pub premium_price: u64,
    /// Size, in millionths of a contract.
    pub contracts: u64,
}

impl From<OfferTerms> for PlaceOfferArgs {
    /// A plain ask.
    fn from(terms: OfferTerms) -> Self {
        Self {
            nonce: terms.nonce,
            premium_price: terms.premium_price,
            contracts: terms.contracts,
            ..Self::default()
        }
    }
}

impl Stage {
    /// A writer places an offer that never goes void by time; the least fill is one lot.
    pub fn place_offer(&mut self, writer: &str, series: &SeriesKeys, terms: OfferTerms) -> Outcome {
        self.place(writer, series, terms.into())
    }

    /// [`Stage::place_offer`] that sells only what the writer holds long.
    pub fn place_reducing(
        &mut self,
        writer: &str,
        series: &SeriesKeys,
        terms: OfferTerms,
    ) -> Outcome {
        let args = PlaceOfferArgs {
            reduce_only: true,
            ..terms.into()
        };
        self.place(writer, series, args)
    }

    /// A writer takes an offer back.
    pub fn cancel_offer(&mut self, writer: &str, nonce: u64) -> Outcome {
        let signer = key(writer);
        let instruction = trading::cancel_offer(signer.pubkey(), self.offer(writer, nonce));
        self.world
            .send_as("cancel_offer", &[instruction], &[&signer])
    }

    /// A writer voids all his offers.
    pub fn cancel_all(&mut self, writer: &str) -> Outcome {
        let signer = key(writer);
        let instruction = trading::cancel_all(signer.pubkey(), self.margin(writer));
        self.world.send_as("cancel_all", &[instruction], &[&signer])
    }

    /// Anyone closes an offer that a writer placed himself.
    pub fn close_offer(&mut self, writer: &str, nonce: u64, series: &SeriesKeys) -> Outcome {
        let (offer, maker) = (self.offer(writer, nonce), key(writer).pubkey());
        let instruction = trading::close_offer(offer, maker, self.margin(writer), series);
        self.world.send_as("close_offer", &[instruction], &[])
    }

    /// Address of a writer's offer.
    pub fn offer(&self, writer: &str, nonce: u64) -> Pubkey {
        pda::offer(&self.margin(writer), nonce)
    }

    /// A buyer fills an offer at any premium and gets tokens in his wallet (made if missing).
    pub fn buy_tokens(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
    ) -> Outcome {
        let owner = key(buyer).pubkey();
        let destination = self.world.token_account(&owner, &series.option_mint);
        let to = Buyer::Wallet {
            payment: self.quote_wallet(buyer),
            destination,
        };
        self.fill(buyer, writer, nonce, series, contracts, to)
    }

    /// A buyer fills an offer at any premium from his margin account and gets a ledger long.
    pub fn buy_ledger(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
    ) -> Outcome {
        self.fill(
            buyer,
            writer,
            nonce,
            series,
            contracts,
            Buyer::Margin(self.margin(buyer)),
        )
    }

    fn fill(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
        to: Buyer,
    ) -> Outcome {
        let signer = key(buyer);
        let fill = Fill {
            offer: self.offer(writer, nonce),
            writer: self.margin(writer),
            contracts,
            highest_premium_price: u64::MAX,
        };
        let instruction = trading::fill_offer(
            &self.keys,
            signer.pubkey(),
            series,
            &fill,
            to,
            self.price_account,
        );
        let instruction = match to {
            Buyer::Margin(account) => {
                self.showing_trade(instruction, &[fill.writer, account], &[*series])
            }
            Buyer::Wallet { .. } => self.showing_trade(instruction, &[fill.writer], &[*series]),
        };
        self.world.send_as("fill_offer", &[instruction], &[&signer])
    }
}
