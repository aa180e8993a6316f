//! Display-grade prices against 60-digit European, high-precision American and printed values.

#[path = "display/vectors.rs"]
mod vectors;

use backstop_risk::display::{
    american_bounds, european_greeks, european_price, implied_volatility, Terms,
};
use backstop_risk::pricing::Kind;
use vectors::{rows, Row};

/// 1 / sqrt(2 pi), the largest density.
const PEAK: f64 = 0.398_942_280_401_432_7;

/// The largest of a kind of error, printed at the end.
#[derive(Default)]
struct Worst(f64);

impl Worst {
    fn see(&mut self, error: f64) {
        self.0 = self.0.max(error);
    }

    fn report(&self, what: &str, allowed: f64) {
        println!("{what}: worst {:.2e}, allowed {allowed:.0e}", self.0);
        assert!(self.0 <= allowed, "{what}: {:e}", self.0);
    }
}

fn european() -> Vec<Row> {
    rows(include_str!("vectors/european.csv"))
}

#[test]
fn european_prices_meet_every_row() {
    let rows = european();
    assert_eq!(rows.len(), 4_000);
    let mut worst = Worst::default();
    for row in &rows {
        let price = european_price(&row.terms()).expect("every row is priced") as i128;
        worst.see((price - row.e18("price")).abs() as f64 / row.unit_e18());
        let terms = row.terms();
        let most = match terms.kind {
            Kind::Call => terms.spot,
            Kind::Put => terms.strike,
        };
        // A put is worth at most K e^(-rT), above K only where r is negative.
        let grown = if terms.rate_ppb < 0 { 1.11 } else { 1.0 };
        assert!(price as f64 <= most.get() as f64 * 1e9 * grown * (1.0 + 1e-15));
    }
    // A thousandth of the 1e-12 the tables call reachable; what is promised is 1e-9.
    worst.report("price / max(S, K)", 1e-15);
}

#[test]
fn european_greeks_meet_every_row() {
    let [mut delta, mut gamma, mut vega, mut theta, mut rho] = [(); 5].map(|()| Worst::default());
    for row in &european() {
        let terms = row.terms();
        let got = european_greeks(&terms).expect("every row is priced");
        assert_eq!(got.price_e18, european_price(&terms).expect("priced"));
        let root = (terms.seconds as f64 / 31_536_000.0).sqrt();
        let (spot, s) = (row.number("S"), row.number("sigma") * root);
        delta.see((got.delta_e18 - row.e18("delta")).abs() as f64 / 1e18);
        let exact = vectors::scaled(row.text("gamma"), 24);
        let miss = (got.gamma_e24 as i128 - exact).abs() as f64 / 1e24;
        gamma.see(miss * spot * s / PEAK);
        let miss = (got.vega_e18 as i128 - row.e18("vega")).abs() as f64 / 1e18;
        vega.see(miss / (spot * root * PEAK));
        // Decay at its largest, and the carry of both sides.
        let scale = spot * PEAK * s / (2.0 * root * root) + 0.25 * row.unit_e18() / 1e18;
        let miss = (got.theta_per_year_e18 - row.e18("theta_per_year")).abs() as f64 / 1e18;
        theta.see(miss / scale);
        let miss = (got.rho_e18 - row.e18("rho")).abs() as f64;
        rho.see(miss / (row.unit_e18() * root * root));
    }
    delta.report("delta", 5e-13);
    gamma.report("gamma S / its maximum", 1e-12);
    vega.report("vega / S / its maximum", 1e-12);
    theta.report("theta / (largest decay + carry)", 1e-12);
    rho.report("rho / (max(S, K) T)", 1e-12);
}

#[test]
fn american_bounds_hold_on_every_row() {
    let rows = rows(include_str!("vectors/american.csv"));
    assert_eq!(rows.len(), 1_600);
    let (mut outside, mut ours) = (Worst::default(), Worst::default());
    for row in &rows {
        let bounds = american_bounds(&row.terms()).expect("every row is priced");
        let (lower, upper) = (bounds.lower_e18 as i128, bounds.upper_e18 as i128);
        let price = row.e18("price");
        assert!(lower <= upper, "{}", row.text("id"));
        outside.see((lower - price).max(price - upper).max(0) as f64 / row.unit_e18());
        // The table's own bounds are double precision.
        let difference = (lower - row.e18("lower_bound"))
            .abs()
            .max((upper - row.e18("upper_bound")).abs());
        ours.see(difference as f64 / row.unit_e18());
    }
    outside.report("reference outside the bounds / max(S, K)", 1e-15);
    ours.report("difference to the table's bounds / max(S, K)", 1e-15);
}

/// Half a unit of the last printed digit.
fn half_digit(printed: &str) -> f64 {
    let digits = printed.split_once('.').map_or(0, |(_, rest)| rest.len());
    0.5 * 10f64.powi(-(digits as i32)) * (1.0 + 1e-6)
}

fn quantity(row: &Row, terms: &Terms) -> f64 {
    let greeks = european_greeks(terms).expect("every row is priced");
    let e18 = match row.text("quantity") {
        "price" => greeks.price_e18 as f64,
        "delta" => greeks.delta_e18 as f64,
        "vega" => greeks.vega_e18 as f64,
        "theta_per_year" => greeks.theta_per_year_e18 as f64,
        "rho" => greeks.rho_e18 as f64,
        other => panic!("no quantity {other}"),
    };
    e18 / 1e18
}

fn literature(style: &str) -> Vec<Row> {
    let mut rows = rows(include_str!("vectors/literature.csv"));
    rows.retain(|row| row.text("style") == style);
    rows
}

#[test]
fn printed_european_values_agree_to_the_digit() {
    let rows = literature("E");
    let mut agreed = 0;
    for row in &rows {
        let got = quantity(row, &row.terms());
        // Ours is the exact value, whatever was printed.
        assert!((got - row.number("recomputed")).abs() < 1e-7, "{got}");
        let agrees = (got - row.number("printed")).abs() <= half_digit(row.text("printed"));
        assert_eq!(
            agrees,
            row.text("agrees_to_printed_digits") == "yes",
            "{got}"
        );
        agreed += u32::from(agrees);
    }
    // Two print 1.8734 for 1.87334.
    assert_eq!((rows.len(), agreed), (42, 40));
}

/// Printed are approximations, coarse grids and trees: none leaves the bounds.
#[test]
fn printed_american_values_lie_inside_the_bounds() {
    let rows = literature("A");
    assert_eq!(rows.len(), 95);
    for row in &rows {
        let bounds = american_bounds(&row.terms()).expect("every row is priced");
        let half = half_digit(row.text("printed"));
        let lower = bounds.lower_e18 as f64 / 1e18 - half;
        let upper = bounds.upper_e18 as f64 / 1e18 + half;
        let (printed, exact) = (row.number("printed"), row.number("recomputed"));
        assert!(lower <= printed && printed <= upper, "{printed}");
        assert!(lower <= exact && exact <= upper, "{exact}");
    }
}

#[test]
fn implied_volatility_inverts_every_row_that_has_one() {
    let mut worst = Worst::default();
    let (mut inverted, mut flat) = (0, 0);
    for row in &european() {
        let terms = row.terms();
        let greeks = european_greeks(&terms).expect("every row is priced");
        let found = implied_volatility(&terms, greeks.price_e18).expect("within range");
        let again = european_price(&Terms {
            vol: found,
            ..terms
        })
        .expect("priced");
        assert!(again >= greeks.price_e18, "{found:?}");
        if let Some(less) = found.get().checked_sub(1) {
            let vol = backstop_quantities::Ppb::new(less);
            let below = european_price(&Terms { vol, ..terms }).expect("priced");
            assert!(below < greeks.price_e18, "{found:?}");
        }
        // One ppb moves the price by vega / 1e9; 1e-18 quote and 1e-17 of S are its resolution.
        let sharp = greeks.vega_e18 as f64 / 1e9 > 10.0 + row.unit_e18() * 1e-16;
        if sharp {
            worst.see(terms.vol.get().abs_diff(found.get()) as f64);
            inverted += 1;
        } else {
            flat += 1;
        }
    }
    println!("{inverted} rows inverted, {flat} too flat to tell");
    assert!(inverted > 2_500);
    worst.report("implied volatility, ppb", 1.0);
}
