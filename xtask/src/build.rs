//! `setup` and `build`: the program's bytes, by Anza's tools where they exist and by `sbf/` elsewhere.

use crate::{
    idl,
    project::{need_space, on_path, run, Project},
    steps::Steps,
};
use anyhow::{bail, Context, Result};
use clap::Args;
use std::{env, fs, path::Path, process::Command};

/// The program's file in the checkout.
pub(crate) const PROGRAM: &str = "target/deploy/backstop.so";

#[derive(Args)]
pub(crate) struct Options {
    /// Make the generated IDL the committed one (idls/backstop.json), even if it breaks what was there
    #[arg(long)]
    accept_idl: bool,
    /// Only the program, not its IDL
    #[arg(long, conflicts_with = "accept_idl")]
    no_idl: bool,
}

/// Installs the build route into the cache folder, unless `cargo build-sbf` is on the PATH.
///
/// # Errors
/// What `sbf/setup.sh` says: one sentence with the remedy.
pub(crate) fn setup(project: &Project) -> Result<()> {
    if on_path("cargo-build-sbf") {
        println!("`cargo build-sbf` is on the PATH and will be used: nothing to install");
        return Ok(());
    }
    run(Command::new("bash")
        .arg(project.path("sbf/setup.sh"))
        .arg(project.cache("sbf")))
    .context("the build route is not set up")
}

/// Compiles the program to `target/deploy/backstop.so` and says how large it is.
///
/// # Errors
/// The compiler's, or that the result is not an sBPF program.
pub(crate) fn program(project: &Project) -> Result<()> {
    if on_path("cargo-build-sbf") {
        let manifest = "programs/backstop/Cargo.toml";
        run(&mut project.cargo(&["build-sbf", "--manifest-path", manifest, "--", "--locked"]))?;
    } else {
        let script = project.path("sbf/build.sh");
        let mut build = Command::new("bash");
        build
            .arg(script)
            .arg(project.cache("sbf"))
            .arg(project.path("programs/backstop"));
        run(build.arg("--locked"))?;
    }
    let path = project.path(PROGRAM);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    check_elf(&bytes).with_context(|| format!("{} was built wrongly", path.display()))?;
    println!("    {PROGRAM}: {} bytes", bytes.len());
    Ok(())
}

/// A 64-bit little-endian ELF file for BPF (247) or sBPF (263).
pub(crate) fn check_elf(bytes: &[u8]) -> Result<()> {
    let Some(header) = bytes.get(..20) else {
        bail!("the file has only {} bytes", bytes.len());
    };
    if !header.starts_with(b"\x7fELF\x02\x01") {
        bail!("it is not a 64-bit little-endian ELF file");
    }
    let machine = u16::from_le_bytes([header[18], header[19]]);
    if !matches!(machine, 247 | 263) {
        bail!("it is an ELF file for machine {machine}, not for sBPF (247 or 263)");
    }
    Ok(())
}

/// Makes sure of `make` and `perl`: a dependency of the second test environment compiles OpenSSL from
/// source. `make` comes from Debian into the cache folder where the machine has none.
///
/// # Errors
/// Names the tool and how to get it.
pub(crate) fn need_c_tools(project: &Project) -> Result<()> {
    if !on_path("perl") {
        bail!("the command `perl` is missing; install it (on Debian 12: apt-get install perl) and run the same command again");
    }
    if on_path("make") {
        return Ok(());
    }
    let kit = project.cache("sbf");
    run(Command::new("bash")
        .arg(project.path("sbf/setup.sh"))
        .arg(&kit)
        .arg("make"))
    .context("the command `make` is missing and could not be fetched")?;
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(kit.join("make/usr/bin")).chain(env::split_paths(&path));
    env::set_var("PATH", env::join_paths(folders)?);
    Ok(())
}

/// Fails early when the disk cannot hold a build of everything.
pub(crate) fn need_room(project: &Project, megabytes: u64) -> Result<()> {
    let target = project.path("target");
    // What is already built does not have to fit again.
    let needed = if has_host_build(&target) {
        1_000
    } else {
        megabytes
    };
    need_space(&target, needed)
}

fn has_host_build(target: &Path) -> bool {
    target.join("debug/deps").is_dir() && target.join("deploy").is_dir()
}

/// `cargo xtask build`.
pub(crate) fn build(project: &Project, options: &Options) -> Result<()> {
    need_room(project, 3_000)?;
    let steps = Steps::new()
        .then("set up the build route", || setup(project))
        .then("compile the program", || program(project));
    if options.no_idl {
        return steps.run("built the program");
    }
    steps
        .then("generate the IDL", || {
            let generated = idl::generate(project)?;
            if options.accept_idl {
                for change in &generated.broken {
                    println!("    accepted: {change}");
                }
                return idl::accept(project);
            }
            idl::additive(&generated)?;
            if let Some(difference) = generated.difference {
                println!("    note: {difference}");
            }
            Ok(())
        })
        .run("built the program and its IDL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_sbpf_elf_passes() {
        let mut header = [0u8; 20];
        assert!(check_elf(&header)
            .unwrap_err()
            .to_string()
            .contains("not a 64-bit"));
        assert!(check_elf(&header[..10])
            .unwrap_err()
            .to_string()
            .contains("10 bytes"));
        header[..6].copy_from_slice(b"\x7fELF\x02\x01");
        header[18] = 62;
        assert!(check_elf(&header)
            .unwrap_err()
            .to_string()
            .contains("machine 62"));
        header[18..].copy_from_slice(&263u16.to_le_bytes());
        check_elf(&header).unwrap();
    }
}
