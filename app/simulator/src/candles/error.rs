//! What can be wrong with a candle file, as data and as a sentence.

use std::fmt;

use crate::price_text::PriceTextError;
use crate::utc;

/// A column every candle file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Start of the candle.
    OpenTime,
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price.
    Close,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenTime => "open_time_unix",
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
        })
    }
}

/// A candle file that cannot be used: where, and which rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandleError {
    /// The file as the user named it.
    pub file: String,
    /// Line number from 1, if the rule concerns one line.
    pub line: Option<usize>,
    /// The rule that is broken.
    pub rule: Rule,
}

/// The rules of a candle file, each with what was found instead. Prices are × 1e9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// The operating system would not let it be read.
    Unreadable(String),
    /// A directory, a device or the like.
    NotAFile,
    /// Larger than [`super::MAX_FILE_BYTES`].
    FileTooLarge { bytes: u64 },
    /// Bytes that are no UTF-8 text.
    NotUtf8,
    /// Nothing in it, or only a header.
    NoRows,
    /// A first line that is neither a header with all names nor a row of numbers.
    HeaderLacks(Column),
    /// A name that stands in the header twice.
    HeaderRepeats(Column),
    /// A row shorter than needed.
    FieldMissing(Column),
    /// An empty line between rows.
    BlankLine,
    /// A price that is no usable number.
    BadPrice {
        column: Column,
        text: String,
        reason: PriceTextError,
    },
    /// A time that is no whole number.
    BadTime { text: String },
    /// A time outside 2009–2100, usually a wrong unit.
    TimeOutOfRange { text: String },
    /// A time that is no whole second.
    TimeNotWholeSecond { text: String },
    /// `high` below `low`.
    HighBelowLow,
    /// `high` below `open` or `close`.
    HighBelowBody,
    /// `low` above `open` or `close`.
    LowAboveBody,
    /// More than tenfold up or down, inside the row or from the row before.
    Jump { from_price: u64, to_price: u64 },
    /// The same time as the row before.
    Duplicate { at: i64 },
    /// A time before that of the row before.
    WrongOrder { at: i64, previous_at: i64 },
    /// One or more rows missing before this one.
    Gap {
        at: i64,
        expected_at: i64,
        step_seconds: i64,
    },
    /// A row between two steps of the others.
    OffGrid {
        at: i64,
        expected_at: i64,
        step_seconds: i64,
    },
    /// A step that cannot be cut into 5-second pieces showing all four prices.
    BadStep { step_seconds: i64 },
}

impl fmt::Display for CandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.rule),
            None => write!(f, "{}: {}", self.file, self.rule),
        }
    }
}

impl std::error::Error for CandleError {}

const LAYOUTS: &str =
    "expected the header open_time_unix,open,high,low,close (more columns are fine), \
                       or exchange klines without a header";

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(reason) => {
                write!(f, "cannot be read ({reason}); give the path of a CSV file")
            }
            Self::NotAFile => write!(f, "is not a file; give the path of a CSV file"),
            Self::FileTooLarge { bytes } => {
                write!(
                    f,
                    "is {bytes} bytes, more than the {} that are read; cut it",
                    super::MAX_FILE_BYTES
                )
            }
            Self::NotUtf8 => write!(f, "is not UTF-8 text; save the file as plain CSV"),
            Self::NoRows => write!(f, "has no rows; {LAYOUTS}"),
            Self::HeaderLacks(column) => write!(
                f,
                "the header has no column {column:?}; {LAYOUTS}",
                column = column.to_string()
            ),
            Self::HeaderRepeats(column) => write!(f, "the header names {column} twice"),
            Self::FieldMissing(column) => write!(f, "the row ends before its {column}"),
            Self::BlankLine => write!(f, "is empty; rows follow each other without empty lines"),
            _ => self.fmt_row(f),
        }
    }
}

impl Rule {
    /// The sentences about the values of a row.
    fn fmt_row(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPrice {
                column,
                text,
                reason,
            } => write!(f, "{column} {text:?} {reason}"),
            Self::BadTime { text } => {
                write!(f, "open time {text:?} is not a whole number of unix time")
            }
            Self::TimeOutOfRange { text } => {
                write!(f, "open time {text} lies outside 2009 to 2100; open_time_unix counts seconds since 1970")
            }
            Self::TimeNotWholeSecond { text } => {
                write!(f, "open time {text} is not a whole second")
            }
            Self::HighBelowLow => write!(f, "high is below low"),
            Self::HighBelowBody => write!(f, "high is below open or close"),
            Self::LowAboveBody => write!(f, "low is above open or close"),
            Self::Jump {
                from_price,
                to_price,
            } => {
                let (from, to) = (Plain(*from_price), Plain(*to_price));
                write!(f, "the price jumps from {from} to {to}; more than tenfold in one row is taken for an error")
            }
            Self::Duplicate { at } => write!(f, "repeats the open time {}", utc::date_clock(*at)),
            Self::WrongOrder { at, previous_at } => {
                let (at, before) = (utc::date_clock(*at), utc::date_clock(*previous_at));
                write!(f, "{at} comes after {before}; rows must be oldest first")
            }
            _ => self.fmt_step(f),
        }
    }

    /// The sentences about the distance between rows.
    fn fmt_step(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap {
                at,
                expected_at,
                step_seconds,
            } => {
                let (at_text, expected) = (utc::date_clock(*at), utc::date_clock(*expected_at));
                let missing = (at - expected_at) / step_seconds;
                write!(f, "gap: expected {expected}, found {at_text}; missing rows: {missing} of {step_seconds} s each")
            }
            Self::OffGrid {
                at,
                expected_at,
                step_seconds,
            } => {
                let (at, expected) = (utc::date_clock(*at), utc::date_clock(*expected_at));
                write!(
                    f,
                    "expected {expected}, found {at}; all other rows are {step_seconds} s apart"
                )
            }
            Self::BadStep { step_seconds } => {
                write!(f, "rows are {step_seconds} s apart; the step must be a multiple of 5 s from 20 s to a day")
            }
            other => write!(f, "{other:?}"),
        }
    }
}

/// A price as decimal text.
struct Plain(u64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = crate::price_text::PRICE_ONE;
        let fraction = format!("{:09}", self.0 % one);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / one),
            kept => write!(f, "{}.{kept}", self.0 / one),
        }
    }
}
