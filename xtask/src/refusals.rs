//! The errors an instruction's doc comment names are those its tests see, and the other way round.
//!
//! While the tests run, every refusal by a number is written down with its instruction (`BACKSTOP_REFUSALS`, see the
//! testkit). Afterwards each that the tests of instructions saw must be named in the doc of that instruction in
//! `programs/backstop/src/lib.rs`, by itself or by a group that the head of that file spells out; and each named by
//! itself must have been seen, if only by the table of substituted accounts.

use crate::project::Project;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Tells the testkit where to write.
pub(crate) const VARIABLE: &str = "BACKSTOP_REFUSALS";
/// The program's instructions with their docs.
const PROGRAM: &str = "programs/backstop/src/lib.rs";
/// The committed description of the program.
const IDL: &str = "idls/backstop.json";
/// Its tables have the errors of an instruction's own in their last cell.
const SPECIFICATION: &str = "docs/spec.md";
/// Tests that ask instructions for their errors.
const ASKING: [&str; 3] = ["trading", "waterfall", "exercise"];
/// Tests that see errors of accounts nobody would send.
const SUBSTITUTING: [&str; 1] = ["attacks"];

/// Any instruction may refuse by it.
const ANYWHERE: &str = "AmountOverflow";

/// Errors by the name of the instruction.
type Errors = BTreeMap<String, BTreeSet<String>>;

/// An empty folder to write to.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn folder(project: &Project) -> Result<PathBuf> {
    let folder = project.path("target/refusals");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Compares what the tests have written with the docs.
///
/// # Errors
/// One line for each error that is named and not seen, or seen and not named.
pub(crate) fn check(project: &Project) -> Result<()> {
    let numbers = numbers(&serde_json::from_str(&project.read(IDL)?)?);
    let read = |process: &str| {
        let path = project.path("target/refusals").join(process);
        fs::read_to_string(&path).with_context(|| format!("{process} has written no refusals"))
    };
    let seen = |processes: &[&str]| -> Result<Errors> {
        let texts = processes.iter().map(|process| read(process));
        let texts = texts.collect::<Result<Vec<_>>>()?;
        Ok(refusals(&texts.concat(), &numbers))
    };
    let (asked, substituted) = (seen(&ASKING)?, seen(&SUBSTITUTING)?);
    let docs = Docs::of(&project.read(PROGRAM)?);
    let mut found = docs.problems(&asked, &substituted, numbers.values());
    found.extend(docs.unsaid(&project.read(SPECIFICATION)?, numbers.values()));
    if !found.is_empty() {
        bail!("errors in the docs of instructions:\n{}", found.join("\n"));
    }
    println!(
        "    {} instructions name what they refuse",
        docs.named.len()
    );
    Ok(())
}

/// Names of the program's errors by number.
fn numbers(idl: &Value) -> BTreeMap<u64, String> {
    let all = idl["errors"].as_array().into_iter().flatten();
    let named =
        all.filter_map(|one| Some((one["code"].as_u64()?, one["name"].as_str()?.to_owned())));
    named.collect()
}

/// Lines `instruction code`; numbers of other programs are left out.
fn refusals(text: &str, numbers: &BTreeMap<u64, String>) -> Errors {
    let mut all = Errors::new();
    for line in text.lines() {
        let Some((instruction, code)) = line.split_once(' ') else {
            continue;
        };
        let name = code.parse().ok().and_then(|code: u64| numbers.get(&code));
        if let Some(name) = name {
            let errors = all.entry(instruction.to_owned()).or_default();
            errors.insert(name.clone());
        }
    }
    all
}

/// What the docs say.
struct Docs {
    /// Errors and groups by instruction, as written.
    named: Errors,
    /// Errors by the name of the group.
    groups: Errors,
}

impl Docs {
    fn of(text: &str) -> Self {
        let (mut named, mut groups) = (Errors::new(), Errors::new());
        let (mut doc, mut group) = (String::new(), None);
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("//!") {
                let item = rest
                    .trim()
                    .strip_prefix("- ")
                    .and_then(|item| item.split_once(": "));
                if let Some((name, list)) = item {
                    group = Some(name.to_owned());
                    groups.insert(name.to_owned(), items(list));
                } else if let Some(name) = group.clone().filter(|_| rest.starts_with("   ")) {
                    groups.entry(name).or_default().extend(items(rest));
                } else {
                    group = None;
                }
            } else if let Some(rest) = line.strip_prefix("///") {
                doc.push(' ');
                doc.push_str(rest.trim());
            } else if let Some(rest) = line.strip_prefix("pub fn ") {
                let end = rest.find(|one: char| !(one.is_alphanumeric() || one == '_'));
                let name = &rest[..end.unwrap_or(rest.len())];
                if let Some((_, list)) = doc.split_once("Errors: ") {
                    named.insert(name.to_owned(), items(list));
                }
                doc.clear();
            } else if line.is_empty() {
                doc.clear();
            }
        }
        Self { named, groups }
    }

    fn problems<'a>(
        &self,
        asked: &Errors,
        substituted: &Errors,
        all: impl Iterator<Item = &'a String>,
    ) -> Vec<String> {
        let (all, none): (BTreeSet<_>, _) = (all.collect(), BTreeSet::new());
        let mut found = Vec::new();
        for (instruction, named) in &self.named {
            let asked = asked.get(instruction).unwrap_or(&none);
            let substituted = substituted.get(instruction).unwrap_or(&none);
            for name in asked.iter().filter(|name| *name != ANYWHERE) {
                if !self.names(instruction, name) {
                    found.push(format!(
                        "{instruction} refuses by {name}, its doc does not say so"
                    ));
                }
            }
            for name in named {
                if !all.contains(name) && !self.groups.contains_key(name) && name != "none" {
                    found.push(format!(
                        "{instruction} names `{name}`, which is no error and no group"
                    ));
                } else if all.contains(name) && !asked.contains(name) && !substituted.contains(name)
                {
                    found.push(format!(
                        "{instruction} names {name}, which no test sees it refuse by"
                    ));
                }
            }
        }
        for (group, names) in &self.groups {
            for name in names.iter().filter(|name| !all.contains(*name)) {
                found.push(format!("{group} has {name}, which is no error"));
            }
        }
        found
    }
}

impl Docs {
    /// Whether the doc of an instruction names an error, by itself or by a group.
    fn names(&self, instruction: &str, error: &str) -> bool {
        let mut named = self.named.get(instruction).into_iter().flatten();
        named.any(|name| {
            let group = self.groups.get(name);
            name == error || group.is_some_and(|group| group.contains(error))
        })
    }

    /// Errors a row of the specification about an instruction names and its doc does not.
    fn unsaid<'a>(&self, text: &str, all: impl Iterator<Item = &'a String>) -> Vec<String> {
        let all: BTreeSet<&str> = all.map(String::as_str).collect();
        let mut found = Vec::new();
        for line in text.lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, first, _, _, own, _] = cells[..] else {
                continue;
            };
            let instruction = first.trim_matches('`');
            if !self.named.contains_key(instruction) {
                continue;
            }
            let errors = own.split(|one: char| !one.is_alphanumeric());
            for error in errors.filter(|error| all.contains(error)) {
                if !self.names(instruction, error) {
                    let what = "names it, its doc does not";
                    found.push(format!("{instruction}: {SPECIFICATION} {what}: {error}"));
                }
            }
        }
        found
    }
}

/// The members of a list that ends with a stop.
fn items(list: &str) -> BTreeSet<String> {
    let list = list.split(". ").next().unwrap_or(list);
    let items = list
        .split(',')
        .map(|item| item.trim().trim_end_matches('.'));
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
