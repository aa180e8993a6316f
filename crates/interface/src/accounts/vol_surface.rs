use anchor_lang::prelude::*;
use backstop_quantities::UnixSeconds;
use backstop_risk::surface::{Submission, Surface};
use backstop_risk::volatility::AveragedSurface;

use crate::error::BackstopError;
use crate::impairment::{ImpairedExpiry, MAX_IMPAIRED};

/// Publishers of the protocol, named at genesis.
pub const PUBLISHER_COUNT: usize = 3;

/// Numbers of a surface as a publisher submits them; [`Surface`] in `risk` gives them meaning and bounds.
#[derive(
    AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq, InitSpace,
)]
pub struct StoredSurface {
    /// At-the-money volatility by tenor, millionths a year.
    pub atm_vol_ppm: [u32; 6],
    /// Slope in normalised moneyness, millionths.
    pub skew_ppm: i32,
    /// Curvature in normalised moneyness, millionths.
    pub curvature_ppm: i32,
}

/// The same numbers where they lie in an account that is read in place.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SurfaceNodes {
    /// At-the-money volatility by tenor, millionths a year.
    pub atm_vol_ppm: [u32; 6],
    /// Slope in normalised moneyness, millionths.
    pub skew_ppm: i32,
    /// Curvature in normalised moneyness, millionths.
    pub curvature_ppm: i32,
}

/// Two structs of the same three fields, in both directions.
macro_rules! same_numbers {
    ($($from:ty => $into:ty),* $(,)?) => {$(
        impl From<$from> for $into {
            fn from(s: $from) -> Self {
                Self {
                    atm_vol_ppm: s.atm_vol_ppm,
                    skew_ppm: s.skew_ppm,
                    curvature_ppm: s.curvature_ppm,
                }
            }
        }
    )*};
}

same_numbers!(
    StoredSurface => Surface,
    Surface => StoredSurface,
    SurfaceNodes => Surface,
    Surface => SurfaceNodes,
    StoredSurface => SurfaceNodes,
    SurfaceNodes => StoredSurface,
);

/// A publisher's latest word.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SurfaceSubmission {
    /// Unix second it was submitted; 0 if never.
    pub submitted_at: i64,
    /// What was submitted.
    pub surface: SurfaceNodes,
}

/// Sums behind the averaged surface, see `risk::volatility::AveragedSurface`.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct SurfaceSums {
    /// Node × seconds of each clock minute at its number modulo 16: six volatilities, skew, curvature.
    pub sums: [[i32; 8]; 16],
    /// What holds since the last update.
    pub current: [i32; 8],
    /// Unix second up to which the sums are complete.
    pub counted_to: i64,
}

/// The volatility surface of a market, its average and the submissions it is chosen from.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct VolSurface {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Places of `impaired` in use.
    pub impaired_count: u8,
    /// Alignment.
    pub padding: [u8; 5],
    /// Market it belongs to.
    pub market: Pubkey,
    /// Latest submission of each publisher, in the order of `Protocol::publishers`.
    pub submissions: [SurfaceSubmission; PUBLISHER_COUNT],
    /// The surface in force.
    pub surface: SurfaceNodes,
    /// Unix second it last moved; 0 while there is none.
    pub updated_at: i64,
    /// Every surface that was in force lately; meaningful once there is one.
    pub average: SurfaceSums,
    /// Expiries that hold estates: here, because every margin check reads this account.
    pub impaired: [ImpairedExpiry; MAX_IMPAIRED],
    /// Room for later fields.
    pub reserved: [u8; 64],
}

const _: () = {
    assert!(core::mem::size_of::<SurfaceNodes>() == 32);
    assert!(core::mem::size_of::<SurfaceSums>() == core::mem::size_of::<AveragedSurface>());
    assert!(
        core::mem::size_of::<VolSurface>()
            == 8 + 32 + 3 * 40 + 32 + 8 + 552 + 16 * MAX_IMPAIRED + 64
    );
    assert!(core::mem::offset_of!(VolSurface, surface) == 160);
    assert!(core::mem::offset_of!(VolSurface, average) == 200);
};

impl VolSurface {
    /// The publishers' latest words in the terms of `risk`; `None` for one who never spoke.
    pub fn words(&self) -> [Option<Submission>; PUBLISHER_COUNT] {
        self.submissions.map(|word| {
            (word.submitted_at > 0).then(|| Submission {
                submitted_at: UnixSeconds::new(word.submitted_at),
                surface: word.surface.into(),
            })
        })
    }

    /// From `now` on `surface` is in force; the average counts it from here.
    /// Errors with [`BackstopError::SurfaceInvalid`] if it is not a valid one.
    pub fn put_in_force(&mut self, surface: &Surface, now: i64) -> Result<()> {
        let at = UnixSeconds::new(now);
        let average = if self.updated_at == 0 {
            AveragedSurface::new(surface, at)
        } else {
            let mut average = self.averaged();
            average.update(surface, at).map(|()| average)
        };
        let average = average.map_err(|_| BackstopError::SurfaceInvalid)?;
        self.average = SurfaceSums {
            sums: average.sums,
            current: average.current,
            counted_to: average.counted_to,
        };
        self.surface = (*surface).into();
        self.updated_at = now;
        Ok(())
    }

    /// The sums in the terms of `risk`.
    pub fn averaged(&self) -> AveragedSurface {
        AveragedSurface {
            sums: self.average.sums,
            current: self.average.current,
            counted_to: self.average.counted_to,
        }
    }
}
