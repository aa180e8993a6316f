//! Comma-separated text: where fields and quotes begin and end.
//!
//! A quote opens a field only before any other text of it; inside, `""` is a quote. Behind the closing quote
//! only spaces may stand: what else does is the start of a later field, whose quote was taken for the end of one
//! that somebody forgot to close.

/// Where in a row a character stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of a field, or behind spaces there.
    Start,
    /// In a field without quotes.
    Plain,
    /// Between quotes: commas and line ends are text.
    Quoted,
    /// Just behind a quote that closes its field, unless another follows.
    Closed,
    /// Behind spaces or a line end there.
    Behind,
    /// Behind a quote that closed nothing.
    Broken,
}

impl Place {
    /// The place after a character that stood here.
    pub(super) const fn after(self, character: u8) -> Self {
        match (self, character) {
            (Self::Quoted, b'"') => Self::Closed,
            (Self::Quoted, _) | (Self::Start | Self::Closed, b'"') => Self::Quoted,
            (Self::Broken, _) => Self::Broken,
            (_, b',') | (Self::Start, b' ') => Self::Start,
            (Self::Closed | Self::Behind, b' ' | b'\r' | b'\n') => Self::Behind,
            (Self::Closed | Self::Behind, _) => Self::Broken,
            (Self::Start | Self::Plain, _) => Self::Plain,
        }
    }

    /// The place behind a whole piece of text.
    pub(super) fn behind(self, text: &[u8]) -> Self {
        text.iter().fold(self, |place, byte| place.after(*byte))
    }
}

/// The fields of a row, without their quotes.
pub(super) fn fields(row: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut field = String::new();
    let mut place = Place::Start;
    for character in row.chars() {
        // Only ASCII decides; any other character is as good as a letter.
        let next = place.after(u8::try_from(character).unwrap_or(b'a'));
        match (place, character) {
            (Place::Quoted, '"') => {}
            (Place::Start, '"') => field.clear(),
            (Place::Quoted, _) => field.push(character),
            (_, ',') => all.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
        place = next;
    }
    all.push(field);
    all
}
