//! Collaterals with feeds of their own on a stage: listed before the seal, funded, priced.

use backstop_client::genesis::{add_collateral_with_feed, AddCollateralArgs, OwnFeed};
use backstop_client::migration::Step;
use backstop_client::quotes::PricedCollateral;
use backstop_client::remaining::{with_proof_of_life, CollateralKeys};
use backstop_client::{account::Flow, feed, fetch, liquidation, under_token_2022};
use backstop_interface::accounts::{Collateral, CollateralKind, FeedClock};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::shown::OLDEST_SECONDS;
use backstop_interface::stake_pool::StakePool;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::pyth::PythPrice;
use crate::{address, key, World};

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
            },
        }
    }
}

/// A collateral with a feed of its own.
#[derive(Clone, Debug)]
pub struct OtherCollateral {
    /// Name of its mint.
    pub name: &'static str,
    /// Addresses.
    pub keys: CollateralKeys,
    /// The price in its account.
    pub price: PythPrice,
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

    /// A collateral with a feed of its own, by the name of its mint.
    ///
    /// # Panics
    /// If the stage has none of that name.
    pub fn other(&self, collateral: &str) -> &OtherCollateral {
        let mut same = self.others.iter().filter(|one| one.name == collateral);
        same.next().expect("the stage lists such a collateral")
    }

    /// Mints tokens of it into an actor's wallet.
    pub fn fund_other(&mut self, name: &str, collateral: &str, atoms: u64) -> Pubkey {
        let (owner, mint) = (key(name).pubkey(), self.other(collateral).keys.mint);
        self.world.fund(&owner, &mint, atoms)
    }

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

    /// A deposit with the proof that its collateral can be judged, where that has a feed of its own: a keeper ticks a
    /// clock that is about to be too old for one.
    pub(super) fn living(&mut self, mint: &Pubkey, deposit: Instruction) -> Instruction {
        let Some(other) = self.others.iter().find(|one| one.keys.mint == *mint) else {
            return deposit;
        };
        let (keys, feed_id, newest) = (other.keys, other.price.feed_id, other.price.publish_at);
        let clock: Option<FeedClock> = self.read(&keys.clock);
        let shown_at = clock.map_or(0, |clock| clock.publish_at);
        if newest > shown_at && self.world.now() - shown_at > OLDEST_SECONDS {
            let tick = feed::tick_of(&self.keys, &feed_id, keys.price);
            // If nobody can, the deposit says why.
            drop(self.world.send_as("tick", &[tick], &[]));
        }
        with_proof_of_life(deposit, &keys)
    }

    /// Shows its price to the clock of its feed.
    pub fn tick_other(&mut self, collateral: &str) -> Outcome {
        let other = self.other(collateral);
        let instruction = feed::tick_of(&self.keys, &other.price.feed_id, other.keys.price);
        self.world.send_as("tick", &[instruction], &[])
    }

    /// Holds its price against what its pool pays.
    pub fn observe(&mut self, collateral: &str) -> Outcome {
        let keys = self.other(collateral).keys;
        let instruction = feed::observe_collateral(&self.keys, &keys, self.price_account);
        self.world
            .send_as("observe_collateral", &[instruction], &[])
    }

    /// Writes what the pool of a liquid-staking token holds, brought up to date in the present epoch.
    pub fn set_pool(&mut self, collateral: &str, total_lamports: u64, pool_token_supply: u64) {
        let keys = self.other(collateral).keys;
        let pool = StakePool {
            pool_mint: keys.mint,
            total_lamports,
            pool_token_supply,
            last_update_epoch: self.world.epoch(),
        };
        let address = keys.stake_pool.expect("a liquid-staking token has a pool");
        self.world.write_stake_pool(&address, &pool);
    }

    /// An actor deposits it.
    pub fn deposit_other(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Outcome {
        let flow = self.flow(name, collateral, amount_atoms);
        self.deposit(name, flow)
    }

    /// An actor withdraws it.
    pub fn withdraw_other(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Outcome {
        let flow = self.flow(name, collateral, amount_atoms);
        self.withdraw(name, flow)
    }

    fn flow(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Flow {
        let (owner, mint) = (key(name).pubkey(), self.other(collateral).keys.mint);
        let wallet = self.world.token_account(&owner, &mint);
        Flow {
            mint,
            wallet,
            amount_atoms,
        }
    }

    /// An actor buys up to `sell_atoms` of it from a debtor or an estate at any price.
    pub fn convert_other(
        &mut self,
        buyer: &str,
        target: &str,
        collateral: &str,
        sell_atoms: u64,
    ) -> Outcome {
        let signer = key(buyer);
        let flow = self.flow(buyer, collateral, sell_atoms);
        let conversion = liquidation::Conversion {
            margin_account: self.margin(target),
            mint: flow.mint,
            token_program: self.world.token_program(&flow.mint),
            payment: self.quote_wallet(buyer),
            destination: flow.wallet,
            sell_atoms,
            highest_price: u64::MAX,
        };
        let instruction =
            liquidation::convert(&self.keys, signer.pubkey(), &conversion, self.price_account);
        let instruction = self.with_other(instruction, &[], Some(flow.mint));
        self.world.send_as("convert", &[instruction], &[&signer])
    }

    /// The instruction with the token program of a mint; it moves no other.
    pub(super) fn of_mint(&self, mint: &Pubkey, instruction: Instruction) -> Instruction {
        match self.world.token_program(mint) == anchor_spl::token_2022::ID {
            true => under_token_2022(instruction),
            false => instruction,
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

    /// A collateral's configuration.
    pub fn config_of(&self, collateral: &str) -> Collateral {
        let address = self.other(collateral).keys.collateral;
        let account = self.world.account(&address).expect("it was listed");
        fetch::read(&account.data).expect("the account is a collateral")
    }
}

impl World {
    /// Writes the fields a stake pool account is read for; all others are zero.
    pub fn write_stake_pool(&mut self, address: &Pubkey, pool: &StakePool) {
        self.write_foreign(address, STAKE_POOL_PROGRAM, stake_pool_bytes(pool));
    }
}

/// Owner of stake pools on Solana's mainnet.
pub const STAKE_POOL_PROGRAM: Pubkey =
    Pubkey::from_str_const("SPoo1Ku8WFXoNDMHPsrGSTSq1Y47rzgn41SLUnakuHy");

/// A stake pool account with these fields.
pub fn stake_pool_bytes(pool: &StakePool) -> Vec<u8> {
    use backstop_interface::stake_pool::{
        POOL_MINT_OFFSET, STAKE_POOL_BYTES, STAKE_POOL_TYPE, TOTAL_LAMPORTS_OFFSET,
    };
    let mut data = vec![0; STAKE_POOL_BYTES];
    data[0] = STAKE_POOL_TYPE;
    data[POOL_MINT_OFFSET..POOL_MINT_OFFSET + 32].copy_from_slice(pool.pool_mint.as_ref());
    let numbers = [
        pool.total_lamports,
        pool.pool_token_supply,
        pool.last_update_epoch,
    ];
    for (index, number) in numbers.into_iter().enumerate() {
        let at = TOTAL_LAMPORTS_OFFSET + 8 * index;
        data[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    data
}
