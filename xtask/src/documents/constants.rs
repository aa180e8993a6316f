//! Constants of the sources that documents show with their value: rows `| NAME | unit | value | reason |`, the name
//! between backticks.

use super::spans;
use std::collections::{BTreeMap, BTreeSet};

/// Constants by name, with every value the sources give them, as written.
type Constants = BTreeMap<String, BTreeSet<String>>;

/// Integer constants of a source by name, as written.
pub(super) fn defined(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("const ").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(": ")?;
        let (kind, rest) = rest.split_once(" = ")?;
        let is_integer = kind.len() <= 5 && kind.starts_with(['i', 'u']);
        let (value, _) = rest.split_once(';')?;
        (is_integer && is_constant(name)).then_some((name, value))
    })
}

/// Rows whose value is not that of the source, by line.
pub(super) fn problems(text: &str, constants: &Constants) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in spans::lines(text) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let name = cells.first().and_then(|cell| {
            let name = cell.strip_prefix("| `")?.strip_suffix('`')?;
            is_constant(name).then_some(name)
        });
        let (Some(name), Some(shown)) = (name, cells.get(2)) else {
            continue;
        };
        let shown = shown.replace(' ', "");
        let values = values(name, constants);
        match values.as_slice() {
            [Some(value)] if value.to_string() == shown => {}
            [Some(value)] => found.push((at, format!("{name} is {value}"))),
            [_, _, ..] => found.push((at, format!("sources give {name} several values"))),
            _ => found.push((at, format!("no source gives {name} a number"))),
        }
    }
    found
}

fn is_constant(name: &str) -> bool {
    let is_part = |one: u8| one.is_ascii_uppercase() || one.is_ascii_digit() || one == b'_';
    name.len() > 3 && name.bytes().all(is_part)
}

/// The different values of a constant, nothing for what is no number.
fn values(name: &str, constants: &Constants) -> Vec<Option<u128>> {
    let written = constants.get(name).into_iter().flatten();
    let all: BTreeSet<_> = written.map(|text| value(text, constants)).collect();
    all.into_iter().collect()
}

/// A product or a shift of numbers and other constants.
fn value(text: &str, constants: &Constants) -> Option<u128> {
    let text = text.trim();
    if let Some((one, places)) = text.split_once(" << ") {
        return Some(value(one, constants)? << value(places, constants)?);
    }
    if let Some((one, other)) = text.split_once(" * ") {
        return value(one, constants)?.checked_mul(value(other, constants)?);
    }
    if let Ok(number) = text.replace('_', "").parse() {
        return Some(number);
    }
    // One value only: of several nobody knows which is meant.
    let named = constants.get(text).filter(|named| named.len() == 1)?;
    let named = named.first().filter(|named| *named != text)?;
    value(named, constants)
}
