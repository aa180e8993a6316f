//! The requirement against losses recomputed in the display grade: 33 scenarios, every leg.

use crate::book::{any_book, Book};
use crate::cases::{for_all, Class};
use crate::common::SPOT;
use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::margin::{describe, Leg, MarginParams, Scenario, VolMove};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

/// How a tier counts: option credit, and weights of underlying and stable coin.
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
    let (mut all, mut calls) = ([0.0f64; 8], [0.0f64; 8]);
    for leg in &book.legs {
        let (slot, worth) = (usize::from(leg.expiry_index), worth(leg, scenario));
        all[slot] += worth;
        if leg.kind == Kind::Call {
            calls[slot] += worth;
        }
    }
    let options: f64 = all.iter().map(|value| credited(*value, tier)).sum();
    let short_calls: f64 = (0..8).map(|e| (-calls[e]).min(-all[e]).max(0.0)).sum();
    let underlying = book.units as f64 * 150.0 * scenario.spot_ppb as f64 / 1e9;
    let haircut = underlying * (1.0 - tier.weight);
    let waived = haircut.min((1.0 - tier.credit) * short_calls);
    cash(book, tier) + options + underlying - haircut + waived
}

fn cash(book: &Book, tier: Tier) -> f64 {
    book.quote as f64 - book.debt as f64 + book.stable as f64 * tier.stable
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
    let classes: [Class<(Book, (u8, f64))>; 10] = [
        ("unbounded", |(b, _)| !b.is_bounded()),
        ("bounded", |(b, _)| b.is_bounded()),
        ("covered calls", |(b, _)| b.units > 0 && b.short_calls() > 0),
        ("initial margin scaled", |(b, _)| b.scale > 1_000_000_000),
        ("several expiries", |(b, _)| b.expiries() > 1),
        ("worst at volatility as it is", |(_, w)| w.0 > 0 && w.0 < 9),
        ("worst at volatility up", |(_, w)| (9..18).contains(&w.0)),
        ("worst in a tail", |(_, w)| (18..24).contains(&w.0)),
        ("worst at volatility down", |(_, w)| (24..31).contains(&w.0)),
        ("held at the greatest loss", |(b, _)| {
            let got = b.assessed();
            b.least().is_some_and(|l| {
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
        let greatest = book.least().map_or(f64::INFINITY, |l| got.v_im as f64 - l);
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
