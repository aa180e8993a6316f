//! The measuring program of `bench/vm`.

use crate::{
    build::check_elf,
    project::{on_path, run, Project},
};
use anyhow::{Context, Result};
use std::{
    fs, io,
    process::{Command, Stdio},
};

const FOLDER: &str = "bench/vm";
const TARGET: &str = "target/bench-vm";
const PROGRAM: &str = "target/bench-vm/deploy/backstop_bench_vm.so";

/// Compiles it to `target/bench-vm/deploy`, with its own lock file. Nothing goes to stdout.
///
/// # Errors
/// The compiler's, or that the result is not an sBPF program.
pub(crate) fn compile(project: &Project) -> Result<()> {
    let mut command = if on_path("cargo-build-sbf") {
        let mut anza = project.cargo(&["build-sbf", "--manifest-path"]);
        anza.arg(format!("{FOLDER}/Cargo.toml"))
            .arg("--sbf-out-dir")
            .arg(project.path(TARGET).join("deploy"))
            .arg("--");
        anza
    } else {
        let mut own = Command::new("bash");
        own.arg(project.path("sbf/build.sh"))
            .arg(project.cache("sbf"))
            .arg(project.path(FOLDER));
        own
    };
    let target = project.path(TARGET);
    run(command
        .arg("--locked")
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::from(io::stderr())))?;
    let path = project.path(PROGRAM);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    check_elf(&bytes).with_context(|| format!("{} was built wrongly", path.display()))
}
