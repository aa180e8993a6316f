//! Options between margin accounts and wallets: ledger longs made into tokens and back.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, TOKEN_2022_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;

/// Contracts of a series on their way between a margin account and a token account.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// Margin account.
    pub margin_account: Pubkey,
    /// Token account of the series' mint.
    pub wallet: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
}

/// `withdraw_option`.
pub fn withdraw_option(
    keys: &MarketKeys,
    owner: Pubkey,
    series: &SeriesKeys,
    carried: &Carried,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::WithdrawOption {
        owner,
        risk: keys.risk(price),
        margin_account: carried.margin_account,
        series: series.series,
        option_mint: series.option_mint,
        destination: carried.wallet,
        token_2022_program: TOKEN_2022_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let contracts = carried.contracts;
    instruction(accounts, args::WithdrawOption { contracts })
}

/// `deposit_option`.
pub fn deposit_option(
    keys: &MarketKeys,
    owner: Pubkey,
    series: &SeriesKeys,
    carried: &Carried,
) -> Instruction {
    let accounts = accounts::DepositOption {
        owner,
        market: keys.market,
        margin_account: carried.margin_account,
        series: series.series,
        option_mint: series.option_mint,
        source: carried.wallet,
        token_2022_program: TOKEN_2022_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let contracts = carried.contracts;
    instruction(accounts, args::DepositOption { contracts })
}
