//! The rules that hold after every instruction, whoever sent it: checked by walking every account of the
//! program and of the token programs, never from the program's own totals alone.
//!
//! [`check`] looks at one moment, [`check_step`] at two with instructions of the program between them.

mod books;
mod i1_vaults;
mod i2_conservation;
mod i3_series;
mod i4_rent;
mod states;

use std::fmt;

use crate::World;

pub use books::{Books, Rent};

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule, as `I1 collateral claims`.
    pub invariant: &'static str,
    /// Which account, and the numbers that disagree.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.detail)
    }
}

impl std::error::Error for Violation {}

/// Holds if every rule about one moment does.
///
/// # Errors
/// The first rule that does not hold.
pub fn check(world: &World) -> Result<(), Violation> {
    check_books(&Books::read(world))
}

/// [`check`] of books already read.
///
/// # Errors
/// As [`check`].
pub fn check_books(books: &Books) -> Result<(), Violation> {
    i1_vaults::check(books)?;
    i2_conservation::check(books)?;
    i3_series::check(books)?;
    i4_rent::check(books)?;
    states::check(books)
}

/// Holds if every rule about a step does: `before` and `after` are the books around one or several
/// instructions of the program, with no minting by the testkit between them.
///
/// # Errors
/// The first rule that does not hold, those of [`check`] about `after` included.
pub fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    i2_conservation::check_step(before, after)?;
    i3_series::check_step(before, after)?;
    i4_rent::check_step(before, after)?;
    check_books(after)
}

/// Fails with `detail` unless `holds`.
fn ensure(
    holds: bool,
    invariant: &'static str,
    detail: impl FnOnce() -> String,
) -> Result<(), Violation> {
    match holds {
        true => Ok(()),
        false => Err(Violation {
            invariant,
            detail: detail(),
        }),
    }
}

/// Fails unless the book kept by the program is what walking the accounts gives.
fn same(
    invariant: &'static str,
    of: impl fmt::Display,
    booked: u64,
    walked: u128,
) -> Result<(), Violation> {
    ensure(u128::from(booked) == walked, invariant, || {
        format!("{of}: booked {booked}, walked {walked}")
    })
}
