//! The surface that maintenance margin uses: an average over ten minutes.
//!
//! Surfaces hold from one update to the next, so the average is a sum of node * seconds. The sums are
//! kept per clock minute: sixteen of them give the window that ends now and the one that ended five to
//! six minutes ago. The minute in which the first begins counts in proportion to its part inside, as
//! if its surfaces had been spread evenly.

use crate::surface::{Surface, MAX_VOL_PPM};
use crate::RiskError;
use backstop_quantities::convert::{i32_saturating, u32_saturating, u64_or_zero};
use backstop_quantities::UnixSeconds;

/// Length of the average, seconds.
pub const WINDOW_SECONDS: i64 = 600;
const MINUTE: i64 = 60;
const MINUTES: i64 = 16;
const WINDOW_MINUTES: i64 = 10;
pub(crate) const EARLIER_MINUTES: i64 = 5;
const NODES: usize = 8;

/// Six volatilities, skew, curvature, as in a surface; each below 2^23.
type Nodes = [i32; NODES];

/// Accumulator of the averaged surface. 552 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AveragedSurface {
    /// Node * seconds of each clock minute at its number modulo 16; below 2^29.
    sums: [Nodes; 16],
    /// What holds since the last update.
    current: Nodes,
    /// Up to when the sums are complete.
    counted_to: i64,
}

impl AveragedSurface {
    /// Starts as if `surface` had always held.
    ///
    /// # Errors
    /// What `Surface::check_bounds` finds.
    pub fn new(surface: &Surface, now: UnixSeconds) -> Result<Self, RiskError> {
        surface.check_bounds()?;
        let current = nodes(surface);
        let mut new = Self {
            sums: [[0; NODES]; 16],
            current,
            counted_to: now.get(),
        };
        new.restart(now.get());
        Ok(new)
    }

    /// From `now` on, `surface` holds. A time before the last one counts as the last one.
    ///
    /// # Errors
    /// What `Surface::check_bounds` finds; nothing has changed then.
    pub fn update(&mut self, surface: &Surface, now: UnixSeconds) -> Result<(), RiskError> {
        surface.check_bounds()?;
        self.count_to(now.get());
        self.current = nodes(surface);
        Ok(())
    }

    /// The average over the ten minutes up to `now`. Every node is rounded down and lies between its
    /// least and greatest value in those minutes and the rest of the minute they begin in; a surface
    /// that held for w seconds has a weight of at most w / 600. Where no surface's total variance
    /// falls, that of the average does not, to 2 ppm of volatility: vol * sqrt(T) is linear in vol.
    pub fn average(&self, now: UnixSeconds) -> Surface {
        let then = self.counted(now);
        let into = then.counted_to.rem_euclid(MINUTE);
        let mut weighted = [0i64; NODES];
        // The newest minute is summed up to now only.
        for back in 0..WINDOW_MINUTES {
            then.add(&mut weighted, then.minute().saturating_sub(back), MINUTE);
        }
        let first = then.minute().saturating_sub(WINDOW_MINUTES);
        then.add(&mut weighted, first, MINUTE.saturating_sub(into));
        averaged(weighted)
    }

    /// The average over the ten whole minutes that ended five to six minutes before `now`: what is
    /// newer than five minutes is not in it, and its sums are exact.
    pub fn average_earlier(&self, now: UnixSeconds) -> Surface {
        let then = self.counted(now);
        let end = then.minute().saturating_sub(EARLIER_MINUTES);
        let mut weighted = [0i64; NODES];
        for back in 1..=WINDOW_MINUTES {
            then.add(&mut weighted, end.saturating_sub(back), MINUTE);
        }
        averaged(weighted)
    }

    fn counted(&self, now: UnixSeconds) -> Self {
        let mut then = *self;
        then.count_to(now.get());
        then
    }

    fn minute(&self) -> i64 {
        self.counted_to.div_euclid(MINUTE)
    }

    fn add(&self, weighted: &mut [i64; NODES], minute: i64, weight: i64) {
        let Some(sums) = self.sums.get(slot(minute)) else {
            return;
        };
        for (total, sum) in weighted.iter_mut().zip(sums) {
            *total = total.saturating_add(i64::from(*sum).saturating_mul(weight));
        }
    }

    /// Completes the sums up to `now` with the current surface.
    fn count_to(&mut self, now: i64) {
        if now <= self.counted_to {
            return;
        }
        if now.saturating_sub(self.counted_to) >= MINUTES.saturating_mul(MINUTE) {
            return self.restart(now);
        }
        // At most sixteen minutes begin on the way.
        for _ in 0..=MINUTES {
            let minute = self.counted_to.div_euclid(MINUTE);
            let next = minute.saturating_add(1).saturating_mul(MINUTE);
            let until = next.min(now);
            self.hold(minute, until.saturating_sub(self.counted_to));
            self.counted_to = until;
            if until < next {
                return;
            }
            self.clear(minute.saturating_add(1));
            if until == now {
                return;
            }
        }
    }

    /// Adds the current surface for `seconds` of `minute`.
    fn hold(&mut self, minute: i64, seconds: i64) {
        let Some(sums) = self.sums.get_mut(slot(minute)) else {
            return;
        };
        for (sum, node) in sums.iter_mut().zip(self.current) {
            let added = i64::from(node).saturating_mul(seconds);
            *sum = i32_saturating(i64::from(*sum).saturating_add(added));
        }
    }

    fn clear(&mut self, minute: i64) {
        if let Some(sums) = self.sums.get_mut(slot(minute)) {
            *sums = [0; NODES];
        }
    }

    /// Fills all minutes with the current surface, the newest up to `now`.
    fn restart(&mut self, now: i64) {
        let minute = now.div_euclid(MINUTE);
        for back in 0..MINUTES {
            let each = minute.saturating_sub(back);
            self.clear(each);
            let seconds = if back == 0 {
                now.rem_euclid(MINUTE)
            } else {
                MINUTE
            };
            self.hold(each, seconds);
        }
        self.counted_to = now;
    }
}

fn slot(minute: i64) -> usize {
    usize::try_from(minute.rem_euclid(MINUTES)).unwrap_or(0)
}

/// The nodes of a valid surface.
fn nodes(surface: &Surface) -> Nodes {
    let mut nodes = [0; NODES];
    for (node, vol) in nodes.iter_mut().zip(surface.atm_vol_ppm) {
        *node = i32_saturating(i64::from(vol.min(MAX_VOL_PPM)));
    }
    let [.., skew, curvature] = &mut nodes;
    *skew = surface.skew_ppm;
    *curvature = surface.curvature_ppm;
    nodes
}

/// The surface of sums in which every second of a window counts sixty times; they stay below 2^40.
fn averaged(weighted: [i64; NODES]) -> Surface {
    let whole = WINDOW_SECONDS.saturating_mul(MINUTE);
    let [vols @ .., skew, curvature] = weighted.map(|sum| sum.div_euclid(whole));
    Surface {
        atm_vol_ppm: vols.map(|vol| u32_saturating(u64_or_zero(vol))),
        skew_ppm: i32_saturating(skew),
        curvature_ppm: i32_saturating(curvature),
    }
}
