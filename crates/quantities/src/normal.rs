//! Standard normal distribution from a table of 1 025 nodes.

use crate::ONE_Q30;

/// Nodes from -8 to 8 at steps of 1/64.
pub const NODE_COUNT: usize = 1_025;
const HALF_COUNT: usize = 512;
/// log2 of a step in Q30.
const STEP_BITS: u32 = 24;
const HALF_STEP: i64 = 1 << 23;
const EDGE_Q30: i64 = 8 << 30;

/// Phi and its density at one node, both Q30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Phi(x).
    pub cdf: u32,
    /// phi(x).
    pub pdf: u32,
}

/// The table, computed by the compiler in Q60. The tests pin it against 40-digit values.
pub static NODES: [Node; NODE_COUNT] = nodes();

/// Phi(0) = 1/2 and phi(0) = 1/sqrt(2 pi) in Q60.
const CDF_AT_ZERO_Q60: i128 = 1 << 59;
const PDF_AT_ZERO_Q60: i128 = 459_949_134_171_706_403;
/// Terms of the Taylor series from node to node; the next one is below 2^-60.
const TERMS: i128 = 12;

/// Walks from 0 to 8 by Taylor series and mirrors, so that Phi(x) + Phi(-x) = 1 exactly.
///
/// With b_k = He_k(x) h^k / k!, He the Hermite polynomials:
/// phi(x+h) = phi(x) * sum (-1)^k b_k and
/// Phi(x+h) = Phi(x) + phi(x) * h * sum (-1)^k b_k / (k+1).
#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn nodes() -> [Node; NODE_COUNT] {
    let mut table = [Node { cdf: 0, pdf: 0 }; NODE_COUNT];
    let mut cdf = CDF_AT_ZERO_Q60;
    let mut pdf = PDF_AT_ZERO_Q60;
    let mut i = 0;
    while i <= HALF_COUNT {
        let upper = ((cdf + (1 << 29)) >> 30) as u32;
        let density = ((pdf + (1 << 29)) >> 30) as u32;
        table[HALF_COUNT + i] = Node {
            cdf: upper,
            pdf: density,
        };
        table[HALF_COUNT - i] = Node {
            cdf: (1 << 30) - upper,
            pdf: density,
        };
        (cdf, pdf) = next_node(i as i128, cdf, pdf);
        i += 1;
    }
    table
}

/// One step of 1/64 from node `i` (x = i/64), everything Q60.
const fn next_node(i: i128, cdf: i128, pdf: i128) -> (i128, i128) {
    // x*h = i/4096 and h*h = 1/4096.
    let mut before = 0;
    let mut b = 1i128 << 60;
    let mut sign = 1;
    let mut density = 0;
    let mut area = 0;
    let mut k = 0;
    while k < TERMS {
        density += sign * b;
        area += sign * b / (k + 1);
        let next = (i * b - before) / (4_096 * (k + 1));
        before = b;
        b = next;
        sign = -sign;
        k += 1;
    }
    (
        cdf + (((pdf * area) >> 60) >> 6),
        (pdf * density + (1 << 59)) >> 60,
    )
}

/// Phi(x), x and result in Q30: a second-order step around the nearest node.
/// Absolute error below 4e-8; 0 below -8 and 1 above 8.
#[inline]
pub fn cdf_q30(x: i64) -> i64 {
    // After the clamp the index lies in 0..=1024 and every product below 2^59.
    let from_edge = x
        .clamp(-EDGE_Q30, EDGE_Q30)
        .wrapping_add(EDGE_Q30 + HALF_STEP);
    let position = from_edge >> STEP_BITS;
    let Some(node) = NODES.get(position as usize) else {
        return ONE_Q30;
    };
    let offset = (from_edge & ((1 << STEP_BITS) - 1)).wrapping_sub(HALF_STEP);
    let first = (node.pdf as i64).wrapping_mul(offset);
    let second = (first >> 26)
        .wrapping_mul(offset)
        .wrapping_mul(position.wrapping_sub(HALF_COUNT as i64));
    (node.cdf as i64)
        .wrapping_add(first >> 30)
        .wrapping_sub(second >> 41)
        .clamp(0, ONE_Q30)
}

/// phi(x), x and result in Q30: a first-order step around the nearest node.
/// Absolute error below 2e-5; 0 beyond 8 standard deviations.
#[inline]
pub fn pdf_q30(x: i64) -> i64 {
    let from_edge = x
        .clamp(-EDGE_Q30, EDGE_Q30)
        .wrapping_add(EDGE_Q30 + HALF_STEP);
    let position = from_edge >> STEP_BITS;
    let Some(node) = NODES.get(position as usize) else {
        return 0;
    };
    let offset = (from_edge & ((1 << STEP_BITS) - 1)).wrapping_sub(HALF_STEP);
    let slope = (node.pdf as i64).wrapping_mul(position.wrapping_sub(HALF_COUNT as i64)) >> 6;
    (node.pdf as i64)
        .wrapping_sub(slope.wrapping_mul(offset) >> 30)
        .max(0)
}
