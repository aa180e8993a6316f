//! Prices and volatility.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{instruction, recast, SYSTEM_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::StoredSurface;

/// `open_feed_clock`.
pub fn open_feed_clock(keys: &MarketKeys, payer: Pubkey) -> Instruction {
    let accounts = accounts::OpenFeedClock {
        payer,
        market: keys.market,
        clock: keys.clock,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::OpenFeedClock {})
}

/// `tick`.
pub fn tick(keys: &MarketKeys, price: Pubkey) -> Instruction {
    instruction(
        accounts::Tick {
            market: keys.market,
            clock: keys.clock,
            price,
        },
        args::Tick {},
    )
}

/// `preview_price`.
pub fn preview_price(keys: &MarketKeys, price: Pubkey) -> Instruction {
    instruction(
        accounts::PreviewPrice {
            market: keys.market,
            price,
        },
        args::PreviewPrice {},
    )
}

/// `submit_surface`.
pub fn submit_surface(
    keys: &MarketKeys,
    publisher: Pubkey,
    surface: &StoredSurface,
) -> Instruction {
    let accounts = accounts::SubmitSurface {
        publisher,
        protocol: keys.protocol,
        market: keys.market,
        clock: keys.clock,
        vol_surface: keys.vol_surface,
    };
    instruction(
        accounts,
        args::SubmitSurface {
            surface: recast(surface),
        },
    )
}
