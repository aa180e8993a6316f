//! Several offers at once, trades two owners sign, and writing for oneself.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::backstop::types;
use crate::bearer::{issue, Carried};
use crate::build::{event_authority, instruction, recast};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::{MarginAccount, Side};

/// An offer as a sweep names it.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Offer.
    pub offer: Pubkey,
    /// Its maker's margin account.
    pub maker: Pubkey,
}

/// Contracts of one series to be had from several offers.
#[derive(Clone, Debug)]
pub struct Order {
    /// Series.
    pub series: SeriesKeys,
    /// Side of the offers: asks are bought, bids are sold to.
    pub side: Side,
    /// Most contracts, in millionths.
    pub contracts: u64,
    /// Least contracts with which the taker is content, in millionths.
    pub least_contracts: u64,
    /// Highest premium when buying, lowest when selling, quote per contract scaled 1e9.
    pub limit_price: u64,
    /// Offers in the order they are to be filled.
    pub offers: Vec<Named>,
}

impl Order {
    /// All of `contracts` at any premium, from these offers.
    pub fn whole(series: &SeriesKeys, side: Side, contracts: u64, offers: Vec<Named>) -> Self {
        Self {
            series: *series,
            side,
            contracts,
            least_contracts: contracts,
            limit_price: match side {
                Side::Ask => u64::MAX,
                Side::Bid => 0,
            },
            offers,
        }
    }

    /// What the program reads of it.
    fn args(&self) -> types::SweepOrder {
        types::SweepOrder {
            side: recast(&self.side),
            contracts: self.contracts,
            least_contracts: self.least_contracts,
            limit_price: self.limit_price,
            offers: u8::try_from(self.offers.len()).unwrap_or(u8::MAX),
        }
    }

    /// Its accounts in their order: series, then offer, maker and shard of each offer.
    fn accounts(&self, keys: &MarketKeys) -> Vec<AccountMeta> {
        let mut metas = vec![self.series.series];
        for named in &self.offers {
            metas.extend([named.offer, named.maker, keys.shard_of(&named.maker)]);
        }
        let writable = |address| AccountMeta::new(address, false);
        metas.into_iter().map(writable).collect()
    }
}

/// Whether a sweep must name its taker's shard: not if he owes nothing and only buys.
pub fn names_shard(taker: &MarginAccount, orders: &[Order]) -> bool {
    let sells = orders.iter().any(|order| order.side == Side::Bid);
    let counted = taker.uncovered_atoms != [0; 2];
    sells || counted || taker.has_shorts() || taker.debt_atoms() > 0
}

/// `sweep`: all orders succeed or none; the taker pays at most `greatest_cost_atoms`. `named` says whether his shard
/// is named ([`names_shard`]).
pub fn sweep(
    keys: &MarketKeys,
    (authority, taker, named): (Pubkey, Pubkey, bool),
    orders: &[Order],
    greatest_cost_atoms: i64,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::Sweep {
        authority,
        risk: keys.risk(price),
        taker,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = types::SweepArgs {
        orders: orders.iter().map(Order::args).collect(),
        greatest_cost_atoms,
    };
    let mut built = instruction(accounts, args::Sweep { args });
    built.accounts.push(match named {
        true => AccountMeta::new(keys.shard_of(&taker), false),
        false => AccountMeta::new_readonly(crate::backstop::ID, false),
    });
    for order in orders {
        built.accounts.extend(order.accounts(keys));
    }
    built
}

/// A trade both sides sign.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// Margin account that buys, and who signs for it.
    pub buyer: (Pubkey, Pubkey),
    /// Margin account that sells, and who signs for it.
    pub seller: (Pubkey, Pubkey),
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Premium, quote per contract scaled 1e9.
    pub premium_price: u64,
}

/// `fill_quote`.
pub fn fill_quote(
    keys: &MarketKeys,
    series: &SeriesKeys,
    quote: &Quote,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::FillQuote {
        buyer_authority: quote.buyer.1,
        seller_authority: quote.seller.1,
        risk: keys.risk(price),
        buyer: quote.buyer.0,
        seller: quote.seller.0,
        shard: keys.shard_of(&quote.seller.0),
        series: series.series,
        buyer_shard: keys.other_shard(&quote.seller.0, &quote.buyer.0),
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = args::FillQuote {
        contracts: quote.contracts,
        premium_price: quote.premium_price,
    };
    instruction(accounts, args)
}

/// `write_option`: the tokens go to the wallet.
pub fn write_option(
    keys: &MarketKeys,
    owner: Pubkey,
    series: &SeriesKeys,
    carried: &Carried,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::WriteOption {
        owner,
        risk: keys.risk(price),
        margin_account: carried.margin_account,
        shard: keys.shard_of(&carried.margin_account),
        issue: issue(series, carried),
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = args::WriteOption {
        contracts: carried.contracts,
    };
    instruction(accounts, args)
}
