//! Random legs in the scenarios of a margin, valued by the code of the margin.

use super::{price_bound, Random, Seen, LEAST_DEVIATION, U, YEAR};
use backstop_quantities::{Contracts, Ppb, Price, Vol};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::margin::{cells, describe, Leg, MarginParams, Scenario, VolMove};
use backstop_risk::pricing::Kind;

/// What the strike and a move relative to spot add to a price, in units: the strike 1.25, the move 1.
const RELATIVE_BOUND: f64 = 2.25;
/// What a leg loses by its notional of 30 bits, as a part of its value.
const NOTIONAL_BOUND: f64 = 2.0 * U;
/// What the margin charges of every leg with a deviation of its own.
const CHARGED: f64 = 170.0 * U;
/// From this strike in spots on, both are shifted right.
const FAR: f64 = 4.0;
/// s below which a cell takes the slower way, 2^-11.
const SLOW: f64 = 1.0 / 2_048.0;

/// A million, or as many as `BACKSTOP_RANDOM_CELLS` says.
fn random_cells() -> u64 {
    let wanted = std::env::var("BACKSTOP_RANDOM_CELLS").ok();
    wanted.map_or(1_000_000, |text| {
        text.parse().expect("BACKSTOP_RANDOM_CELLS is a number")
    })
}

/// A leg, its spot, and the parameters it is shocked by.
struct Drawn {
    leg: Leg,
    spot: u64,
    params: MarginParams,
}

/// Half of them under the default parameters, the others under any that are allowed.
fn params(random: &mut Random) -> MarginParams {
    let default = MarginParams::default();
    if random.unit() < 0.5 {
        return default;
    }
    MarginParams {
        scan_ppb: random.between(5e7, 5e8) as u64,
        vol_up_ppb: random.between(1e8, 1e9) as u64,
        vol_down_ppb: random.between(5e7, 3.5e8) as u64,
        ..default
    }
}

impl Drawn {
    /// A leg of 10 to 1 000 000 quote spot, 1 s to 2 years, worth 2^40 to 2^47 atoms at the larger of spot
    /// and strike; volatility from `least` to what a surface may hold. Spot is in whole quote, so that
    /// the spot of a scenario is exact.
    fn of(random: &mut Random, least_vol: f64, most_vol: f64) -> Self {
        let seconds = random.between(1.0, 63_072_000.0) as i64;
        let vol = random.between(least_vol, most_vol);
        let s = vol * (seconds as f64 / YEAR).sqrt();
        let spot = random.between(10.0, 1e6) as u64 * 1_000_000_000;
        let d1 = 17.0 * (random.unit() - 0.5);
        let moneyness = ((d1 - s / 2.0) * s).clamp(-8.0, 8.0);
        let strike = ((spot as f64 * (-moneyness).exp()) as u64).max(1);
        let worth = random.between(2f64.powi(40), 2f64.powi(47));
        let size = (worth * 1e9 / spot.max(strike) as f64) as i64 + 1;
        let short = random.unit() < 0.5;
        let leg = Leg {
            kind: random.kind(),
            strike: Price::new(strike),
            seconds_to_expiry: seconds,
            quantity: Contracts::new(if short { -size } else { size }),
            vol: Vol::new((vol * 1e6) as u32),
            vol_gap_ppm: 0,
            expiry_index: 0,
        };
        Self {
            leg,
            spot,
            params: params(random),
        }
    }

    /// The exact price of the leg in a scenario, quote scaled 1e18.
    fn exact(&self, spot: Price, vol: Vol) -> f64 {
        let terms = Terms {
            kind: self.leg.kind,
            spot,
            strike: self.leg.strike,
            seconds: self.leg.seconds_to_expiry,
            rate_ppb: 0,
            yield_ppb: 0,
            vol: Ppb::new(u64::from(vol.get()) * 1_000),
        };
        european_price(&terms).expect("in range") as f64
    }

    /// Compares every cell and says which classes it is of.
    fn check(&self, mut seen: impl FnMut(&Scenario, f64, f64, f64)) {
        let spot = Price::new(self.spot);
        let values = cells(&self.leg, spot, &self.params).expect("it fits");
        for (index, cell) in values.iter().enumerate() {
            let scenario = describe(index as u8, &self.params).expect("there are as many");
            let moved = u128::from(self.spot) * u128::from(scenario.spot_ppb) / 1_000_000_000;
            let moved = Price::new(moved as u64);
            let vol = f64::from(cell.vol.get()) / 1e6;
            let s = vol * (self.leg.seconds_to_expiry as f64 / YEAR).sqrt();
            let quantity = self.leg.quantity.get() as f64;
            let exact = self.exact(moved, cell.vol) / 1e18 * quantity;
            let error = (cell.value_atoms as f64 - exact).abs();
            let largest = spot.max(moved).max(self.leg.strike).get() as f64;
            let unit = largest / 1e9 * quantity.abs();
            let value = exact.abs() / unit;
            let bound = price_bound(vol, s) + RELATIVE_BOUND * U + NOTIONAL_BOUND * value;
            seen(&scenario, s, error / unit, bound + 1.0 / unit);
        }
    }

    fn text(&self) -> String {
        format!(
            "{:?} at spot {} under {:?}",
            self.leg, self.spot, self.params
        )
    }
}

/// How often a kind of cell was met.
const CLASSES: [&str; 11] = [
    "flat",
    "up",
    "down",
    "tilted",
    "in the tails",
    "call",
    "put",
    "short",
    "strike beyond four spots",
    "the slower way",
    "shocked beyond 1 000 %",
];

fn classes(drawn: &Drawn, scenario: &Scenario, s: f64) -> [bool; 11] {
    let leg = &drawn.leg;
    let vol = s / (leg.seconds_to_expiry as f64 / YEAR).sqrt();
    [
        scenario.vol == VolMove::Flat,
        scenario.vol == VolMove::Up,
        scenario.vol == VolMove::Down,
        matches!(scenario.vol, VolMove::TiltLow | VolMove::TiltHigh),
        scenario.damp_ppb < 1_000_000_000,
        leg.kind == Kind::Call,
        leg.kind == Kind::Put,
        leg.quantity.is_short(),
        leg.strike.get() as f64 > FAR * drawn.spot as f64,
        s < SLOW,
        vol > 10.0,
    ]
}

#[test]
fn a_million_random_cells_keep_their_bound() {
    let mut seen = Seen::default();
    let mut met = [0u64; 11];
    let mut random = Random(3);
    let wanted = random_cells();
    while seen.cells < wanted {
        let drawn = Drawn::of(&mut random, 0.05, 10.0);
        drawn.check(|scenario, s, error, bound| {
            seen.add(error, bound, &|| {
                format!("{scenario:?} of {}", drawn.text())
            });
            for (count, hit) in met.iter_mut().zip(classes(&drawn, scenario, s)) {
                *count += u64::from(hit);
            }
        });
    }
    seen.report("random cells");
    assert!(seen.bound <= CHARGED, "more than the margin charges");
    for (count, class) in met.iter().zip(CLASSES) {
        println!("cells {class}: {count} of {}", seen.cells);
        assert!(*count >= seen.cells / 100, "{class} met only {count} times");
    }
}

#[test]
fn random_cells_of_almost_no_deviation_keep_their_bound() {
    let mut seen = Seen::default();
    let mut random = Random(4);
    while seen.cells < 100_000 {
        // A millionth of a year's volatility, seconds before expiry, no strike further than that.
        let mut drawn = Drawn::of(&mut random, 1e-6, 4e-3);
        drawn.leg.seconds_to_expiry = 1 + (random.unit() * 3.0) as i64;
        let offset = 1.0 + 4e-6 * (random.unit() - 0.5);
        drawn.leg.strike = Price::new((drawn.spot as f64 * offset) as u64);
        drawn.check(|scenario, s, error, bound| {
            if s < LEAST_DEVIATION {
                seen.add(error, bound, &|| {
                    format!("{scenario:?} of {}", drawn.text())
                });
            }
        });
    }
    seen.report("random cells of almost no deviation");
}
