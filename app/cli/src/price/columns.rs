//! Where the header puts what we need.

use super::error::RowError;
use super::fields::fields;

/// What is appended to the header.
pub(super) const ADDED: [&str; 7] = [
    "bs_price",
    "bs_delta",
    "bs_gamma",
    "bs_vega",
    "bs_theta_per_year",
    "bs_lower",
    "bs_upper",
];

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
    /// A column that is missing or named twice, or one that is to be appended and there already.
    pub(super) fn new(header: &str) -> Result<Self, RowError> {
        let names = fields(header);
        let place = |name: &'static str| {
            let mut places = (0..names.len()).filter(|at| names[*at].trim() == name);
            match (places.next(), places.next()) {
                (first, None) => Ok(first),
                _ => Err(RowError::DuplicateColumn(name)),
            }
        };
        let needed = |name| place(name)?.ok_or(RowError::MissingColumn(name));
        for name in ADDED {
            if place(name)?.is_some() {
                return Err(RowError::TakenColumn(name));
            }
        }
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
