//! Our prices over the golden rows: what comes out on the machine is what the host computes, and that is
//! compared with 60-digit values in the tests of `backstop-risk`.

use super::super::sheet::Sheet;
use super::codes;
use super::machine::{Costs, Machine, Measured};
use super::vectors::rows;
use backstop_quantities::Vol;
use backstop_risk::display::{american_bounds, european_greeks, european_price, Terms};
use backstop_risk::pricing::{option_price, Kind};

/// The tables of `backstop-risk`: European rows have rates, American ones rates and yields.
const TABLES: [&str; 2] = [
    include_str!("../../../../../crates/risk/tests/vectors/european.csv"),
    include_str!("../../../../../crates/risk/tests/vectors/american.csv"),
];

/// Every golden row.
pub fn golden() -> Vec<Terms> {
    let all = TABLES.iter().flat_map(|table| rows(table));
    all.map(|row| row.terms()).collect()
}

/// Terms as `bench/vm` reads them.
pub fn written(terms: &Terms) -> Vec<u8> {
    let kind = match terms.kind {
        Kind::Call => 0,
        Kind::Put => 1,
    };
    let words = [
        terms.spot.get().to_le_bytes(),
        terms.strike.get().to_le_bytes(),
        terms.seconds.to_le_bytes(),
        terms.rate_ppb.to_le_bytes(),
        terms.yield_ppb.to_le_bytes(),
        terms.vol.get().to_le_bytes(),
    ];
    [&[kind], words.concat().as_slice()].concat()
}

/// Name, code, and whether the answer is the host's; none where the host has none either.
type Function = (&'static str, u8, fn(&Terms, &Measured) -> bool);

const FUNCTIONS: [Function; 4] = [
    ("price_european", codes::PRICE_EUROPEAN, |terms, got| {
        european_price(terms) == Ok(got.wide(0))
    }),
    (
        "price_european_greeks",
        codes::PRICE_EUROPEAN_GREEKS,
        same_greeks,
    ),
    ("american_bounds", codes::AMERICAN_BOUNDS, |terms, got| {
        american_bounds(terms)
            .is_ok_and(|bounds| (bounds.lower_e18, bounds.upper_e18) == (got.wide(0), got.wide(1)))
    }),
    ("price_margin", codes::PRICE_MARGIN, |terms, got| {
        let vol = Vol::new(u32::try_from(terms.vol.get() / 1_000).expect("a volatility in ppm"));
        let price = option_price(terms.kind, terms.spot, terms.strike, vol, terms.seconds);
        price.get() == got.word(0)
    }),
];

fn same_greeks(terms: &Terms, got: &Measured) -> bool {
    let host = european_greeks(terms).expect("golden rows are priced");
    let unsigned = [host.price_e18, host.gamma_e24, host.vega_e18];
    let signed = [host.delta_e18, host.theta_per_year_e18, host.rho_e18];
    let all = unsigned
        .into_iter()
        .chain(signed.map(|value| value as u128));
    all.enumerate()
        .all(|(index, value)| got.wide(index) == value)
}

/// Maximum and median over all golden rows; American bounds over those without negative rates.
pub fn measure(machine: &mut Machine, sheet: &mut Sheet) {
    let golden = golden();
    for (name, code, same) in FUNCTIONS {
        let mut costs = Costs::default();
        for terms in &golden {
            let Some(got) = machine.ask(code, &written(terms)) else {
                assert!(
                    terms.rate_ppb < 0 && code == codes::AMERICAN_BOUNDS,
                    "{name}: {terms:?}"
                );
                continue;
            };
            assert!(same(terms, &got), "{name}: {terms:?}");
            costs.note(got.cu);
        }
        sheet.set(name, costs.most(), "CU");
        sheet.set(&format!("{name}_median"), costs.median(), "CU");
    }
}
