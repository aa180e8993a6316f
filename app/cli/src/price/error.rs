//! Why a header or a row is refused.

use crate::decimal::DecimalError;
use backstop_risk::display::DisplayError;
use std::fmt;

/// What was wrong, naming the column and the text where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowError {
    NotUtf8,
    UnclosedQuote,
    MissingColumn(&'static str),
    DuplicateColumn(&'static str),
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
    Pricing(DisplayError),
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::UnclosedQuote => f.write_str("a quote is not closed on its line"),
            Self::MissingColumn(name) => write!(f, "the header has no column `{name}`"),
            Self::DuplicateColumn(name) => write!(f, "the header names `{name}` twice"),
            Self::FieldCount { expected, found } => {
                write!(f, "{found} fields, the header has {expected}")
            }
            Self::NotAType(text) => write!(f, "type `{text}` is neither C nor P"),
            Self::NotAStyle(text) => write!(f, "style `{text}` is neither E nor A"),
            Self::Number {
                column,
                text,
                error,
            } => write!(f, "{column} `{text}` {error}"),
            Self::Negative { column, text } => write!(f, "{column} `{text}` is negative"),
            Self::Pricing(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RowError {}
