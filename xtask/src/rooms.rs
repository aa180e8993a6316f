//! The rooms: which workspace crate may import which, read from `cargo metadata`.

use crate::project::{output, Project};
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a room may import from outside the workspace, in normal and build dependencies.
enum Outside {
    Free,
    Only(&'static [&'static str]),
}

struct Room {
    name: &'static str,
    /// Rooms it may import; through them it may import what they may.
    imports: &'static [&'static str],
    outside: Outside,
}

const PROGRAM: &str = "backstop";

const fn room(name: &'static str, imports: &'static [&'static str], outside: Outside) -> Room {
    Room {
        name,
        imports,
        outside,
    }
}

const INTERFACE_OUTSIDE: &[&str] = &[
    "anchor-lang",
    "bytemuck",
    "pyth-solana-receiver-sdk",
    "pyth-sdk-solana",
];

const ROOMS: &[Room] = &[
    room("backstop-quantities", &[], Outside::Only(&[])),
    room(
        "backstop-risk",
        &["backstop-quantities"],
        Outside::Only(&[]),
    ),
    room(
        "backstop-interface",
        &["backstop-risk"],
        Outside::Only(INTERFACE_OUTSIDE),
    ),
    room(PROGRAM, &["backstop-interface"], Outside::Free),
    room("backstop-client", &["backstop-interface"], Outside::Free),
    room("backstop-testkit", &["backstop-client"], Outside::Free),
    room(
        "backstop-simulator",
        &["backstop-testkit", "backstop-client"],
        Outside::Free,
    ),
    room("backstop-cli", &["backstop-client"], Outside::Free),
    room(
        "backstop-tests",
        &["backstop-testkit", "backstop-simulator"],
        Outside::Free,
    ),
    room("xtask", &[], Outside::Free),
];

fn find(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

/// Everything a room may import, through others too.
fn reach(name: &str) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    let mut open: Vec<&str> = find(name).map_or_else(Vec::new, |room| room.imports.to_vec());
    while let Some(next) = open.pop() {
        if let Some(room) = find(next) {
            if all.insert(room.name) {
                open.extend(room.imports);
            }
        }
    }
    all
}

/// Checks the workspace's own dependency lists.
///
/// # Errors
/// One line for each dependency that breaks a rule.
pub(crate) fn check(project: &Project) -> Result<()> {
    let args = ["metadata", "--format-version", "1", "--no-deps", "--locked"];
    let metadata: Value = serde_json::from_str(&output(&mut project.cargo(&args))?)?;
    let broken = breaches(&metadata)?;
    if !broken.is_empty() {
        bail!("rooms import what they may not:\n  {}", broken.join("\n  "));
    }
    println!("    {} rooms import only what they may", ROOMS.len());
    Ok(())
}

/// Every breach of the rules in the metadata, as sentences.
fn breaches(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let members: BTreeSet<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut broken = Vec::new();
    for package in packages {
        let name = package["name"]
            .as_str()
            .context("a package without a name")?;
        let Some(room) = find(name) else {
            broken.push(format!(
                "{name} is no room: add it to xtask/src/rooms.rs or remove it"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            broken.extend(breach(room, dependency, &members));
        }
    }
    Ok(broken)
}

fn breach(room: &Room, dependency: &Value, members: &BTreeSet<&str>) -> Option<String> {
    let (name, import) = (room.name, dependency["name"].as_str()?);
    if import == PROGRAM {
        return Some(format!(
            "{name} imports the program crate: nobody may, tests load its bytes"
        ));
    }
    if members.contains(import) {
        let allowed = reach(name);
        let text = || format!("{name} imports {import}, it may import {}", list(&allowed));
        return (!allowed.contains(import)).then(text);
    }
    // Tests may use what they like; what is linked into the room may not.
    if dependency["kind"] == "dev" {
        return None;
    }
    match room.outside {
        Outside::Only(allowed) if !allowed.contains(&import) => {
            let allowed = allowed.iter().copied().collect();
            Some(format!(
                "{name} depends on {import}, outside the workspace it may use {}",
                list(&allowed)
            ))
        }
        _ => None,
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "nothing".into();
    }
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "rooms_tests.rs"]
mod tests;
