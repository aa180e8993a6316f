//! Standard normal distribution in Q60: 577 nodes from 0 to 9 and a series around them.

use super::product::mul_shift_floor;
use super::{times, ONE_Q60};

/// Nodes at 0, 1/64, ..., 9. Beyond, 1 - Phi is below 2^-62.
const NODE_COUNT: usize = 577;
/// log2 of a step in Q56.
const STEP_BITS: u32 = 50;
const HALF_STEP: i64 = 1 << 49;

/// phi(0) = 1 / sqrt(2 pi) in Q110.
const PDF_AT_ZERO_Q110: u128 = 517_856_687_316_269_806_528_438_595_488_684;
/// 1 - Phi(9) in Q110.
const TAIL_AT_END_Q110: u128 = 146_499_150_870_324;
/// Terms of the series from node to node; the next one is below 2^-66 of the density.
const TERMS: i128 = 14;

/// 1/k! in Q62 for k = 0..=6.
const INVERSE_FACTORIALS_Q62: [i64; 7] = [
    1 << 62,
    1 << 62,
    1 << 61,
    (1 << 62) / 6,
    (1 << 62) / 24,
    (1 << 62) / 120,
    (1 << 62) / 720,
];

/// What the table knows of x = i/64, all Q60.
#[derive(Clone, Copy)]
struct Node {
    cdf: u64,
    pdf: u64,
    /// The largest value left of this node's cell: no result in the cell is smaller.
    least: u64,
}

static NODES: [Node; NODE_COUNT] = nodes();

/// Densities walk up from 0, tails down from 9, both by the series of [`step`], so that small values
/// are as precise as large ones; then the floors, from left to right.
#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn nodes() -> [Node; NODE_COUNT] {
    let empty = Node {
        cdf: 0,
        pdf: 0,
        least: 0,
    };
    let mut table = [empty; NODE_COUNT];
    let mut areas = [0; NODE_COUNT];
    let mut pdf = PDF_AT_ZERO_Q110;
    let mut i = 0;
    while i < NODE_COUNT {
        let (area, ratio) = step_q64(i as i128);
        table[i].pdf = nearest_q60(pdf);
        // A step is 1/64.
        areas[i] = mul_shift_floor(pdf, area, 64) >> 6;
        pdf = mul_shift_floor(pdf, ratio, 64);
        i += 1;
    }
    let mut tail = TAIL_AT_END_Q110;
    while i > 1 {
        i -= 1;
        table[i].cdf = ONE_Q60 - nearest_q60(tail);
        tail += areas[i - 1];
    }
    table[0].cdf = ONE_Q60 - nearest_q60(tail);
    assert!(table[0].cdf == ONE_Q60 / 2);
    while i < NODE_COUNT {
        let (area, _) = around(i as i64 - 1, HALF_STEP);
        table[i].least = table[i - 1].cdf_at(area);
        i += 1;
    }
    table
}

const fn nearest_q60(value_q110: u128) -> u64 {
    ((value_q110 + (1 << 49)) >> 50) as u64
}

/// From node `i` (x = i/64) to the next, h = 1/64: the mean of phi over the step and phi at its end,
/// both relative to phi(x), Q64 held below 1.
///
/// With b_k = He_k(x) h^k / k!, He the Hermite polynomials, they are sum (-1)^k b_k / (k+1) and
/// sum (-1)^k b_k. x h = i/4096 and h h = 1/4096.
const fn step_q64(i: i128) -> (u64, u64) {
    let mut before = 0;
    let mut b = 1i128 << 110;
    let mut sign = 1;
    let (mut ratio, mut area) = (0, 0);
    let mut k = 0;
    while k < TERMS {
        ratio += sign * b;
        area += sign * b / (k + 1);
        let next = (i * b - before) / (4_096 * (k + 1));
        before = b;
        b = next;
        sign = -sign;
        k += 1;
    }
    (
        ((area + (1 << 45)) >> 46) as u64,
        ((ratio + (1 << 45)) >> 46) as u64,
    )
}

impl Node {
    /// Phi from the area factor, never left of what came before and never above 1.
    const fn cdf_at(&self, area_q62: i64) -> u64 {
        let value = (self.cdf as i64 + times(self.pdf as i64, area_q62, 62)) as u64;
        if value < self.least {
            self.least
        } else if value > ONE_Q60 {
            ONE_Q60
        } else {
            value
        }
    }
}

/// (Phi(x+d) - Phi(x)) / phi(x) and phi(x+d) / phi(x) in Q62, for x = i/64 and |d| <= 1/128 in
/// Q56.
///
/// With h_k = He_k(x) d^k, which obeys h_(k+1) = x d h_k - k d^2 h_(k-1), the first is
/// d * sum (-1)^k h_k / (k+1)! and the second sum (-1)^k h_k / k!. The terms dropped add less than
/// 2^-57 of the largest density.
#[inline]
const fn around(i: i64, offset_q56: i64) -> (i64, i64) {
    let [_, _, half, sixth, c4, c5, c6] = INVERSE_FACTORIALS_Q62;
    let d = offset_q56 << 6;
    // x d = (i / 64) * d: dividing by 64 and going from Q56 to Q62 cancel.
    let h1 = offset_q56 * i;
    let v = times(d, d, 62);
    let h2 = times(h1, h1, 62) - v;
    let h3 = times(h1, h2, 62) - 2 * times(v, h1, 62);
    let h4 = times(h1, h3, 62) - 3 * times(v, h2, 62);
    let h5 = times(h1, h4, 62) - 4 * times(v, h3, 62);
    let h6 = times(h1, h5, 62) - 5 * times(v, h4, 62);
    let area = (1 << 62) - (h1 >> 1) + times(h2, sixth, 62) - times(h3, c4, 62) + times(h4, c5, 62)
        - times(h5, c6, 62);
    let density = (1 << 62) - h1 + times(h2, half, 62) - times(h3, sixth, 62) + times(h4, c4, 62)
        - times(h5, c5, 62)
        + times(h6, c6, 62);
    (times(d, area, 62), density)
}

/// The node nearest to |x| and the two factors around it, `None` beyond the table.
#[inline]
fn nearest(x_q56: i64) -> Option<(&'static Node, i64, i64)> {
    let distance = x_q56.saturating_abs();
    let position = distance.saturating_add(HALF_STEP) >> STEP_BITS;
    let node = NODES.get(position as usize)?;
    let (area, density) = around(position, distance - (position << STEP_BITS));
    Some((node, area, density))
}

/// Phi(x), x in Q56, result in Q60 between 0 and 1. Absolute error below 1e-17.
///
/// Never falls as x grows: within a cell the area factor grows by at least 59 units of 2^-62 per
/// unit of x and rounding moves it by fewer than 4; between cells the table's floor holds it.
/// Phi(x) + Phi(-x) is exactly 1.
#[inline]
pub fn cdf_q60(x_q56: i64) -> u64 {
    let upper = nearest(x_q56).map_or(ONE_Q60, |(node, area, _)| node.cdf_at(area));
    if x_q56 < 0 {
        ONE_Q60 - upper
    } else {
        upper
    }
}

/// phi(x), x in Q56, result in Q60. Absolute error below 1e-17; 0 beyond 9 standard deviations.
#[inline]
pub fn pdf_q60(x_q56: i64) -> u64 {
    nearest(x_q56).map_or(0, |(node, _, density)| {
        times(node.pdf as i64, density, 62).max(0).unsigned_abs()
    })
}
