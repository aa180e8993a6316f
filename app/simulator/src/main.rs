//! `backstop-simulator`: see `--help`.

use std::process::ExitCode;

use backstop_simulator::chain::{self, Progress};
use backstop_simulator::cli;
use clap::Parser;

fn main() -> ExitCode {
    cli::run(&cli::Args::parse(), |args, input| {
        let progress = if args.quiet {
            Progress::Silent
        } else {
            Progress::Told
        };
        chain::replay(input, progress)
    })
}
