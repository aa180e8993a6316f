//! The project's commands: `cargo xtask help` lists them, from any folder of the repository.

mod bench;
mod bench_native;
mod bench_vm;
mod build;
mod check;
mod compat;
mod demo;
mod documents;
mod idl;
mod lock;
mod project;
mod refusals;
mod rooms;
mod steps;

use anyhow::Result;
use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

/// The commands of the Backstop project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what compiling the program needs into the cache folder (.cache, or BACKSTOP_CACHE)
    Setup,
    /// Compile the program to target/deploy/backstop.so and generate its IDL
    Build(build::Options),
    /// Build, then run every check and test of the project
    Test,
    /// Build, then replay a market crash; arguments are passed on (try `cargo xtask demo --help`)
    #[command(disable_help_flag = true)]
    Demo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Build, measure, and compare with the committed ceilings in bench/ceilings.json; or, with
    /// --native, time the kernel on this machine
    Bench(bench::Options),
    /// Random actors until 50 000 instructions have landed and each of them 200 times (some 15 minutes)
    Soak,
    /// Formatting, lints, dependency policy, rooms, documents, generated files; no tests
    Check,
    /// Put back the two versions in Cargo.lock that a plain `cargo update` breaks
    RepairLock,
}

fn run(command: Command, project: &Project) -> Result<()> {
    match command {
        Command::Setup => build::setup(project),
        Command::Build(options) => build::build(project, &options),
        Command::Test => check::test(project),
        Command::Demo { args } => demo::demo(project, &args),
        Command::Bench(options) => bench::bench(project, &options),
        Command::Soak => check::soak(project),
        Command::Check => check::check(project),
        Command::RepairLock => lock::repair(project),
    }
}

/// Forgets what `cargo run` says about xtask's own package: build scripts that watch it would run again, and
/// everything behind them be compiled again.
fn forget_package() {
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("CARGO_PKG_") || known.starts_with("CARGO_MANIFEST_") {
            std::env::remove_var(&name);
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Set by rustup's proxies for their children; the IDL builder would install toolchains by it.
    std::env::remove_var("RUSTUP_TOOLCHAIN");
    // Everything is written to and read from `target` in the checkout.
    std::env::remove_var("CARGO_TARGET_DIR");
    let project = Project::find();
    forget_package();
    match project.and_then(|project| run(cli.command, &project)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
