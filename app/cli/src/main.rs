//! `backstop`: the command line.
//!
//! Exit codes: 0 everything worked, 1 some rows were refused (each is named on standard error),
//! 2 nothing useful could be done: wrong usage, unusable header, failed input or output.
#![deny(clippy::float_arithmetic, clippy::unwrap_used)]

mod decimal;
mod price;

use clap::{Parser, Subcommand};
use std::io::{self, ErrorKind};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "backstop", version, about = "Backstop on the command line")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prices the options of a CSV table: standard input to standard output, row by row.
    ///
    /// The header names type (C or P), S, K, T_seconds, r, sigma and, if you like, style (E or A,
    /// European if missing) and q (0 if missing), in any order; other columns are kept as they are.
    /// Appended: bs_price, bs_delta, bs_gamma, bs_vega, bs_theta_per_year, bs_lower, bs_upper. A row
    /// that cannot be priced is left out and named on standard error, and the exit code is 1.
    Price,
}

fn main() -> ExitCode {
    let Command::Price = Arguments::parse().command;
    match price::run(io::stdin().lock(), io::stdout().lock(), io::stderr().lock()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) if reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backstop price: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether whoever read our output has seen enough, as `head` does.
fn reader_left(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(ErrorKind::BrokenPipe)
}
