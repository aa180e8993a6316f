//! `bench --native`: the kernel timed on this machine beside QuantLib, and a long search for errors of
//! the margin grade. Wall-clock depends on the machine: it is printed, never judged.

use crate::project::{output, run, Project};
use anyhow::{Context, Result};
use std::{fs, path::Path, process::Command};

const FOLDER: &str = "bench/native";
const TARGET: &str = "target/bench-native";
const TABLE: &str = "bench/native.md";
/// Random cells searched for an error above its bound.
const CELLS: &str = "10000000";

/// Prints the table; with `write` it becomes `bench/native.md`.
///
/// # Errors
/// What could not be fetched, compiled or run; a difference to QuantLib; a cell above its bound.
pub(crate) fn bench(project: &Project, write: bool) -> Result<()> {
    let target = project.path(TARGET);
    fs::create_dir_all(&target).with_context(|| format!("cannot create {}", target.display()))?;
    let theirs = quantlib(project, &target)?;
    let manifest = format!("{FOLDER}/Cargo.toml");
    let build = ["build", "--release", "--locked", "--manifest-path"];
    run(project
        .cargo(&build)
        .arg(manifest)
        .env("CARGO_TARGET_DIR", &target))?;
    let ours = target.join("release/backstop-bench-native");
    let times = output(Command::new(ours).arg(theirs))?;
    print!("{times}");
    let search = errors(project)?;
    print!("\n{search}");
    if write {
        let text = format!("# The kernel on one machine\n\nWritten by `cargo xtask bench --native --write`.\n\n{times}\n{search}");
        fs::write(project.path(TABLE), text).with_context(|| format!("cannot write {TABLE}"))?;
    }
    Ok(())
}

/// Debian's QuantLib in the cache folder, and the program that calls it.
fn quantlib(project: &Project, target: &Path) -> Result<std::path::PathBuf> {
    let kit = project.cache("quantlib");
    run(Command::new("bash")
        .arg(project.path("bench/native/quantlib.sh"))
        .arg(&kit))
    .context("QuantLib is not installed")?;
    let program = target.join("quantlib");
    run(Command::new("g++")
        .args(["-O3", "-std=c++17", "-isystem"])
        .arg(kit.join("root/usr/include"))
        .arg(project.path("bench/native/quantlib.cpp"))
        .arg("-o")
        .arg(&program)
        .arg(kit.join("root/usr/lib/libQuantLib.a")))?;
    Ok(program)
}

/// The margin grade against the display grade in ten million random cells.
fn errors(project: &Project) -> Result<String> {
    let search = [
        "test",
        "--locked",
        "--package",
        "backstop-risk",
        "--test",
        "margin_error",
        "--",
        "--show-output",
        "random_cells",
    ];
    let printed = output(project.cargo(&search).env("BACKSTOP_RANDOM_CELLS", CELLS))?;
    let found = printed
        .lines()
        .filter(|line| line.starts_with("random cells"));
    Ok(found.map(|line| format!("- {line}\n")).collect())
}
