//! Everything the program has recorded and everything the token programs hold, decoded at one moment.

use std::collections::BTreeMap;

use anchor_lang::{AccountDeserialize, Discriminator};
use backstop_client::fetch;
use backstop_interface::accounts::{
    Auction, Collateral, ExerciseRequest, Exercises, Expiry, FeedClock, FillRequest, InsuranceFund,
    MarginAccount, Market, Offer, Protocol, Series, Shard, Stake, VolSurface,
};
use backstop_interface::pyth::{read_update, PriceUpdate};
use backstop_interface::stake_pool::StakePool;
use pyth_solana_receiver_sdk::price_update::PriceUpdateV2;
use solana_account::{AccountSharedData, ReadableAccount};
use solana_pubkey::Pubkey;

use crate::pyth::RECEIVER_PROGRAM;
use crate::stage::STAKE_POOL_PROGRAM;
use crate::tokens::{mint_state, token_account};
use crate::{Holding, World};

/// Lamports of an account of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rent {
    /// What it holds.
    pub lamports: u64,
    /// What makes it exempt from rent.
    pub least_lamports: u64,
}

/// The whole state of the program and of the token programs. The fields are public so that a test can
/// corrupt a copy and show that the checker notices; nothing is ever written back to a world.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The protocol account, once genesis made it.
    pub protocol: Option<Protocol>,
    /// Markets by address.
    pub markets: BTreeMap<Pubkey, Market>,
    /// Collateral configurations by address.
    pub collaterals: BTreeMap<Pubkey, Collateral>,
    /// Shards by address.
    pub shards: BTreeMap<Pubkey, Shard>,
    /// Margin accounts by address.
    pub accounts: BTreeMap<Pubkey, MarginAccount>,
    /// Auctions by address.
    pub auctions: BTreeMap<Pubkey, Auction>,
    /// Expiries by address.
    pub expiries: BTreeMap<Pubkey, Expiry>,
    /// Offers by address.
    pub offers: BTreeMap<Pubkey, Offer>,
    /// Requests by address.
    pub requests: BTreeMap<Pubkey, FillRequest>,
    /// Requests of exercise and the rights they became, by address.
    pub rights: BTreeMap<Pubkey, ExerciseRequest>,
    /// Exercises of American series, by address.
    pub exercises: BTreeMap<Pubkey, Exercises>,
    /// Series by address.
    pub series: BTreeMap<Pubkey, Series>,
    /// Insurance funds by address.
    pub funds: BTreeMap<Pubkey, InsuranceFund>,
    /// Stakes by address.
    pub stakes: BTreeMap<Pubkey, Stake>,
    /// Every token account of the world.
    pub holdings: BTreeMap<Pubkey, Holding>,
    /// Owner of every token account.
    pub owners: BTreeMap<Pubkey, Pubkey>,
    /// Volatility surfaces by address.
    pub surfaces: BTreeMap<Pubkey, VolSurface>,
    /// Feed clocks by address.
    pub clocks: BTreeMap<Pubkey, FeedClock>,
    /// The newest price published of every feed.
    pub prices: BTreeMap<[u8; 32], PriceUpdate>,
    /// Stake pools by address.
    pub pools: BTreeMap<Pubkey, StakePool>,
    /// Every mint's supply.
    pub supplies: BTreeMap<Pubkey, u64>,
    /// Rent of every account of the program.
    pub rents: BTreeMap<Pubkey, Rent>,
    /// Lamports of every wallet.
    pub wallets: BTreeMap<Pubkey, u64>,
    /// Accounts of the program with bytes that are no layout of it.
    pub unknown: Vec<Pubkey>,
}

impl Books {
    /// Reads a world.
    pub fn read(world: &World) -> Self {
        let mut books = Self::default();
        for (address, account) in world.all_accounts() {
            let (owner, data) = (account.owner(), account.data());
            if *owner == Pubkey::default() {
                books.wallets.insert(*address, account.lamports());
            } else if *owner == RECEIVER_PROGRAM {
                books.record_price(data);
            } else if *owner == STAKE_POOL_PROGRAM {
                books
                    .pools
                    .extend(StakePool::read(data).ok().map(|pool| (*address, pool)));
            } else if *owner == world.program_id {
                books.record(world, *address, account);
            } else if let Some(token) = token_account(owner, data) {
                books.owners.insert(*address, token.owner);
                books.holdings.insert(
                    *address,
                    Holding {
                        mint: token.mint,
                        atoms: token.amount,
                    },
                );
            } else if let Some(mint) = mint_state(owner, data) {
                books.supplies.insert(*address, mint.supply);
            }
        }
        books
    }

    /// Atoms in a token account, 0 if it does not exist.
    pub fn held(&self, token_account: &Pubkey) -> u64 {
        self.holdings
            .get(token_account)
            .map_or(0, |holding| holding.atoms)
    }

    /// Atoms of a mint that exist, 0 if there is no such mint.
    pub fn supply(&self, mint: &Pubkey) -> u64 {
        self.supplies.get(mint).copied().unwrap_or(0)
    }

    /// Margin accounts of a market.
    pub fn accounts_of(&self, market: Pubkey) -> impl Iterator<Item = (&Pubkey, &MarginAccount)> {
        self.accounts
            .iter()
            .filter(move |(_, account)| account.market == market)
    }

    fn record(&mut self, world: &World, address: Pubkey, account: &AccountSharedData) {
        let data = account.data();
        let rent = Rent {
            lamports: account.lamports(),
            least_lamports: world.rent(data.len()),
        };
        self.rents.insert(address, rent);
        let known = insert(fetch::margin_account(data), address, &mut self.accounts)
            || insert(fetch::expiry(data), address, &mut self.expiries)
            || keep(data, address, &mut self.markets)
            || keep(data, address, &mut self.collaterals)
            || keep(data, address, &mut self.shards)
            || keep(data, address, &mut self.auctions)
            || keep(data, address, &mut self.requests)
            || keep(data, address, &mut self.rights)
            || insert(fetch::exercises(data), address, &mut self.exercises)
            || keep(data, address, &mut self.series)
            || keep(data, address, &mut self.funds)
            || keep(data, address, &mut self.stakes)
            || self.record_protocol(data)
            || keep(data, address, &mut self.offers)
            || keep(data, address, &mut self.clocks)
            || insert(fetch::vol_surface(data), address, &mut self.surfaces);
        if !known {
            self.unknown.push(address);
        }
    }

    fn record_price(&mut self, data: &[u8]) {
        let Ok(update) = PriceUpdateV2::try_deserialize(&mut &data[..]) else {
            return;
        };
        let feed_id = update.price_message.feed_id;
        let Ok(update) = read_update(data, &feed_id) else {
            return;
        };
        let newest = self.prices.entry(feed_id).or_insert(update);
        if update.publish_at > newest.publish_at {
            *newest = update;
        }
    }

    fn record_protocol(&mut self, data: &[u8]) -> bool {
        let found = tagged::<Protocol>(data);
        let is_one = found.is_some();
        self.protocol = found.or(self.protocol.take());
        is_one
    }
}

fn tagged<T: AccountDeserialize + Discriminator>(data: &[u8]) -> Option<T> {
    data.starts_with(T::DISCRIMINATOR)
        .then(|| fetch::read(data))
        .flatten()
}

fn keep<T: AccountDeserialize + Discriminator>(
    data: &[u8],
    address: Pubkey,
    into: &mut BTreeMap<Pubkey, T>,
) -> bool {
    insert(tagged(data), address, into)
}

fn insert<T>(found: Option<T>, address: Pubkey, into: &mut BTreeMap<Pubkey, T>) -> bool {
    let is_one = found.is_some();
    into.extend(found.map(|account| (address, account)));
    is_one
}
