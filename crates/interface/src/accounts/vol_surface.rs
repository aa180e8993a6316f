use anchor_lang::prelude::*;
use backstop_risk::surface::Surface;

/// Publishers of the protocol, named at genesis.
pub const PUBLISHER_COUNT: usize = 3;

/// Numbers of a surface as stored; [`Surface`] in `risk` gives them meaning and bounds.
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

impl From<StoredSurface> for Surface {
    fn from(s: StoredSurface) -> Self {
        Self {
            atm_vol_ppm: s.atm_vol_ppm,
            skew_ppm: s.skew_ppm,
            curvature_ppm: s.curvature_ppm,
        }
    }
}

impl From<Surface> for StoredSurface {
    fn from(s: Surface) -> Self {
        Self {
            atm_vol_ppm: s.atm_vol_ppm,
            skew_ppm: s.skew_ppm,
            curvature_ppm: s.curvature_ppm,
        }
    }
}

/// A publisher's latest word.
#[derive(
    AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq, InitSpace,
)]
pub struct SurfaceSubmission {
    /// Unix second it was submitted; 0 if never.
    pub submitted_at: i64,
    /// What was submitted.
    pub surface: StoredSurface,
}

/// The volatility surface of a market and the submissions it is chosen from.
#[account]
#[derive(Debug, InitSpace)]
pub struct VolSurface {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Latest submission of each publisher, in the order of `Protocol::publishers`.
    pub submissions: [SurfaceSubmission; PUBLISHER_COUNT],
    /// The surface in force.
    pub surface: StoredSurface,
    /// Unix second it last moved; 0 while there is none.
    pub updated_at: i64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}
