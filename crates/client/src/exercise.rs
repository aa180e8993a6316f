//! Early exercise of American series.

use crate::addresses::{MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::backstop::types::RequestExerciseArgs;
use crate::build::{
    event_authority, instruction, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM,
};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

/// What a holder asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Number of the request.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Least payoff accepted, quote per contract scaled 1e9.
    pub least_payoff_price: u64,
}

/// A request of exercise by its owner and number.
pub type Request = (Pubkey, u64);

/// `request_exercise`; the option tokens in `tokens` are burned.
pub fn request_exercise(
    keys: &MarketKeys,
    series: &SeriesKeys,
    (holder, tokens): (Pubkey, Pubkey),
    asked: &Asked,
) -> Instruction {
    let accounts = accounts::RequestExercise {
        holder,
        market: keys.market,
        series: series.series,
        exercises: series.exercises,
        option_mint: series.option_mint,
        tokens,
        request: pda::exercise_request(&series.series, &holder, asked.nonce),
        token_2022_program: TOKEN_2022_PROGRAM,
        system_program: SYSTEM_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    let args = RequestExerciseArgs {
        nonce: asked.nonce,
        contracts: asked.contracts,
        least_payoff_price: asked.least_payoff_price,
    };
    instruction(accounts, args::RequestExercise { args })
}

/// What decides a request.
#[derive(Clone, Copy, Debug)]
pub struct Deciding {
    /// The unique first update from the moment on.
    pub update: Pubkey,
    /// A price of now; needed from two minutes after the request on.
    pub price: Option<Pubkey>,
}

/// `execute_exercise`; tokens of a request that is void go to `destination`, the owner's associated token account.
pub fn execute_exercise(
    keys: &MarketKeys,
    executor: Pubkey,
    series: &SeriesKeys,
    (owner, nonce): Request,
    (destination, deciding): (Pubkey, Deciding),
) -> Instruction {
    let accounts = accounts::ExecuteExercise {
        executor,
        market: keys.market,
        clock: keys.clock,
        update: deciding.update,
        price: deciding.price,
        expiry: series.expiry.expiry,
        series: series.series,
        exercises: series.exercises,
        request: pda::exercise_request(&series.series, &owner, nonce),
        owner,
        option_mint: series.option_mint,
        destination,
        token_2022_program: TOKEN_2022_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::ExecuteExercise {})
}

/// `synchronise` of an account's short.
pub fn synchronise(keys: &MarketKeys, series: &SeriesKeys, margin_account: Pubkey) -> Instruction {
    let accounts = accounts::Synchronise {
        market: keys.market,
        margin_account,
        expiry: series.expiry.expiry,
        series: series.series,
        exercises: series.exercises,
        escrow: series.expiry.escrow,
        quote: keys.quote,
        vault: keys.vault,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Synchronise {})
}

/// Where a right is paid: accounts of its owner.
#[derive(Clone, Copy, Debug)]
pub struct Payee {
    /// Quote account; without one the right is only told what was collected for it.
    pub destination: Option<Pubkey>,
    /// Claim account; needed only for a haircut.
    pub claim_account: Option<Pubkey>,
}

/// `pay_exercise`; `exercises` are named as long as the series is there.
pub fn pay_exercise(
    series: &SeriesKeys,
    (owner, nonce): Request,
    payee: &Payee,
    is_listed: bool,
) -> Instruction {
    let accounts = accounts::PayExercise {
        expiry: series.expiry.expiry,
        exercises: is_listed.then_some(series.exercises),
        request: pda::exercise_request(&series.series, &owner, nonce),
        owner,
        escrow: series.expiry.escrow,
        destination: payee.destination,
        claim_mint: series.expiry.claim_mint,
        claim_account: payee.claim_account,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::PayExercise {})
}
