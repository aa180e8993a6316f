//! Full margin of a thousand random portfolios.

use super::super::sheet::Sheet;
use super::book::Draft;
use super::cells::{cells, Cell};
use super::codes;
use super::input::Reader;
use super::machine::{Costs, Machine};
use super::portfolio::Book;
use backstop_quantities::YEAR_SECONDS;
use backstop_risk::margin::SCENARIO_COUNT;

const PORTFOLIOS: u64 = 1_000;
const LEGS: [usize; 5] = [1, 4, 8, 16, 32];
const HOLDINGS: [usize; 2] = [1, 4];

/// Maximum and median by legs and collaterals, and what a cell more costs.
pub fn measure(machine: &mut Machine, sheet: &mut Sheet) {
    let mut costs: [[Costs; 5]; 2] = Default::default();
    let (mut per_cell, mut ramped) = (Costs::default(), Costs::default());
    let mut near = [0; 2];
    for seed in 0..PORTFOLIOS {
        let draft = Draft::new(seed);
        for (holdings, costs) in HOLDINGS.iter().zip(&mut costs) {
            let measured =
                LEGS.map(|legs| full(machine, codes::MARGIN, &draft.written(legs, *holdings)));
            for (cost, costs) in measured.iter().zip(costs) {
                costs.note(*cost);
            }
        }
        let whole = draft.written(LEGS[4], HOLDINGS[1]);
        ramped.note(full(machine, codes::MARGIN_RAMPED, &whole));
        per_cell.note(cell_cost(machine, seed));
        for cell in cells(&book(&whole).portfolio().expect("it is complete")) {
            near[usize::from(is_near(&cell))] += 1;
        }
    }
    let [far, near] = near;
    eprintln!("{PORTFOLIOS} portfolios: |d| < 4 in {near} cells, not in {far}");
    assert!(near >= 9 * far, "too many distant cells");
    sheet.set("margin_cell", per_cell.most(), "CU");
    sheet.set("margin_cell_median", per_cell.median(), "CU");
    sheet.set("margin_32x33_ramped", ramped.most(), "CU");
    for (suffix, costs) in ["_1_collateral", ""].iter().zip(&costs) {
        for (legs, costs) in LEGS.iter().zip(costs) {
            let name = format!("margin_{legs}x33{suffix}");
            sheet.set(&name, costs.most(), "CU");
            sheet.set(&format!("{name}_median"), costs.median(), "CU");
        }
    }
}

/// What a cell more costs: 32 legs less one leg, over 31 x 33 cells, of an account whose loss has no bound,
/// so that both computations take the same way. Rounded up.
fn cell_cost(machine: &mut Machine, seed: u64) -> u64 {
    let draft = Draft::new(seed).exposed();
    let [few, many] =
        [LEGS[0], LEGS[4]].map(|legs| full(machine, codes::MARGIN, &draft.written(legs, 1)));
    let cells = (LEGS[4] - LEGS[0]) * SCENARIO_COUNT;
    (many - few).div_ceil(cells as u64)
}

/// Whether |d1| and |d2| are below 4, in floating point: a kernel that skips distant cells must not look
/// cheaper than it is.
fn is_near(cell: &Cell) -> bool {
    let moneyness = (cell.spot.get() as f64 / cell.strike.get() as f64).ln();
    let years = cell.seconds as f64 / YEAR_SECONDS as f64;
    let s = f64::from(cell.vol.get()) / 1e6 * years.sqrt();
    let d1 = moneyness / s + s / 2.0;
    d1.abs() < 4.0 && (d1 - s).abs() < 4.0
}

/// One portfolio; health at both tiers is the host's.
fn full(machine: &mut Machine, code: u8, written: &[u8]) -> u64 {
    let got = machine.ask(code, written).expect("it is assessed");
    let book = book(written);
    let host = match code {
        codes::MARGIN => book.assess(),
        _ => book.assess_ramped(),
    };
    let host = host.expect("it is assessed");
    let healths = (got.word(0) as i64, got.word(1) as i64);
    assert_eq!(healths, (host.health_im(), host.health_mm()));
    got.cu
}

fn book(written: &[u8]) -> Book {
    let mut book = Book::EMPTY;
    book.read(&mut Reader::new(written))
        .expect("it reads what was written");
    book
}
