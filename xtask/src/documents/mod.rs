//! Whether the documents still speak of this repository: links, paths and names in them exist, and each numbered
//! rule of the specification names a test that asks for it, each instruction has such a rule and each
//! error its name there.

mod constants;
mod errors;
mod names;
mod rules;
mod spans;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

use crate::project::Project;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The numbered rules stand here.
const SPECIFICATION: &str = "docs/spec.md";
/// The committed description of the program.
const IDL: &str = "idls/backstop.json";
/// Speaks of what was, too: names in it may be gone.
const HISTORY: &str = "CHANGELOG.md";

/// Where the constants are that documents show.
const PRODUCT: [&str; 3] = ["crates/risk/", "crates/interface/", "programs/"];

/// Folders that commands make; documents may name what is in them.
const MADE: [&str; 4] = ["target", ".cache", ".git", "node_modules"];

/// The repository as the documents see it.
#[derive(Default)]
pub(super) struct Repository {
    /// Every file and folder, from the root, without a slash at the end.
    pub(super) paths: BTreeSet<String>,
    /// Text by path, of the documents.
    pub(super) documents: BTreeMap<String, String>,
    /// Every word of the sources.
    pub(super) words: BTreeSet<String>,
    /// Integer constants of the product's sources by name: every value, as written.
    pub(super) constants: BTreeMap<String, BTreeSet<String>>,
    /// Numbers of the program's errors by name.
    pub(super) errors: BTreeMap<String, u64>,
    /// Names of the program's instructions.
    pub(super) instructions: Vec<String>,
    /// Functions of tests by the name of their file, without its end.
    pub(super) tests: BTreeSet<(String, String)>,
}

/// Every document against the sources of this checkout.
///
/// # Errors
/// All that does not fit, one line each.
pub(crate) fn check(project: &Project) -> Result<()> {
    let repository = Repository::read(project)?;
    let found = repository.problems();
    if !found.is_empty() {
        bail!(
            "documents that do not fit the sources:\n{}",
            found.join("\n")
        );
    }
    println!(
        "    {} documents, {} tests they may name",
        repository.documents.len(),
        repository.tests.len()
    );
    Ok(())
}

impl Repository {
    /// Every file of the checkout but what commands make.
    fn read(project: &Project) -> Result<Self> {
        let mut all = Self::default();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let whole = project.path(&folder);
            let entries = fs::read_dir(&whole);
            for entry in entries.with_context(|| format!("cannot read {}", whole.display()))? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let path = match folder.as_str() {
                    "" => name.clone(),
                    folder => format!("{folder}/{name}"),
                };
                let kind = entry.file_type()?;
                if kind.is_dir() && !MADE.contains(&name.as_str()) {
                    folders.push(path);
                } else if kind.is_file() {
                    all.add(project, &path)?;
                }
            }
        }
        Ok(all)
    }

    fn add(&mut self, project: &Project, path: &str) -> Result<()> {
        match path.rsplit('.').next() {
            _ if path == IDL => self.add_idl(&project.read(path)?)?,
            Some("md") => self.add_document(path, project.read(path)?),
            Some("rs" | "toml" | "json" | "sh" | "py" | "cpp") => {
                self.add_source(path, &project.read(path)?);
            }
            _ => self.add_path(path),
        }
        Ok(())
    }

    fn add_idl(&mut self, text: &str) -> Result<()> {
        let idl: Value = serde_json::from_str(text).context(IDL)?;
        let all = idl["instructions"].as_array().into_iter().flatten();
        let names = all.filter_map(|one| one["name"].as_str());
        self.instructions = names.map(str::to_owned).collect();
        for error in idl["errors"].as_array().into_iter().flatten() {
            if let (Some(name), Some(code)) = (error["name"].as_str(), error["code"].as_u64()) {
                self.errors.insert(name.to_owned(), code);
            }
        }
        self.add_source(IDL, text);
        Ok(())
    }

    pub(super) fn add_path(&mut self, path: &str) {
        let mut rest = Some(path);
        while let Some(path) = rest {
            self.paths.insert(path.to_owned());
            rest = path.rsplit_once('/').map(|(folder, _)| folder);
        }
    }

    pub(super) fn add_document(&mut self, path: &str, text: String) {
        self.add_path(path);
        self.documents.insert(path.to_owned(), text);
    }

    pub(super) fn add_source(&mut self, path: &str, text: &str) {
        self.add_path(path);
        self.words.extend(names::words(text).map(str::to_owned));
        if path.ends_with(".rs") {
            // Tests and tools have numbers of their own under the same names.
            let is_shown = PRODUCT.iter().any(|folder| path.starts_with(folder));
            let defined = constants::defined(text).filter(|_| is_shown && !path.contains("tests/"));
            for (name, value) in defined {
                let all = self.constants.entry(name.to_owned()).or_default();
                all.insert(value.to_owned());
            }
            let stem = path.rsplit('/').next().unwrap_or(path);
            let stem = stem.trim_end_matches(".rs").to_owned();
            for test in names::tests(text) {
                self.tests.insert((stem.clone(), test.to_owned()));
            }
        }
    }

    /// All that does not fit.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (path, text) in &self.documents {
            let mut say = |line: usize, what: String| found.push(format!("{path}:{line}: {what}"));
            for (line, target) in spans::links(text) {
                if let Some(what) = self.broken_link(path, &target) {
                    say(line, what);
                }
            }
            if path != HISTORY {
                for (line, code) in spans::code(text) {
                    if let Some(what) = self.unknown_name(&code) {
                        say(line, what);
                    }
                }
            }
            for (line, what) in errors::problems(text, &self.errors) {
                say(line, what);
            }
            for (line, what) in constants::problems(text, &self.constants) {
                say(line, what);
            }
            if path == SPECIFICATION {
                for (line, what) in rules::problems(text, self) {
                    say(line, what);
                }
                let unspoken = rules::unspoken(text, &self.instructions);
                for what in unspoken
                    .into_iter()
                    .chain(rules::unnamed(text, self.errors.keys()))
                {
                    say(text.lines().count(), what);
                }
            }
        }
        found
    }

    /// A relative link whose file or heading is not there.
    fn broken_link(&self, from: &str, target: &str) -> Option<String> {
        if target.contains("://") || target.starts_with("mailto:") {
            return None;
        }
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = match file {
            "" => from.to_owned(),
            file => spans::joined(from, file),
        };
        if !path.is_empty() && !self.paths.contains(path.trim_end_matches('/')) {
            return Some(format!("the link to {target} leads nowhere"));
        }
        let text = self.documents.get(&path)?;
        (!heading.is_empty() && !spans::headings(text).any(|one| one == heading))
            .then(|| format!("{path} has no heading #{heading}"))
    }
}
