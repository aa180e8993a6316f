//! `demo`: the simulator on the program just built.

use crate::{
    build,
    project::{run, Project},
    steps::Steps,
};
use anyhow::Result;
use std::process::Command;

/// Builds the program and runs the simulator from the caller's folder, so that a relative
/// `--candles FILE` means what the caller meant.
///
/// # Errors
/// The build's, or that the simulator ended with a failure.
pub(crate) fn demo(project: &Project, args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        return simulator(project, args);
    }
    build::need_room(project, 8_000)?;
    Steps::new()
        .then("set up the build route", || build::setup(project))
        .then("compile the program", || build::program(project))
        .then("replay the market", || simulator(project, args))
        .run("the demo is over and its books close")
}

fn simulator(project: &Project, args: &[String]) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--locked", "--manifest-path"])
        .arg(project.path("Cargo.toml"));
    command
        .args(["-p", "backstop-simulator", "--", "--program"])
        .arg(project.path(build::PROGRAM));
    // The report goes to the checkout's target folder, wherever the command was given.
    if !args.iter().any(|arg| arg.starts_with("--out")) {
        command.arg("--out").arg(project.path("target/demo"));
    }
    run(command.args(args))
}
