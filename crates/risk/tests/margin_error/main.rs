//! The margin grade against the display grade: the bound of `docs/risk.md`, section 13, holds in every
//! table interval and in a million random cells of the margin's own grid, and is no more than ten times
//! what is seen.

mod grid;

use backstop_quantities::normal::cdf_q30;
use backstop_quantities::precise::cdf_q60;
use backstop_quantities::{Ppb, Price, Vol};
use backstop_risk::display::{european_price, Terms};
use backstop_risk::pricing::{option_price, Kind};

/// A unit of Q30.
const U: f64 = 1.0 / 1_073_741_824.0;
/// phi(0).
const PEAK: f64 = 0.398_942_280_401_432_7;
/// A line of the table over a step of 1/512, in units: h^2/16 of the greatest |phi'|, which is phi(1),
/// and h^3/8 of the greatest |phi''|, which is phi(0), for its change along the step.
const LINE_REST: f64 = 0.241_970_724_519_143_4 * 256.0 + PEAK;
/// Phi, in units: the line, half a unit of its nodes, a floor.
const PHI_BOUND: f64 = LINE_REST + 0.5 + 1.0;
/// What [`cdf_q30`] loses by cutting its argument to Q27, in units.
const CUT_BOUND: f64 = PEAK * 7.0;
/// sqrt(years), in units: the integer root, its factor over two years, the floor.
const ROOT_BOUND: f64 = 0.73 + 0.5 + 1.0;
/// The least s the kernel divides by.
const LEAST_DEVIATION: f64 = 1.0 / 1_048_576.0;
const YEAR: f64 = 31_536_000.0;

/// Error of a price as a part of max(S, K), before it is cut to 1e-9 quote.
fn price_bound(vol: f64, s: f64) -> f64 {
    let probabilities = 2.0 * PHI_BOUND;
    // The smaller of S and K relative to the larger, the sum, and the common shift of d1 and d2.
    let floors = 1.0 + 1.0 + 0.02;
    // s is floored, then rounded to Q27.
    let deviation = PEAK * (vol * ROOT_BOUND + 1.0 + 4.0);
    let lifted = PEAK * (LEAST_DEVIATION - s).max(0.0);
    (probabilities + floors + deviation) * U + lifted
}

/// The greatest error met, its bound, and the greatest bound.
#[derive(Default, Debug)]
struct Seen {
    cells: u64,
    error: f64,
    nearest: f64,
    bound: f64,
}

impl Seen {
    fn add(&mut self, error: f64, bound: f64, what: &dyn Fn() -> String) {
        assert!(error <= bound, "{error:e} exceeds {bound:e} at {}", what());
        self.cells += 1;
        self.error = self.error.max(error);
        self.nearest = self.nearest.max(error / bound);
        self.bound = self.bound.max(bound);
    }

    fn report(&self, name: &str) {
        println!(
            "{name}: {} cells, largest error {:.3e}, largest bound {:.3e}, nearest to its bound {:.2}",
            self.cells, self.error, self.bound, self.nearest
        );
        assert!(
            self.bound <= 10.0 * self.error,
            "{name}: the bound is too loose"
        );
    }
}

/// One option, priced in both grades.
struct Cell {
    kind: Kind,
    spot: u64,
    strike: u64,
    vol_ppm: u32,
    seconds: i64,
}

impl Cell {
    /// An option of given d1 and s, lasting `seconds`.
    fn at(kind: Kind, spot: u64, d1: f64, s: f64, seconds: i64) -> Self {
        let vol = s / (seconds as f64 / YEAR).sqrt();
        let moneyness = (d1 - s / 2.0) * s;
        Self {
            kind,
            spot,
            strike: ((spot as f64 * (-moneyness).exp()) as u64).max(1),
            vol_ppm: (vol * 1e6) as u32,
            seconds,
        }
    }

    fn check(&self, seen: &mut Seen) {
        let (spot, strike) = (Price::new(self.spot), Price::new(self.strike));
        let coarse = option_price(
            self.kind,
            spot,
            strike,
            Vol::new(self.vol_ppm),
            self.seconds,
        );
        let terms = Terms {
            kind: self.kind,
            spot,
            strike,
            seconds: self.seconds,
            rate_ppb: 0,
            yield_ppb: 0,
            vol: Ppb::new(u64::from(self.vol_ppm) * 1_000),
        };
        let exact = european_price(&terms).expect("in range") as i128;
        let error = (i128::from(coarse.get()) * 1_000_000_000 - exact).abs() as f64 / 1e9;
        let unit = self.spot.max(self.strike) as f64;
        let vol = f64::from(self.vol_ppm) / 1e6;
        let s = vol * (self.seconds as f64 / YEAR).sqrt();
        let bound = price_bound(vol, s) + 1.0 / unit;
        seen.add(error / unit, bound, &|| {
            format!(
                "{:?} S {} K {} vol {} ppm, {} s",
                self.kind, self.spot, self.strike, self.vol_ppm, self.seconds
            )
        });
    }
}

/// Splitmix64: the same cells in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.unit())
    }

    fn kind(&mut self) -> Kind {
        if self.next() & 1 == 0 {
            Kind::Call
        } else {
            Kind::Put
        }
    }
}

#[test]
fn phi_keeps_its_bound_in_every_table_interval() {
    let mut seen = Seen::default();
    let half = 1i64 << 20;
    for line in -3_136i64..3_136 {
        let start = line << 21;
        let edges = [0, 8, half - 8, half, half + 8, 2 * half - 8];
        let inside = (0..64).map(|i| (i << 15) + 12_344);
        for x in edges.into_iter().chain(inside).map(|offset| start + offset) {
            let exact = cdf_q60(x << 26) as f64 / (1u64 << 60) as f64;
            let error = (cdf_q30(x) as f64 * U - exact).abs();
            seen.add(error, PHI_BOUND * U, &|| format!("x = {x} in Q30"));
            let cut = x + 7;
            let exact = cdf_q60(cut << 26) as f64 / (1u64 << 60) as f64;
            let error = (cdf_q30(cut) as f64 * U - exact).abs();
            seen.add(error, (PHI_BOUND + CUT_BOUND) * U, &|| format!("x = {cut}"));
        }
    }
    seen.report("Phi, every interval");
}

#[test]
fn prices_keep_their_bound_in_every_table_interval() {
    let mut seen = Seen::default();
    let mut random = Random(1);
    for half_steps in -6_272i32..=6_272 {
        // The nodes and the middles of the lines, where the error is largest, either way.
        let d1 = f64::from(half_steps) / 1_024.0 + 1e-8;
        for index in 1..=20i32 {
            let s = f64::from(index * index) / 64.0;
            // Long enough that the volatility stays below 2 000 %.
            let shortest = 86_400f64.max((s / 20.0).powi(2) * YEAR);
            let seconds = random.between(shortest, 63_072_000.0) as i64;
            let spot = random.between(1e9, 1e15) as u64;
            Cell::at(random.kind(), spot, d1, s, seconds).check(&mut seen);
        }
    }
    seen.report("prices, every interval");
}

#[test]
fn random_prices_keep_their_bound() {
    let (mut seen, mut tiny) = (Seen::default(), Seen::default());
    let mut random = Random(2);
    for _ in 0..100_000 {
        let seconds = random.between(1.0, 63_072_000.0) as i64;
        let vol = random.between(0.05, 20.0);
        let s = vol * (seconds as f64 / YEAR).sqrt();
        let spot = random.between(1e9, 1e15) as u64;
        let d1 = 17.0 * (random.unit() - 0.5);
        Cell::at(random.kind(), spot, d1, s, seconds).check(&mut seen);
    }
    // Below the least deviation: a volatility no surface holds, seconds before expiry.
    for _ in 0..100_000 {
        let s = random.between(1e-8, LEAST_DEVIATION);
        let spot = random.between(1e12, 1e15) as u64;
        let d1 = 4.0 * (random.unit() - 0.5);
        Cell::at(random.kind(), spot, d1, s, 30).check(&mut tiny);
    }
    seen.report("random prices");
    tiny.report("random prices of almost no deviation");
}
