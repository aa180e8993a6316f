//! The volatilities a margin check uses at one moment.

use crate::accounts::VolSurface;
use backstop_quantities::{Price, UnixSeconds, Vol};
use backstop_risk::smile::{LogStrike, Smile};
use backstop_risk::surface::{Surface, MAX_VOL_PPM};
use backstop_risk::volatility::{widening, Widening};

/// The surface maintenance margin uses, and how far initial margin's may lie from it. Made once for all
/// accounts and legs of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vols {
    /// Average of ten minutes: what legs are valued at.
    pub averaged: Surface,
    /// What is in force now: initial margin covers the distance to it.
    pub in_force: Surface,
    /// What a surface that nobody renewed costs.
    pub widening: Widening,
}

impl Vols {
    /// Volatilities at `now`; a surface is stale from `max_age_seconds` on.
    pub fn of(stored: &VolSurface, max_age_seconds: i64, now: i64) -> Self {
        let average = stored.averaged().average(UnixSeconds::new(now));
        Self::around(average, stored, max_age_seconds, now)
    }

    /// The same at the averaged surface of five minutes ago, everything else as it is now.
    pub fn earlier(stored: &VolSurface, max_age_seconds: i64, now: i64) -> Self {
        let average = stored.averaged().average_earlier(UnixSeconds::new(now));
        Self::around(average, stored, max_age_seconds, now)
    }

    fn around(averaged: Surface, stored: &VolSurface, max_age_seconds: i64, now: i64) -> Self {
        let age = now.saturating_sub(stored.updated_at);
        Self {
            averaged,
            in_force: stored.surface.into(),
            widening: widening(age.saturating_sub(max_age_seconds)),
        }
    }

    /// Whether the surface is so old that it says nothing: initial margin is widened by as much as the
    /// greatest volatility there is.
    pub fn is_void(&self) -> bool {
        self.widening.im_ppm >= MAX_VOL_PPM
    }

    /// What all legs of one time to expiry share.
    #[inline(never)]
    pub fn smiles(&self, seconds: i64) -> Smiles {
        Smiles {
            averaged: self.averaged.smile(seconds),
            in_force: (self.in_force != self.averaged).then(|| self.in_force.smile(seconds)),
            widening_im_ppm: self.widening.im_ppm,
        }
    }
}

/// [`Vols`] at one time to expiry.
#[derive(Clone, Copy, Debug)]
pub struct Smiles {
    averaged: Smile,
    /// If it is another.
    in_force: Option<Smile>,
    widening_im_ppm: u32,
}

impl Smiles {
    /// Volatility a leg is valued at, and how far the one of initial margin may lie from it, its whole staleness
    /// included, in ppm.
    pub fn of_leg(&self, spot: Price, strike: Price) -> (Vol, u32) {
        let strike = LogStrike::of(spot, strike);
        let averaged = self.averaged.vol(strike);
        let moved = self.in_force.map_or(0, |in_force| {
            in_force.vol(strike).get().abs_diff(averaged.get())
        });
        (averaged, moved.saturating_add(self.widening_im_ppm))
    }
}
