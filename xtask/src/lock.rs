//! The two versions in `Cargo.lock` that a plain `cargo update` breaks, and their repair.
//!
//! `pyth-sdk-solana` accepts any `solana-program` from 1.10 on, but compiles only up to 2.x (later
//! ones lack a borsh 0.10 trait). `five8` 1.0.0 accepts `five8_core` 0.1.2, whose error type does
//! not implement the trait five8's callers need. See docs/adr/0002-lock-file.md.

use crate::project::{run, Project};
use anyhow::{bail, Context, Result};
use std::fs;

const SOLANA_PROGRAM: &str = "2.3.0";
const FIVE8: &str = "1.0.0";
const FIVE8_CORE: &str = "1.0.0";

/// What has to be done to a lock file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Repair {
    /// The lock file with five8's dependency put right.
    text: String,
    /// The `solana-program` that `pyth-sdk-solana` was given, if it is not the right one.
    wrong_solana_program: Option<String>,
}

/// `cargo xtask repair-lock`.
///
/// # Errors
/// Names what the lock file lacks, or cargo's failure.
pub(crate) fn repair(project: &Project) -> Result<()> {
    for _ in 0..2 {
        let before = project.read("Cargo.lock")?;
        let found = examine(&before)?;
        if found.text != before {
            fs::write(project.path("Cargo.lock"), &found.text)
                .context("cannot write Cargo.lock")?;
            println!("five8 {FIVE8} now uses five8_core {FIVE8_CORE}");
        }
        let Some(version) = found.wrong_solana_program else {
            println!("Cargo.lock is sound");
            return Ok(());
        };
        println!(
            "pyth-sdk-solana was given solana-program {version}: setting it to {SOLANA_PROGRAM}"
        );
        let wrong = format!("solana-program@{version}");
        run(&mut project.cargo(&["update", "-p", &wrong, "--precise", SOLANA_PROGRAM]))?;
        // The update may have chosen five8_core anew: look once more.
    }
    bail!("Cargo.lock still gives pyth-sdk-solana another solana-program than {SOLANA_PROGRAM}")
}

/// Finds both faults in the text of a lock file; mends the second, which cargo has no command for.
///
/// # Errors
/// Names the package the lock file lacks.
pub(crate) fn examine(text: &str) -> Result<Repair> {
    let pyth = entry(text, "pyth-sdk-solana", None).context("Cargo.lock has no pyth-sdk-solana")?;
    let program = dependency(pyth, "solana-program")
        .context("pyth-sdk-solana has no solana-program in Cargo.lock")?;
    let version = match program.strip_prefix("solana-program ") {
        Some(version) => version.to_string(),
        // Cargo leaves the version out when the lock file has only one.
        None => only_version(text, "solana-program")?,
    };
    Ok(Repair {
        text: mend_five8(text)?,
        wrong_solana_program: (version != SOLANA_PROGRAM).then_some(version),
    })
}

fn mend_five8(text: &str) -> Result<String> {
    let Some(old) = entry(text, "five8", Some(FIVE8)) else {
        return Ok(text.to_string());
    };
    let given = dependency(old, "five8_core").context("five8 has no five8_core in Cargo.lock")?;
    let right = format!("five8_core {FIVE8_CORE}");
    if given == right || (given == "five8_core" && only_version(text, "five8_core")? == FIVE8_CORE)
    {
        return Ok(text.to_string());
    }
    if entry(text, "five8_core", Some(FIVE8_CORE)).is_none() {
        bail!("Cargo.lock has no five8_core {FIVE8_CORE} to give to five8 {FIVE8}: run `cargo update -p five8` first");
    }
    let new = old.replace(&format!("\"{given}\""), &format!("\"{right}\""));
    Ok(text.replacen(old, &new, 1))
}

/// The text of one `[[package]]`, of the given version or the first.
fn entry<'a>(text: &'a str, name: &str, version: Option<&str>) -> Option<&'a str> {
    let named = format!("name = \"{name}\"");
    text.split("[[package]]\n").find(|part| {
        let mut lines = part.lines();
        lines.next() == Some(named.as_str())
            && version.is_none_or(|version| {
                lines.next() == Some(format!("version = \"{version}\"").as_str())
            })
    })
}

/// The dependency line of a package, as cargo writes it: `name` or `name version`.
fn dependency<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    let lines = entry
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let mut named = lines.filter(|line| line.split(' ').next() == Some(name));
    named.next()
}

fn only_version(text: &str, name: &str) -> Result<String> {
    let part = entry(text, name, None).with_context(|| format!("Cargo.lock has no {name}"))?;
    let line = part
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    line.map(String::from)
        .with_context(|| format!("{name} has no version in Cargo.lock"))
}

#[cfg(test)]
#[path = "lock_tests.rs"]
mod tests;
