//! Why a header or a row is refused.

use crate::decimal::DecimalError;
use backstop_risk::display::DisplayError;
use std::fmt;

/// What was wrong, naming the column and the text where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowError {
    NotUtf8,
    Quotes,
    MissingColumn(&'static str),
    DuplicateColumn(&'static str),
    TakenColumn(&'static str),
    FieldCount {
        expected: usize,
        found: usize,
    },
    NotAType(String),
    NotAStyle(String),
    Number {
        column: &'static str,
        text: String,
        error: DecimalError,
    },
    Negative {
        column: &'static str,
        text: String,
    },
    Gamma,
    Pricing(DisplayError),
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::Quotes => f.write_str("a quoted field does not end with its quote"),
            Self::MissingColumn(name) => write!(f, "the header has no column `{name}`"),
            Self::DuplicateColumn(name) => write!(f, "the header names `{name}` twice"),
            Self::TakenColumn(name) => write!(f, "the header has `{name}` already"),
            Self::FieldCount { expected, found } => {
                write!(f, "{found} fields, the header has {expected}")
            }
            Self::NotAType(text) => write!(f, "type `{}` is neither C nor P", shown(text)),
            Self::NotAStyle(text) => write!(f, "style `{}` is neither E nor A", shown(text)),
            Self::Number { column, text, .. } if text.is_empty() => write!(f, "{column} is empty"),
            Self::Number {
                column,
                text,
                error,
            } => write!(f, "{column} `{}` {error}", shown(text)),
            Self::Negative { column, text } => write!(f, "{column} `{}` is negative", shown(text)),
            Self::Gamma => f.write_str("the gamma exceeds 3.4e14"),
            Self::Pricing(error) => error.fmt(f),
        }
    }
}

/// A text of the input on one line of a terminal, and not all of a long one.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut all = text.chars().flat_map(char::escape_debug);
    let start: String = all.by_ref().take(MOST).collect();
    match all.next() {
        Some(_) => start + "…",
        None => start,
    }
}

impl std::error::Error for RowError {}
