//! Which column holds what, and one line of text to one candle.

use super::{Candle, Column, Rule};
use crate::price_text::parse_price;

const COLUMNS: [Column; 5] = [
    Column::OpenTime,
    Column::Open,
    Column::High,
    Column::Low,
    Column::Close,
];

/// Earliest and latest open time taken for meant: 2009-01-01 and 2100-01-01.
const TIME_RANGE: std::ops::Range<i64> = 1_230_768_000..4_102_444_800;

/// The unit of the time column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeUnit {
    Seconds,
    Milliseconds,
    Microseconds,
}

impl TimeUnit {
    /// Exchanges publish klines in all three; the size of the number leaves no doubt within [`TIME_RANGE`].
    fn of(time: i64) -> Self {
        match time {
            ..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Milliseconds,
            _ => Self::Microseconds,
        }
    }

    fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Milliseconds => 1_000,
            Self::Microseconds => 1_000_000,
        }
    }
}

/// How to read the rows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    positions: [usize; 5],
    unit: TimeUnit,
    has_header: bool,
}

impl Layout {
    /// Recognises a header by name, or exchange klines by a number in the first field.
    pub(super) fn detect(first_line: &str) -> Result<Self, Rule> {
        let fields: Vec<String> = first_line
            .split(',')
            .map(|field| field.trim().to_ascii_lowercase())
            .collect();
        if let Some(time) = fields.first().and_then(|field| field.parse::<i64>().ok()) {
            return Ok(Self {
                positions: [0, 1, 2, 3, 4],
                unit: TimeUnit::of(time),
                has_header: false,
            });
        }
        let mut positions = [0; 5];
        for (slot, column) in positions.iter_mut().zip(COLUMNS) {
            let name = column.to_string();
            let mut found = fields
                .iter()
                .enumerate()
                .filter(|(_, field)| **field == name)
                .map(|(index, _)| index);
            *slot = found.next().ok_or(Rule::HeaderLacks(column))?;
            if found.next().is_some() {
                return Err(Rule::HeaderRepeats(column));
            }
        }
        Ok(Self {
            positions,
            unit: TimeUnit::Seconds,
            has_header: true,
        })
    }

    /// Whether the first line is a header and no row.
    pub(super) fn has_header(&self) -> bool {
        self.has_header
    }

    /// Reads one row; its prices are not compared yet.
    pub(super) fn read(&self, line: &str) -> Result<Candle, Rule> {
        if line.trim().is_empty() {
            return Err(Rule::BlankLine);
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [time, open, high, low, close] = self.positions;
        let field = |position: usize, column| {
            fields
                .get(position)
                .copied()
                .ok_or(Rule::FieldMissing(column))
        };
        let price = |position, column| {
            let text = field(position, column)?;
            parse_price(text).map_err(|reason| Rule::BadPrice {
                column,
                text: text.to_owned(),
                reason,
            })
        };
        Ok(Candle {
            open_at: self.seconds(field(time, Column::OpenTime)?)?,
            open_price: price(open, Column::Open)?,
            high_price: price(high, Column::High)?,
            low_price: price(low, Column::Low)?,
            close_price: price(close, Column::Close)?,
        })
    }

    fn seconds(&self, text: &str) -> Result<i64, Rule> {
        let time: i64 = text.parse().map_err(|_| Rule::BadTime {
            text: text.to_owned(),
        })?;
        let seconds = time.div_euclid(self.unit.per_second());
        if !TIME_RANGE.contains(&seconds) {
            return Err(Rule::TimeOutOfRange {
                text: text.to_owned(),
            });
        }
        if time.rem_euclid(self.unit.per_second()) != 0 {
            return Err(Rule::TimeNotWholeSecond {
                text: text.to_owned(),
            });
        }
        Ok(seconds)
    }
}
