//! Standard normal distribution in Q60: 577 nodes from 0 to 9, six orders around the nearest.

use super::{times, ONE_Q60};
use crate::normal::{next_node, CDF_AT_ZERO_Q60, PDF_AT_ZERO_Q60};

/// Nodes at 0, 1/64, ..., 9. Beyond, 1 - Phi is below 2^-62.
const NODE_COUNT: usize = 577;
/// log2 of a step in Q56.
const STEP_BITS: u32 = 50;
const HALF_STEP: i64 = 1 << 49;

/// 1/k! in Q62 for k = 0..=7.
const INVERSE_FACTORIALS_Q62: [i64; 8] = [
    1 << 62,
    1 << 62,
    1 << 61,
    (1 << 62) / 6,
    (1 << 62) / 24,
    (1 << 62) / 120,
    (1 << 62) / 720,
    (1 << 62) / 5_040,
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

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn nodes() -> [Node; NODE_COUNT] {
    let mut table = [Node {
        cdf: 0,
        pdf: 0,
        least: 0,
    }; NODE_COUNT];
    let (mut cdf, mut pdf) = (CDF_AT_ZERO_Q60, PDF_AT_ZERO_Q60);
    let mut least = 0;
    let mut i = 0;
    while i < NODE_COUNT {
        table[i] = Node {
            cdf: cdf as u64,
            pdf: pdf as u64,
            least,
        };
        let (area, _) = around(i as i64, HALF_STEP);
        least = table[i].cdf_at(area);
        (cdf, pdf) = next_node(i as i128, cdf, pdf);
        i += 1;
    }
    table
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
    let [_, _, half, sixth, c4, c5, c6, c7] = INVERSE_FACTORIALS_Q62;
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
        - times(h5, c6, 62)
        + times(h6, c7, 62);
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

/// Phi(x), x in Q56, result in Q60 between 0 and 1. Absolute error below 1e-15.
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

/// phi(x), x in Q56, result in Q60. Absolute error below 1e-15; 0 beyond 9 standard deviations.
#[inline]
pub fn pdf_q60(x_q56: i64) -> u64 {
    nearest(x_q56).map_or(0, |(node, _, density)| {
        times(node.pdf as i64, density, 62).max(0).unsigned_abs()
    })
}
