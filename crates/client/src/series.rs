//! Expiries and series.

use crate::addresses::{ExpiryKeys, MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{instruction, recast, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM};
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

/// `create_series`.
pub fn create_series(keys: &MarketKeys, payer: Pubkey, series: &SeriesKeys) -> Instruction {
    let accounts = accounts::CreateSeries {
        payer,
        market: keys.market,
        clock: keys.clock,
        expiry: series.expiry.expiry,
        series: series.series,
        option_mint: series.option_mint,
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
