//! The surface that maintenance margin uses: an average over ten minutes.
//!
//! Surfaces hold from one update to the next, so the average is a sum of node * seconds. The sums are
//! kept per clock minute: sixteen of them give the window that ends now and the one that ended five to
//! six minutes ago. The minute in which the first begins counts in proportion to its part inside, as
//! if its surfaces had been spread evenly.

use crate::surface::{Surface, MAX_VOL_PPM};
use crate::RiskError;
use backstop_quantities::convert::{i32_saturating, i64_bits, u32_saturating, u64_or_zero};
use backstop_quantities::UnixSeconds;

/// Length of the average, seconds.
pub const WINDOW_SECONDS: i64 = 600;
const MINUTE: u64 = 60;
/// Minutes in the ring, a power of two.
const MINUTES: u64 = 16;
const WINDOW_MINUTES: u64 = 10;
pub(crate) const EARLIER_MINUTES: u64 = 5;
const NODES: usize = 8;

/// Six volatilities, skew, curvature, as in a surface; each below 2^23.
type Nodes = [i32; NODES];

/// Accumulator of the averaged surface. 552 bytes. The fields are open so that a caller can store them;
/// only what these functions wrote means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AveragedSurface {
    /// Node * seconds of each clock minute at its number modulo 16; below 2^29.
    pub sums: [[i32; NODES]; 16],
    /// What holds since the last update: six volatilities, skew, curvature.
    pub current: [i32; NODES],
    /// Unix second up to which the sums are complete.
    pub counted_to: i64,
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
        let now = self.not_before(now);
        let first = minute(now).saturating_sub(WINDOW_MINUTES);
        self.window(first, MINUTE.wrapping_sub(now.wrapping_rem(MINUTE)), now)
    }

    /// The average over the ten whole minutes that ended five to six minutes before `now`: what is
    /// newer than five minutes is not in it, and its sums are exact.
    pub fn average_earlier(&self, now: UnixSeconds) -> Surface {
        let now = self.not_before(now);
        let end = minute(now).saturating_sub(EARLIER_MINUTES);
        // The minute before the ten whole ones has no weight.
        self.window(end.saturating_sub(WINDOW_MINUTES.wrapping_add(1)), 0, now)
    }

    /// `now`, but not before the sums end; unsigned, because the chain has no signed division.
    fn not_before(&self, now: UnixSeconds) -> u64 {
        u64_or_zero(now.get().max(self.counted_to))
    }

    /// The average of the minute `first`, each second of it counting `weight` times, and of the ten after
    /// it, each second counting sixty times, up to `now`. All minutes must be among the last sixteen.
    fn window(&self, first: u64, weight: u64, now: u64) -> Surface {
        let counted_to = u64_or_zero(self.counted_to);
        let mut weighted = [0i64; NODES];
        // Weight of the current surface for the seconds that are in no sum yet; at most 36 000.
        let mut current = 0u64;
        for after in 0..=WINDOW_MINUTES {
            let each = first.saturating_add(after);
            let weight = if after == 0 { weight } else { MINUTE };
            if each <= minute(counted_to) {
                self.add(&mut weighted, each, weight);
            }
            let begins = each.saturating_mul(MINUTE);
            let until = now.min(begins.saturating_add(MINUTE));
            let seconds = until.saturating_sub(counted_to.max(begins));
            current = current.wrapping_add(seconds.wrapping_mul(weight));
        }
        for (total, node) in weighted.iter_mut().zip(self.current) {
            *total = total.wrapping_add(i64::from(node).wrapping_mul(i64_bits(current)));
        }
        averaged(weighted)
    }

    fn add(&self, weighted: &mut [i64; NODES], minute: u64, weight: u64) {
        let Some(sums) = self.sums.get(slot(minute)) else {
            return;
        };
        // A sum is below 2^29, a weight at most 60.
        for (total, sum) in weighted.iter_mut().zip(sums) {
            *total = total.wrapping_add(i64::from(*sum).wrapping_mul(i64_bits(weight)));
        }
    }

    /// Completes the sums up to `now` with the current surface.
    fn count_to(&mut self, now: i64) {
        if now <= self.counted_to {
            return;
        }
        if now.saturating_sub(self.counted_to) >= i64_bits(MINUTES.wrapping_mul(MINUTE)) {
            return self.restart(now);
        }
        // At most sixteen minutes begin on the way.
        for _ in 0..=MINUTES {
            let counted_to = u64_or_zero(self.counted_to);
            let each = minute(counted_to);
            let next = each.saturating_add(1).saturating_mul(MINUTE);
            let until = next.min(u64_or_zero(now));
            self.hold(each, until.saturating_sub(counted_to));
            self.counted_to = i64_bits(until);
            if until < next {
                return;
            }
            self.clear(each.saturating_add(1));
            if self.counted_to == now {
                return;
            }
        }
    }

    /// Adds the current surface for `seconds` of `minute`.
    fn hold(&mut self, minute: u64, seconds: u64) {
        let Some(sums) = self.sums.get_mut(slot(minute)) else {
            return;
        };
        for (sum, node) in sums.iter_mut().zip(self.current) {
            let added = i64::from(node).wrapping_mul(i64_bits(seconds));
            *sum = i32_saturating(i64::from(*sum).wrapping_add(added));
        }
    }

    fn clear(&mut self, minute: u64) {
        if let Some(sums) = self.sums.get_mut(slot(minute)) {
            *sums = [0; NODES];
        }
    }

    /// Fills all minutes with the current surface, the newest up to `now`.
    fn restart(&mut self, now: i64) {
        let seconds = u64_or_zero(now);
        for back in 0..MINUTES {
            let each = minute(seconds).wrapping_sub(back);
            self.clear(each);
            let held = if back == 0 {
                seconds.wrapping_rem(MINUTE)
            } else {
                MINUTE
            };
            self.hold(each, held);
        }
        self.counted_to = now;
    }
}

/// Number of the clock minute a second lies in.
fn minute(seconds: u64) -> u64 {
    seconds.wrapping_div(MINUTE)
}

/// Place of a minute in the ring of sixteen.
fn slot(minute: u64) -> usize {
    usize::try_from(minute & (MINUTES.wrapping_sub(1))).unwrap_or(0)
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

/// The surface of sums in which every second of a window counts sixty times; they stay below 2^40. Made
/// positive by a multiple of the divisor, so that the quotient is rounded down whatever the sign.
fn averaged(weighted: [i64; NODES]) -> Surface {
    const WHOLE: u64 = WINDOW_MINUTES * MINUTE * MINUTE;
    const LIFT: u64 = 1 << 24;
    const LIFTED: u64 = LIFT * WHOLE;
    let [vols @ .., skew, curvature] = weighted.map(|sum| {
        let lifted = u64_or_zero(sum.wrapping_add(i64_bits(LIFTED)));
        i64_bits(lifted.wrapping_div(WHOLE)).wrapping_sub(i64_bits(LIFT))
    });
    Surface {
        atm_vol_ppm: vols.map(|vol| u32_saturating(u64_or_zero(vol))),
        skew_ppm: i32_saturating(skew),
        curvature_ppm: i32_saturating(curvature),
    }
}
