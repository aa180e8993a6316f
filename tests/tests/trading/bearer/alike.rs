//! What putting option tokens into an account and taking a long out refuse alike.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::BackstopError;
use backstop_testkit::{pubkey, Stage};

use super::held;
use crate::setup::{
    estate, expiry, fund, on_market, put, refuse, seized, series, swapped, two_markets, CONTRACT,
    PRICE, QUOTE,
};

/// The instruction of an actor for so many contracts between his own wallet and account.
pub type Way = fn(&mut Stage, &str, &SeriesKeys, u64) -> Instruction;

/// A series or an account of another market.
#[track_caller]
pub fn rejects_another_market(way: Way) {
    let (mut stage, other) = two_markets();
    fund(&mut stage, "buyer", QUOTE);
    let week = expiry(&mut stage, 7);
    let ours = put(&mut stage, &week);
    let theirs = on_market(&mut stage, &other, |stage| {
        fund(stage, "buyer", QUOTE);
        let week = expiry(stage, 7);
        put(stage, &week)
    });
    let asked = way(&mut stage, "buyer", &theirs, CONTRACT);
    refuse(&mut stage, "buyer", &asked, BackstopError::WrongMarket);
    let asked = way(&mut stage, "buyer", &ours, CONTRACT);
    let foreign = other.margin_account(&pubkey("buyer"), 0);
    let asked = swapped(asked, &stage.margin("buyer"), &foreign);
    refuse(&mut stage, "buyer", &asked, BackstopError::WrongMarket);
}

/// Another series' mint, and a wallet of it.
#[track_caller]
pub fn rejects_another_mint(way: Way) {
    let (mut stage, put) = held();
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    let asked = way(&mut stage, "buyer", &put, CONTRACT);
    let mint = swapped(asked.clone(), &put.option_mint, &low.option_mint);
    refuse(&mut stage, "buyer", &mint, BackstopError::WrongMint);
    let mine = stage.world.ata(&pubkey("buyer"), &put.option_mint);
    let other = stage
        .world
        .token_account(&pubkey("buyer"), &low.option_mint);
    let wallet = swapped(asked, &mine, &other);
    refuse(&mut stage, "buyer", &wallet, BackstopError::WrongMint);
}

/// The classic token program.
#[track_caller]
pub fn rejects_the_classic_token_program(way: Way) {
    let (mut stage, put) = held();
    let asked = way(&mut stage, "buyer", &put, CONTRACT);
    let asked = swapped(asked, &anchor_spl::token_2022::ID, &anchor_spl::token::ID);
    refuse(&mut stage, "buyer", &asked, ErrorCode::InvalidProgramId);
}

/// An account on auction, and an estate.
#[track_caller]
pub fn rejects_an_account_in_liquidation(way: Way) {
    for (mut stage, put) in [seized(), estate()] {
        let asked = way(&mut stage, "writer", &put, CONTRACT);
        refuse(&mut stage, "writer", &asked, BackstopError::AccountNotOpen);
    }
}

/// From the second of expiry on.
#[track_caller]
pub fn rejects_an_expiry_from_its_second_on(way: Way) {
    let (mut stage, put) = held();
    for seconds in [0, 1, 86_400] {
        stage.world.warp_to(put.expiry.expires_at + seconds);
        stage.set_price(200 * PRICE);
        let asked = way(&mut stage, "buyer", &put, CONTRACT);
        refuse(&mut stage, "buyer", &asked, BackstopError::ExpiryClosed);
    }
}
