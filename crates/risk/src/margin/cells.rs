//! One leg scenario by scenario: what the sums of an account are made of, for whoever explains a margin
//! or checks a price.

use super::clockwork::Clockwork;
use super::grid::{Grid, MOVES_BY_STATE};
use super::kernel::add_leg;
use super::rows::ROW_COUNT;
use super::size::{Size, Unit};
use super::{Leg, MarginParams, SCENARIO_COUNT};
use crate::RiskError;
use backstop_quantities::convert::u32_saturating;
use backstop_quantities::{Price, Vol};

/// A leg in one scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The leg's volatility as the scenario shocks it.
    pub vol: Vol,
    /// Its value there, < 0 if it is short, quote atoms; within the error of `docs/risk.md`, section 13.
    pub value_atoms: i64,
}

/// The leg in every scenario of [`super::describe`], in its order, at a price without confidence, computed
/// as [`super::assess`] does.
///
/// # Errors
/// `ZeroPrice`; `TooLarge` beyond about 2^53 atoms at spot.
pub fn cells(
    leg: &Leg,
    spot: Price,
    params: &MarginParams,
) -> Result<[Cell; SCENARIO_COUNT], RiskError> {
    if leg.strike.is_zero() {
        return Err(RiskError::ZeroPrice);
    }
    let unit = Unit::new(spot).ok_or(RiskError::ZeroPrice)?;
    let grid = Grid::new(0, params)?;
    let size = Size::of(leg, &unit)?;
    let time = Clockwork::new(leg.seconds_to_expiry, params);
    let mut row = [0; ROW_COUNT];
    add_leg(&size, leg, &time, &grid, &mut row)?;
    let vols = time.vols(leg, size.moneyness()).into_iter();
    let states = vols.zip(MOVES_BY_STATE);
    let vols = states.flat_map(|(vol, count)| core::iter::repeat_n(vol, count));
    let mut cells = [Cell::default(); SCENARIO_COUNT];
    for (cell, (vol, value)) in cells.iter_mut().zip(vols.zip(row)) {
        *cell = Cell {
            vol: Vol::new(u32_saturating(vol)),
            value_atoms: value,
        };
    }
    Ok(cells)
}
