//! Options between margin accounts and wallets: ledger longs made into tokens and back, legs handed over.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::backstop::types::TransferLegArgs;
use crate::build::{event_authority, instruction, recast, TOKEN_2022_PROGRAM};
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

/// The accounts that make option tokens for a wallet.
pub(crate) fn issue(series: &SeriesKeys, carried: &Carried) -> accounts::Issue {
    accounts::Issue {
        series: series.series,
        option_mint: series.option_mint,
        destination: carried.wallet,
        token_2022_program: TOKEN_2022_PROGRAM,
    }
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
        shard: Some(keys.shard_of(&carried.margin_account)),
        issue: issue(series, carried),
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let contracts = carried.contracts;
    instruction(accounts, args::WithdrawOption { contracts })
}

/// `deposit_option`.
pub fn deposit_option(
    keys: &MarketKeys,
    authority: Pubkey,
    series: &SeriesKeys,
    carried: &Carried,
) -> Instruction {
    let accounts = accounts::DepositOption {
        authority,
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

/// What one account hands to another.
#[derive(Clone, Copy, Debug)]
pub struct Handover {
    /// Account the leg leaves, and its owner.
    pub giver: (Pubkey, Pubkey),
    /// Account that gets it, and its owner.
    pub receiver: (Pubkey, Pubkey),
    /// Contracts in millionths, negative for a short.
    pub contracts: i64,
    /// Quote atoms the receiver pays; negative if the giver pays.
    pub payment_atoms: i64,
}

/// `transfer_leg`. Both owners sign.
pub fn transfer_leg(
    keys: &MarketKeys,
    series: &SeriesKeys,
    handover: &Handover,
    price: Pubkey,
) -> Instruction {
    let (giver, giver_owner) = handover.giver;
    let (receiver, receiver_owner) = handover.receiver;
    let accounts = accounts::TransferLeg {
        giver_owner,
        receiver_owner,
        risk: keys.risk(price),
        giver,
        receiver,
        giver_shard: keys.shard_of(&giver),
        receiver_shard: keys.other_shard(&giver, &receiver),
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = TransferLegArgs {
        expires_at: series.expiry.expires_at,
        strike_price: series.strike_price,
        kind: recast(&series.kind),
        contracts: handover.contracts,
        payment_atoms: handover.payment_atoms,
    };
    instruction(accounts, args::TransferLeg { args })
}
