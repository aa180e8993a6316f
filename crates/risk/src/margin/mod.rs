//! Margin: every leg and collateral revalued in 33 scenarios.
//!
//! V(tier) = quote - debt + sum(collateral * weight) + sum(options), where the net positive option
//! value of one expiry counts a fraction; loss_s = V - V_s; R(tier) = k * max(damp_s * loss_s) +
//! add-ons, never above the greatest loss where that is bounded. Homogeneous: an account scaled by a
//! factor has all its numbers scaled by it, up to rounding.

mod bound;
mod grid;
mod kernel;
mod params;
mod totals;

pub use grid::{describe, Scenario, VolMove, SCENARIO_COUNT};
pub use params::{MarginParams, TAIL_COUNT};

use crate::pricing::Kind;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, length};
use backstop_quantities::{Contracts, Price, Vol, ONE_PPB};
use grid::{Grid, Rows};
use totals::Totals;

/// Expiries an account may hold legs in.
pub const EXPIRY_COUNT: usize = 8;
/// Legs an account may hold.
pub const MAX_LEGS: usize = 32;
/// Collaterals an account may hold.
pub const MAX_HOLDINGS: usize = 8;
/// Greatest single amount, quote atoms (7.2e10 quote).
pub const MAX_AMOUNT_ATOMS: u64 = 1 << 56;

/// A position in one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Call or put.
    pub kind: Kind,
    /// Strike.
    pub strike: Price,
    /// Seconds to expiry; at or below 0 the leg is worth intrinsic.
    pub seconds_to_expiry: i64,
    /// Contracts, > 0 long, < 0 short.
    pub quantity: Contracts,
    /// Volatility of this strike and expiry on the surface.
    pub vol: Vol,
    /// The account's slot of this expiry, below [`EXPIRY_COUNT`].
    pub expiry_index: u8,
}

/// Collateral of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Worth at the oracle price, quote atoms, no haircut, rounded down by the caller.
    pub value_atoms: u64,
    /// Units of the underlying this is, scaled 1e6; 0 if it is not the underlying.
    pub contracts_equivalent: u64,
    /// Weight at initial margin, ppb.
    pub weight_im_ppb: u64,
    /// Weight at maintenance margin, ppb.
    pub weight_mm_ppb: u64,
    /// Whether its price moves with the spot in a scenario.
    pub moves_with_spot: bool,
}

/// All a margin account holds, at one price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Portfolio<'a> {
    /// Spot of the underlying.
    pub spot: Price,
    /// Oracle confidence / price, ppb.
    pub confidence_ppb: u64,
    /// Quote of the account.
    pub quote_atoms: u64,
    /// What the account owes.
    pub debt_atoms: u64,
    /// Collateral other than quote.
    pub holdings: &'a [Holding],
    /// Option legs.
    pub legs: &'a [Leg],
}

/// The outcome of a margin computation. Money in quote atoms, values rounded down, requirements up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// What the account is worth, no haircut.
    pub value: i64,
    /// V at initial margin.
    pub v_im: i64,
    /// V at maintenance margin.
    pub v_mm: i64,
    /// Requirement at initial margin.
    pub r_im: i64,
    /// Requirement at maintenance margin.
    pub r_mm: i64,
    /// The scenario with the greatest damped loss at maintenance; see [`describe`].
    pub worst_scenario: u8,
    /// What each expiry loses in that scenario at maintenance, at least 0.
    pub loss_by_expiry: [i64; EXPIRY_COUNT],
}

impl Assessment {
    /// V - R at initial margin: adding risk or taking value out needs >= 0.
    pub const fn health_im(&self) -> i64 {
        self.v_im.saturating_sub(self.r_im)
    }

    /// V - R at maintenance margin: liquidatable below 0.
    pub const fn health_mm(&self) -> i64 {
        self.v_mm.saturating_sub(self.r_mm)
    }

    /// S, the stressed part: value - health(MM).
    pub const fn stress(&self) -> i64 {
        self.value.saturating_sub(self.health_mm())
    }
}

/// Net contracts of one expiry by kind, scaled 1e6, > 0 long.
#[derive(Clone, Copy, Debug, Default)]
struct NetContracts {
    calls: i64,
    puts: i64,
}

/// Computes value, requirement and health of an account at both tiers.
///
/// # Errors
/// `ZeroPrice`, `ExpiryIndexOutOfRange`, `TooMany` and `TooLarge` for what the kernel does not
/// compute, `ParameterOutOfBounds("weight")` for a collateral weight above 1.
pub fn assess(portfolio: &Portfolio, params: &MarginParams) -> Result<Assessment, RiskError> {
    check(portfolio)?;
    let grid = Grid::new(portfolio.confidence_ppb, params)?;
    let mut rows = Rows::ZERO;
    kernel::revalue(portfolio, params, &grid, &mut rows)?;
    let net = net_contracts(portfolio.legs)?;
    let short_calls = net.iter().map(NetContracts::short_calls);
    let totals = Totals::new(portfolio, params, short_calls.fold(0, u64::saturating_add))?;
    let mut outcome = totals.assess(&grid, &rows);
    add_floor(&mut outcome, portfolio.spot, &net, params)?;
    if outcome.r_im > 0 {
        if let Some(least) = bound::least_option_values(portfolio, params, &net)? {
            totals.cap(&mut outcome, &least);
        }
    }
    Ok(outcome)
}

fn check(portfolio: &Portfolio) -> Result<(), RiskError> {
    if portfolio.spot.is_zero() || portfolio.legs.iter().any(|leg| leg.strike.is_zero()) {
        return Err(RiskError::ZeroPrice);
    }
    if portfolio.legs.len() > MAX_LEGS || portfolio.holdings.len() > MAX_HOLDINGS {
        return Err(RiskError::TooMany);
    }
    let largest = portfolio.holdings.iter().fold(
        portfolio.quote_atoms.max(portfolio.debt_atoms),
        |most, h| most.max(h.value_atoms),
    );
    if largest > MAX_AMOUNT_ATOMS {
        return Err(RiskError::TooLarge);
    }
    let whole = |h: &Holding| h.weight_im_ppb <= ONE_PPB && h.weight_mm_ppb <= ONE_PPB;
    if !portfolio.holdings.iter().all(whole) {
        return Err(RiskError::ParameterOutOfBounds("weight"));
    }
    if portfolio
        .legs
        .iter()
        .any(|leg| length(EXPIRY_COUNT) <= u64::from(leg.expiry_index))
    {
        return Err(RiskError::ExpiryIndexOutOfRange);
    }
    Ok(())
}

fn net_contracts(legs: &[Leg]) -> Result<[NetContracts; EXPIRY_COUNT], RiskError> {
    let mut net = [NetContracts::default(); EXPIRY_COUNT];
    for leg in legs {
        let slot = net
            .get_mut(usize::from(leg.expiry_index))
            .ok_or(RiskError::ExpiryIndexOutOfRange)?;
        let side = match leg.kind {
            Kind::Call => &mut slot.calls,
            Kind::Put => &mut slot.puts,
        };
        *side = side
            .checked_add(leg.quantity.get())
            .ok_or(RiskError::TooLarge)?;
    }
    Ok(net)
}

/// Adds the short-option floor: a fraction of spot per net short contract, netted within one expiry
/// and kind only, because a long of another expiry does not close the risk. Rounded up.
fn add_floor(
    outcome: &mut Assessment,
    spot: Price,
    net: &[NetContracts; EXPIRY_COUNT],
    params: &MarginParams,
) -> Result<(), RiskError> {
    let shorts = net.iter().fold(0u64, |sum, slot| {
        sum.saturating_add(slot.short_calls())
            .saturating_add(slot.short_puts())
    });
    if shorts == 0 {
        return Ok(());
    }
    let notional = Contracts::new(i64_saturating(shorts))
        .value_ceil(spot)
        .ok_or(RiskError::TooLarge)?;
    let part = |ppb| {
        notional
            .fraction_ceil(backstop_quantities::Ppb::new(ppb))
            .map(|atoms| i64_saturating(atoms.get()))
            .ok_or(RiskError::TooLarge)
    };
    outcome.r_im = outcome
        .r_im
        .saturating_add(part(params.short_floor_im_ppb)?);
    outcome.r_mm = outcome
        .r_mm
        .saturating_add(part(params.short_floor_mm_ppb)?);
    Ok(())
}
