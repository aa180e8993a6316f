//! One row: its text to terms, the terms to columns.

use super::columns::Columns;
use super::error::RowError;
use super::fields::fields;
use crate::decimal::{self, DecimalError};
use backstop_quantities::{Ppb, Price};
use backstop_risk::display::{american_bounds, european_greeks, Terms};
use backstop_risk::pricing::Kind;

/// The columns to append to a row.
///
/// # Errors
/// What is wrong with the row.
pub(super) fn quote(columns: &Columns, line: &str) -> Result<String, RowError> {
    let row = Row {
        columns,
        fields: fields(line),
    };
    if row.fields.len() != columns.count {
        return Err(RowError::FieldCount {
            expected: columns.count,
            found: row.fields.len(),
        });
    }
    let (terms, american) = (row.terms()?, row.is_american()?);
    let greeks = european_greeks(&terms).map_err(RowError::Pricing)?;
    let (lower, upper) = if american {
        let bounds = american_bounds(&terms).map_err(RowError::Pricing)?;
        (bounds.lower_e18, bounds.upper_e18)
    } else {
        (greeks.price_e18, greeks.price_e18)
    };
    // The kernel's largest number stands for whatever is beyond it; no other column can reach that far.
    if greeks.gamma_e24 == u128::MAX {
        return Err(RowError::Gamma);
    }
    let cells = [
        decimal::format_size(greeks.price_e18, 18),
        decimal::format(greeks.delta_e18, 18),
        decimal::format_size(greeks.gamma_e24, 24),
        decimal::format_size(greeks.vega_e18, 18),
        decimal::format(greeks.theta_per_year_e18, 18),
        decimal::format_size(lower, 18),
        decimal::format_size(upper, 18),
    ];
    Ok(cells.join(","))
}

struct Row<'a> {
    columns: &'a Columns,
    fields: Vec<String>,
}

impl Row<'_> {
    fn text(&self, at: usize) -> &str {
        self.fields.get(at).map_or("", |field| field.trim())
    }

    fn terms(&self) -> Result<Terms, RowError> {
        let at = self.columns;
        let kind = match self.text(at.kind) {
            "C" => Kind::Call,
            "P" => Kind::Put,
            other => return Err(RowError::NotAType(other.to_owned())),
        };
        let held = match at.held {
            Some(place) if !self.text(place).is_empty() => self.signed("q", place, 9)?,
            _ => 0,
        };
        Ok(Terms {
            kind,
            spot: Price::new(self.positive("S", at.spot)?),
            strike: Price::new(self.positive("K", at.strike)?),
            seconds: self.signed("T_seconds", at.seconds, 0)?,
            rate_ppb: self.signed("r", at.rate, 9)?,
            yield_ppb: held,
            vol: Ppb::new(self.positive("sigma", at.vol)?),
        })
    }

    fn is_american(&self) -> Result<bool, RowError> {
        match self.columns.style.map_or("", |place| self.text(place)) {
            "" | "E" => Ok(false),
            "A" => Ok(true),
            other => Err(RowError::NotAStyle(other.to_owned())),
        }
    }

    /// A number scaled 10^`digits`.
    fn signed(&self, column: &'static str, at: usize, digits: u32) -> Result<i64, RowError> {
        let number = self.number(column, at, digits)?;
        let size = i64::try_from(number.size)
            .map_err(|_| self.refused(column, at, DecimalError::TooLarge))?;
        Ok(if number.negative { -size } else { size })
    }

    /// A number that is not negative, scaled 1e9.
    fn positive(&self, column: &'static str, at: usize) -> Result<u64, RowError> {
        let number = self.number(column, at, 9)?;
        if number.negative {
            let text = self.text(at).to_owned();
            return Err(RowError::Negative { column, text });
        }
        Ok(number.size)
    }

    fn number(
        &self,
        column: &'static str,
        at: usize,
        digits: u32,
    ) -> Result<decimal::Decimal, RowError> {
        decimal::parse(self.text(at), digits).map_err(|error| self.refused(column, at, error))
    }

    fn refused(&self, column: &'static str, at: usize, error: DecimalError) -> RowError {
        RowError::Number {
            column,
            text: self.text(at).to_owned(),
            error,
        }
    }
}
