//! The committed interface description: instructions with their slots, account types, error names.

use std::collections::BTreeMap;

use serde_json::Value;

/// The committed description.
const IDL: &str = include_str!("../../../idls/backstop.json");

/// One account slot of an instruction.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Name; groups are flattened as `group.name`.
    pub name: String,
    /// The description says it is written.
    pub writable: bool,
    /// The description says it signs.
    pub signer: bool,
    /// It may be left out.
    pub optional: bool,
}

/// What the tests need of the description.
pub struct Idl {
    /// Slots by instruction.
    pub instructions: BTreeMap<String, Vec<Slot>>,
    /// Arguments by instruction, as described.
    pub arguments: BTreeMap<String, Value>,
    /// Types by name, as described.
    pub types: BTreeMap<String, Value>,
    /// Account types by discriminator.
    pub accounts: BTreeMap<Vec<u8>, String>,
    /// Names of the program's errors by number.
    pub errors: BTreeMap<u64, String>,
}

impl Idl {
    /// Reads the committed description.
    pub fn read() -> Self {
        let root: Value = serde_json::from_str(IDL).expect("the committed description is JSON");
        let text = |value: &Value, field: &str| value[field].as_str().expect("a name").to_owned();
        let list = |field: &str| root[field].as_array().expect("a list").iter();
        let slots = |one: &Value| {
            let mut slots = Vec::new();
            flatten(&one["accounts"], "", &mut slots);
            let name = text(one, "name");
            slots.extend(named_behind(&name));
            (name, slots)
        };
        let bytes = |one: &Value| {
            let bytes = one["discriminator"].as_array().expect("bytes").iter();
            bytes
                .map(|byte| byte.as_u64().expect("a byte") as u8)
                .collect()
        };
        Self {
            instructions: list("instructions").map(slots).collect(),
            arguments: list("instructions")
                .map(|one| (text(one, "name"), one["args"].clone()))
                .collect(),
            types: list("types")
                .map(|one| (text(one, "name"), one["type"].clone()))
                .collect(),
            accounts: list("accounts")
                .map(|one| (bytes(one), text(one, "name")))
                .collect(),
            errors: list("errors")
                .map(|one| (one["code"].as_u64().expect("a code"), text(one, "name")))
                .collect(),
        }
    }
}

/// Slots the description does not know: what the scene of a sweep names behind the others, the taker's shard and an
/// order of one offer; the shards room is shared out among; the end of an estate the expiry it owes.
fn named_behind(instruction: &str) -> Vec<Slot> {
    let names: &[&str] = match instruction {
        "sweep" => &[
            "taker.shard",
            "order.series",
            "order.offer",
            "order.maker",
            "order.shard",
        ],
        "close_estate" => &["debt.expiry"],
        "share_cover" => &[
            "shard.0", "shard.1", "shard.2", "shard.3", "shard.4", "shard.5", "shard.6", "shard.7",
            "shard.8", "shard.9", "shard.10", "shard.11", "shard.12", "shard.13", "shard.14",
            "shard.15",
        ],
        _ => &[],
    };
    let slot = |name: &&str| Slot {
        name: (*name).to_owned(),
        writable: true,
        signer: false,
        optional: false,
    };
    names.iter().map(slot).collect()
}

impl Slot {
    /// A slot behind those described, which nobody writes.
    pub fn behind(name: String) -> Self {
        Self {
            name,
            writable: false,
            signer: false,
            optional: false,
        }
    }
}

fn flatten(accounts: &Value, prefix: &str, slots: &mut Vec<Slot>) {
    for account in accounts.as_array().expect("a list of accounts") {
        let name = format!("{prefix}{}", account["name"].as_str().expect("a name"));
        if account.get("accounts").is_some() {
            flatten(&account["accounts"], &format!("{name}."), slots);
            continue;
        }
        let flag = |field: &str| account[field].as_bool().unwrap_or(false);
        slots.push(Slot {
            name,
            writable: flag("writable"),
            signer: flag("signer"),
            optional: flag("optional"),
        });
    }
}
