//! `check` and `test`: everything the project promises about its sources, in order of cost.

use crate::{
    bench, build, documents, idl,
    project::{on_path, run, Project},
    refusals, rooms,
    steps::Steps,
};
use anyhow::Result;
use std::process::Command;

const CARGO_DENY: &str = "0.20.2";

/// Builds the program and runs every check and test.
///
/// # Errors
/// The first failing step's.
pub(crate) fn test(project: &Project) -> Result<()> {
    build::need_room(project, 12_000)?;
    Steps::new()
        .then("formatting", || formatting(project))
        .then("rooms", || rooms::check(project))
        .then("documents", || documents::check(project))
        .then("set up the build route", || build::setup(project))
        .then("compile the program", || build::program(project))
        .then("generated files are the committed ones", || {
            idl::unchanged(project)
        })
        .then("runtime of the build route", || runtime(project))
        .then("tests of the workspace", || workspace(project))
        .then("errors in the docs of instructions", || {
            refusals::check(project)
        })
        .then("lints", || lints(project))
        .then("measurements against their ceilings", || {
            bench::within_bounds(project)
        })
        .run("everything passed")
}

/// Seeds of a long run of the random actors.
const SOAK_SEEDS: u32 = 300;

/// Builds the program and lets the random actors play for long.
///
/// # Errors
/// The rule they broke and how to see it again.
pub(crate) fn soak(project: &Project) -> Result<()> {
    build::setup(project)?;
    build::program(project)?;
    let mut test = project.cargo(&["test", "--locked", "-p", "backstop-tests"]);
    test.args([
        "--test",
        "invariants",
        "--",
        "--nocapture",
        "whatever_random_actors_do",
    ]);
    run(test.env("BACKSTOP_SOAK_SEEDS", SOAK_SEEDS.to_string()))
}

/// The checks that need no test run, and the dependency policy.
///
/// # Errors
/// The first failing step's.
pub(crate) fn check(project: &Project) -> Result<()> {
    build::need_room(project, 8_000)?;
    Steps::new()
        .then("formatting", || formatting(project))
        .then("rooms", || rooms::check(project))
        .then("documents", || documents::check(project))
        .then("dependency policy", || deny(project))
        .then("lints", || lints(project))
        .then("generated files are the committed ones", || {
            idl::unchanged(project)
        })
        .run("every check passed")
}

fn formatting(project: &Project) -> Result<()> {
    run(&mut project.cargo(&["fmt", "--all", "--", "--check"]))
}

fn lints(project: &Project) -> Result<()> {
    build::need_c_tools(project)?;
    let all = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    run(&mut project.cargo(&all))
}

fn workspace(project: &Project) -> Result<()> {
    build::need_c_tools(project)?;
    let mut tests = project.cargo(&["test", "--locked", "--workspace"]);
    tests.env(refusals::VARIABLE, refusals::folder(project)?);
    // The same cases for everybody: one in a million that a law forgot is found by `cargo test`, which draws
    // fresh ones, and stops nobody else's work.
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        tests.env("PROPTEST_RNG_SEED", "20261120");
    }
    run(&mut tests)
}

/// The build route's own arithmetic, against the host's.
fn runtime(project: &Project) -> Result<()> {
    let manifest = "sbf/rt/Cargo.toml";
    let target = project.path("target/sbf-rt");
    let mut command = project.cargo(&[
        "test",
        "--release",
        "--quiet",
        "--locked",
        "--manifest-path",
        manifest,
    ]);
    run(command.arg("--lib").env("CARGO_TARGET_DIR", target))
}

/// Bans, licences and sources; advisories would need a download outside the registries.
fn deny(project: &Project) -> Result<()> {
    let kept = project.cache("tools/bin/cargo-deny");
    let tool = if kept.is_file() {
        kept
    } else if on_path("cargo-deny") {
        "cargo-deny".into()
    } else {
        println!(
            "    installing cargo-deny {CARGO_DENY} into the cache folder, once (a few minutes)"
        );
        let mut install = project.cargo(&["install", "cargo-deny", "--locked", "--version"]);
        run(install
            .arg(CARGO_DENY)
            .arg("--root")
            .arg(project.cache("tools")))?;
        kept
    };
    let mut command = Command::new(tool);
    command.args(["--locked", "check", "bans", "licenses", "sources"]);
    run(command.current_dir(project.path(".")))
}
