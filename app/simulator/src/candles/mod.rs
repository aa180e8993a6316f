//! Candle files: what they may look like, and every way in which they can be wrong.

mod checks;
mod error;
mod layout;

use std::path::Path;

pub use error::{CandleError, Column, Rule};
use layout::Layout;

/// The step assumed for a file of a single row, which cannot show its own.
pub const SINGLE_ROW_STEP_SECONDS: i64 = 60;

/// The largest file read, in bytes: two years of one-minute rows fit in it.
pub const MAX_FILE_BYTES: u64 = 128 * 1024 * 1024;

/// One row: prices are quote per whole underlying × 1e9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candle {
    /// Start of the candle, unix seconds.
    pub open_at: i64,
    /// First price.
    pub open_price: u64,
    /// Highest price.
    pub high_price: u64,
    /// Lowest price.
    pub low_price: u64,
    /// Last price.
    pub close_price: u64,
}

/// A checked series: at least one row, a constant step, every row possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candles {
    rows: Vec<Candle>,
    step_seconds: i64,
}

impl Candles {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// A [`CandleError`] naming the file, the line where there is one, and the rule broken.
    pub fn load(path: &Path) -> Result<Self, CandleError> {
        let file = path.display().to_string();
        let whole_file = |rule| CandleError {
            file: file.clone(),
            line: None,
            rule,
        };
        let metadata = std::fs::metadata(path)
            .map_err(|error| whole_file(Rule::Unreadable(error.to_string())))?;
        if !metadata.is_file() {
            return Err(whole_file(Rule::NotAFile));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(whole_file(Rule::FileTooLarge {
                bytes: metadata.len(),
            }));
        }
        let bytes =
            std::fs::read(path).map_err(|error| whole_file(Rule::Unreadable(error.to_string())))?;
        Self::parse(&file, &bytes)
    }

    /// Checks the bytes of a file; `file` is the name used in messages.
    ///
    /// # Errors
    /// As [`Candles::load`].
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, CandleError> {
        let at_line = |line, rule| CandleError {
            file: file.to_owned(),
            line,
            rule,
        };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            at_line(
                Some(1 + before.iter().filter(|byte| **byte == b'\n').count()),
                Rule::NotUtf8,
            )
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(at_line(None, Rule::NoRows));
        }
        let lines = text
            .trim_end()
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line));
        let first = text.lines().next().unwrap_or_default();
        let layout = Layout::detect(first).map_err(|rule| at_line(Some(1), rule))?;
        let mut rows = Vec::new();
        for (line, row) in lines.skip(usize::from(layout.has_header())) {
            let candle = layout.read(row).map_err(|rule| at_line(Some(line), rule))?;
            checks::check_row(rows.last(), &candle).map_err(|rule| at_line(Some(line), rule))?;
            rows.push(candle);
        }
        let first_line = 1 + usize::from(layout.has_header());
        let step_seconds = checks::check_series(&rows)
            .map_err(|(index, rule)| at_line(index.map(|index| index + first_line), rule))?;
        Ok(Self { rows, step_seconds })
    }

    /// The rows, oldest first; never empty.
    pub fn rows(&self) -> &[Candle] {
        &self.rows
    }

    /// Seconds from one row to the next, the same for all.
    pub fn step_seconds(&self) -> i64 {
        self.step_seconds
    }
}
