//! Prices and volatility.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{instruction, recast, SYSTEM_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::StoredSurface;
use backstop_interface::pda;

use crate::remaining::CollateralKeys;

/// `open_feed_clock` of the market's feed.
pub fn open_feed_clock(keys: &MarketKeys, payer: Pubkey) -> Instruction {
    open_clock_of(&keys.feed_id, payer)
}

/// `open_feed_clock` of any feed.
pub fn open_clock_of(feed_id: &[u8; 32], payer: Pubkey) -> Instruction {
    let accounts = accounts::OpenFeedClock {
        payer,
        clock: pda::feed_clock(feed_id),
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::OpenFeedClock { feed_id: *feed_id })
}

/// `tick` of the market's feed.
pub fn tick(keys: &MarketKeys, price: Pubkey) -> Instruction {
    tick_of(keys, &keys.feed_id, price)
}

/// `tick` of any feed whose clock is open.
pub fn tick_of(keys: &MarketKeys, feed_id: &[u8; 32], price: Pubkey) -> Instruction {
    instruction(
        accounts::Tick {
            market: keys.market,
            clock: pda::feed_clock(feed_id),
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

/// `observe_collateral` of a liquid-staking token.
pub fn observe_collateral(
    keys: &MarketKeys,
    collateral: &CollateralKeys,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::ObserveCollateral {
        risk: keys.risk(price),
        collateral: collateral.collateral,
    };
    let mut made = instruction(accounts, args::ObserveCollateral {});
    made.accounts.extend(collateral.metas());
    made
}
