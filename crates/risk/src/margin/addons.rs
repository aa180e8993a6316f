//! What a requirement asks beside the scenarios. Each part is at least 0, rounded up, never falls when
//! a short is added and never rises when a long is; all but concentration add up over accounts put
//! together. None survives the greatest loss of the account, which is known from payoffs alone.

use super::net::{net_shorts, NetContracts};
use super::{Leg, MarginParams, Portfolio, Regime, EXPIRY_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_bits};
use backstop_quantities::root::sqrt_years_q30;
use backstop_quantities::{
    mul_div_ceil, Atoms, Contracts, Ppb, Reciprocal, ONE_PPB, ONE_Q30, PRICE_SCALE,
};

/// Error of a priced leg in units of 2^-30 of the larger of its prices, by `docs/margin-error.md`:
/// 134 + 0.9 σ at σ up to 20, two of the notional, six to spare.
const ERROR_UNITS: u64 = 160;
/// The same where σ√T lies below the least the kernel divides by: φ(0) of that, 409, more.
const LIFTED_ERROR_UNITS: u64 = 572;
/// The volatility in ppm from which σ√T reaches that least a second before expiry.
const LIFTED_BELOW_PPM: u32 = 5_500;
/// Initial margin's volatilities move with spot up to four times today's: the last tail.
const LAST_TAIL: u64 = 4;

/// Requirements beside the scenarios, quote atoms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AddOns {
    pub(super) im: i64,
    pub(super) mm: i64,
}

/// All add-ons of an account. `reach` is that of the grid.
///
/// # Errors
/// `TooLarge` if an amount does not fit, `ZeroPrice`.
#[inline(never)]
pub(super) fn add_ons(
    portfolio: &Portfolio,
    regime: &Regime,
    net: &[NetContracts; EXPIRY_COUNT],
    reach: i64,
) -> Result<AddOns, RiskError> {
    let params = regime.params;
    let shorts = net_shorts(net);
    let error = error_bound(portfolio, reach)?;
    let gamma = gamma_near_expiry(portfolio, params)?;
    let of_gamma = |ppb| {
        gamma
            .fraction_ceil(Ppb::new(ppb))
            .ok_or(RiskError::TooLarge)
    };
    let im = [
        short_floor(portfolio, shorts, params.short_floor_im_ppb)?,
        of_gamma(ONE_PPB)?,
        concentration(portfolio, shorts, params)?,
        volatility_gap(portfolio)?,
        // A scaled loss carries its error as often.
        error
            .fraction_ceil(Ppb::new(regime.im_scale_ppb))
            .ok_or(RiskError::TooLarge)?,
    ];
    let mm = [
        short_floor(portfolio, shorts, params.short_floor_mm_ppb)?,
        of_gamma(params.mm_factor_ppb)?,
        error,
    ];
    let sum = |parts: &[Atoms]| {
        parts.iter().fold(0i64, |sum, part| {
            sum.saturating_add(i64_saturating(part.get()))
        })
    };
    Ok(AddOns {
        im: sum(&im),
        mm: sum(&mm),
    })
}

/// `contracts` at spot, rounded up.
fn notional(portfolio: &Portfolio, contracts: u64) -> Result<Atoms, RiskError> {
    Contracts::new(i64_saturating(contracts))
        .value_ceil(portfolio.spot)
        .ok_or(RiskError::TooLarge)
}

/// The short-option floor: E * spot * floor_ppb, with E the net shorts of each expiry and kind.
fn short_floor(portfolio: &Portfolio, shorts: u64, floor_ppb: u64) -> Result<Atoms, RiskError> {
    notional(portfolio, shorts)?
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
    let span = mul_div_ceil(portfolio.spot.get(), params.scan_ppb, ONE_PPB)
        .and_then(|span| Reciprocal::new(span.max(1)))
        .ok_or(RiskError::TooLarge)?;
    let mut near = 0u64;
    for leg in portfolio.legs.iter().filter(|leg| leg.quantity.is_short()) {
        let left = u64_bits(leg.seconds_to_expiry.max(0));
        let Some(elapsed) = params.gamma_seconds.checked_sub(left) else {
            continue;
        };
        let away = leg.strike.get().abs_diff(portfolio.spot.get());
        let weight = (2u64 << 30)
            .saturating_sub(span.ratio_q30(away))
            .min(1 << 30);
        // Both are at most 2^30 and seconds below 2^20 by their bounds.
        let part = weight
            .wrapping_mul(elapsed)
            .checked_div(params.gamma_seconds)
            .unwrap_or(0);
        let contracts = u128::from(leg.quantity.magnitude())
            .wrapping_mul(part.into())
            .wrapping_shr(30);
        let contracts = u64::try_from(contracts).map_err(|_| RiskError::TooLarge)?;
        near = near.saturating_add(contracts).saturating_add(1);
    }
    notional(portfolio, near)?
        .fraction_ceil(Ppb::new(params.gamma_ppb))
        .ok_or(RiskError::TooLarge)
}

/// Concentration: E * spot * min(1, concentration_ppb * E / depth). Initial margin only: it is not
/// homogeneous in the account's size, and the slices of an auction count on maintenance being so.
fn concentration(
    portfolio: &Portfolio,
    shorts: u64,
    params: &MarginParams,
) -> Result<Atoms, RiskError> {
    let rate = mul_div_ceil(params.concentration_ppb, shorts, params.depth_contracts)
        .map_or(ONE_PPB, |rate| rate.min(ONE_PPB));
    notional(portfolio, shorts)?
        .fraction_ceil(Ppb::new(rate))
        .ok_or(RiskError::TooLarge)
}

/// Volatility gap: sum of |q| * 0.4 * min(K, 4 S) * √T * gap. Vega is S φ(d1) √T = K φ(d2) √T, at most
/// 0.399 of the smaller of strike and spot, in every scenario: so much may initial margin's value differ.
fn volatility_gap(portfolio: &Portfolio) -> Result<Atoms, RiskError> {
    let most = portfolio.spot.get().saturating_mul(LAST_TAIL);
    let mut total = 0u128;
    let mut known = (0i64, 0u64);
    for leg in portfolio.legs.iter().filter(|leg| leg.vol_gap_ppm > 0) {
        if known.0 != leg.seconds_to_expiry {
            known = (leg.seconds_to_expiry, sqrt_years_q30(leg.seconds_to_expiry));
        }
        // A root below 2^31 times a gap below 2^32, 2/5 of a millionth of it.
        let rate = known
            .1
            .wrapping_mul(leg.vol_gap_ppm.into())
            .div_ceil(2_500_000);
        let value = worth(leg, leg.strike.get().min(most));
        total = total.saturating_add(value.saturating_mul(rate.into()).wrapping_shr(30));
    }
    atoms_ceil(total)
}

/// Error bound: sum of |q| * (max(S, K) + (reach - 1) S) * units * 2^-30, and an atom a leg. By
/// `docs/margin-error.md` no value, and no requirement before add-ons, is further from the exact one.
fn error_bound(portfolio: &Portfolio, reach: i64) -> Result<Atoms, RiskError> {
    let spot = portfolio.spot.get();
    let further = u128::from(spot)
        .wrapping_mul(u64_bits(reach.saturating_sub(ONE_Q30)).into())
        .wrapping_shr(30);
    let further = u64::try_from(further).map_err(|_| RiskError::TooLarge)?;
    let mut total = 0u128;
    for leg in portfolio.legs {
        let unit = leg.strike.get().max(spot).saturating_add(further);
        let lifted = leg.seconds_to_expiry <= 0 || leg.vol.get() < LIFTED_BELOW_PPM;
        let units = if lifted {
            LIFTED_ERROR_UNITS
        } else {
            ERROR_UNITS
        };
        total = total.saturating_add(worth(leg, unit).saturating_mul(units.into()));
    }
    let legs = u64::try_from(portfolio.legs.len()).unwrap_or(u64::MAX);
    let bound = atoms_ceil(total.wrapping_shr(30))?.get();
    Ok(Atoms::new(bound.saturating_add(legs)))
}

/// |q| * price in billionths of an atom. The kernel has refused legs above 2^86 at spot or strike.
fn worth(leg: &Leg, price: u64) -> u128 {
    u128::from(leg.quantity.magnitude()).wrapping_mul(price.into())
}

/// Billionths of an atom as atoms, rounded up.
fn atoms_ceil(billionths: u128) -> Result<Atoms, RiskError> {
    // A 64-bit division where it will do: the wide one costs a thousand times as much.
    let whole = match u64::try_from(billionths) {
        Ok(small) => small.div_ceil(PRICE_SCALE),
        Err(_) => u64::try_from(billionths.div_ceil(PRICE_SCALE.into()))
            .map_err(|_| RiskError::TooLarge)?,
    };
    Ok(Atoms::new(whole))
}
