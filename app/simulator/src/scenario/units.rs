//! Numbers as a scenario file writes them.

use serde::{Deserialize, Deserializer};

use crate::price_text::parse_price;

/// Atoms of quote in one quote unit.
pub const QUOTE_ATOMS: u64 = 1_000_000;

/// Whole quote units to atoms, exactly.
pub(super) fn whole_quote<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let whole = u64::deserialize(deserializer)?;
    // Contracts and prices are multiplied in 128 bits; this bound keeps every sum of atoms inside 64.
    match whole {
        0..=1_000_000_000_000 => Ok(whole * QUOTE_ATOMS),
        _ => Err(serde::de::Error::custom(
            "amounts are at most 1,000,000,000,000 quote units",
        )),
    }
}

/// Atoms back to whole quote units; what was read is written again.
pub(super) fn as_whole_quote<S: serde::Serializer>(
    atoms: &u64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(atoms / QUOTE_ATOMS)
}

/// Decimal text to a price × 1e9, exactly.
pub(super) fn price_from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_price(&text)
        .map_err(|reason| serde::de::Error::custom(format!("price {text:?} {reason}")))
}
