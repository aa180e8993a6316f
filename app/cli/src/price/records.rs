//! Rows as they come: a row may span lines inside quotes.

use super::fields::Place;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// A row that goes on for more than this behind its first line was never closed; so much is kept in memory while its
/// end is looked for, and with it what an answer waits for.
const MOST_BYTES: usize = 1 << 12;

/// What some programs put before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A row with the line end it came with.
#[derive(Debug)]
pub(super) struct Record {
    /// Text, its line end apart.
    pub(super) text: Vec<u8>,
    /// `\n`, `\r\n` or, at the end of the input, nothing.
    pub(super) end: &'static str,
    /// The line it begins in, from 1.
    pub(super) line: u64,
    /// Whether every field ends where its quotes do. If not this is one line, and the next row begins in the
    /// next one: a forgotten quote costs no row but its own.
    pub(super) is_whole: bool,
}

/// The rows of an input.
pub(super) struct Records<R> {
    input: BufReader<R>,
    /// Lines read in search of a closing quote that did not come.
    ahead: VecDeque<Vec<u8>>,
    line: u64,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(1 << 16, input),
            ahead: VecDeque::new(),
            line: 0,
        }
    }

    /// The next row; nothing at the end of the input. `before_waiting` runs whenever more has to be read.
    ///
    /// # Errors
    /// Failed reading, or what `before_waiting` says.
    pub(super) fn next(
        &mut self,
        mut before_waiting: impl FnMut() -> io::Result<()>,
    ) -> io::Result<Option<Record>> {
        let Some(first) = self.line(&mut before_waiting)? else {
            return Ok(None);
        };
        let line = self.line + 1;
        let mut place = Place::Start.behind(&first);
        let mut lines = vec![first];
        let mut size = 0;
        while place == Place::Quoted && size < MOST_BYTES {
            let Some(next) = self.line(&mut before_waiting)? else {
                break;
            };
            size += next.len();
            place = place.behind(&next);
            lines.push(next);
        }
        let is_whole = !matches!(place, Place::Quoted | Place::Broken);
        if !is_whole {
            for line in lines.drain(1..).rev() {
                self.ahead.push_front(line);
            }
        }
        self.line += lines.len() as u64;
        let mut text = lines.concat();
        let end = cut_end(&mut text);
        Ok(Some(Record {
            text,
            end,
            line,
            is_whole,
        }))
    }

    /// A line with its end.
    fn line(
        &mut self,
        before_waiting: &mut impl FnMut() -> io::Result<()>,
    ) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        if !self.input.buffer().contains(&b'\n') {
            before_waiting()?;
        }
        let mut line = Vec::new();
        let read = self.input.read_until(b'\n', &mut line);
        let read = read
            .map_err(|error| io::Error::new(error.kind(), format!("reading the input: {error}")))?;
        if self.line == 0 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok((read > 0).then_some(line))
    }
}

/// Takes the line end off.
fn cut_end(text: &mut Vec<u8>) -> &'static str {
    for end in ["\r\n", "\n"] {
        if text.ends_with(end.as_bytes()) {
            text.truncate(text.len() - end.len());
            return end;
        }
    }
    ""
}
