//! The numbered rules of the specification, each with the tests that ask for it.
//!
//! A rule is an item of a numbered list, whose tests stand in a table row of the same number, or a table row by
//! itself; the tests are the last cell. Its number is digits behind at most one letter.

use super::{spans, Repository};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with the rules, by line.
pub(super) fn problems(text: &str, repository: &Repository) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut items = BTreeMap::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let mut is_item = false;
    for (at, line) in spans::lines(text) {
        if let Some(number) = item(line) {
            is_item = true;
            if items.insert(number, at).is_some() {
                found.push((at, format!("there are two rules {number}")));
            }
        } else if let Some((number, tests)) = row(line) {
            if rows.insert(number, at).is_some() {
                found.push((at, format!("there are two rows {number}")));
            }
            found.extend(untested(number, tests, repository).map(|what| (at, what)));
        } else {
            is_item &= line.starts_with(' ');
            if line.contains("MUST") && !is_item {
                found.push((at, "a MUST without a number".to_owned()));
            }
        }
    }
    for (number, at) in items {
        if !rows.contains_key(number) {
            found.push((at, format!("rule {number} names no test")));
        }
    }
    found
}

/// The number of a list item that starts here.
fn item(line: &str) -> Option<&str> {
    let (number, _) = line.split_once(". ")?;
    is_number(number).then_some(number)
}

/// The number and the last cell of a table row.
fn row(line: &str) -> Option<(&str, &str)> {
    let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let (number, rest) = cells.split_once(" | ")?;
    let tests = rest.rsplit(" | ").next()?;
    is_number(number).then_some((number, tests))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(|one: char| one.is_ascii_uppercase());
    let digits = digits.unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit())
}

/// What a rule's tests lack.
fn untested<'a>(
    number: &'a str,
    tests: &'a str,
    repository: &'a Repository,
) -> impl Iterator<Item = String> + 'a {
    let named = || tests.split('`').skip(1).step_by(2);
    let missing = named().filter(|name| !repository.has_test(name));
    let none = named().next().is_none();
    none.then(|| format!("rule {number} names no test"))
        .into_iter()
        .chain(missing.map(move |name| format!("rule {number}: there is no test `{name}`")))
}

/// Instructions of the IDL that no row speaks of.
pub(super) fn unspoken(text: &str, instructions: &[String]) -> Vec<String> {
    let spoken: Vec<&str> = spans::lines(text)
        .filter(|(_, line)| row(line).is_some())
        .flat_map(|(_, line)| line.split('`').skip(1).step_by(2))
        .collect();
    let missing = instructions
        .iter()
        .filter(|name| !spoken.contains(&name.as_str()));
    missing
        .map(|name| format!("no numbered row speaks of `{name}`"))
        .collect()
}

/// Errors of the IDL that the specification does not name.
pub(super) fn unnamed<'a>(text: &'a str, errors: impl Iterator<Item = &'a String>) -> Vec<String> {
    let words: BTreeSet<&str> = super::names::words(text).collect();
    errors
        .filter(|name| !words.contains(name.as_str()))
        .map(|name| format!("the error `{name}` is not named"))
        .collect()
}
