//! Every number of a market has a name, a unit, bounds and a reason; the bounds are those the code enforces, and
//! `docs/risk.md` shows each where it is stored. Found by the interface description, so a new field needs a row.

use anchor_lang::{AnchorDeserialize, AnchorSerialize};
use backstop_interface::params::{numbers, MarketParams};
use backstop_risk::params::{self, Bounded};
use serde_json::Value;
use std::collections::BTreeSet;

#[path = "../../risk/tests/common/spaced.rs"]
mod spaced;

use spaced::spaced;

const IDL: &str = include_str!("../../../idls/backstop.json");
const MODEL: &str = include_str!("../../../docs/risk.md");
/// The array of damping factors, whose rows have a name each.
const TAILS: [&str; 6] = [
    "tail_034_damp_ppb",
    "tail_067_damp_ppb",
    "tail_150_damp_ppb",
    "tail_200_damp_ppb",
    "tail_300_damp_ppb",
    "tail_400_damp_ppb",
];
/// Numbers of which the first must not exceed the second, whatever their own bounds.
const ORDERED: [(&str, &str); 3] = [
    ("short_floor_mm_ppb", "short_floor_im_ppb"),
    ("long_credit_im_ppb", "long_credit_mm_ppb"),
    ("collecting_least_seconds", "collecting_most_seconds"),
];

/// A number among the bytes of the stored parameters.
struct Leaf {
    name: String,
    at: usize,
    bytes: usize,
    is_signed: bool,
}

impl Leaf {
    fn write(&self, stored: &mut [u8], value: i128) {
        stored[self.at..self.at + self.bytes].copy_from_slice(&value.to_le_bytes()[..self.bytes]);
    }
}

fn idl() -> Value {
    serde_json::from_str(IDL).expect("the committed description is JSON")
}

fn fields<'a>(idl: &'a Value, name: &str) -> &'a Vec<Value> {
    let types = idl["types"].as_array().expect("types");
    let found = types.iter().find(|one| one["name"] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is described"));
    found["type"]["fields"].as_array().expect("fields")
}

/// The numbers below a type, the curve left out: it has rules of its own.
fn leaves(idl: &Value, name: &str, at: &mut usize, found: &mut Vec<Leaf>) {
    for field in fields(idl, name) {
        let (label, of) = (field["name"].as_str().expect("a name"), &field["type"]);
        if let Some(name) = of["defined"]["name"].as_str() {
            leaves(idl, name, at, found);
        } else if let Some([item, count]) = of["array"].as_array().map(Vec::as_slice) {
            let count = count.as_u64().expect("a length") as usize;
            if let Some(name) = item["defined"]["name"].as_str() {
                (0..count).for_each(|_| leaves(idl, name, at, &mut Vec::new()));
            } else {
                assert_eq!((label, count), ("tail_damp_ppb", TAILS.len()));
                TAILS.iter().for_each(|name| leaf(name, item, at, found));
            }
        } else {
            leaf(label, of, at, found);
        }
    }
}

fn leaf(name: &str, of: &Value, at: &mut usize, found: &mut Vec<Leaf>) {
    let kind = of.as_str().expect("a primitive type");
    let bytes: usize = kind[1..].parse().expect("a width");
    found.push(Leaf {
        name: name.to_owned(),
        at: *at,
        bytes: bytes / 8,
        is_signed: kind.starts_with('i'),
    });
    *at += bytes / 8;
}

fn market() -> (Vec<Leaf>, Vec<u8>) {
    let (mut at, mut found) = (0, Vec::new());
    leaves(&idl(), "MarketParams", &mut at, &mut found);
    let mut stored = Vec::new();
    let default = MarketParams::default();
    default.serialize(&mut stored).expect("memory");
    assert_eq!(at, stored.len(), "described as it is stored");
    (found, stored)
}

fn all() -> impl Iterator<Item = &'static Bounded> {
    params::TABLE.iter().chain(numbers::TABLE)
}

fn entry(name: &str) -> &'static Bounded {
    let found = all().find(|entry| entry.name == name);
    found.unwrap_or_else(|| panic!("{name} has no row: unit, default, bounds, reason"))
}

fn is_valid(stored: &[u8]) -> bool {
    let params = MarketParams::try_from_slice(stored).expect("as many bytes as before");
    params.validate().is_ok()
}

#[test]
fn every_number_of_a_market_has_a_row_and_its_default() {
    let (found, stored) = market();
    for leaf in &found {
        let entry = entry(&leaf.name);
        let mut default = stored.clone();
        leaf.write(&mut default, entry.default.into());
        assert_eq!(default, stored, "default of {}", leaf.name);
    }
    println!("{} numbers", found.len());
    assert!(is_valid(&stored) && found.len() > 35);
}

#[test]
fn no_number_lies_beyond_its_bounds() {
    let (found, stored) = market();
    for leaf in &found {
        let entry = entry(&leaf.name);
        let (min, max) = (i128::from(entry.min), i128::from(entry.max));
        let below = (min > 0 || leaf.is_signed).then_some(min - 1);
        let top = (1i128 << (8 * leaf.bytes - usize::from(leaf.is_signed))) - 1;
        for value in below.into_iter().chain([max + 1, top]) {
            let mut changed = stored.clone();
            leaf.write(&mut changed, value);
            assert!(!is_valid(&changed), "{} = {value}", leaf.name);
        }
    }
}

#[test]
fn every_number_reaches_its_bounds() {
    let (found, stored) = market();
    for leaf in &found {
        let entry = entry(&leaf.name);
        for value in [entry.min, entry.max] {
            let mut changed = stored.clone();
            leaf.write(&mut changed, value.into());
            for (least, most) in ORDERED {
                let (other, is_in_the_way) = match leaf.name.as_str() {
                    name if name == least => (most, self::entry(most).default < value),
                    name if name == most => (least, self::entry(least).default > value),
                    _ => continue,
                };
                let other = found.iter().find(|one| one.name == other).expect("both");
                if is_in_the_way {
                    other.write(&mut changed, value.into());
                }
            }
            assert!(is_valid(&changed), "{} = {value}", leaf.name);
        }
    }
}

#[test]
fn every_row_is_complete() {
    for entry in all() {
        assert_eq!(entry.check(entry.default), Ok(()), "{}", entry.name);
        assert!(entry.min < entry.max, "{}", entry.name);
        assert!(
            !entry.unit.is_empty() && entry.reason.len() > 20,
            "{}",
            entry.name
        );
        let same = all().filter(|other| other.name == entry.name);
        assert_eq!(same.count(), 1, "{}", entry.name);
    }
}

fn row(entry: &Bounded) -> String {
    format!(
        "| `{}` | {} | {} | {} … {} | {} |",
        entry.name,
        entry.unit,
        spaced(entry.default),
        spaced(entry.min),
        spaced(entry.max),
        entry.reason
    )
}

/// Rows of the document below a heading.
fn rows<'a>(heading: &str) -> BTreeSet<&'a str> {
    let below = MODEL.split(&format!("### {heading}\n")).nth(1);
    let below = below.unwrap_or_else(|| panic!("docs/risk.md has a chapter {heading}"));
    let chapter = below.split("\n#").next().expect("a first part");
    chapter
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect()
}

#[test]
fn the_document_shows_every_number_where_it_is_stored() {
    let stored: BTreeSet<String> = market().0.into_iter().map(|leaf| leaf.name).collect();
    let idl = idl();
    let listed: BTreeSet<&str> = ["Collateral", "CollateralNumbers"]
        .into_iter()
        .flat_map(|of| fields(&idl, of))
        .filter_map(|field| field["name"].as_str())
        .collect();
    // Weights have narrower bounds for a kind.
    let of_kind = |name: &str| {
        let mut kinds = ["stable_", "staked_"].into_iter();
        kinds.any(|kind| {
            name.strip_prefix(kind)
                .is_some_and(|one| listed.contains(one))
        })
    };
    let is_listed = |name: &str| listed.contains(name) || of_kind(name);
    let home = |name: &str| match (stored.contains(name), is_listed(name)) {
        (true, _) => "In `Market`",
        (false, true) => "In `Collateral`",
        (false, false) => "In no account yet",
    };
    for heading in ["In `Market`", "In `Collateral`", "In no account yet"] {
        let belongs = all().filter(|entry| home(entry.name) == heading);
        let expected: Vec<String> = belongs.map(row).collect();
        let shown = rows(heading);
        let missing: Vec<&String> = expected
            .iter()
            .filter(|row| !shown.contains(row.as_str()))
            .collect();
        let superfluous: Vec<&&str> = shown
            .iter()
            .filter(|row| !expected.iter().any(|other| other == **row))
            .collect();
        assert!(
            missing.is_empty() && superfluous.is_empty(),
            "below `{heading}` of docs/risk.md\nmissing:\n{missing:#?}\nnot there:\n{superfluous:#?}"
        );
    }
}
