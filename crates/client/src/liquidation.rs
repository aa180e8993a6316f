//! Seizing, bidding, converting, repaying.

use crate::addresses::{ExpiryKeys, MarketKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

pub use crate::backstop::types::BidArgs;

/// `liquidate`; of what becomes an estate with [`with_own_expiries`](crate::remaining::with_own_expiries).
/// `rent_payer` is the keeper at the trigger, afterwards the key the auction names.
pub fn liquidate(
    keys: &MarketKeys,
    keeper: Pubkey,
    margin_account: Pubkey,
    rent_payer: Pubkey,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::Liquidate {
        keeper,
        risk: keys.risk(price),
        margin_account,
        auction: pda::auction(&margin_account),
        rent_payer,
        shard: Some(keys.shard_of(&margin_account)),
        system_program: SYSTEM_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Liquidate {})
}

/// The two sides of a bid.
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// Account on auction.
    pub margin_account: Pubkey,
    /// Bidder's account.
    pub bidder: Pubkey,
    /// Key the auction names as payer of its rent.
    pub rent_payer: Pubkey,
}

/// `bid`, with the fund at hand so that it may pay where the price is below zero.
pub fn bid(
    keys: &MarketKeys,
    bidder_authority: Pubkey,
    sides: &Sides,
    args: BidArgs,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::Bid {
        bidder_authority,
        risk: keys.risk(price),
        margin_account: sides.margin_account,
        bidder: sides.bidder,
        auction: pda::auction(&sides.margin_account),
        rent_payer: sides.rent_payer,
        shard: Some(keys.shard_of(&sides.margin_account)),
        fund: Some(keys.fund),
        insurance_vault: Some(keys.insurance_vault),
        quote: Some(keys.quote),
        vault: Some(keys.vault),
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Bid { args })
}

/// A purchase of converting collateral.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// Debtor or estate.
    pub margin_account: Pubkey,
    /// Mint of what is bought.
    pub mint: Pubkey,
    /// Token program of that mint.
    pub token_program: Pubkey,
    /// Buyer's quote account.
    pub payment: Pubkey,
    /// Buyer's account of that mint.
    pub destination: Pubkey,
    /// Most to buy, in atoms.
    pub sell_atoms: u64,
    /// Highest price, quote per unit scaled 1e9.
    pub highest_price: u64,
}

/// `convert`; of a collateral with a feed of its own to be shown as [`with_collaterals`](crate::remaining::with_collaterals) does.
pub fn convert(
    keys: &MarketKeys,
    buyer: Pubkey,
    conversion: &Conversion,
    price: Pubkey,
) -> Instruction {
    let (sold, sold_vault) = keys.collateral(&conversion.mint);
    let accounts = accounts::Convert {
        buyer,
        risk: keys.risk(price),
        margin_account: conversion.margin_account,
        sold,
        sold_vault,
        quote: keys.quote,
        vault: keys.vault,
        payment: conversion.payment,
        destination: conversion.destination,
        sold_mint: conversion.mint,
        sold_token_program: conversion.token_program,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = args::Convert {
        sell_atoms: conversion.sell_atoms,
        highest_price: conversion.highest_price,
    };
    instruction(accounts, args)
}

/// `repay`.
pub fn repay(keys: &MarketKeys, margin_account: Pubkey, expiry: &ExpiryKeys) -> Instruction {
    let accounts = accounts::Repay {
        market: keys.market,
        margin_account,
        expiry: expiry.expiry,
        escrow: expiry.escrow,
        quote: keys.quote,
        vault: keys.vault,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Repay {})
}

/// `close_estate`; an account in debt needs [`with_debts`](crate::remaining::with_debts) too.
pub fn close_estate(keys: &MarketKeys, closer: Pubkey, margin_account: Pubkey) -> Instruction {
    let accounts = accounts::CloseEstate {
        closer,
        market: keys.market,
        margin_account,
        auction: pda::auction(&margin_account),
        shard: keys.shard_of(&margin_account),
        quote: keys.quote,
        vault: keys.vault,
        fund: keys.fund,
        insurance_vault: keys.insurance_vault,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::CloseEstate {})
}
