//! Sums over legs that do not depend on the scenario, filled beside the cells from the same sizes.

use super::clockwork::Clockwork;
use super::size::Size;
use super::Leg;
use backstop_quantities::convert::{u32_saturating, u64_bits};
use backstop_quantities::ONE_Q30;

/// The volatility in ppm from which σ√T reaches, a second before expiry, the least the kernel divides
/// by; below it s is lifted.
const LIFTED_BELOW_PPM: u32 = 5_500;
/// Initial margin's volatilities move with spot up to four times today's: the last tail.
const LAST_TAIL_Q30: u64 = 4 << 30;

/// Quote atoms, rounded up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gross {
    /// Sum of |q| * (max(S, K) + (reach - 1) S): legs with a deviation of their own, and lifted ones.
    pub(super) worth: [u64; 2],
    /// Sum of |q| * 0.4 * min(K, 4 S) * √T * gap as shocked, with each leg's own gap: initial margin.
    pub(super) gap_im: u64,
    /// The same with the widening of maintenance margin.
    pub(super) gap_mm: u64,
}

impl Gross {
    /// Adds a leg. `reach` is that of the grid, Q30; `widening_mm_ppm` is the regime's.
    #[inline]
    pub(super) fn add(
        &mut self,
        leg: &Leg,
        size: &Size,
        time: &Clockwork,
        reach: i64,
        widening_mm_ppm: u32,
    ) {
        let further = u64_bits(reach.wrapping_sub(ONE_Q30)).wrapping_shr(size.down);
        let one = u64_bits(ONE_Q30).wrapping_shr(size.down);
        let strike = u64_bits(size.strike);
        // What is cut off is added again.
        let worth = size.atoms_ceil(strike.max(one).wrapping_add(further).wrapping_add(2));
        let [own, lifted] = &mut self.worth;
        let sum = if leg.seconds_to_expiry <= 0 || leg.vol.get() < LIFTED_BELOW_PPM {
            lifted
        } else {
            own
        };
        // 32 legs below 2^58 each.
        *sum = sum.wrapping_add(worth);
        if leg.vol_gap_ppm > 0 {
            let part = of_gap(size, time, leg.vol_gap_ppm);
            self.gap_im = self.gap_im.saturating_add(part);
        }
        if widening_mm_ppm > 0 {
            let part = of_gap(size, time, widening_mm_ppm);
            self.gap_mm = self.gap_mm.saturating_add(part);
        }
    }
}

/// |q| * 0.4 * min(K, 4 S) * √T * gap as shocked in atoms, rounded up; never falls when the gap rises.
#[inline]
fn of_gap(size: &Size, time: &Clockwork, gap_ppm: u32) -> u64 {
    let gap = u32_saturating(time.shocked_gap(gap_ppm));
    // A root of at most 2^31 times a gap below 2^32, 2/5 of a millionth of it; held below 2^33.
    let rate = time.root.wrapping_mul(gap.into()).div_ceil(2_500_000);
    let rate = u64::from(u32_saturating(rate));
    let most = LAST_TAIL_Q30.wrapping_shr(size.down);
    let strike = u64_bits(size.strike);
    let value = size.atoms_ceil(strike.min(most).wrapping_add(1));
    let high = (value >> 30).wrapping_mul(rate);
    let low = (value & ((1 << 30) - 1)).wrapping_mul(rate) >> 30;
    high.wrapping_add(low).wrapping_add(1)
}
