//! What single functions of the pure crates cost on the virtual machine, and what rivals do: the program in
//! `bench/vm` is asked one thing at a time.

mod book;
#[allow(dead_code, reason = "the native bench reads all of a cell")]
mod cells;
#[path = "../../../../../bench/vm/src/codes.rs"]
mod codes;
#[path = "../../../../../bench/vm/src/input.rs"]
mod input;
mod machine;
mod margin;
mod numbers;
#[path = "../../../../../bench/vm/src/portfolio.rs"]
mod portfolio;
mod prices;
mod random;
mod rivals;
#[path = "../../../../../crates/risk/tests/display/vectors.rs"]
mod vectors;

use super::sheet::Sheet;
use machine::Machine;

/// Measures numbers, prices, rivals and margin.
pub fn measure(sheet: &mut Sheet) {
    let mut machine = Machine::new();
    numbers::measure(&mut machine, sheet);
    prices::measure(&mut machine, sheet);
    rivals::measure(&mut machine, sheet);
    margin::measure(&mut machine, sheet);
}
