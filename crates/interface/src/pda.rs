//! Addresses. Every seed tuple starts with its own tag and every later seed has a fixed length, so
//! tuples of different domains never collide.

use crate::ID;
use anchor_lang::prelude::*;

/// Tag of [`crate::accounts::Protocol`].
pub const PROTOCOL: &[u8] = b"protocol";
/// Tag of the recapitalisation mint.
pub const RECAPITALISATION_MINT: &[u8] = b"recap_mint";
/// Tag of the treasury token account that holds unsold recapitalisation tokens.
pub const TREASURY: &[u8] = b"treasury";
/// Tag of [`crate::accounts::Market`].
pub const MARKET: &[u8] = b"market";
/// Tag of [`crate::accounts::Shard`].
pub const SHARD: &[u8] = b"shard";
/// Tag of [`crate::accounts::FeedClock`].
pub const FEED_CLOCK: &[u8] = b"feed_clock";
/// Tag of [`crate::accounts::VolSurface`].
pub const VOL_SURFACE: &[u8] = b"vol_surface";
/// Tag of [`crate::accounts::Collateral`].
pub const COLLATERAL: &[u8] = b"collateral";
/// Tag of a collateral vault token account.
pub const VAULT: &[u8] = b"vault";
/// Tag of [`crate::accounts::MarginAccount`].
pub const MARGIN_ACCOUNT: &[u8] = b"margin";
/// Tag of [`crate::accounts::Expiry`].
pub const EXPIRY: &[u8] = b"expiry";
/// Tag of an expiry's escrow token account.
pub const ESCROW: &[u8] = b"escrow";
/// Tag of an expiry's claim mint.
pub const CLAIM_MINT: &[u8] = b"claim_mint";
/// Tag of [`crate::accounts::Series`].
pub const SERIES: &[u8] = b"series";
/// Tag of a series' option mint.
pub const OPTION_MINT: &[u8] = b"option_mint";
/// Tag of [`crate::accounts::Offer`].
pub const OFFER: &[u8] = b"offer";
/// Tag of [`crate::accounts::FillRequest`].
pub const FILL_REQUEST: &[u8] = b"fill_request";
/// Tag of [`crate::accounts::Auction`].
pub const AUCTION: &[u8] = b"auction";
/// Tag of [`crate::accounts::InsuranceFund`].
pub const INSURANCE_FUND: &[u8] = b"insurance";
/// Tag of the insurance vault token account.
pub const INSURANCE_VAULT: &[u8] = b"ins_vault";
/// Tag of [`crate::accounts::Stake`].
pub const STAKE: &[u8] = b"stake";

/// Tag of [`crate::accounts::Exercises`].
pub const EXERCISES: &[u8] = b"exercises";
/// Tag of [`crate::accounts::ExerciseRequest`].
pub const EXERCISE_REQUEST: &[u8] = b"exercise_request";

fn find(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &ID).0
}

/// The one protocol account.
pub fn protocol() -> Pubkey {
    find(&[PROTOCOL])
}
/// Mint of the recapitalisation token.
pub fn recapitalisation_mint() -> Pubkey {
    find(&[RECAPITALISATION_MINT])
}
/// Token account of the unsold recapitalisation tokens.
pub fn treasury() -> Pubkey {
    find(&[TREASURY])
}
/// Market number `index`.
pub fn market(index: u16) -> Pubkey {
    find(&[MARKET, &index.to_le_bytes()])
}
/// Shard number `index` of a market.
pub fn shard(market: &Pubkey, index: u8) -> Pubkey {
    find(&[SHARD, market.as_ref(), &[index]])
}
/// Clock of a Pyth feed.
pub fn feed_clock(feed_id: &[u8; 32]) -> Pubkey {
    find(&[FEED_CLOCK, feed_id])
}
/// Volatility surface of a market.
pub fn vol_surface(market: &Pubkey) -> Pubkey {
    find(&[VOL_SURFACE, market.as_ref()])
}
/// Collateral configuration of a mint in a market.
pub fn collateral(market: &Pubkey, mint: &Pubkey) -> Pubkey {
    find(&[COLLATERAL, market.as_ref(), mint.as_ref()])
}
/// Vault of a collateral mint in a market.
pub fn vault(market: &Pubkey, mint: &Pubkey) -> Pubkey {
    find(&[VAULT, market.as_ref(), mint.as_ref()])
}
/// Margin account number `index` of an owner.
pub fn margin_account(market: &Pubkey, owner: &Pubkey, index: u8) -> Pubkey {
    find(&[MARGIN_ACCOUNT, market.as_ref(), owner.as_ref(), &[index]])
}
/// Expiry of a market at a unix second.
pub fn expiry(market: &Pubkey, expires_at: i64) -> Pubkey {
    find(&[EXPIRY, market.as_ref(), &expires_at.to_le_bytes()])
}
/// Escrow of an expiry.
pub fn escrow(expiry: &Pubkey) -> Pubkey {
    find(&[ESCROW, expiry.as_ref()])
}
/// Claim mint of an expiry.
pub fn claim_mint(expiry: &Pubkey) -> Pubkey {
    find(&[CLAIM_MINT, expiry.as_ref()])
}
/// Series of an expiry.
pub fn series(expiry: &Pubkey, strike_price: u64, kind: u8) -> Pubkey {
    find(&[
        SERIES,
        expiry.as_ref(),
        &strike_price.to_le_bytes(),
        &[kind],
    ])
}
/// Option mint of a series.
pub fn option_mint(series: &Pubkey) -> Pubkey {
    find(&[OPTION_MINT, series.as_ref()])
}
/// Offer number `nonce` of a margin account.
pub fn offer(margin_account: &Pubkey, nonce: u64) -> Pubkey {
    find(&[OFFER, margin_account.as_ref(), &nonce.to_le_bytes()])
}
/// Request number `nonce` of a margin account.
pub fn fill_request(margin_account: &Pubkey, nonce: u64) -> Pubkey {
    find(&[FILL_REQUEST, margin_account.as_ref(), &nonce.to_le_bytes()])
}
/// Auction of a margin account.
pub fn auction(margin_account: &Pubkey) -> Pubkey {
    find(&[AUCTION, margin_account.as_ref()])
}
/// Insurance fund of a market.
pub fn insurance_fund(market: &Pubkey) -> Pubkey {
    find(&[INSURANCE_FUND, market.as_ref()])
}
/// Token account of a market's insurance fund.
pub fn insurance_vault(market: &Pubkey) -> Pubkey {
    find(&[INSURANCE_VAULT, market.as_ref()])
}
/// Stake of an owner in a market's insurance fund.
pub fn stake(market: &Pubkey, owner: &Pubkey) -> Pubkey {
    find(&[STAKE, market.as_ref(), owner.as_ref()])
}
/// Exercises of an American series.
pub fn exercises(series: &Pubkey) -> Pubkey {
    find(&[EXERCISES, series.as_ref()])
}
/// Request of exercise number `nonce` of an owner in a series.
pub fn exercise_request(series: &Pubkey, owner: &Pubkey, nonce: u64) -> Pubkey {
    find(&[
        EXERCISE_REQUEST,
        series.as_ref(),
        owner.as_ref(),
        &nonce.to_le_bytes(),
    ])
}
