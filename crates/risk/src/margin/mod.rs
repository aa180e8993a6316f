//! Margin: every leg and collateral revalued in 33 scenarios.
//!
//! V(tier) = quote - debt + sum(collateral as weighted) + sum(options), where the net positive option
//! value of one expiry counts a fraction; loss_s = V - V_s; R(tier) = k * max(damp_s * loss_s) +
//! add-ons, never above the greatest loss where that is bounded. The formulas are stated in
//! `docs/risk.md`, section 2, what always holds in `docs/margin-laws.md`. Homogeneous at maintenance
//! margin: an account scaled by a factor has all its numbers scaled by it, up to rounding.

mod account;
mod addons;
mod bound;
mod cells;
mod clockwork;
mod collateral;
mod ends;
mod grid;
mod gross;
mod kernel;
mod kinks;
mod net;
mod params;
mod parts;
mod regime;
mod rows;
mod share;
mod size;
mod totals;
mod worst;

pub(crate) use addons::{ERROR_UNITS, LIFTED_ERROR_UNITS};
pub(crate) use clockwork::{LONG_EXPONENT_Q30, MOST_TILT_PPB, SHOCK_SECONDS, SHORT_EXPONENT_Q30};
pub(crate) use grid::{MAX_WIDENING_PPB, UNCOVERED_HALVES};

pub use account::{
    leg_fits, Assessment, Credit, ExpiryTerms, Holding, Leg, Portfolio, EXPIRY_COUNT,
    MAX_AMOUNT_ATOMS, MAX_HOLDINGS, MAX_LEGS, MAX_LEG_ATOMS, PLAIN_EXPIRIES,
};
pub use cells::{cells, Cell};
pub use grid::{describe, Scenario, VolMove, SCENARIO_COUNT};
pub use params::{MarginParams, TAIL_COUNT};
pub use regime::{Regime, RequirementRamp, Weighed, MAX_IM_SCALE_PPB};

use crate::RiskError;
use backstop_quantities::convert::{length, u64_or_zero};
use backstop_quantities::ONE_PPB;
use grid::Grid;
use gross::Gross;
use rows::Rows;
use totals::Totals;

/// Computes value, requirement and health of an account at both tiers.
///
/// While a change of parameters is ramped, R(MM) is at most `growth` times, rounded up, what the
/// parameters and weights of before require of the same account.
///
/// # Errors
/// `ZeroPrice`, `ExpiryIndexOutOfRange`, `TooMany` and `TooLarge` for what the kernel does not
/// compute; `ParameterOutOfBounds` for a collateral weighed above its value ("weight") or falling
/// faster than its bound ("wrong_way_ppb"), and a scale beyond its own ("im_scale_ppb").
pub fn assess(portfolio: &Portfolio, regime: &Regime) -> Result<Assessment, RiskError> {
    check(portfolio, regime)?;
    let mut outcome = under(portfolio, regime)?;
    if let Some(ramp) = &regime.ramp {
        outcome.r_mm = ramped(portfolio, regime, ramp, outcome.r_mm)?;
    }
    Ok(outcome)
}

/// R(MM) while a change is under way: the new requirement, at most `growth` times that of before, rounded up,
/// of which nothing counts as an atom, because nothing does not grow. `whole` is what the new parameters require with the collateral as
/// weighed now. Two computations in all, three if the change moves weights.
#[inline(never)]
fn ramped(
    portfolio: &Portfolio,
    regime: &Regime,
    ramp: &RequirementRamp,
    whole: i64,
) -> Result<i64, RiskError> {
    let required = |holdings, params| {
        check_holdings(holdings)?;
        let weighed = Portfolio {
            holdings,
            ..*portfolio
        };
        let rules = Regime {
            widening_mm_ppm: regime.widening_mm_ppm,
            ..Regime::of(params)
        };
        under(&weighed, &rules).map(|outcome| outcome.r_mm)
    };
    let (before, whole) = match &ramp.weighed {
        None => (required(portfolio.holdings, ramp.previous)?, whole),
        Some(weighed) => (
            required(weighed.before, ramp.previous)?,
            required(weighed.aimed, regime.params)?,
        ),
    };
    let (before, one) = (u128::from(u64_or_zero(before).max(1)), u128::from(ONE_PPB));
    let allowed = before.checked_mul(ramp.growth_ppb.max(one));
    let allowed = allowed.and_then(|grown| i64::try_from(grown.div_ceil(one)).ok());
    Ok(whole.min(allowed.unwrap_or(i64::MAX)))
}

/// The computation under one set of parameters.
#[inline(never)]
fn under(portfolio: &Portfolio, regime: &Regime) -> Result<Assessment, RiskError> {
    let grid = Grid::new(portfolio.confidence_ppb, regime.params)?;
    let totals = Totals::new(portfolio, regime)?;
    let (mut outcome, gross) = revalued(portfolio, regime, &grid, &totals)?;
    let net = net::net_contracts(portfolio.legs)?;
    let added = addons::add_ons(portfolio, regime, &net, &gross)?;
    outcome.r_im = outcome.r_im.saturating_add(added.im);
    outcome.r_im_least = outcome.r_im_least.saturating_add(added.im_least);
    outcome.r_mm = outcome.r_mm.saturating_add(added.mm);
    let health = [outcome.health_im(), outcome.health_mm()];
    if let Some(least) = bound::least_option_values(portfolio, &totals, &net, health) {
        let roundings = net::certain_roundings(&net);
        totals.cap(&mut outcome, &least, added.error, roundings);
    }
    Ok(outcome)
}

/// What the scenarios say. The rows fill most of a frame, so they have one to themselves.
#[inline(never)]
fn revalued(
    portfolio: &Portfolio,
    regime: &Regime,
    grid: &Grid,
    totals: &Totals,
) -> Result<(Assessment, Gross), RiskError> {
    let mut rows = Rows::ZERO;
    kernel::revalue(portfolio, regime, grid, &mut rows)?;
    Ok((totals.assess(grid, &rows), rows.gross))
}

fn check(portfolio: &Portfolio, regime: &Regime) -> Result<(), RiskError> {
    if portfolio.spot.is_zero() || portfolio.legs.iter().any(|leg| leg.strike.is_zero()) {
        return Err(RiskError::ZeroPrice);
    }
    if portfolio.legs.len() > MAX_LEGS {
        return Err(RiskError::TooMany);
    }
    let certain = portfolio.expiries.iter();
    let largest = certain
        .map(|terms| terms.certain_atoms.unsigned_abs())
        .fold(portfolio.quote_atoms.max(portfolio.debt_atoms), u64::max);
    if largest > MAX_AMOUNT_ATOMS {
        return Err(RiskError::TooLarge);
    }
    check_holdings(portfolio.holdings)?;
    let (scale, least) = (regime.im_scale_ppb, regime.least_scale_ppb);
    if least < ONE_PPB || scale < least || scale > MAX_IM_SCALE_PPB {
        return Err(RiskError::ParameterOutOfBounds("im_scale_ppb"));
    }
    let indexes = portfolio.legs.iter().map(|leg| u64::from(leg.expiry_index));
    if indexes
        .max()
        .is_some_and(|index| index >= length(EXPIRY_COUNT))
    {
        return Err(RiskError::ExpiryIndexOutOfRange);
    }
    Ok(())
}

fn check_holdings(holdings: &[Holding]) -> Result<(), RiskError> {
    if holdings.len() > MAX_HOLDINGS {
        return Err(RiskError::TooMany);
    }
    for holding in holdings {
        if holding.value_atoms > MAX_AMOUNT_ATOMS {
            return Err(RiskError::TooLarge);
        }
        if holding.im_atoms.max(holding.mm_atoms) > holding.value_atoms {
            return Err(RiskError::ParameterOutOfBounds("weight"));
        }
        crate::params::WRONG_WAY.check(holding.wrong_way_ppb)?;
    }
    Ok(())
}
