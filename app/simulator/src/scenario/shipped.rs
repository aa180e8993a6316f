//! The scenarios that come with the program.

use super::{Scenario, ScenarioError};

/// The scenario replayed when nothing is asked for.
pub const DEFAULT_NAME: &str = "october-2025-stressed";

/// Every shipped scenario, the default first.
pub const NAMES: [&str; 4] = [DEFAULT_NAME, "october-2025", "march-2020", "may-2021"];

fn text_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "october-2025-stressed" => include_str!("../../scenarios/october-2025-stressed.toml"),
        "october-2025" => include_str!("../../scenarios/october-2025.toml"),
        "march-2020" => include_str!("../../scenarios/march-2020.toml"),
        "may-2021" => include_str!("../../scenarios/may-2021.toml"),
        _ => return None,
    })
}

/// A shipped scenario by name.
///
/// # Errors
/// [`ScenarioError::Unknown`] with the names there are.
pub fn shipped(name: &str) -> Result<Scenario, ScenarioError> {
    let text = text_of(name).ok_or_else(|| ScenarioError::Unknown { name: name.into() })?;
    Scenario::parse(&format!("{name}.toml"), text)
}

/// What a candle file meets when no scenario is named with it.
///
/// # Errors
/// None in a released build: the file is compiled in and tested.
pub fn candles_default() -> Result<Scenario, ScenarioError> {
    Scenario::parse("candles.toml", include_str!("../../scenarios/candles.toml"))
}

/// One line per shipped scenario, for people.
///
/// # Errors
/// As [`candles_default`].
pub fn list() -> Result<String, ScenarioError> {
    let width = NAMES.iter().map(|name| name.len()).max().unwrap_or(0);
    let mut lines = String::new();
    for name in NAMES {
        let default = if name == DEFAULT_NAME {
            " (default)"
        } else {
            ""
        };
        lines += &format!("{name:width$}  {}{default}\n", shipped(name)?.summary);
    }
    Ok(lines)
}
