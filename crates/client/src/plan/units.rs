//! Compute units a transaction asks for: what the committed measurements say, and room.

use anchor_lang::solana_program::instruction::Instruction;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::names;

/// Bounds of what was measured, by name; names of several states of an instruction begin with its own.
const CEILINGS: &str = include_str!("../../../../bench/ceilings.json");

/// The most compute units a transaction is granted.
pub const MOST_UNITS: u32 = 1_400_000;

/// Units for an instruction of another program: what the runtime grants one that asks for nothing.
const FOREIGN_UNITS: u32 = 200_000;

/// Units of the instruction that asks for units.
const ASKING_UNITS: u32 = 150;

/// Room for what no measurement has: derived addresses take 1 500 units a try, and twenty tries more than there
/// happened to be come once in a million.
const TRIES_UNITS: u64 = 30_000;

/// Units an instruction is planned with: the highest bound of its measurements, a quarter, and room for twenty tries
/// of an address. An instruction of the program that was never measured gets all there is.
pub fn units_of(instruction: &Instruction) -> u32 {
    if instruction.program_id != crate::backstop::ID {
        return FOREIGN_UNITS;
    }
    let named = instruction.data.get(..8);
    let known = named.and_then(|name| table().get(name));
    known.copied().unwrap_or(MOST_UNITS)
}

/// Units all of them are planned with, at most what a transaction is granted.
pub(super) fn units_of_all(instructions: &[Instruction]) -> u32 {
    let units = instructions.iter().map(units_of);
    let sum = units.fold(ASKING_UNITS, u32::saturating_add);
    sum.min(MOST_UNITS)
}

/// Units by discriminator.
fn table() -> &'static BTreeMap<Vec<u8>, u32> {
    static TABLE: OnceLock<BTreeMap<Vec<u8>, u32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let names = names::instructions();
        let bounds = bounds(names.values().map(String::as_str));
        let planned = names.iter().filter_map(|(discriminator, name)| {
            let bound = bounds.get(name)?;
            let units = bound.saturating_add(bound / 4).saturating_add(TRIES_UNITS);
            let units = u32::try_from(units).unwrap_or(MOST_UNITS);
            Some((discriminator.clone(), units.min(MOST_UNITS)))
        });
        planned.collect()
    })
}

/// The highest bound of each instruction's measurements.
fn bounds<'a>(names: impl Iterator<Item = &'a str> + Clone) -> BTreeMap<String, u64> {
    let root = names::parsed(CEILINGS);
    let mut bounds = BTreeMap::new();
    for (row, entry) in root.as_object().into_iter().flatten() {
        let is_of = |name: &&str| {
            let rest = row.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let of = names.clone().filter(is_of).max_by_key(|name| name.len());
        let ceiling = entry["ceiling"].as_u64();
        if let (Some(name), Some(ceiling), Some("CU")) = (of, ceiling, entry["unit"].as_str()) {
            let most: &mut u64 = bounds.entry(name.to_owned()).or_default();
            *most = ceiling.max(*most);
        }
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_of_the_program_was_measured() {
        let names = names::instructions();
        assert!(names.len() > 50, "the description was read");
        let table = table();
        let unmeasured = names.iter().filter(|(key, _)| !table.contains_key(*key));
        let unmeasured: Vec<_> = unmeasured.map(|(_, name)| name).collect();
        assert!(
            unmeasured.is_empty(),
            "no bound in bench/ceilings.json: {unmeasured:?}"
        );
    }

    #[test]
    fn a_row_belongs_to_the_instruction_of_the_longest_name() {
        let of = |names: &[&'static str]| bounds(names.iter().copied());
        let short = of(&["withdraw", "bid"]);
        let long = of(&["withdraw", "bid", "withdraw_option", "bid_recapitalisation"]);
        assert!(long.contains_key("withdraw_option") && long.contains_key("bid_recapitalisation"));
        assert_eq!(short["bid"], long["bid"].max(long["bid_recapitalisation"]));
        assert_eq!(of(&["fill"]).len(), 1, "a prefix up to an underscore");
        assert_eq!(of(&["fil"]).len(), 0, "and no other");
    }
}
