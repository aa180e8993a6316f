use super::Nature;
use crate::params::{self, Bounded};
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};

/// Seconds of age that `age_ppb` is quoted for.
pub const AGE_STEP_SECONDS: i64 = 30;

/// Parameters of one collateral beside its terms. Units and bounds in [`crate::params`]; 0 where its nature has no
/// use for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollateralParams {
    /// Price down to which a stable coin keeps its initial weight, ppb of 1.
    pub peg_whole_ppb: u64,
    /// Price from which it has none, ppb of 1.
    pub peg_nothing_ppb: u64,
    /// How far below redemption the market of a staked token has to be to count, ppb of redemption.
    pub staked_gap_ppb: u64,
    /// For how long.
    pub staked_seconds: i64,
    /// Seconds in which a new listing gains its initial weight.
    pub listing_seconds: i64,
    /// Haircut of a collateral price in a liquidation, ppb per 30 s of age.
    pub age_ppb: u64,
}

impl Default for CollateralParams {
    fn default() -> Self {
        Self {
            peg_whole_ppb: params::PEG_WHOLE.default,
            peg_nothing_ppb: params::PEG_NOTHING.default,
            staked_gap_ppb: params::STAKED_GAP.default,
            staked_seconds: i64_saturating(params::STAKED_SECONDS.default),
            listing_seconds: i64_saturating(params::LISTING_SECONDS.default),
            age_ppb: params::AGE_HAIRCUT.default,
        }
    }
}

impl CollateralParams {
    /// What a collateral priced like the market's underlying has: none of them.
    pub const NONE: Self = Self {
        peg_whole_ppb: 0,
        peg_nothing_ppb: 0,
        staked_gap_ppb: 0,
        staked_seconds: 0,
        listing_seconds: 0,
        age_ppb: 0,
    };

    /// The defaults of those a nature uses, 0 for the others.
    pub fn of(nature: Nature) -> Self {
        let all = Self::default();
        let priced = Self {
            listing_seconds: all.listing_seconds,
            age_ppb: all.age_ppb,
            ..Self::NONE
        };
        match nature {
            Nature::Underlying => Self::NONE,
            Nature::Other => priced,
            Nature::Stable => Self {
                peg_whole_ppb: all.peg_whole_ppb,
                peg_nothing_ppb: all.peg_nothing_ppb,
                ..priced
            },
            Nature::Staked => Self {
                staked_gap_ppb: all.staked_gap_ppb,
                staked_seconds: all.staked_seconds,
                ..priced
            },
        }
    }

    /// Checks the hard bounds of those the nature uses, that the others are 0 (a number without effect would
    /// mislead), and that the peg is lost below where it is whole.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self, nature: Nature) -> Result<(), RiskError> {
        let stable = nature == Nature::Stable;
        let staked = nature == Nature::Staked;
        let priced = nature != Nature::Underlying;
        // A negative number of seconds is the greatest of all.
        let [time, listing] = [self.staked_seconds, self.listing_seconds].map(i64::cast_unsigned);
        let all = [
            (self.peg_whole_ppb, limits(&params::PEG_WHOLE), stable),
            (self.peg_nothing_ppb, limits(&params::PEG_NOTHING), stable),
            (self.staked_gap_ppb, limits(&params::STAKED_GAP), staked),
            (time, limits(&params::STAKED_SECONDS), staked),
            (listing, limits(&params::LISTING_SECONDS), priced),
            (self.age_ppb, limits(&params::AGE_HAIRCUT), priced),
        ];
        for (value, (name, min, max), is_used) in all {
            let (min, max) = if is_used { (min, max) } else { (0, 0) };
            if value < min || value > max {
                return Err(RiskError::ParameterOutOfBounds(name));
            }
        }
        if stable && self.peg_nothing_ppb >= self.peg_whole_ppb {
            return Err(RiskError::ParameterOutOfBounds(params::PEG_NOTHING.name));
        }
        Ok(())
    }

    /// Width of the fall of the initial weight, ppb, at least 1.
    pub(super) fn peg_width_ppb(&self) -> u64 {
        self.peg_whole_ppb
            .saturating_sub(self.peg_nothing_ppb)
            .max(1)
    }

    /// Seconds a new listing takes, at least 1.
    pub(super) fn listing(&self) -> u64 {
        u64_or_zero(self.listing_seconds).max(1)
    }
}

/// What of a row the check needs.
const fn limits(row: &Bounded) -> (&'static str, u64, u64) {
    (row.name, row.min, row.max)
}
