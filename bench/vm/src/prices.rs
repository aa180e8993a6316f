//! Our prices. Each in a function of its own, as a program would call them.

use crate::codes;
use crate::input::Reader;
use crate::meter::{measured, Answer};
use backstop_quantities::{Ppb, Price, Vol};
use backstop_risk::display::{
    american_bounds, european_greeks, european_price, Bounds, DisplayError, Greeks, Terms,
};
use backstop_risk::pricing::{option_price, Kind};
use core::hint::black_box;

/// Terms as they stand in the instruction.
pub fn terms(reader: &mut Reader) -> Option<Terms> {
    Some(Terms {
        kind: match reader.u8()? {
            0 => Kind::Call,
            _ => Kind::Put,
        },
        spot: Price::new(reader.u64()?),
        strike: Price::new(reader.u64()?),
        seconds: reader.i64()?,
        rate_ppb: reader.i64()?,
        yield_ppb: reader.i64()?,
        vol: Ppb::new(reader.u64()?),
    })
}

#[inline(never)]
fn european(terms: &Terms) -> Result<u128, DisplayError> {
    european_price(terms)
}

#[inline(never)]
fn greeks(terms: &Terms) -> Result<Greeks, DisplayError> {
    european_greeks(terms)
}

#[inline(never)]
fn american(terms: &Terms) -> Result<Bounds, DisplayError> {
    american_bounds(terms)
}

#[inline(never)]
fn margin_grade(terms: &Terms, vol: Vol) -> Price {
    option_price(terms.kind, terms.spot, terms.strike, vol, terms.seconds)
}

/// Prices the terms that follow.
pub fn run(code: u8, reader: &mut Reader) -> Option<Answer> {
    let terms = terms(reader)?;
    let terms = black_box(&terms);
    let answer = Answer::new();
    match code {
        codes::PRICE_EUROPEAN => {
            let price = measured(|| european(terms)).ok()?;
            Some(answer.with(&price.to_le_bytes()))
        }
        codes::PRICE_EUROPEAN_GREEKS => {
            let got = measured(|| greeks(terms)).ok()?;
            let unsigned = [got.price_e18, got.gamma_e24, got.vega_e18];
            let signed = [got.delta_e18, got.theta_per_year_e18, got.rho_e18];
            let answer = unsigned
                .iter()
                .fold(answer, |answer, value| answer.with(&value.to_le_bytes()));
            Some(
                signed
                    .iter()
                    .fold(answer, |answer, value| answer.with(&value.to_le_bytes())),
            )
        }
        codes::AMERICAN_BOUNDS => {
            let got = measured(|| american(terms)).ok()?;
            let answer = answer.with(&got.lower_e18.to_le_bytes());
            Some(answer.with(&got.upper_e18.to_le_bytes()))
        }
        codes::PRICE_MARGIN => {
            // ppb to ppm, as the surface holds it.
            let vol = Vol::new(u32::try_from(terms.vol.get() / 1_000).ok()?);
            let price = measured(|| margin_grade(terms, black_box(vol)));
            Some(answer.with(&price.get().to_le_bytes()))
        }
        _ => None,
    }
}
