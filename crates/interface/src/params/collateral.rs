//! The numbers of a collateral as stored, and which error names one that is out of its bounds.

use crate::accounts::CollateralKind;
use crate::error::BackstopError;
use anchor_lang::prelude::*;
use backstop_risk::collateral::{CollateralParams, Nature};
use backstop_risk::{params, RiskError};
use std::io::Read;

/// Stored form of [`CollateralParams`]: each 0 where the kind has no use for it.
#[derive(AnchorSerialize, Clone, Copy, Debug, Default, PartialEq, Eq, InitSpace)]
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

/// The layout a derive would read, in one piece: every instruction that holds a collateral reads it.
impl AnchorDeserialize for CollateralNumbers {
    fn deserialize_reader<R: Read>(reader: &mut R) -> std::io::Result<Self> {
        let mut bytes = [0; Self::INIT_SPACE];
        reader.read_exact(&mut bytes)?;
        let (words, _) = bytes.as_chunks::<8>();
        let word = |index: usize| words.get(index).map_or(0, |word| u64::from_le_bytes(*word));
        Ok(Self {
            peg_whole_ppb: word(0),
            peg_nothing_ppb: word(1),
            staked_gap_ppb: word(2),
            staked_seconds: word(3).cast_signed(),
            listing_seconds: word(4).cast_signed(),
            age_ppb: word(5),
        })
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
