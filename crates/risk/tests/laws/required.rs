//! The requirement against losses recomputed in the display grade: 33 scenarios, every leg.

use crate::book::{any_book, Book};
use crate::cases::{for_all, Class};
use crate::common::SPOT;
use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::margin::{describe, Leg, MarginParams, Scenario, VolMove};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

/// How a tier counts: option credit, and weight of underlying that does not cover.
#[derive(Clone, Copy)]
struct Tier {
    credit: f64,
    weight: f64,
    stable: f64,
}

const IM: Tier = Tier {
    credit: 0.8,
    weight: 0.8,
    stable: 0.95,
};

/// Volatility of a leg in a scenario, ppb, from the formulas of the model.
fn shocked(leg: &Leg, state: VolMove) -> u64 {
    let vol = f64::from(leg.vol.get()) / 1e6;
    let days = leg.seconds_to_expiry as f64 / 86_400.0;
    let ratio = 30.0 / days.max(1.0);
    let scale = ratio.powf(if ratio > 1.0 { 0.30 } else { 0.13 });
    let root = (days / 365.0).sqrt();
    let tilt = |side: f64| {
        let low = ((SPOT as f64 / leg.strike.get() as f64).ln() / (2.4 * root).max(0.01))
            .clamp(-1.0, 1.0);
        let tilted = vol * (1.0 + side * (0.25 - 0.1 * root).max(0.0625) * low);
        if tilted < vol {
            vol.min(tilted.max(0.4))
        } else {
            tilted
        }
    };
    let shocked = match state {
        VolMove::Flat => vol,
        VolMove::Up => (vol * (1.0 + 0.5 * scale)).max(0.4),
        VolMove::Down => vol.min((vol * (1.0 - 0.3 * scale)).max(0.4)),
        VolMove::TiltLow => tilt(1.0),
        VolMove::TiltHigh => tilt(-1.0),
    };
    (shocked * 1e9).round() as u64
}

/// What a leg is worth with spot and volatility as in the scenario, atoms.
fn worth(leg: &Leg, scenario: &Scenario) -> f64 {
    let spot = (u128::from(SPOT) * u128::from(scenario.spot_ppb) / 1_000_000_000) as u64;
    let terms = Terms {
        kind: leg.kind,
        spot: Price::new(spot),
        strike: leg.strike,
        seconds: leg.seconds_to_expiry,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(shocked(leg, scenario.vol)),
    };
    let price = european_price(&terms).expect("in range") as f64 / 1e18;
    leg.quantity.get() as f64 * price
}

fn credited(value: f64, tier: Tier) -> f64 {
    if value > 0.0 {
        value * tier.credit
    } else {
        value
    }
}

/// V of the book in a scenario, atoms.
fn value_in(book: &Book, scenario: &Scenario, tier: Tier) -> f64 {
    let mut by_expiry = [0.0f64; 8];
    for leg in &book.legs {
        by_expiry[usize::from(leg.expiry_index)] += worth(leg, scenario);
    }
    let options: f64 = by_expiry.iter().map(|value| credited(*value, tier)).sum();
    let covering = book.covering() as f64;
    let counted = covering + (book.units as f64 - covering) * tier.weight;
    let moved = scenario.spot_ppb as f64 / 1e9;
    cash(book, tier) + options + counted * 150.0 * moved
}

fn cash(book: &Book, tier: Tier) -> f64 {
    book.quote as f64 - book.debt as f64 + book.stable as f64 * tier.stable
}

/// What the account is worth when each expiry ends where it hurts most; `None` if that is unbounded.
fn least(book: &Book, tier: Tier) -> Option<f64> {
    if !book.is_bounded() {
        return None;
    }
    let ends = |expiry: u8| {
        let legs: Vec<&Leg> = book
            .legs
            .iter()
            .filter(|leg| leg.expiry_index == expiry)
            .collect();
        let covering = (-book.net_calls(expiry)).max(0) as f64;
        let prices = legs
            .iter()
            .map(|leg| leg.strike.get() as f64 / 1e9)
            .chain([0.0]);
        let paid = |leg: &&Leg, price: f64| {
            let above = price - leg.strike.get() as f64 / 1e9;
            let payoff = if leg.kind == Kind::Call {
                above
            } else {
                -above
            };
            leg.quantity.get() as f64 * payoff.max(0.0)
        };
        let total = |price: f64| {
            let options: f64 = legs.iter().map(|leg| paid(leg, price)).sum();
            credited(options, tier) + covering * price
        };
        prices.map(total).fold(f64::INFINITY, f64::min)
    };
    Some(cash(book, tier) + (0..8).map(ends).sum::<f64>())
}

/// The error of both sides: 4e-7 of four spots or the strike for each contract, 1e-8 of collateral.
fn tolerance(book: &Book) -> f64 {
    let legs = book.legs.iter().map(|leg| {
        let unit = (4 * SPOT).max(leg.strike.get()) as f64 / 1e9;
        leg.quantity.magnitude() as f64 * unit * 4e-7
    });
    20.0 + legs.sum::<f64>() + (book.units as f64 * 150.0 + book.stable as f64) * 1e-8
}

fn worst(book: &Book, tier: Tier) -> (u8, f64) {
    let params = MarginParams::default();
    let scenarios: Vec<Scenario> = (0..33).filter_map(|i| describe(i, &params)).collect();
    let now = value_in(book, &scenarios[0], tier);
    let mut found = (0, 0.0);
    for (index, scenario) in (0u8..).zip(&scenarios) {
        let loss = (now - value_in(book, scenario, tier)) * scenario.damp_ppb as f64 / 1e9;
        if loss > found.1 {
            found = (index, loss);
        }
    }
    found
}

#[test]
fn initial_margin_is_at_least_the_worst_damped_loss() {
    let classes: [Class<(Book, (u8, f64))>; 9] = [
        ("unbounded", |(b, _)| !b.is_bounded()),
        ("bounded", |(b, _)| b.is_bounded()),
        ("covered calls", |(b, _)| b.covering() > 0),
        ("several expiries", |(b, _)| b.expiries() > 1),
        ("worst at volatility as it is", |(_, w)| w.0 > 0 && w.0 < 9),
        ("worst at volatility up", |(_, w)| (9..18).contains(&w.0)),
        ("worst in a tail", |(_, w)| (18..24).contains(&w.0)),
        ("worst at volatility down", |(_, w)| (24..31).contains(&w.0)),
        ("held at the greatest loss", |(b, _)| {
            let got = b.assessed();
            least(b, IM).is_some_and(|l| {
                let greatest = got.v_im as f64 - l;
                got.r_im > 0 && (got.r_im as f64 - greatest).abs() <= tolerance(b)
            })
        }),
    ];
    let cases = any_book().prop_map(|book| {
        let worst = worst(&book, IM);
        (book, worst)
    });
    for_all("worst loss", cases, &classes, |(book, worst)| {
        let got = book.assessed();
        let greatest = least(book, IM).map_or(f64::INFINITY, |l| got.v_im as f64 - l);
        let owed = worst.1.min(greatest.max(0.0));
        prop_assert!(
            got.r_im as f64 + tolerance(book) >= owed,
            "{} for {owed} in scenario {}",
            got.r_im,
            worst.0
        );
        Ok(())
    });
}
