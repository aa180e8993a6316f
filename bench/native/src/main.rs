//! Speed of the kernel on this machine, as a table in Markdown.
//!
//!     backstop-bench-native QUANTLIB
//!
//! QUANTLIB is the compiled `quantlib.cpp`; it prices the same options in the same run. Every time is the
//! best of several passes, because other work on the machine only ever makes one slower.

mod accounts;
#[path = "../../../tests/src/bin/bench/kernel/book.rs"]
#[allow(
    dead_code,
    reason = "exposed books are measured on the virtual machine only"
)]
mod book;
#[path = "../../../tests/src/bin/bench/kernel/cells.rs"]
mod cells;
#[path = "../../vm/src/input.rs"]
mod input;
#[path = "../../vm/src/portfolio.rs"]
#[allow(dead_code, reason = "only the virtual machine's bench calls `assess`")]
mod portfolio;
mod prices;
#[path = "../../../tests/src/bin/bench/kernel/random.rs"]
mod random;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(quantlib) = std::env::args_os().nth(1) else {
        eprintln!("usage: backstop-bench-native QUANTLIB");
        return ExitCode::from(2);
    };
    let mut table = table::Table::default();
    let in_margin = accounts::measure(&mut table);
    if let Err(error) = prices::measure(&mut table, quantlib.as_ref(), in_margin) {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    print!("{table}");
    ExitCode::SUCCESS
}
