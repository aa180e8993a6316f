//! The volatilities a margin check uses at one moment.

use crate::accounts::VolSurface;
use backstop_quantities::{Contracts, Price, UnixSeconds, Vol};
use backstop_risk::surface::{Surface, MAX_VOL_PPM};
use backstop_risk::volatility::{charged_vol, widening, Widening};

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

    /// Volatility a leg of `quantity` is valued at, staleness at maintenance charged, and how far the one of
    /// initial margin lies from it, in ppm.
    pub fn of_leg(
        &self,
        spot: Price,
        strike: Price,
        seconds: i64,
        quantity: Contracts,
    ) -> (Vol, u32) {
        let averaged = self.averaged.vol(spot, strike, seconds);
        let moved = if self.in_force == self.averaged {
            0
        } else {
            let in_force = self.in_force.vol(spot, strike, seconds);
            in_force.get().abs_diff(averaged.get())
        };
        let staleness = self.widening.im_ppm.saturating_sub(self.widening.mm_ppm);
        (
            charged_vol(averaged, self.widening.mm_ppm, quantity),
            moved.saturating_add(staleness),
        )
    }
}
