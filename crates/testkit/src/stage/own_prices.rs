//! Prices of collaterals with feeds of their own: published, and read as a decision needs them.

use backstop_client::quotes::PricedCollateral;
use backstop_interface::accounts::Collateral;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::stake_pool::StakePool;
use solana_pubkey::Pubkey;

use super::Stage;
use crate::pyth::PythPrice;

impl Stage {
    /// Publishes its price (quote per token scaled 1e9) now.
    pub fn set_other_price(&mut self, collateral: &str, price: u64) {
        let (now, before) = (self.world.now(), self.other(collateral).price.clone());
        let after = before.publish_at.min(now - 1);
        self.publish_other(
            collateral,
            PythPrice::new(before.feed_id, price, now).after(after),
        );
    }

    /// Writes any price into its account.
    pub fn publish_other(&mut self, collateral: &str, price: PythPrice) {
        let account = self.other(collateral).keys.price;
        self.world.write_price_update(&account, &price);
        for one in self.others.iter_mut().filter(|one| one.name == collateral) {
            one.price = price.clone();
        }
    }

    /// Publishes every such collateral's price again now, as it was.
    pub(super) fn refresh_others(&mut self) {
        let now = self.world.now();
        for index in 0..self.others.len() {
            let one = &mut self.others[index];
            let before = one.price.publish_at.min(now - 1);
            one.price.prev_publish_at = before;
            one.price.publish_at = now;
            let (account, price) = (one.keys.price, one.price.clone());
            self.world.write_price_update(&account, &price);
        }
    }

    /// The collaterals with feeds of their own as a decision needs them.
    pub(super) fn priced_collaterals(&self) -> Vec<PricedCollateral> {
        let mut priced: Vec<_> = self
            .others
            .iter()
            .filter_map(|one| {
                let config: Collateral = self.read(&one.keys.collateral)?;
                let pool = one
                    .keys
                    .stake_pool
                    .and_then(|pool| self.world.account(&pool));
                Some(PricedCollateral {
                    price: self.price_in(&one.keys.price, &config.feed_id),
                    clock: self.read(&one.keys.clock)?,
                    pool: pool.and_then(|pool| StakePool::read(&pool.data).ok()),
                    config,
                })
            })
            .collect();
        priced.sort_by_key(|one| one.config.mint);
        priced
    }

    /// The published price of a feed in the protocol's scale.
    pub(super) fn price_in(&self, account: &Pubkey, feed_id: &[u8; 32]) -> PriceUpdate {
        let found = self.world.account(account);
        let data = found.map(|account| account.data).unwrap_or_default();
        backstop_interface::pyth::read_update(&data, feed_id)
            .expect("the stage published a readable price")
    }
}
