//! Collaterals with feeds of their own, as they are listed before the seal.

use backstop_client::feed;
use backstop_client::genesis::{add_collateral_with_feed, AddCollateralArgs, OwnFeed};
use backstop_client::migration::Step;
use backstop_client::remaining::CollateralKeys;
use backstop_interface::accounts::CollateralKind;
use backstop_interface::params::CollateralNumbers;
use solana_pubkey::Pubkey;

use super::{OtherCollateral, Stage};
use crate::address;
use crate::pyth::PythPrice;

/// A collateral to be listed beside quote and underlying.
#[derive(Clone, Debug)]
pub struct NewCollateral {
    /// Name of the mint, for [`key`].
    pub name: &'static str,
    /// Feed.
    pub feed_id: [u8; 32],
    /// First price, quote per token scaled 1e9.
    pub price: u64,
    /// Decimals of the mint.
    pub decimals: u8,
    /// Whether the mint belongs to Token-2022.
    pub token_2022: bool,
    /// Kind, weights and limits.
    pub args: AddCollateralArgs,
}

impl NewCollateral {
    /// A stable coin of six decimals at par that weighs 90 % and 95 %.
    pub fn stable() -> Self {
        Self {
            name: "stable",
            feed_id: [11; 32],
            price: 1_000_000_000,
            decimals: 6,
            token_2022: false,
            args: AddCollateralArgs {
                kind: CollateralKind::Stable,
                weight_im_ppb: 900_000_000,
                weight_mm_ppb: 950_000_000,
                size_atoms: 1_000_000_000_000,
                wrong_way_ppb: 0,
                least_deposit_atoms: 1_000_000,
                cap_atoms: 50_000_000_000_000,
                numbers: CollateralNumbers::of(CollateralKind::Stable),
            },
        }
    }

    /// A liquid-staking token at 220 quote whose pool pays 1.1 of the underlying.
    pub fn staked() -> Self {
        Self {
            name: "staked",
            feed_id: [12; 32],
            price: 220_000_000_000,
            decimals: 9,
            token_2022: false,
            args: AddCollateralArgs {
                kind: CollateralKind::LiquidStaking,
                weight_im_ppb: 700_000_000,
                weight_mm_ppb: 850_000_000,
                size_atoms: 1_000_000_000_000,
                wrong_way_ppb: 0,
                least_deposit_atoms: 10_000_000,
                cap_atoms: 1_000_000_000_000_000,
                numbers: CollateralNumbers::of(CollateralKind::LiquidStaking),
            },
        }
    }
}

/// Lamports and tokens of a stage's stake pools: 1.1 for one.
const POOL: (u64, u64) = (1_100_000_000_000_000, 1_000_000_000_000_000);

impl Stage {
    /// Makes the mint of a collateral, its price and its pool, and the steps of genesis that list it.
    pub fn prepare(&mut self, new: &NewCollateral, authority: Pubkey) -> [Step; 2] {
        let label = format!("{} of {}", new.name, self.keys.market);
        let mint = match new.token_2022 {
            true => self.world.mint_2022(&label, new.decimals),
            false => self.world.mint(&label, new.decimals),
        };
        let staked = new.args.kind == CollateralKind::LiquidStaking;
        let pool = staked.then(|| address(&format!("pool of {label}")));
        let price_account = address(&format!("price of {label}"));
        let keys = CollateralKeys::new(&self.keys.market, mint, &new.feed_id, price_account, pool);
        let now = self.world.now();
        let price = PythPrice::new(new.feed_id, new.price, now - 1).after(now - 2);
        self.world.write_price_update(&price_account, &price);
        self.others.push(OtherCollateral {
            name: new.name,
            keys,
            price,
        });
        if staked {
            self.set_pool(new.name, POOL.0, POOL.1);
        }
        let own = OwnFeed {
            feed_id: new.feed_id,
            stake_pool: pool,
        };
        let list = add_collateral_with_feed(authority, &self.keys, mint, new.args, &own);
        let list = self.of_mint(&mint, list);
        [
            (
                format!("open_feed_clock:{}", new.name),
                feed::open_clock_of(&new.feed_id, authority),
            ),
            (format!("add_collateral:{}", new.name), list),
        ]
    }
}
