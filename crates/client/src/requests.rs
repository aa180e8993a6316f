//! Fills asked for before their price exists.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::backstop::types;
use crate::build::{event_authority, instruction, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use crate::orders::Named;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

/// A request for a fill.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Margin account that trades.
    pub margin_account: Pubkey,
    /// Number chosen by the taker; part of the request's address.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Highest premium when buying, lowest when selling, quote per contract scaled 1e9.
    pub limit_price: u64,
}

/// `request_fill` of an offer; the deposit comes from `payment`.
pub fn request_fill(
    keys: &MarketKeys,
    (authority, payment): (Pubkey, Pubkey),
    series: &SeriesKeys,
    offer: Pubkey,
    asked: &Asked,
) -> Instruction {
    let accounts = accounts::RequestFill {
        authority,
        market: keys.market,
        margin_account: asked.margin_account,
        offer,
        series: series.series,
        request: pda::fill_request(&asked.margin_account, asked.nonce),
        quote: keys.quote,
        vault: keys.vault,
        payment,
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = types::RequestFillArgs {
        nonce: asked.nonce,
        contracts: asked.contracts,
        limit_price: asked.limit_price,
    };
    instruction(accounts, args::RequestFill { args })
}

/// `execute_fill` at the update in `update`, margins at the one in `price`.
pub fn execute_fill(
    keys: &MarketKeys,
    executor: Pubkey,
    series: &SeriesKeys,
    named: &Named,
    (taker, nonce): (Pubkey, u64),
    (price, update): (Pubkey, Pubkey),
) -> Instruction {
    let accounts = accounts::ExecuteFill {
        executor,
        risk: keys.risk(price),
        request: pda::fill_request(&taker, nonce),
        offer: named.offer,
        maker: named.maker,
        shard: keys.shard_of(&named.maker),
        series: series.series,
        taker,
        taker_shard: keys.other_shard(&named.maker, &taker),
        update,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::ExecuteFill {})
}

/// `void_fill`: the deposit goes to `destination`, a quote account of `owner`.
pub fn void_fill(
    keys: &MarketKeys,
    (taker, nonce): (Pubkey, u64),
    owner: Pubkey,
    destination: Pubkey,
) -> Instruction {
    let accounts = accounts::VoidFill {
        market: keys.market,
        request: pda::fill_request(&taker, nonce),
        owner,
        margin_account: taker,
        quote: keys.quote,
        vault: keys.vault,
        destination,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::VoidFill {})
}
