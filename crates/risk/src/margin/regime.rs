//! The rules in force at the moment of a margin computation.

use super::{Holding, MarginParams};
use backstop_quantities::ONE_PPB;

/// Greatest scale of initial margin, ppb: within it the kernel's products are exact.
pub const MAX_IM_SCALE_PPB: u64 = 4 * ONE_PPB;

/// The rules in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regime<'a> {
    /// Parameters of the grid and the add-ons.
    pub params: &'a MarginParams,
    /// What forecast and system stress make of initial margin, ppb, 1e9 to [`MAX_IM_SCALE_PPB`].
    /// Maintenance margin never sees it.
    pub im_scale_ppb: u64,
    /// The same for who makes stress no worse, at most [`Self::im_scale_ppb`]: the forecast alone. Where it is less, the
    /// requirement at it is computed beside the other, from the same prices.
    pub least_scale_ppb: u64,
    /// Whether value leaves the account: then an impaired expiry counts nothing at initial margin.
    pub withdrawing: bool,
    /// How far the volatilities of maintenance margin may be off because nobody renewed the surface, either
    /// way, ppm a year, one number for all legs. Initial margin's part is in each leg's `vol_gap_ppm`.
    pub widening_mm_ppm: u32,
    /// The parameters before, while maintenance margin still rises from them.
    pub ramp: Option<RequirementRamp<'a>>,
}

/// A change of parameters whose effect on maintenance margin is not whole yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequirementRamp<'a> {
    /// Parameters before the change, their credit for longs included: a loss is a fall of V, so that credit
    /// moves R as well. What it takes from V moves by a ramp of its own.
    pub previous: &'a MarginParams,
    /// How many times the requirement of before may be asked, ppb, at least 1e9; see
    /// [`crate::ramp::RequirementGrowth`].
    pub growth_ppb: u128,
    /// The account's collateral under both rules, if the change moves weights.
    pub weighed: Option<Weighed<'a>>,
}

/// Collateral of an account while weights change, in the order of [`super::Portfolio::holdings`], which are
/// weighed as in force and make V. Requirements count neither half-way: they would follow the ramp of a
/// weight, and the requirement of a hedged account is not proportional to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed<'a> {
    /// By the weights before the change: the requirement that grows.
    pub before: &'a [Holding],
    /// By the weights it aims at: the requirement it grows to.
    pub aimed: &'a [Holding],
}

impl<'a> Regime<'a> {
    /// Calm, nothing withdrawn, no change under way.
    pub const fn of(params: &'a MarginParams) -> Self {
        Self {
            params,
            im_scale_ppb: ONE_PPB,
            least_scale_ppb: ONE_PPB,
            withdrawing: false,
            widening_mm_ppm: 0,
            ramp: None,
        }
    }
}
