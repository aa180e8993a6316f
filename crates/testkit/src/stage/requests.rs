use backstop_client::requests::{self, Asked};
use backstop_client::SeriesKeys;
use backstop_interface::pda;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::pyth::PythPrice;
use crate::{address, key, pubkey};

impl Stage {
    /// An actor's request.
    pub fn request(&self, taker: &str, nonce: u64) -> Pubkey {
        pda::fill_request(&self.margin(taker), nonce)
    }

    /// An actor asks for a fill of a maker's pegged offer at a price nobody knows yet; the deposit comes from his
    /// wallet.
    pub fn request_fill(
        &mut self,
        taker: &str,
        (maker, offer): (&str, u64),
        series: &SeriesKeys,
        (nonce, contracts, limit_price): (u64, u64, u64),
    ) -> Outcome {
        let asked = Asked {
            margin_account: self.margin(taker),
            nonce,
            contracts,
            limit_price,
        };
        let from = (pubkey(taker), self.quote_wallet(taker));
        let offer = self.offer(maker, offer);
        let built = requests::request_fill(&self.keys, from, series, offer, &asked);
        self.world.send_as("request_fill", &[built], &[&key(taker)])
    }

    /// Writes an update into an account of its own, beside the market's price.
    pub fn publish_beside(&mut self, name: &str, price: &PythPrice) -> Pubkey {
        let account = address(name);
        self.world.write_price_update(&account, price);
        account
    }

    /// `execute_fill` of an actor's request, at the update in an account.
    pub fn executing(
        &self,
        executor: &str,
        (taker, nonce): (&str, u64),
        (maker, offer): (&str, u64),
        series: &SeriesKeys,
        update: Pubkey,
    ) -> Instruction {
        let (named, account) = (self.named(maker, offer), self.margin(taker));
        let built = requests::execute_fill(
            &self.keys,
            pubkey(executor),
            series,
            &named,
            (account, nonce),
            (self.price_account, update),
        );
        self.showing_trade(built, &[named.maker, account], &[*series])
    }

    /// A keeper executes an actor's request at the update in an account.
    pub fn execute_fill(
        &mut self,
        executor: &str,
        taker: (&str, u64),
        maker: (&str, u64),
        series: &SeriesKeys,
        update: Pubkey,
    ) -> Outcome {
        let built = self.executing(executor, taker, maker, series, update);
        self.world
            .send_as("execute_fill", &[built], &[&key(executor)])
    }

    /// Anyone voids an actor's request; the deposit goes to his wallet.
    pub fn void_fill(&mut self, taker: &str, nonce: u64) -> Outcome {
        let owner = key(taker).pubkey();
        let (account, wallet) = (self.margin(taker), self.quote_wallet(taker));
        let built = requests::void_fill(&self.keys, (account, nonce), owner, wallet);
        self.world.send_as("void_fill", &[built], &[])
    }
}
