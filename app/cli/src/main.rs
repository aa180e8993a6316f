//! `backstop`: the command line.
//!
//! Exit codes: 0 everything worked, 1 some rows were refused (each is named on standard error),
//! 2 nothing useful could be done: wrong usage, unusable header, failed input or output.
#![deny(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::unwrap_used
)]

mod decimal;
mod price;

use clap::{Parser, Subcommand};
use std::io::{self, ErrorKind};
use std::process::ExitCode;

/// Prices options.
#[derive(Parser)]
#[command(name = "backstop", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const PRICE_HELP: &str = "\
Example:
  printf 'type,S,K,T_seconds,r,sigma\\nC,150,160,604800,0,0.8\\n' | backstop price

Ranges: S and K from 1e-9 to 18446744073.709551615 with at most 9 digits after the point; T_seconds whole, to
100 years; sigma to 100 with 9 digits; r and q within 10, and within 4 over the life, with 9 digits. Numbers may
have an exponent. Nothing is rounded on the way in.

Fields in double quotes may hold commas, quotes written twice and line breaks. Empty lines are dropped, a byte
order mark as well; a row keeps the line end it came with.

Exit codes: 0 every row was priced; 1 some were refused; 2 wrong usage, unusable header, failed input or output.";

#[derive(Subcommand)]
enum Command {
    /// Prices the options of a CSV table: standard input to standard output, row by row.
    ///
    /// The header names type (C or P), S, K, T_seconds, r, sigma and, if you like, style (E or A,
    /// European if missing) and q (0 if missing), in any order; other columns are kept as they are.
    /// Appended: bs_price, bs_delta, bs_gamma, bs_vega (for 100 points of volatility),
    /// bs_theta_per_year, bs_lower, bs_upper. Price and Greeks are European; the bounds enclose an
    /// American price and equal the price of a European row. A row that cannot be priced is left out
    /// and named on standard error, and the others go on.
    #[command(after_long_help = PRICE_HELP, override_usage = "backstop price < options.csv > priced.csv")]
    Price,
}

fn main() -> ExitCode {
    let Command::Price = Arguments::parse().command;
    match price::run(io::stdin(), io::stdout(), io::stderr().lock()) {
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
