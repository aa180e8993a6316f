//! Offers and fills.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{
    event_authority, instruction, recast, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM,
};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::{Pricing, Side};
use backstop_interface::pda;

/// A standing offer as its maker places it.
#[derive(AnchorSerialize, Clone, Copy, Debug)]
pub struct PlaceOfferArgs {
    /// Number chosen by the maker; part of the offer's address.
    pub nonce: u64,
    /// Premium, quote per contract scaled 1e9; where a formula finds it, the worst the maker accepts.
    pub premium_price: u64,
    /// Size, in millionths of a contract.
    pub contracts: u64,
    /// Least fill, in millionths of a contract.
    pub least_fill_contracts: u64,
    /// Unix second from which it is void.
    pub void_at: i64,
    /// Only makes the maker's position smaller.
    pub reduce_only: bool,
    /// Whether the maker sells or buys.
    pub side: Side,
    /// How the premium is found.
    pub pricing: Pricing,
}

impl Default for PlaceOfferArgs {
    /// An ask at a fixed premium, filled from 0.01 contracts on, that time never voids; nonce, premium and size
    /// are to be filled in.
    fn default() -> Self {
        Self {
            nonce: 0,
            premium_price: 0,
            contracts: 0,
            least_fill_contracts: 10_000,
            void_at: i64::MAX,
            reduce_only: false,
            side: Side::Ask,
            pricing: Pricing::Fixed,
        }
    }
}

/// `place_offer`.
pub fn place_offer(
    keys: &MarketKeys,
    authority: Pubkey,
    margin_account: Pubkey,
    series: &SeriesKeys,
    args: PlaceOfferArgs,
) -> Instruction {
    let accounts = accounts::PlaceOffer {
        authority,
        market: keys.market,
        margin_account,
        series: series.series,
        offer: pda::offer(&margin_account, args.nonce),
        system_program: SYSTEM_PROGRAM,
    };
    let args = recast(&args);
    instruction(accounts, args::PlaceOffer { args })
}

/// `cancel_offer` by who placed it.
pub fn cancel_offer(maker: Pubkey, offer: Pubkey) -> Instruction {
    cancel(maker, offer, maker, None)
}

/// `cancel_offer` by the owner of the margin account or a delegate, whoever placed it.
pub fn cancel_offer_of(
    authority: Pubkey,
    margin_account: Pubkey,
    offer: Pubkey,
    maker: Pubkey,
) -> Instruction {
    cancel(authority, offer, maker, Some(margin_account))
}

fn cancel(
    authority: Pubkey,
    offer: Pubkey,
    maker: Pubkey,
    margin_account: Option<Pubkey>,
) -> Instruction {
    let accounts = accounts::CancelOffer {
        authority,
        offer,
        maker,
        margin_account,
    };
    instruction(accounts, args::CancelOffer {})
}

/// `cancel_all`.
pub fn cancel_all(authority: Pubkey, margin_account: Pubkey) -> Instruction {
    let accounts = accounts::CancelAll {
        authority,
        margin_account,
    };
    instruction(accounts, args::CancelAll {})
}

/// `close_offer`; nobody signs but the payer of the transaction.
pub fn close_offer(
    offer: Pubkey,
    maker: Pubkey,
    margin_account: Pubkey,
    series: &SeriesKeys,
) -> Instruction {
    let accounts = accounts::CloseOffer {
        offer,
        maker,
        margin_account,
        series: series.series,
    };
    instruction(accounts, args::CloseOffer {})
}

/// Who buys, and where the contracts go.
#[derive(Clone, Copy, Debug)]
pub enum Buyer {
    /// Pays from a wallet's quote account and gets option tokens.
    Wallet {
        /// Quote token account.
        payment: Pubkey,
        /// Option token account.
        destination: Pubkey,
    },
    /// Pays from a margin account and gets a ledger long there.
    Margin(Pubkey),
}

/// What is bought.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    /// Offer.
    pub offer: Pubkey,
    /// Writer's margin account.
    pub writer: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Highest premium, quote per contract scaled 1e9.
    pub highest_premium_price: u64,
}

/// `fill_offer`.
pub fn fill_offer(
    keys: &MarketKeys,
    signer: Pubkey,
    series: &SeriesKeys,
    fill: &Fill,
    buyer: Buyer,
    price: Pubkey,
) -> Instruction {
    let (payment, destination, buyer_account) = match buyer {
        Buyer::Wallet {
            payment,
            destination,
        } => (Some(payment), Some(destination), None),
        Buyer::Margin(account) => (None, None, Some(account)),
    };
    let accounts = accounts::FillOffer {
        buyer: signer,
        risk: keys.risk(price),
        offer: fill.offer,
        writer: fill.writer,
        shard: keys.shard_of(&fill.writer),
        series: series.series,
        option_mint: series.option_mint,
        quote: keys.quote,
        vault: keys.vault,
        payment,
        destination,
        buyer_account,
        buyer_shard: buyer_account.and_then(|buyer| keys.other_shard(&fill.writer, &buyer)),
        token_program: TOKEN_PROGRAM,
        token_2022_program: TOKEN_2022_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = args::FillOffer {
        contracts: fill.contracts,
        highest_premium_price: fill.highest_premium_price,
    };
    instruction(accounts, args)
}
