//! What can be wrong with a scenario.

use std::fmt;

use super::shipped::NAMES;

/// A scenario that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioError {
    /// No shipped scenario has this name.
    Unknown { name: String },
    /// The file could not be read.
    Unreadable { file: String, reason: String },
    /// The text is no scenario file.
    Syntax { file: String, reason: String },
    /// A value breaks a rule.
    Rule {
        file: String,
        name: String,
        rule: String,
    },
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => {
                let names = NAMES.join(", ");
                write!(f, "there is no scenario {name:?}; there are {names}, or give the path of a .toml file")
            }
            Self::Unreadable { file, reason } => write!(f, "{file}: cannot be read ({reason})"),
            Self::Syntax { file, reason } => write!(f, "{file}: {}", reason.trim_end()),
            Self::Rule { file, name, rule } => write!(f, "{file}: scenario {name:?} {rule}"),
        }
    }
}

impl std::error::Error for ScenarioError {}
