//! Portfolios the margin tests share.

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{assess, Assessment, Holding, Leg, MarginParams, Portfolio};
use backstop_risk::pricing::Kind;

/// 150 quote.
pub const SPOT: u64 = 150_000_000_000;
/// Atoms of a quote.
pub const QUOTE: u64 = 1_000_000;
/// A contract.
pub const ONE: i64 = 1_000_000;

/// A leg seven days out per expiry slot, 80 % volatility; strike in quote.
pub fn leg(kind: Kind, strike: u64, quantity: i64, expiry_index: u8) -> Leg {
    Leg {
        kind,
        strike: Price::new(strike * 1_000_000_000),
        seconds_to_expiry: 604_800 * (i64::from(expiry_index) + 1),
        quantity: Contracts::new(quantity),
        vol: Vol::new(800_000),
        expiry_index,
    }
}

/// Underlying at SPOT, weights 80 % and 90 %.
pub fn underlying(units: u64) -> Holding {
    Holding {
        value_atoms: units * 150,
        contracts_equivalent: units,
        weight_im_ppb: 800_000_000,
        weight_mm_ppb: 900_000_000,
        moves_with_spot: true,
    }
}

/// An account at SPOT with a certain price.
pub fn account<'a>(quote_atoms: u64, holdings: &'a [Holding], legs: &'a [Leg]) -> Portfolio<'a> {
    Portfolio {
        spot: Price::new(SPOT),
        confidence_ppb: 1_000_000,
        quote_atoms,
        debt_atoms: 0,
        holdings,
        legs,
    }
}

/// Assessed with the default parameters.
pub fn assessed(portfolio: &Portfolio) -> Assessment {
    assess(portfolio, &MarginParams::default()).expect("within range")
}
