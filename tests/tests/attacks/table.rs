//! The committed table of what every attempt must come to.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::matrix::{Row, Table, LANDED};

/// Set to rewrite the table for review.
const BLESS: &str = "BACKSTOP_BLESS";
/// How every reason begins.
const HARMLESS: &str = "harmless: ";
const HEADING: &str = "instruction\tslot\tattack\toutcome\treason";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attacks/expected.tsv")
}

/// Outcome and reason by row.
fn committed() -> BTreeMap<Row, (String, String)> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let parse = |line: &str| {
        let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let [instruction, slot, attack, outcome, reason] = <[String; 5]>::try_from(cells)
            .unwrap_or_else(|cells| panic!("expected.tsv: five cells to a line, not {cells:?}"));
        ((instruction, slot, attack), (outcome, reason))
    };
    text.lines().skip(1).map(parse).collect()
}

fn joined(table: &Table) -> BTreeMap<Row, String> {
    let join = |outcomes: &std::collections::BTreeSet<String>| {
        outcomes
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    table
        .iter()
        .map(|(row, outcomes)| (row.clone(), join(outcomes)))
        .collect()
}

/// Asserts that the attempts came to what the committed table says, that no row is stale or missing, and that
/// every attempt that landed is marked as harmless with a reason.
pub fn assert_committed(table: &Table) {
    let actual = joined(table);
    let mut committed = committed();
    if std::env::var_os(BLESS).is_some() {
        bless(&actual, &committed);
        committed = self::committed();
    }
    let mut wrong = Vec::new();
    for (row, outcome) in &actual {
        match committed.remove(row) {
            None => wrong.push(format!("{row:?}: no row; it came to {outcome}")),
            Some((expected, _)) if expected != *outcome => {
                wrong.push(format!(
                    "{row:?}: expected {expected}, it came to {outcome}"
                ));
            }
            Some((_, reason)) => {
                let justified = reason.len() > HARMLESS.len() && reason.starts_with(HARMLESS);
                if outcome.contains(LANDED) != justified {
                    wrong.push(format!("{row:?}: {outcome} with the reason {reason:?}"));
                }
            }
        }
    }
    wrong.extend(
        committed
            .keys()
            .map(|row| format!("{row:?}: no longer tried")),
    );
    let count = wrong.len();
    wrong.truncate(40);
    assert!(
        count == 0,
        "{count} rows differ (review with {BLESS}=1):\n{}",
        wrong.join("\n")
    );
}

fn bless(actual: &BTreeMap<Row, String>, committed: &BTreeMap<Row, (String, String)>) {
    let mut text = format!("{HEADING}\n");
    for (row, outcome) in actual {
        let (instruction, slot, attack) = row;
        let kept = kept_reason(row, committed).filter(|_| outcome.contains(LANDED));
        let reason = kept.unwrap_or_default();
        text.push_str(&format!(
            "{instruction}\t{slot}\t{attack}\t{outcome}\t{reason}\n"
        ));
    }
    std::fs::write(path(), text).expect("the table can be written");
}

/// The row's own reason, or that of the same attempt on another scene of the instruction.
fn kept_reason<'a>(row: &Row, committed: &'a BTreeMap<Row, (String, String)>) -> Option<&'a str> {
    let (scene, slot, attack) = row;
    let base = |scene: &str| scene.split(':').next().map(str::to_owned);
    let alike = |one: &&Row| one.1 == *slot && one.2 == *attack && base(&one.0) == base(scene);
    let others = committed.keys().filter(alike);
    std::iter::once(row)
        .chain(others)
        .filter_map(|one| committed.get(one))
        .map(|(_, reason)| reason.as_str())
        .find(|reason| !reason.is_empty())
}
