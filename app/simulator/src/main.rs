//! `backstop-simulator`: see `--help`.

use std::convert::Infallible;
use std::process::ExitCode;

use backstop_simulator::{cli, replay};
use clap::Parser;

fn main() -> ExitCode {
    cli::run(&cli::Args::parse(), |_, input| {
        Ok::<_, Infallible>(replay::market(input))
    })
}
