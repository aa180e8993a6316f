//! What every price obeys, on random options over the whole range a market can show.

#[path = "display/random.rs"]
mod random;

use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{
    american_bounds, european_greeks, european_price, implied_volatility, DisplayError, Terms,
    MAX_VOL,
};
use backstop_risk::pricing::Kind;
use proptest::prop_assert;
use random::{for_all, for_any, Case};

fn value(terms: &Terms) -> i128 {
    european_price(terms).expect("random terms are in range") as i128
}

fn certain(terms: &Terms) -> Terms {
    Terms {
        vol: Ppb::ZERO,
        ..*terms
    }
}

/// Twice the stated error of a price: 5e-16 of both discounted sides and 1e-18.
fn slack(terms: &Terms) -> i128 {
    let sides = (terms.spot.get() + terms.strike.get()) as i128;
    // A rate of at least -10 % over two years grows a side by less than 1.25.
    2 + (sides + sides / 4) / 1_000_000
}

fn with_strike(terms: &Terms, strike: u64) -> Terms {
    Terms {
        strike: Price::new(strike),
        ..*terms
    }
}

/// No negative rate, as American bounds need.
fn american(case: &Case) -> Terms {
    let terms = case.terms;
    Terms {
        rate_ppb: terms.rate_ppb.max(0),
        yield_ppb: terms.yield_ppb.max(0),
        ..terms
    }
}

#[test]
fn call_less_put_is_the_forward() {
    for_all("parity", |case| {
        let call = Terms {
            kind: Kind::Call,
            ..case.terms
        };
        let put = Terms {
            kind: Kind::Put,
            ..case.terms
        };
        let forward = value(&certain(&call)) - value(&certain(&put));
        let difference = value(&call) - value(&put) - forward;
        // Better than the error bound: a put takes what a call leaves, so only digits are cut.
        prop_assert!(difference.abs() <= 2, "{difference}");
        Ok(())
    });
}

#[test]
fn prices_stay_between_intrinsic_and_what_is_received() {
    for_all("bounds", |case| {
        let terms = case.terms;
        let price = value(&terms);
        let whole = match terms.kind {
            // The right to pay next to nothing: the discounted spot; and for a put its mirror.
            Kind::Call => value(&certain(&with_strike(&terms, 1))),
            Kind::Put => value(&certain(&Terms {
                spot: Price::new(1),
                ..terms
            })),
        };
        prop_assert!(price >= value(&certain(&terms)));
        // One unit of 1e-9, grown by less than 2.
        prop_assert!(price <= whole + 2_000_000_000);
        Ok(())
    });
}

#[test]
fn greeks_have_their_signs() {
    for_all("signs", |case| {
        let terms = case.terms;
        let got = european_greeks(&terms).expect("in range");
        prop_assert!(got.price_e18 as i128 == value(&terms));
        let most = 1_250_000_000_000_000_000;
        let (low, high) = match terms.kind {
            Kind::Call => (0, most),
            Kind::Put => (-most, 0),
        };
        prop_assert!(low <= got.delta_e18 && got.delta_e18 <= high);
        prop_assert!(got.rho_e18 == 0 || (got.rho_e18 > 0) == (high > 0));
        Ok(())
    });
}

#[test]
fn calls_fall_and_puts_rise_with_the_strike() {
    for_all("strike", |case| {
        let low = case.terms;
        let high = with_strike(&low, low.strike.get() + case.step(low.strike.get()));
        let (low_value, high_value) = (value(&low), value(&high));
        match low.kind {
            Kind::Call => prop_assert!(high_value <= low_value + slack(&high)),
            Kind::Put => prop_assert!(low_value <= high_value + slack(&high)),
        }
        let terms = american(case);
        let dear = with_strike(&terms, high.strike.get());
        let (less, more) = (american_bounds(&terms), american_bounds(&dear));
        let (less, more) = (less.expect("in range"), more.expect("in range"));
        let (less, more) = match low.kind {
            Kind::Call => (more, less),
            Kind::Put => (less, more),
        };
        prop_assert!(less.lower_e18 as i128 <= more.lower_e18 as i128 + slack(&high));
        prop_assert!(less.upper_e18 as i128 <= more.upper_e18 as i128 + slack(&high));
        Ok(())
    });
}

#[test]
fn prices_rise_with_volatility() {
    for_all("volatility", |case| {
        let calm = case.terms;
        let vol = Ppb::new(calm.vol.get() + case.step(calm.vol.get()));
        let wild = Terms { vol, ..calm };
        prop_assert!(value(&calm) <= value(&wild) + slack(&calm));
        let terms = american(case);
        let less = american_bounds(&terms).expect("in range");
        let more = american_bounds(&Terms { vol, ..terms }).expect("in range");
        prop_assert!(less.lower_e18 as i128 <= more.lower_e18 as i128 + slack(&terms));
        prop_assert!(less.upper_e18 as i128 <= more.upper_e18 as i128 + slack(&terms));
        Ok(())
    });
}

/// The upper bound always; the lower one where the American option equals the European one (a
/// call without yield, a put without rate).
#[test]
fn american_bounds_rise_with_time() {
    for_all("time", |case| {
        let soon = american(case);
        let more = case.step(soon.seconds.unsigned_abs()) as i64;
        let late = |terms: Terms| Terms {
            seconds: terms.seconds + more,
            ..terms
        };
        let bounds = |terms: &Terms| american_bounds(terms).expect("in range");
        let (near, far) = (bounds(&soon), bounds(&late(soon)));
        prop_assert!(near.lower_e18 <= near.upper_e18);
        prop_assert!(near.upper_e18 as i128 <= far.upper_e18 as i128 + slack(&soon));
        let plain = match soon.kind {
            Kind::Call => Terms {
                yield_ppb: 0,
                ..soon
            },
            Kind::Put => Terms {
                rate_ppb: 0,
                ..soon
            },
        };
        let (near, far) = (bounds(&plain), bounds(&late(plain)));
        prop_assert!((near.upper_e18 as i128 - near.lower_e18 as i128) <= slack(&soon));
        prop_assert!(near.lower_e18 as i128 <= far.lower_e18 as i128 + slack(&soon));
        Ok(())
    });
}

#[test]
fn prices_are_convex_in_the_strike() {
    for_all("convexity", |case| {
        let low = case.terms;
        let step = case.step(low.strike.get());
        let middle = with_strike(&low, low.strike.get() + step);
        let high = with_strike(&low, low.strike.get() + 2 * step);
        let butterfly = value(&low) + value(&high) - 2 * value(&middle);
        // Four prices' errors.
        prop_assert!(butterfly >= -2 * slack(&high), "{butterfly}");
        let bounds = |strike| {
            let terms = with_strike(&american(case), strike);
            let got = american_bounds(&terms).expect("in range");
            [got.lower_e18 as i128, got.upper_e18 as i128]
        };
        let [left, middle, right] = [low, middle, high].map(|terms| bounds(terms.strike.get()));
        for i in 0..2 {
            let butterfly = left[i] + right[i] - 2 * middle[i];
            prop_assert!(butterfly >= -2 * slack(&high), "American {i}: {butterfly}");
        }
        Ok(())
    });
}

/// Nonsense gets an error and sense a price; nothing overflows.
#[test]
fn any_terms_have_an_answer() {
    for_any("any terms", |terms| {
        let price = european_price(terms);
        prop_assert!(price.is_ok() == european_greeks(terms).is_ok());
        let negative = terms.rate_ppb < 0 || terms.yield_ppb < 0;
        prop_assert!(american_bounds(terms).is_ok() == (price.is_ok() && !negative));
        if let Ok(price) = price {
            let at = |vol| european_price(&Terms { vol, ..*terms }).expect("other volatility");
            match implied_volatility(terms, price) {
                Ok(vol) => prop_assert!(at(vol) >= price, "{vol:?} {price}"),
                // Where all volatilities price alike, the highest may err below this one.
                Err(error) => {
                    prop_assert!(error == DisplayError::PriceTooHigh, "{error}");
                    let sides = u128::from(terms.spot.get()) + u128::from(terms.strike.get());
                    // A side grows by less than e^4 < 55.
                    prop_assert!(price - at(MAX_VOL) <= 2 + sides * 55 / 1_000_000);
                }
            }
        }
        Ok(price.is_ok())
    });
}
