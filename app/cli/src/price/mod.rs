//! `backstop price`: a stream of rows, each priced as it comes.

mod columns;
mod error;
mod row;

use anyhow::{bail, Context, Result};
use columns::Columns;
use error::RowError;
use std::io::{BufRead, Write};

/// What is appended to the header.
const ADDED: &str = "bs_price,bs_delta,bs_gamma,bs_vega,bs_theta_per_year,bs_lower,bs_upper";

/// Copies `input` to `output` with the priced columns appended and names refused rows on
/// `complaints`. Returns how many rows were refused.
///
/// # Errors
/// An unusable header, or failed reading or writing.
pub(crate) fn run(
    mut input: impl BufRead,
    mut output: impl Write,
    mut complaints: impl Write,
) -> Result<u64> {
    let mut bytes = Vec::new();
    if !next(&mut input, &mut bytes)? {
        bail!("line 1: the input is empty, a header was expected");
    }
    let header = text(&bytes).context("line 1")?;
    let header = header.trim_start_matches('\u{feff}');
    let columns = Columns::new(header).context("line 1")?;
    writeln!(output, "{header},{ADDED}")?;
    let (mut number, mut refused) = (1u64, 0u64);
    while next(&mut input, &mut bytes)? {
        number += 1;
        match text(&bytes).and_then(|line| priced(&columns, line)) {
            Ok(None) => {}
            Ok(Some(line)) => writeln!(output, "{line}")?,
            Err(error) => {
                refused += 1;
                writeln!(complaints, "line {number}: {error}")?;
            }
        }
    }
    output.flush()?;
    Ok(refused)
}

/// Reads one line without its end; `false` at the end of the input.
fn next(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> Result<bool> {
    bytes.clear();
    let read = input.read_until(b'\n', bytes)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(read > 0)
}

fn text(bytes: &[u8]) -> Result<&str, RowError> {
    std::str::from_utf8(bytes).map_err(|_| RowError::NotUtf8)
}

/// The line with its priced columns; nothing for an empty line.
fn priced(columns: &Columns, line: &str) -> Result<Option<String>, RowError> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let quote = row::quote(columns, line)?;
    Ok(Some(format!("{line},{quote}")))
}
