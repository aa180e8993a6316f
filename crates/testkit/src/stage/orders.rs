use backstop_client::bearer::Carried;
use backstop_client::orders::{self, Named, Order, Quote};
use backstop_client::trading::{self, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::{key, pubkey};

impl Stage {
    /// An actor places an offer with all its terms.
    pub fn place(&mut self, maker: &str, series: &SeriesKeys, args: PlaceOfferArgs) -> Outcome {
        let (signer, account) = (key(maker), self.margin(maker));
        let instruction = trading::place_offer(&self.keys, signer.pubkey(), account, series, args);
        self.world
            .send_as("place_offer", &[instruction], &[&signer])
    }

    /// An offer as a sweep names it.
    pub fn named(&self, maker: &str, nonce: u64) -> Named {
        Named {
            offer: self.offer(maker, nonce),
            maker: self.margin(maker),
        }
    }

    /// `sweep` of an actor's account, with the expiries all its sides need.
    pub fn sweeping(&self, taker: &str, orders: &[Order], greatest_cost_atoms: i64) -> Instruction {
        let account = self.margin(taker);
        let named = self
            .account_of(taker)
            .is_none_or(|account| orders::names_shard(&account, orders));
        let built = orders::sweep(
            &self.keys,
            (pubkey(taker), account, named),
            orders,
            greatest_cost_atoms,
            self.price_account,
        );
        let makers = orders.iter().flat_map(|order| &order.offers);
        let mut judged: Vec<Pubkey> = makers.map(|named| named.maker).collect();
        judged.push(account);
        let traded: Vec<SeriesKeys> = orders.iter().map(|order| order.series).collect();
        self.showing_trade(built, &judged, &traded)
    }

    /// An actor fills several offers for his margin account at a cost of at most `greatest_cost_atoms`.
    pub fn sweep(&mut self, taker: &str, orders: &[Order], greatest_cost_atoms: i64) -> Outcome {
        let instruction = self.sweeping(taker, orders, greatest_cost_atoms);
        self.world.send_as("sweep", &[instruction], &[&key(taker)])
    }

    /// Two actors trade at a premium both sign for.
    pub fn fill_quote(
        &mut self,
        buyer: &str,
        seller: &str,
        series: &SeriesKeys,
        contracts: u64,
        premium_price: u64,
    ) -> Outcome {
        let quote = Quote {
            buyer: (self.margin(buyer), pubkey(buyer)),
            seller: (self.margin(seller), pubkey(seller)),
            contracts,
            premium_price,
        };
        let built = orders::fill_quote(&self.keys, series, &quote, self.price_account);
        let built = self.showing_trade(built, &[quote.buyer.0, quote.seller.0], &[*series]);
        self.world
            .send_as("fill_quote", &[built], &[&key(buyer), &key(seller)])
    }

    /// An actor writes contracts and takes the tokens into his wallet (made if missing).
    pub fn write_option(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Outcome {
        let signer = key(name);
        let carried = Carried {
            margin_account: self.margin(name),
            wallet: self
                .world
                .token_account(&signer.pubkey(), &series.option_mint),
            contracts,
        };
        let price = self.price_account;
        let built = orders::write_option(&self.keys, signer.pubkey(), series, &carried, price);
        let built = self.showing_trade(built, &[carried.margin_account], &[*series]);
        self.world.send_as("write_option", &[built], &[&signer])
    }
}
