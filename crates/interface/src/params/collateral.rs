//! The numbers of a collateral as stored, and which error names one that is out of its bounds.

use crate::accounts::CollateralKind;
use crate::error::BackstopError;
use anchor_lang::prelude::*;
use backstop_risk::collateral::{CollateralParams, Nature};
use backstop_risk::{params, RiskError};
#[cfg(not(feature = "idl-build"))]
use bytemuck::{Pod, Zeroable};

/// Stored form of [`CollateralParams`]: each 0 where the kind has no use for it.
#[cfg_attr(feature = "idl-build", derive(AnchorSerialize, AnchorDeserialize))]
#[cfg_attr(not(feature = "idl-build"), repr(C), derive(Pod, Zeroable))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, InitSpace)]
pub struct CollateralNumbers {
    /// Price down to which a stable coin keeps its initial weight, ppb of 1 quote.
    pub peg_whole_ppb: u64,
    /// Price from which it has none, ppb of 1 quote.
    pub peg_nothing_ppb: u64,
    /// How far below redemption the market of a staked token has to be to count, ppb of redemption.
    pub staked_gap_ppb: u64,
    /// For how long, in seconds.
    pub staked_seconds: i64,
    /// Seconds in which the listing gains its initial weight.
    pub listing_seconds: i64,
    /// Haircut of an aged price in a liquidation, ppb per 30 s.
    pub age_ppb: u64,
}

/// Every instruction that holds a collateral reads and writes these: in one piece, not field by field. The bytes are
/// the same.
#[cfg(not(feature = "idl-build"))]
mod whole {
    use super::CollateralNumbers;
    use anchor_lang::prelude::{AnchorDeserialize, AnchorSerialize};
    use bytemuck::Zeroable;
    use std::io::{Read, Result, Write};

    impl AnchorSerialize for CollateralNumbers {
        fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
            writer.write_all(bytemuck::bytes_of(self))
        }
    }

    impl AnchorDeserialize for CollateralNumbers {
        fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
            let mut numbers = Self::zeroed();
            reader.read_exact(bytemuck::bytes_of_mut(&mut numbers))?;
            Ok(numbers)
        }
    }
}

impl CollateralNumbers {
    /// The defaults of a kind.
    pub fn of(kind: CollateralKind) -> Self {
        CollateralParams::of(kind.nature()).into()
    }

    /// In the words of `risk`.
    pub const fn params(&self) -> CollateralParams {
        CollateralParams {
            peg_whole_ppb: self.peg_whole_ppb,
            peg_nothing_ppb: self.peg_nothing_ppb,
            staked_gap_ppb: self.staked_gap_ppb,
            staked_seconds: self.staked_seconds,
            listing_seconds: self.listing_seconds,
            age_ppb: self.age_ppb,
        }
    }
}

impl From<CollateralParams> for CollateralNumbers {
    fn from(p: CollateralParams) -> Self {
        Self {
            peg_whole_ppb: p.peg_whole_ppb,
            peg_nothing_ppb: p.peg_nothing_ppb,
            staked_gap_ppb: p.staked_gap_ppb,
            staked_seconds: p.staked_seconds,
            listing_seconds: p.listing_seconds,
            age_ppb: p.age_ppb,
        }
    }
}

impl CollateralKind {
    /// In the words of `risk`. Quote is no holding; it keeps the bounds of the underlying.
    pub const fn nature(self) -> Nature {
        match self {
            Self::Quote | Self::Underlying => Nature::Underlying,
            Self::LiquidStaking => Nature::Staked,
            Self::Stable => Nature::Stable,
        }
    }
}

/// Which error tells that a number of a listing is out of its bounds.
const LISTING_ERRORS: [(&str, BackstopError); 8] = [
    (params::SIZE.name, BackstopError::SizeOutOfBounds),
    (params::WRONG_WAY.name, BackstopError::WrongWayOutOfBounds),
    (params::PEG_WHOLE.name, BackstopError::PegOutOfBounds),
    (params::PEG_NOTHING.name, BackstopError::PegOutOfBounds),
    (params::STAKED_GAP.name, BackstopError::StakedGapOutOfBounds),
    (
        params::STAKED_SECONDS.name,
        BackstopError::StakedTimeOutOfBounds,
    ),
    (
        params::LISTING_SECONDS.name,
        BackstopError::ListingTimeOutOfBounds,
    ),
    (
        params::AGE_HAIRCUT.name,
        BackstopError::AgeHaircutOutOfBounds,
    ),
];

/// The error of a listing that `risk` refused.
pub fn listing_error(refused: RiskError) -> BackstopError {
    let RiskError::ParameterOutOfBounds(name) = refused else {
        return BackstopError::ParameterOutOfBounds;
    };
    let mut known = LISTING_ERRORS.iter().filter(|(known, _)| *known == name);
    known
        .next()
        .map_or(BackstopError::WeightOutOfBounds, |(_, error)| *error)
}
