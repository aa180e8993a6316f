//! The rules that hold after every instruction, whoever sent it: checked by walking every account of the
//! program and of the token programs, never from the program's own totals alone.
//!
//! [`check`] looks at one moment, [`check_step`] at two with instructions of the program between them,
//! [`check_act`] at two with one instruction between them whose name, price and time are known. [`Shadow`]
//! repeats what landed. Each rule is listed with the mutants it catches in `tests/tests/invariants/mutants`.

mod act;
mod books;
mod estates;
mod i10_cover;
mod i10_legs;
mod i10_limits;
mod i1_vaults;
mod i21_prices;
mod i22_determinism;
mod i2_conservation;
mod i3_exercise;
mod i3_series;
mod i3_sums;
mod i4_rent;
mod i5_initial_margin;
mod i6_free_equity;
mod i7_requirements;
mod i9_bounds;
mod states;
mod worth;

use std::fmt;

use crate::World;

pub use act::Act;
pub use books::{Books, Rent};
pub use i22_determinism::Shadow;

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
    i3_exercise::check(books)?;
    i4_rent::check(books)?;
    estates::check(books)?;
    states::check(books)
}

/// Holds if every rule about a step does: `before` and `after` are the books around one or several
/// instructions of the program, with no minting by the testkit between them.
///
/// # Errors
/// The first rule that does not hold, those of [`check`] about `after` included.
pub fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    i1_vaults::check_step(before, after)?;
    i2_conservation::check_step(before, after)?;
    i3_series::check_step(before, after)?;
    i4_rent::check_step(before, after)?;
    states::check_step(before, after)?;
    check_books(after)
}

/// Holds if every rule about one instruction does, those of [`check_step`] apart: initial margin, free equity,
/// requirements, bounds of prices, limits, prices used, what estates are counted with.
///
/// # Errors
/// The first rule that does not hold.
pub fn check_act(act: &Act) -> Result<(), Violation> {
    i4_rent::check_act(act)?;
    i5_initial_margin::check(act)?;
    i6_free_equity::check(act)?;
    i7_requirements::check(act)?;
    i9_bounds::check(act)?;
    i10_limits::check(act)?;
    i10_legs::check(act)?;
    i10_cover::check(act)?;
    i21_prices::check(act)?;
    estates::check_act(act)
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
