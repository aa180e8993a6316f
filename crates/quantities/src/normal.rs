//! Standard normal distribution, margin grade: straight lines between 6 145 nodes.

use crate::convert::{i64_bits, index, u64_bits};
use crate::ONE_Q30;

/// Lines from -6 to 6 at steps of 1/512.
pub const LINE_COUNT: usize = 6_144;
const HALF_COUNT: usize = 3_072;
/// log2 of a step in Q27.
const STEP_BITS: u32 = 18;
const STEP_MASK: u32 = (1 << STEP_BITS) - 1;
/// Where the table ends, Q27; beyond it Phi is within 1e-9 of 0 or 1.
pub const EDGE_Q27: i64 = 6 << 27;
/// The length of the table, Q27: as every constant below it fits the immediate of an instruction,
/// which is why arguments have three bits less than results.
const WIDTH_Q27: u64 = 12 << 27;

/// Phi along one step: `start` at its lower end, `rise` over the whole of it, Q30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line at the lower end of the step.
    pub start: u32,
    /// What it gains to the upper end, which is where the next one starts.
    pub rise: u32,
}

/// The table, computed by the compiler in Q60. The tests pin it against 40-digit values.
pub static LINES: [Line; LINE_COUNT] = lines();

/// Phi(0) = 1/2 and phi(0) = 1/sqrt(2 pi) in Q60.
const CDF_AT_ZERO_Q60: i128 = 1 << 59;
const PDF_AT_ZERO_Q60: i128 = 459_949_134_171_706_403;
/// Terms of the Taylor series from node to node; the next one is below 2^-60.
const TERMS: i128 = 9;

/// Nodes from 0 to 6 by Taylor series, mirrored, so that the node at x and that at -x sum to 1.
///
/// A chord lies up to h^2/8 |Phi''| inside the curve; nodes moved outwards by half of that,
/// h^2/16 |Phi''| = h^2/16 |x| phi(x), leave half the error, on either side.
#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn lines() -> [Line; LINE_COUNT] {
    let mut nodes = [0u32; LINE_COUNT + 1];
    let mut cdf = CDF_AT_ZERO_Q60;
    let mut pdf = PDF_AT_ZERO_Q60;
    let mut i = 0;
    while i <= HALF_COUNT {
        // x = i/512 and h^2/16 = 2^-22.
        let outwards = (i as i128 * pdf) >> 31;
        let upper = ((cdf + outwards + (1 << 29)) >> 30) as u32;
        nodes[HALF_COUNT + i] = upper;
        nodes[HALF_COUNT - i] = (1 << 30) - upper;
        (cdf, pdf) = next_node(i as i128, cdf, pdf);
        i += 1;
    }
    let mut table = [Line { start: 0, rise: 0 }; LINE_COUNT];
    let mut i = 0;
    while i < LINE_COUNT {
        table[i] = Line {
            start: nodes[i],
            rise: nodes[i + 1] - nodes[i],
        };
        i += 1;
    }
    table
}

/// One step of h = 1/512 from node `i` (x = i/512), everything Q60.
///
/// With b_k = He_k(x) h^k / k!, He the Hermite polynomials:
/// phi(x+h) = phi(x) * sum (-1)^k b_k and
/// Phi(x+h) = Phi(x) + phi(x) * h * sum (-1)^k b_k / (k+1).
const fn next_node(i: i128, cdf: i128, pdf: i128) -> (i128, i128) {
    // x*h = i/2^18 and h*h = 1/2^18.
    let mut before = 0;
    let mut b = 1i128 << 60;
    let mut sign = 1;
    let mut density = 0;
    let mut area = 0;
    let mut k = 0;
    while k < TERMS {
        density += sign * b;
        area += sign * b / (k + 1);
        let next = (i * b - before) / ((1 << 18) * (k + 1));
        before = b;
        b = next;
        sign = -sign;
        k += 1;
    }
    (
        cdf + (((pdf * area) >> 60) >> 9),
        (pdf * density + (1 << 59)) >> 60,
    )
}

/// Phi(x), x and result in Q30. Absolute error below 7e-8, never falling in x; 0 below -6 and 1
/// above 6.
#[inline]
pub fn cdf_q30(x: i64) -> i64 {
    cdf_from_edge((x >> 3).wrapping_add(EDGE_Q27))
}

/// Phi(x) in Q30 for `from_edge` = x + [`EDGE_Q27`] in Q27, absolute error below 6e-8: a caller with
/// many of them adds the edge once.
#[inline(always)]
pub fn cdf_from_edge(from_edge: i64) -> i64 {
    // What is negative is beyond the table as an unsigned number.
    if u64_bits(from_edge) >= WIDTH_Q27 {
        return beyond(from_edge);
    }
    let place = from_edge as u32;
    let Some(line) = LINES.get((place >> STEP_BITS) as usize) else {
        return ONE_Q30;
    };
    // rise < 2^20 and the way < 2^18.
    let way = ((place & STEP_MASK) as u64).wrapping_mul(line.rise as u64) >> STEP_BITS;
    i64_bits((line.start as u64).wrapping_add(way))
}

/// Out of line, so that the line is the straight way through the code.
#[cold]
#[inline(never)]
const fn beyond(from_edge: i64) -> i64 {
    if from_edge < 0 {
        0
    } else {
        ONE_Q30
    }
}

/// phi(x), x and result in Q30, from the rise of the lines. Absolute error below 3e-6; 0 beyond 6
/// standard deviations.
#[inline]
pub fn pdf_q30(x: i64) -> i64 {
    // The slope of a line is the density in its middle.
    let middle = 1 << (STEP_BITS - 1);
    let from_middle = (x >> 3).wrapping_add(EDGE_Q27 - middle);
    let step = index(u64_bits(from_middle) >> STEP_BITS);
    let (Some(low), Some(high)) = (LINES.get(step), LINES.get(step.wrapping_add(1))) else {
        return 0;
    };
    // A rise over 1/512.
    let turn = (high.rise as i64).wrapping_sub(low.rise as i64);
    let way = turn.wrapping_mul((from_middle as u32 & STEP_MASK) as i64) >> (STEP_BITS - 9);
    i64_bits((low.rise as u64) << 9).wrapping_add(way)
}
