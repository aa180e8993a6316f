//! Prices a formula gives to a standing offer, and what a trade by an account below initial margin must
//! keep.

use crate::pricing::{option_price, Kind};
use backstop_quantities::convert::{u32_saturating, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor, Price, Vol, ONE_PPB};

/// Furthest from mark an account below initial margin may trade, and a guard order may reach: 5 %.
pub const MARK_BAND_PPB: u64 = 50_000_000;
/// Confidence over price from which no formula finds a premium, ppb: 2 %.
pub const FORMULA_CONFIDENCE_PPB: u64 = 20_000_000;
/// Greatest distance of a pegged volatility from the surface, ppm a year: 100 points.
pub const MAX_VOL_OFFSET_PPM: u32 = 1_000_000;
/// Least and greatest volatility an offset may lead to, ppm a year.
pub(crate) const PEG_VOL_PPM: (i64, i64) = (1_000, 10_000_000);

/// What the maker of an offer does when it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MakerSide {
    /// He sells: prices round up.
    Sells,
    /// He buys: prices round down.
    Buys,
}

/// An option as a pegged offer prices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peg {
    /// Call or put.
    pub kind: Kind,
    /// Strike.
    pub strike: Price,
    /// Spot.
    pub spot: Price,
    /// Volatility of this strike and expiry on the surface in force.
    pub vol: Vol,
    /// What the maker adds to it, ppm a year.
    pub offset_ppm: i32,
    /// To expiry.
    pub seconds: i64,
}

impl Peg {
    /// Premium per contract: the margin-grade price ([`option_price`], zero rates) at the surface's volatility plus
    /// the offset, moved by that grade's error bound, a millionth of the larger of spot and strike, for the
    /// maker: an ask never stands below the model's price, a bid never above it.
    pub fn price(&self, side: MakerSide) -> Price {
        let vol = i64::from(self.vol.get()).saturating_add(i64::from(self.offset_ppm));
        let vol = vol.clamp(PEG_VOL_PPM.0, PEG_VOL_PPM.1);
        let vol = Vol::new(u32_saturating(u64_or_zero(vol)));
        let seconds = self.seconds.max(0);
        let price = option_price(self.kind, self.spot, self.strike, vol, seconds);
        let error = price_error(self.spot, self.strike);
        match side {
            MakerSide::Sells => price.saturating_add(error),
            MakerSide::Buys => price.saturating_sub(error),
        }
    }
}

/// How far a margin-grade price ([`option_price`]) may lie from the exact one: a millionth of the larger of spot and
/// strike, rounded up.
pub fn price_error(spot: Price, strike: Price) -> Price {
    let largest = spot.max(strike).get();
    Price::new(mul_div_ceil(largest, 1, 1_000_000).unwrap_or(u64::MAX))
}

/// Price a guard order stands at: mark and what its owner adds for a buyer's or a seller's haste, rounded
/// for the owner. `slip_ppb` above 1 counts as 1.
pub fn guard_price(mark: Price, slip_ppb: u64, side: MakerSide) -> Price {
    let slip = slip_ppb.min(ONE_PPB);
    let (up, down) = (ONE_PPB.saturating_add(slip), ONE_PPB.saturating_sub(slip));
    let price = match side {
        MakerSide::Buys => mul_div_floor(mark.get(), up, ONE_PPB),
        MakerSide::Sells => mul_div_ceil(mark.get(), down, ONE_PPB),
    };
    Price::new(price.unwrap_or(u64::MAX))
}

/// Whether health(MM), in quote atoms, has fallen to `health_ppb` of the value or below.
pub fn guard_stands(value: i64, health_mm: i64, health_ppb: u64) -> bool {
    let limit = i128::from(value).saturating_mul(i128::from(health_ppb));
    i128::from(health_mm).saturating_mul(i128::from(ONE_PPB)) <= limit
}

/// Whether a price lies within [`MARK_BAND_PPB`] of mark, or no further from it than mark itself may be wrong
/// (`error`, from [`price_error`]), both ends included. Without the second a short that is worth nothing could not
/// be bought back at any premium.
pub fn near_mark(price: Price, mark: Price, error: Price) -> bool {
    let distance = price.get().abs_diff(mark.get());
    let band = u128::from(mark.get()).saturating_mul(u128::from(MARK_BAND_PPB));
    distance <= error.get() || u128::from(distance).saturating_mul(u128::from(ONE_PPB)) <= band
}

/// Value and requirement of an account at one tier, in quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it is worth.
    pub value: i64,
    /// R at the tier, at least 0.
    pub requirement: i64,
}

/// Whether value ÷ R is not lower after a trade than before, and whoever was worth nothing or more still is.
/// Cross-multiplied, exact: no requirement is divided by. An account that needs nothing before and after has no ratio,
/// so that without the second its last value could go.
pub fn keeps_ratio(before: Standing, after: Standing) -> bool {
    let left = i128::from(after.value).saturating_mul(i128::from(before.requirement));
    let right = i128::from(before.value).saturating_mul(i128::from(after.requirement));
    left >= right && (before.value < 0 || after.value >= 0)
}
