//! `backstop price`: a stream of rows, each priced as it comes.

mod columns;
mod error;
mod fields;
mod records;
mod row;

use anyhow::{bail, Context, Result};
use columns::{Columns, ADDED};
use error::RowError;
use records::{Record, Records};
use std::io::{BufWriter, Read, Write};

/// Copies `input` to `output` with the priced columns appended and names refused rows on
/// `complaints`. Returns how many rows were refused. What is known is written before anything is
/// waited for.
///
/// # Errors
/// An unusable header, or failed reading or writing.
pub(crate) fn run(input: impl Read, output: impl Write, mut complaints: impl Write) -> Result<u64> {
    let mut records = Records::new(input);
    let mut output = BufWriter::new(output);
    let Some(header) = records.next(|| Ok(()))? else {
        bail!("line 1: the input is empty, a header was expected");
    };
    let names = text(&header).context("line 1")?;
    let columns = Columns::new(names).context("line 1")?;
    write!(output, "{names},{}{}", ADDED.join(","), end(&header))?;
    let mut refused = 0u64;
    while let Some(record) = records.next(|| output.flush())? {
        match text(&record).and_then(|row| priced(&columns, row)) {
            Ok(None) => {}
            Ok(Some(row)) => write!(output, "{row}{}", end(&record))?,
            Err(error) => {
                refused += 1;
                writeln!(complaints, "line {}: {error}", record.line)?;
            }
        }
    }
    output.flush()?;
    Ok(refused)
}

/// The text of a row.
fn text(record: &Record) -> Result<&str, RowError> {
    if !record.is_whole {
        return Err(RowError::Quotes);
    }
    std::str::from_utf8(&record.text).map_err(|_| RowError::NotUtf8)
}

/// How a row ends in the output: as in the input, and the last one like any other.
fn end(record: &Record) -> &str {
    match record.end {
        "" => "\n",
        end => end,
    }
}

/// The row with its priced columns; nothing for an empty line.
fn priced(columns: &Columns, row: &str) -> Result<Option<String>, RowError> {
    if row.trim().is_empty() {
        return Ok(None);
    }
    let quote = row::quote(columns, row)?;
    Ok(Some(format!("{row},{quote}")))
}
