//! The backstop auction: recapitalisation tokens for the fixed shortfall of one expiry.
//!
//! All lots stand on offer at once. A lot costs min(end, lot / (2 * reference price) * 1.01^minutes)
//! tokens, end = lot / shortfall * 5 % of supply; all auctions of 90 days stay below 10 % of supply.

use crate::params;
use crate::RiskError;
use backstop_quantities::{
    mul_div_ceil, mul_div_floor, Atoms, Price, Shares, ONE_PPB, PRICE_SCALE,
};

/// Parameters of the backstop auction. Defaults, units and bounds in [`params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecapParams {
    /// Size of a lot, quote atoms; the last lot is the rest.
    pub lot_atoms: u64,
    /// Most tokens one shortfall may cost, ppb of supply.
    pub auction_cap_ppb: u64,
    /// Most tokens all auctions of 90 days may cost, ppb of supply.
    pub window_cap_ppb: u64,
    /// Growth of the tokens offered, ppb a minute.
    pub growth_ppb_per_minute: u64,
}

impl Default for RecapParams {
    fn default() -> Self {
        Self {
            lot_atoms: params::LOT.default,
            auction_cap_ppb: params::RECAP_AUCTION_CAP.default,
            window_cap_ppb: params::RECAP_WINDOW_CAP.default,
            growth_ppb_per_minute: params::RECAP_GROWTH.default,
        }
    }
}

impl RecapParams {
    /// Checks the hard bounds.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::LOT.check(self.lot_atoms)?;
        params::RECAP_AUCTION_CAP.check(self.auction_cap_ppb)?;
        params::RECAP_WINDOW_CAP.check(self.window_cap_ppb)?;
        params::RECAP_GROWTH.check(self.growth_ppb_per_minute)
    }
}

/// One lot on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LotOffer {
    /// Quote atoms the buyer of the lot pays.
    pub lot: Atoms,
    /// Shortfall of the expiry as fixed when the auction opened.
    pub shortfall: Atoms,
    /// Last clearing price, quote per whole token; at launch the price set at genesis.
    pub reference_price: Price,
    /// Seconds since the auction opened.
    pub elapsed_seconds: i64,
    /// Token supply, base units (6 decimals).
    pub supply: Shares,
    /// Tokens issued by all auctions of the last 90 days, base units.
    pub issued_90d: Shares,
}

/// Number of lots: shortfall / lot size, rounded up.
pub fn lot_count(shortfall: Atoms, params: &RecapParams) -> u64 {
    if params.lot_atoms == 0 {
        return 0;
    }
    shortfall.get().div_ceil(params.lot_atoms)
}

/// Size of lot `index` (from 0), the last one being the rest; `None` beyond the last. Exact.
pub fn lot_size(shortfall: Atoms, index: u64, params: &RecapParams) -> Option<Atoms> {
    let before = index.checked_mul(params.lot_atoms)?;
    let rest = shortfall.get().checked_sub(before)?;
    (rest > 0).then(|| Atoms::new(rest.min(params.lot_atoms)))
}

/// Tokens on offer for a lot, base units, rounded down in favour of the treasury. Full minutes count.
///
/// # Errors
/// `ZeroPrice` without a reference price, `TooSmall` for an empty lot or shortfall,
/// `IssueCapReached` if the 90-day cap leaves fewer tokens than the lot costs, `TooLarge`.
pub fn tokens_for_lot(offer: &LotOffer, params: &RecapParams) -> Result<Shares, RiskError> {
    if offer.reference_price.is_zero() {
        return Err(RiskError::ZeroPrice);
    }
    if offer.lot.is_zero() || offer.shortfall < offer.lot {
        return Err(RiskError::TooSmall);
    }
    let supply = offer.supply.get();
    let auction_cap =
        mul_div_floor(supply, params.auction_cap_ppb, ONE_PPB).ok_or(RiskError::TooLarge)?;
    let end = mul_div_floor(auction_cap, offer.lot.get(), offer.shortfall.get())
        .ok_or(RiskError::TooLarge)?;
    let doubled = offer.reference_price.get().saturating_mul(2);
    let start = mul_div_floor(offer.lot.get(), PRICE_SCALE, doubled).ok_or(RiskError::TooLarge)?;
    let tokens = grown(
        start,
        offer.elapsed_seconds,
        params.growth_ppb_per_minute,
        end,
    );
    let window =
        mul_div_floor(supply, params.window_cap_ppb, ONE_PPB).ok_or(RiskError::TooLarge)?;
    if tokens > window.saturating_sub(offer.issued_90d.get()) {
        return Err(RiskError::IssueCapReached);
    }
    Ok(Shares::new(tokens))
}

/// Clearing price of a lot, quote per whole token, rounded up: the next auction begins at twice of it, so
/// rounding never gives a token more. `None` without tokens or beyond u64.
pub fn clearing_price_ceil(paid: Atoms, tokens: Shares) -> Option<Price> {
    mul_div_ceil(paid.get(), PRICE_SCALE, tokens.get()).map(Price::new)
}

/// `start` * (1 + growth)^minutes by squaring in Q32, each step rounded down, at most `end`.
fn grown(start: u64, elapsed_seconds: i64, growth_ppb: u64, end: u64) -> u64 {
    let mut minutes = elapsed_seconds.max(0).unsigned_abs().wrapping_div(60);
    let mut base = mul_div_floor(ONE_PPB.saturating_add(growth_ppb), 1 << 32, ONE_PPB);
    let mut factor = Some(1u64 << 32);
    // At most 58 rounds; an overflow means the end was passed long ago.
    while minutes > 0 {
        if minutes & 1 == 1 {
            factor = product_q32(factor, base);
        }
        base = product_q32(base, base);
        minutes >>= 1;
    }
    factor
        .and_then(|f| mul_div_floor(start, f, 1 << 32))
        .map_or(end, |tokens| tokens.min(end))
}

fn product_q32(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    mul_div_floor(a?, b?, 1 << 32)
}
