//! Where the header puts what we need.

use super::error::RowError;

/// Positions of the columns that are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) count: usize,
    pub(super) kind: usize,
    pub(super) style: Option<usize>,
    pub(super) spot: usize,
    pub(super) strike: usize,
    pub(super) seconds: usize,
    pub(super) rate: usize,
    pub(super) held: Option<usize>,
    pub(super) vol: usize,
}

impl Columns {
    /// # Errors
    /// A column that is missing or named twice.
    pub(super) fn new(header: &str) -> Result<Self, RowError> {
        let names = fields(header)?;
        let place = |name: &'static str| {
            let mut places = (0..names.len()).filter(|at| names[*at].trim() == name);
            match (places.next(), places.next()) {
                (first, None) => Ok(first),
                _ => Err(RowError::DuplicateColumn(name)),
            }
        };
        let needed = |name| place(name)?.ok_or(RowError::MissingColumn(name));
        Ok(Self {
            count: names.len(),
            kind: needed("type")?,
            style: place("style")?,
            spot: needed("S")?,
            strike: needed("K")?,
            seconds: needed("T_seconds")?,
            rate: needed("r")?,
            held: place("q")?,
            vol: needed("sigma")?,
        })
    }
}

/// The fields of a line. A field in double quotes may hold commas, and quotes written twice.
///
/// # Errors
/// `UnclosedQuote`: fields do not span lines.
pub(super) fn fields(line: &str) -> Result<Vec<String>, RowError> {
    let mut all = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    all.push(field);
    if quoted {
        return Err(RowError::UnclosedQuote);
    }
    Ok(all)
}
