//! Portfolios the margin tests share; no test uses all of it.
#![allow(dead_code)]

use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{
    assess, Assessment, Holding, Leg, MarginParams, Portfolio, Regime, PLAIN_EXPIRIES,
};
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
        vol_gap_ppm: 0,
        expiry_index,
    }
}

/// A holding weighed in percent at initial and maintenance margin.
pub fn weighed(value_atoms: u64, im: u64, mm: u64) -> Holding {
    let part = |percent: u64| (u128::from(value_atoms) * u128::from(percent) / 100) as u64;
    Holding {
        value_atoms,
        im_atoms: part(im),
        mm_atoms: part(mm),
        ..Holding::default()
    }
}

/// Underlying at SPOT, weights 80 % and 90 %.
pub fn underlying(units: u64) -> Holding {
    Holding {
        contracts_equivalent: units,
        moves_with_spot: true,
        ..weighed(units * 150, 80, 90)
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
        expiries: &PLAIN_EXPIRIES,
    }
}

/// Assessed with the default parameters.
pub fn assessed(portfolio: &Portfolio) -> Assessment {
    assess(portfolio, &Regime::of(&MarginParams::default())).expect("within range")
}
