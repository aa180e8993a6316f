//! Expiries and series.

use crate::addresses::{ExpiryKeys, MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{
    event_authority, instruction, recast, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM,
};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;

/// `create_expiry`.
pub fn create_expiry(keys: &MarketKeys, payer: Pubkey, expiry: &ExpiryKeys) -> Instruction {
    let accounts = accounts::CreateExpiry {
        payer,
        protocol: keys.protocol,
        market: keys.market,
        quote_mint: keys.quote_mint,
        expiry: expiry.expiry,
        escrow: expiry.escrow,
        claim_mint: expiry.claim_mint,
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(
        accounts,
        args::CreateExpiry {
            expires_at: expiry.expires_at,
        },
    )
}

/// `create_series`; `price` is an update of now.
pub fn create_series(
    keys: &MarketKeys,
    payer: Pubkey,
    series: &SeriesKeys,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::CreateSeries {
        payer,
        market: keys.market,
        clock: keys.clock,
        price,
        expiry: series.expiry.expiry,
        series: series.series,
        option_mint: series.option_mint,
        exercises: series.kind.is_american().then_some(series.exercises),
        token_2022_program: TOKEN_2022_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(
        accounts,
        args::CreateSeries {
            strike_price: series.strike_price,
            kind: recast(&series.kind),
        },
    )
}

/// `close_series`; `creator` is whom the series names.
pub fn close_series(closer: Pubkey, series: &SeriesKeys, creator: Pubkey) -> Instruction {
    let accounts = accounts::CloseSeries {
        closer,
        expiry: series.expiry.expiry,
        series: series.series,
        option_mint: series.option_mint,
        exercises: series.kind.is_american().then_some(series.exercises),
        creator,
    };
    instruction(accounts, args::CloseSeries {})
}

/// `close_expiry`; `creator` is whom the expiry names.
pub fn close_expiry(keys: &MarketKeys, expiry: &ExpiryKeys, creator: Pubkey) -> Instruction {
    let accounts = accounts::CloseExpiry {
        backing: backing(keys, expiry),
        claim_mint: expiry.claim_mint,
        creator,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::CloseExpiry {})
}

/// An expiry's escrow and the fund behind it.
pub(crate) fn backing(keys: &MarketKeys, expiry: &ExpiryKeys) -> accounts::Backing {
    accounts::Backing {
        market: keys.market,
        expiry: expiry.expiry,
        escrow: expiry.escrow,
        fund: keys.fund,
        insurance_vault: keys.insurance_vault,
        token_program: TOKEN_PROGRAM,
    }
}
