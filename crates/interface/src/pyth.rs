//! Reading the two Pyth layouts from bytes. What a price may be used for is decided by the program;
//! here bytes become a [`PriceUpdate`] or a typed refusal.

use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;
use backstop_quantities::Price;
use pyth_sdk_solana::state::SolanaPriceAccount;
use pyth_solana_receiver_sdk::price_update::{PriceUpdateV2, VerificationLevel};

/// Decimals of [`Price`].
const PRICE_DECIMALS: i32 = 9;
/// Largest number of decimals a feed may use.
const MAX_FEED_DECIMALS: i32 = 12;

/// One update of a feed, in the protocol's scale.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceUpdate {
    /// Quote per unit, scaled 1e9.
    pub price: u64,
    /// Confidence interval over price, 1e9 = 1, rounded up.
    pub confidence_ppb: u64,
    /// Publish time, unix seconds.
    pub publish_at: i64,
    /// Publish time of the update before, unix seconds.
    pub previous_publish_at: i64,
    /// The feed's moving average, quote per unit scaled 1e9, rounded down; 0 if it has none.
    pub ema_price: u64,
}

impl PriceUpdate {
    /// The price as a quantity.
    pub fn price(&self) -> Price {
        Price::new(self.price)
    }
}

/// Reads a `PriceUpdateV2` of `feed_id`. Errors: malformed, partially verified, wrong feed,
/// exponent, not positive. Age, owner and confidence limits are the caller's.
pub fn read_update(data: &[u8], feed_id: &[u8; 32]) -> Result<PriceUpdate> {
    let mut rest = data;
    let account =
        PriceUpdateV2::try_deserialize(&mut rest).map_err(|_| BackstopError::PriceMalformed)?;
    ensure(
        account.verification_level == VerificationLevel::Full,
        BackstopError::PriceNotFullyVerified,
    )?;
    let message = &account.price_message;
    ensure(message.feed_id == *feed_id, BackstopError::PriceWrongFeed)?;
    let mut update = scale(
        message.price,
        message.conf,
        message.exponent,
        message.publish_time,
        message.prev_publish_time,
    )?;
    update.ema_price = to_price(message.ema_price, message.exponent).unwrap_or(0);
    Ok(update)
}

/// Reads a legacy push account of `key` through `pyth-sdk-solana`. For previews only: the layout can
/// prove neither verification nor what was published in between.
pub fn read_legacy(key: &Pubkey, data: &[u8]) -> Result<PriceUpdate> {
    let account: &SolanaPriceAccount = pyth_sdk_solana::state::load_price_account(data)
        .map_err(|_| BackstopError::PriceMalformed)?;
    let feed = account.to_price_feed(&key.to_bytes().into());
    let price = feed.get_price_unchecked();
    let mut update = scale(
        price.price,
        price.conf,
        price.expo,
        price.publish_time,
        account.prev_timestamp,
    )?;
    let average = feed.get_ema_price_unchecked();
    update.ema_price = to_price(average.price, average.expo).unwrap_or(0);
    Ok(update)
}

/// Brings a mantissa and exponent to [`Price`]'s scale: price rounded down, confidence up.
fn scale(
    price: i64,
    conf: u64,
    exponent: i32,
    publish_at: i64,
    previous_publish_at: i64,
) -> Result<PriceUpdate> {
    ensure(
        (-MAX_FEED_DECIMALS..=0).contains(&exponent),
        BackstopError::PriceExponentOutOfRange,
    )?;
    let scaled = to_price(price, exponent).ok_or(BackstopError::PriceNotPositive)?;
    let mantissa = u64::try_from(price).map_err(|_| BackstopError::PriceNotPositive)?;
    let confidence_ppb =
        backstop_quantities::mul_div_ceil(conf, 1_000_000_000, mantissa).unwrap_or(u64::MAX);
    Ok(PriceUpdate {
        price: scaled,
        confidence_ppb,
        publish_at,
        previous_publish_at,
        ema_price: 0,
    })
}

/// A mantissa at an exponent of −12 to 0 in [`Price`]'s scale, rounded down; `None` unless it is a positive
/// price the kernel takes.
fn to_price(mantissa: i64, exponent: i32) -> Option<u64> {
    let mantissa = u64::try_from(mantissa).ok()?;
    let shift = PRICE_DECIMALS.saturating_add(exponent);
    let factor = 10u64.saturating_pow(shift.unsigned_abs());
    let scaled = match shift >= 0 {
        true => mantissa.checked_mul(factor),
        false => mantissa.checked_div(factor),
    };
    scaled.filter(|price| (1..=MAX_PRICE).contains(price))
}

/// Largest price the kernel takes: ten million quote per unit.
const MAX_PRICE: u64 = 10_000_000_000_000_000;
