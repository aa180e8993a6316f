//! The command line: arguments, what is printed, exit codes.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::input::{prepare, Input};
use crate::report::{self, Recording};
use crate::scenario;

/// Exit code when an atom is unaccounted for or a rule of the protocol did not hold.
pub const EXIT_UNACCOUNTED: u8 = 1;
/// Exit code for input that cannot be used (clap's own for wrong arguments, too).
pub const EXIT_BAD_INPUT: u8 = 2;
/// Exit code when the replay or the writing of its report failed.
pub const EXIT_FAILED: u8 = 3;

/// Replays a market against the real program, in an embedded chain, and writes a report.
#[derive(Debug, Clone, Parser)]
#[command(name = "backstop-simulator", version, args_override_self = true)]
pub struct Args {
    /// The compiled program
    #[arg(long, value_name = "PATH", default_value = "target/deploy/backstop.so")]
    pub program: PathBuf,
    /// A CSV file with open_time_unix,open,high,low,close (more columns are fine), or exchange klines
    #[arg(long, value_name = "FILE")]
    pub candles: Option<PathBuf>,
    /// A shipped scenario by name, or a .toml file of your own; with --candles it gives the settings only
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// Decides everything random: the same seed gives the same run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Folder of the report
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    pub out: PathBuf,
    /// Print the verdict only
    #[arg(long)]
    pub quiet: bool,
    /// Name the shipped scenarios and stop
    #[arg(long)]
    pub list_scenarios: bool,
}

/// Runs the command: prepares the input, hands it to `replay`, prints and writes what comes back. An error of the replay
/// is shown in its alternate form, which for `anyhow` is the whole chain of causes.
pub fn run<E: std::fmt::Display>(
    args: &Args,
    replay: impl FnOnce(&Args, &Input) -> Result<Recording, E>,
) -> ExitCode {
    if args.list_scenarios {
        return match scenario::list() {
            Ok(list) => {
                say(&list);
                ExitCode::SUCCESS
            }
            Err(error) => stop(EXIT_BAD_INPUT, &error),
        };
    }
    let input = match prepare(args) {
        Ok(input) => input,
        Err(error) => return stop(EXIT_BAD_INPUT, &error),
    };
    match replay(args, &input) {
        Ok(recording) => present(args, &recording),
        Err(error) => stop(EXIT_FAILED, &format!("the replay failed: {error:#}")),
    }
}

/// Prints. A reader that has gone away (`| head`) is no reason to fail: the report is in its files.
fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    if output.write_all(text.as_bytes()).is_ok() {
        output.flush().unwrap_or_default();
    }
}

fn stop(code: u8, message: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(code)
}

/// Prints and writes the report. The exit code tells whether the books close.
fn present(args: &Args, recording: &Recording) -> ExitCode {
    if !args.quiet {
        say(&format!(
            "{}\n{}\n",
            report::timeline(recording),
            report::final_tables(recording)
        ));
    }
    say(&report::verdict(recording));
    match report::deliver(recording, &args.out) {
        Ok(files) if !args.quiet => say(&format!("Report: {}\n", files.html.display())),
        Ok(_) => {}
        Err(error) => return stop(EXIT_FAILED, &error),
    }
    let closed = recording
        .settlement
        .as_ref()
        .is_none_or(|settlement| settlement.discrepancies().is_empty());
    match closed && recording.violation.is_none() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(EXIT_UNACCOUNTED),
    }
}
