//! A market on a stage: genesis run from the committed file, actors with funded wallets, a price that is
//! set, and one verb for each instruction of the program. Every verb returns what happened; nothing is
//! asserted here.

mod account;
mod bearer;
mod collaterals;
mod exercise;
mod feed;
mod genesis;
mod liquidation;
mod listing;
mod new_collateral;
mod orders;
mod own_prices;
mod reading;
mod requests;
mod settling;
mod stake_pool;
mod trading;

use backstop_client::{ExpiryKeys, MarketKeys};
use backstop_interface::calendar;
use backstop_interface::pyth::PriceUpdate;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use crate::pyth::PythPrice;
use crate::{key, Failed, Landed, World};

pub use collaterals::OtherCollateral;
pub use genesis::{Genesis, GENESIS_FILE};
pub use new_collateral::NewCollateral;
pub use stake_pool::{stake_pool_bytes, STAKE_POOL_PROGRAM};
pub use trading::OfferTerms;

/// What every verb returns.
pub type Outcome = Result<Landed, Failed>;

/// A sealed market with a price account and three publishers.
#[derive(Clone)]
pub struct Stage {
    /// The chain.
    pub world: World,
    /// Addresses of the market.
    pub keys: MarketKeys,
    /// Account the market's price updates are written to.
    pub price_account: Pubkey,
    /// The price in it.
    pub price: PythPrice,
    /// Names of the volatility publishers, for [`key`].
    pub publishers: [&'static str; 3],
    /// Expiries created so far, earliest first.
    pub expiries: Vec<ExpiryKeys>,
    /// Collaterals with feeds of their own.
    pub others: Vec<OtherCollateral>,
}

impl Stage {
    /// Key of an actor; the name decides it.
    pub fn key(&self, name: &str) -> Keypair {
        key(name)
    }

    /// Names the market's own addresses for the lookup table of everybody.
    pub fn share_addresses(&mut self) {
        let others = self.others.iter().flat_map(|one| {
            let shown = one.keys.metas().into_iter().map(|meta| meta.pubkey);
            let (_, vault) = self.keys.collateral(&one.keys.mint);
            shown.chain([one.keys.mint, vault])
        });
        let shared = self.keys.shared(others.chain([self.price_account]));
        self.world.share(shared);
    }

    /// Margin account number 0 of an actor.
    pub fn margin(&self, name: &str) -> Pubkey {
        self.keys.margin_account(&key(name).pubkey(), 0)
    }

    /// An actor's wallet for quote.
    pub fn quote_wallet(&self, name: &str) -> Pubkey {
        self.world.ata(&key(name).pubkey(), &self.keys.quote_mint)
    }

    /// An actor's wallet for the underlying.
    pub fn underlying_wallet(&self, name: &str) -> Pubkey {
        self.world
            .ata(&key(name).pubkey(), &self.keys.underlying_mint)
    }

    /// Creates an actor with SOL, `quote_atoms` and `underlying_atoms`.
    pub fn actor(&mut self, name: &str, quote_atoms: u64, underlying_atoms: u64) -> Pubkey {
        let owner = self.world.actor(name).pubkey();
        let (quote, underlying) = (self.keys.quote_mint, self.keys.underlying_mint);
        self.world.fund(&owner, &quote, quote_atoms);
        self.world.fund(&owner, &underlying, underlying_atoms);
        owner
    }

    /// Publishes a price (quote per unit scaled 1e9) now, following the one before, and those of the collaterals with
    /// feeds of their own again as they were.
    pub fn set_price(&mut self, price: u64) {
        let now = self.world.now();
        let before = self.price.publish_at;
        self.publish(PythPrice::new(self.keys.feed_id, price, now).after(before.min(now - 1)));
        self.refresh_others();
    }

    /// Writes any price into the market's account.
    pub fn publish(&mut self, price: PythPrice) {
        self.world.write_price_update(&self.price_account, &price);
        self.price = price;
    }

    /// Moves the clock and publishes a price at the new second.
    pub fn pass(&mut self, seconds: i64, price: u64) {
        self.world.advance(seconds);
        self.set_price(price);
    }

    /// The published price in the protocol's scale.
    pub fn price_update(&self) -> PriceUpdate {
        self.price_in(&self.price_account, &self.keys.feed_id)
    }

    /// The next 08:00 UTC that lies at least `days` days ahead and on the calendar of expiries.
    pub fn next_expiry(&self, days: i64) -> ExpiryKeys {
        let day = 86_400;
        let earliest = self.world.now() + days * day;
        let at = (earliest - 28_800).div_euclid(day) * day + 28_800;
        let mut at = if at < earliest { at + day } else { at };
        while days > 0 && !calendar::is_listed(at, self.world.now()) {
            at += day;
        }
        self.keys.expiry(at)
    }
}
