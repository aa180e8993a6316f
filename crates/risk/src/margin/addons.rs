//! What a requirement asks beside the scenarios. Each part is at least 0, rounded up, never falls when
//! a short is added and never rises when a long is; all but concentration add up over accounts put
//! together. None survives the greatest loss of the account, which is known from payoffs alone.

use super::gross::Gross;
use super::net::{net_shorts, NetContracts};
use super::{Leg, MarginParams, Portfolio, Regime, EXPIRY_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, length, u64_bits};
use backstop_quantities::{mul_div_ceil, Atoms, Contracts, Ppb, Reciprocal, ONE_PPB};

/// Error of a priced leg in units of 2^-30 of the larger of its prices, by `docs/risk.md`, section 13:
/// 133.96 + 0.89 σ at σ up to 37.8, the most any shock reaches, and two of the notional.
pub(crate) const ERROR_UNITS: u64 = 170;
/// The same where σ√T lies below the least the kernel divides by: φ(0) of that, 409, more.
pub(crate) const LIFTED_ERROR_UNITS: u64 = 572;

/// Requirements beside the scenarios, quote atoms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AddOns {
    pub(super) im: i64,
    /// At the least scale.
    pub(super) im_least: i64,
    pub(super) mm: i64,
    /// The part of them that is the error bound of the prices.
    pub(super) error: i64,
}

/// All add-ons of an account.
///
/// # Errors
/// `TooLarge` if an amount does not fit, `ZeroPrice`.
#[inline(never)]
pub(super) fn add_ons(
    portfolio: &Portfolio,
    regime: &Regime,
    net: &[NetContracts; EXPIRY_COUNT],
    gross: &Gross,
) -> Result<AddOns, RiskError> {
    let params = regime.params;
    let shorts = net_shorts(net);
    let error = error_bound(portfolio, gross)?;
    let notional = notional(portfolio, shorts)?;
    let gamma = gamma_near_expiry(portfolio, params)?;
    let of_gamma = |ppb| {
        gamma
            .fraction_ceil(Ppb::new(ppb))
            .ok_or(RiskError::TooLarge)
    };
    // A scaled loss carries what prices may be off by as often.
    let uncertain = Atoms::new(error.get().saturating_add(gross.gap_im));
    let scaled = |ppb| {
        uncertain
            .fraction_ceil(Ppb::new(ppb))
            .ok_or(RiskError::TooLarge)
    };
    let scaled_im = scaled(regime.im_scale_ppb)?;
    let im = [
        short_floor(notional, params.short_floor_im_ppb)?,
        of_gamma(ONE_PPB)?,
        concentration(notional, shorts, params)?,
        scaled_im,
    ];
    let mm = [
        short_floor(notional, params.short_floor_mm_ppb)?,
        of_gamma(params.mm_factor_ppb)?,
        Atoms::new(gross.gap_mm),
        error,
    ];
    let sum = |parts: &[Atoms]| {
        parts.iter().fold(0i64, |sum, part| {
            sum.saturating_add(i64_saturating(part.get()))
        })
    };
    let im = sum(&im);
    let im_least = match regime.least_scale_ppb == regime.im_scale_ppb {
        true => im,
        false => {
            let least = scaled(regime.least_scale_ppb)?;
            let less = scaled_im.get().saturating_sub(least.get());
            im.saturating_sub(i64_saturating(less))
        }
    };
    Ok(AddOns {
        im,
        im_least,
        mm: sum(&mm),
        error: i64_saturating(error.get()),
    })
}

/// `contracts` at spot, rounded up.
fn notional(portfolio: &Portfolio, contracts: u64) -> Result<Atoms, RiskError> {
    Contracts::new(i64_saturating(contracts))
        .value_ceil(portfolio.spot)
        .ok_or(RiskError::TooLarge)
}

/// The short-option floor: E * spot * floor_ppb, with E the net shorts of each expiry and kind.
fn short_floor(notional: Atoms, floor_ppb: u64) -> Result<Atoms, RiskError> {
    notional
        .fraction_ceil(Ppb::new(floor_ppb))
        .ok_or(RiskError::TooLarge)
}

/// Gamma near expiry: sum over short legs of |q| * spot * gamma_ppb * (1 - T/gamma_seconds)+ * w(K).
///
/// A payoff bends at its strike, and between two grid prices h = scan/4 apart lies up to h/4 per contract
/// below the line through them, where no scenario looks. w is 1 for strikes within the scan range, falls
/// to 0 at twice that, where the tails' damping governs. Longs give nothing back: which of them lie at
/// the bend is what the grid does not see.
fn gamma_near_expiry(portfolio: &Portfolio, params: &MarginParams) -> Result<Atoms, RiskError> {
    let bends = |leg: &&Leg| {
        let left = u64_bits(leg.seconds_to_expiry.max(0));
        left < params.gamma_seconds && leg.quantity.is_short()
    };
    let mut legs = portfolio.legs.iter().filter(bends).peekable();
    if legs.peek().is_none() {
        return Ok(Atoms::ZERO);
    }
    let span = mul_div_ceil(portfolio.spot.get(), params.scan_ppb, ONE_PPB)
        .and_then(|span| Reciprocal::new(span.max(1)))
        .ok_or(RiskError::TooLarge)?;
    let mut near = 0u64;
    for leg in legs {
        let left = u64_bits(leg.seconds_to_expiry.max(0));
        let elapsed = params.gamma_seconds.wrapping_sub(left);
        let away = leg.strike.get().abs_diff(portfolio.spot.get());
        let weight = (2u64 << 30)
            .saturating_sub(span.ratio_q30(away))
            .min(1 << 30);
        // Both are at most 2^30 and seconds below 2^20 by their bounds.
        let part = weight
            .wrapping_mul(elapsed)
            .checked_div(params.gamma_seconds)
            .unwrap_or(0);
        // Whole 2^30 of them and the rest, rounded up.
        let contracts = leg.quantity.magnitude();
        let high = (contracts >> 30).wrapping_mul(part);
        let low = (contracts & ((1 << 30) - 1)).wrapping_mul(part);
        near = near.saturating_add(high.wrapping_add(low.div_ceil(1 << 30)));
    }
    notional(portfolio, near)?
        .fraction_ceil(Ppb::new(params.gamma_ppb))
        .ok_or(RiskError::TooLarge)
}

/// Concentration: E * spot * min(1, concentration_ppb * E / depth). Initial margin only: it is not
/// homogeneous in the account's size, and the slices of an auction count on maintenance being so.
fn concentration(notional: Atoms, shorts: u64, params: &MarginParams) -> Result<Atoms, RiskError> {
    let rate = mul_div_ceil(params.concentration_ppb, shorts, params.depth_contracts)
        .map_or(ONE_PPB, |rate| rate.min(ONE_PPB));
    notional
        .fraction_ceil(Ppb::new(rate))
        .ok_or(RiskError::TooLarge)
}

/// Error bound: sum of |q| * (max(S, K) + (reach - 1) S) * units * 2^-30, and an atom a leg. By
/// `docs/risk.md`, section 13, no value, and no requirement before add-ons, is further from the exact one.
fn error_bound(portfolio: &Portfolio, gross: &Gross) -> Result<Atoms, RiskError> {
    let part = |worth, units| mul_div_ceil(worth, units, 1 << 30).ok_or(RiskError::TooLarge);
    let [own, lifted] = gross.worth;
    let bound = part(own, ERROR_UNITS)?.saturating_add(part(lifted, LIFTED_ERROR_UNITS)?);
    Ok(Atoms::new(
        bound.saturating_add(length(portfolio.legs.len())),
    ))
}
