//! Names of the program's instructions, from the committed interface description.

use anchor_lang::solana_program::instruction::Instruction;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The committed interface description.
const IDL: &str = include_str!("../../../idls/backstop.json");

/// The name of an instruction of the program; none for any other.
pub fn name_of(instruction: &Instruction) -> Option<&'static str> {
    let is_ours = instruction.program_id == crate::backstop::ID;
    let discriminator = instruction.data.get(..8).filter(|_| is_ours)?;
    instructions().get(discriminator).map(String::as_str)
}

/// Names by discriminator.
pub(crate) fn instructions() -> &'static BTreeMap<Vec<u8>, String> {
    static NAMES: OnceLock<BTreeMap<Vec<u8>, String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let root = parsed(IDL);
        let list = root["instructions"].as_array().into_iter().flatten();
        let named = list.filter_map(|one| {
            let bytes = one["discriminator"].as_array()?.iter();
            let bytes = bytes.filter_map(|byte| u8::try_from(byte.as_u64()?).ok());
            Some((bytes.collect(), one["name"].as_str()?.to_owned()))
        });
        named.collect()
    })
}

/// A committed file that is compiled in: text that is none fails every test of this crate.
pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
