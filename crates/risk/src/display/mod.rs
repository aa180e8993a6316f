//! Prices people see: premium, Greeks, American bounds and implied volatility.
//!
//! Black-76 on the forward S e^((r-q)T), ACT/365 in seconds. Display grade: within 1e-15 of
//! max(S, K) where rates are not negative. The margin grade is [`crate::pricing`]: cheaper, zero
//! rates, within 1e-6. Sources: F. Black, "The pricing of commodity contracts", 1976; R. Merton,
//! "Theory of rational option pricing", 1973. Error bounds are derived in `docs/pricing.md`.

mod american;
mod average;
mod european;
mod greeks;
mod implied;
mod model;

pub use american::{american_bounds, Bounds};
pub use average::{averaged_option, AveragedOption};
pub use european::european_price;
pub use greeks::{european_greeks, Greeks};
pub use implied::implied_volatility;

use crate::pricing::Kind;
use backstop_quantities::{Ppb, Price, YEAR_SECONDS};
use core::fmt;

/// 1 quote, 1.0 of delta, in the results ending in `_e18`.
pub const ONE_E18: u64 = 1_000_000_000_000_000_000;
/// The largest volatility priced: 10 000 % a year.
pub const MAX_VOL: Ppb = Ppb::new(100_000_000_000);
/// The longest time priced: 100 years.
pub const MAX_SECONDS: i64 = 100 * YEAR_SECONDS;
/// The largest |r| and |q|: 1 000 % a year.
pub const MAX_RATE_PPB: i64 = 10_000_000_000;
/// The largest |r| T and |q| T.
pub const MAX_RATE_YEARS: i64 = 4;

/// An option and the market it is priced in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Call or put.
    pub kind: Kind,
    /// S, quote per underlying, scaled 1e9.
    pub spot: Price,
    /// K, quote per underlying, scaled 1e9.
    pub strike: Price,
    /// Time to expiry.
    pub seconds: i64,
    /// r, continuously compounded per year.
    pub rate_ppb: i64,
    /// q, what holding the underlying earns, continuously compounded per year.
    pub yield_ppb: i64,
    /// sigma per root year.
    pub vol: Ppb,
}

/// Why an option cannot be priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayError {
    /// S is 0.
    ZeroSpot,
    /// K is 0.
    ZeroStrike,
    /// Expiry has passed.
    NegativeTime,
    /// More than [`MAX_SECONDS`].
    TimeTooLong,
    /// More than [`MAX_VOL`].
    VolTooHigh,
    /// |r| above [`MAX_RATE_PPB`], or |r| T above [`MAX_RATE_YEARS`].
    RateTooLarge,
    /// |q| above [`MAX_RATE_PPB`], or |q| T above [`MAX_RATE_YEARS`].
    YieldTooLarge,
    /// The American bounds hold for r >= 0 only.
    NegativeRate,
    /// The American bounds hold for q >= 0 only.
    NegativeYield,
    /// Options on an average are valued without rate and yield only.
    RateInAverage,
    /// The average has no points, more final ones than points, or a strike beyond u64.
    BadAverage,
    /// No volatility gives a price this low.
    PriceBelowIntrinsic,
    /// No volatility up to [`MAX_VOL`] gives a price this high.
    PriceTooHigh,
}

impl fmt::Display for DisplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ZeroSpot => "the spot price is zero",
            Self::ZeroStrike => "the strike is zero",
            Self::NegativeTime => "the time to expiry is negative",
            Self::TimeTooLong => "the time to expiry exceeds 100 years",
            Self::VolTooHigh => "the volatility exceeds 10000 % a year",
            Self::RateTooLarge => "the rate exceeds 1000 % a year or 4 over the life",
            Self::YieldTooLarge => "the yield exceeds 1000 % a year or 4 over the life",
            Self::NegativeRate => "an American option needs a rate of at least zero",
            Self::NegativeYield => "an American option needs a yield of at least zero",
            Self::RateInAverage => "an option on an average needs zero rate and yield",
            Self::BadAverage => "the settlement average is inconsistent",
            Self::PriceBelowIntrinsic => "the price is below what no volatility is worth",
            Self::PriceTooHigh => "the price is above what the highest volatility is worth",
        })
    }
}

impl core::error::Error for DisplayError {}

impl Terms {
    /// Checks the ranges the error bounds hold in.
    ///
    /// # Errors
    /// The first field outside its range.
    pub(crate) fn validate(&self) -> Result<(), DisplayError> {
        if self.spot.is_zero() {
            return Err(DisplayError::ZeroSpot);
        }
        if self.strike.is_zero() {
            return Err(DisplayError::ZeroStrike);
        }
        if self.seconds < 0 {
            return Err(DisplayError::NegativeTime);
        }
        if self.seconds > MAX_SECONDS {
            return Err(DisplayError::TimeTooLong);
        }
        if self.vol > MAX_VOL {
            return Err(DisplayError::VolTooHigh);
        }
        if !self.accepts(self.rate_ppb) {
            return Err(DisplayError::RateTooLarge);
        }
        if !self.accepts(self.yield_ppb) {
            return Err(DisplayError::YieldTooLarge);
        }
        Ok(())
    }

    /// Whether a rate and its product with the time are within the limits; the product by division,
    /// so that nothing overflows.
    #[inline]
    fn accepts(&self, rate_ppb: i64) -> bool {
        // 4 years * 1e9 * seconds a year is below 2^57.
        const MOST: u64 = (MAX_RATE_YEARS * YEAR_SECONDS * 1_000_000_000).unsigned_abs();
        let size = rate_ppb.unsigned_abs();
        let most = MOST.checked_div(self.seconds.unsigned_abs());
        size <= MAX_RATE_PPB.unsigned_abs() && most.is_none_or(|most| size <= most)
    }
}
