//! Standard normal distribution in Q60: 2 305 nodes from 0 to 9 and a series around them.

use super::product::{mul_high, mul_shift_floor, signed_mul_high};
use super::ONE_Q60;

/// Nodes at 0, 1/256, ..., 9. Beyond, 1 - Phi is below 2^-62.
const NODE_COUNT: usize = 2_305;
/// Steps in a unit.
const STEPS: i128 = 256;
/// Bits of the argument that are dropped, rounding down its size: Q56 to Q52.
const DROPPED_BITS: u32 = 4;
/// log2 of a step in Q52.
const STEP_BITS: u32 = 44;
const HALF_STEP: i64 = 1 << 43;

/// phi(0) = 1 / sqrt(2 pi) in Q110.
const PDF_AT_ZERO_Q110: u128 = 517_856_687_316_269_806_528_438_595_488_684;
/// 1 - Phi(9) in Q110.
const TAIL_AT_END_Q110: u128 = 146_499_150_870_324;
/// Terms of the series from node to node; the next one is below 2^-80 of the density.
const TERMS: i128 = 14;

/// 1/6 in Q29 and 1/24 in Q20.
const SIXTH_Q29: i64 = 89_478_485;
const TWENTY_FOURTH_Q20: i64 = 43_691;

/// What the table knows of x = i/256, all Q60.
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
        // A step is 1/256.
        areas[i] = mul_shift_floor(pdf, area, 64) >> 8;
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
        let around = Around::new(i as i64 - 1, HALF_STEP);
        table[i].least = table[i - 1].cdf_at(around.area_q62());
        i += 1;
    }
    table
}

const fn nearest_q60(value_q110: u128) -> u64 {
    ((value_q110 + (1 << 49)) >> 50) as u64
}

/// From node `i` (x = i/256) to the next, h = 1/256: the mean of phi over the step and phi at its end,
/// both relative to phi(x), Q64 held below 1.
///
/// With b_k = He_k(x) h^k / k!, He the Hermite polynomials, they are sum (-1)^k b_k / (k+1) and
/// sum (-1)^k b_k. x h = i/65536 and h h = 1/65536.
const fn step_q64(i: i128) -> (u64, u64) {
    let mut before = 0;
    let mut b = 1i128 << 110;
    let mut sign = 1;
    let (mut ratio, mut area) = (0, 0);
    let mut k = 0;
    while k < TERMS {
        ratio += sign * b;
        area += sign * b / (k + 1);
        let next = (i * b - before) / (STEPS * STEPS * (k + 1));
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
    #[inline]
    const fn cdf_at(&self, area_q62: i64) -> u64 {
        // Q62 times Q60, and 2 more, to Q60.
        let value = (self.cdf as i64).wrapping_add(signed_mul_high(area_q62, self.pdf << 2)) as u64;
        if value < self.least {
            self.least
        } else if value > ONE_Q60 {
            ONE_Q60
        } else {
            value
        }
    }
}

/// The place of x + d around a node x = i/256, |d| <= 1/512.
///
/// With u = x d and v = d^2, (Phi(x+d) - Phi(x)) / phi(x) is d times
/// 1 - u/2 + (u^2 - v)/6 - u(u^2 - 3v)/24 and phi(x+d) / phi(x) is
/// 1 - u + (u^2 - v)/2 - u(u^2 - 3v)/6 + (u^2(u^2 - 6v) + 3v^2)/24: the Hermite polynomials of x, homogeneous in d. What is left
/// out is below 2^-51 of the largest density in the first and 2^-49 in the second.
struct Around {
    /// d, Q52.
    offset: i64,
    /// u, Q60, |u| < 2^-5.8.
    first: i64,
    /// u^2 - v, Q74.
    second: i64,
    /// u (u^2 - 3v), Q65, below 2^47.6.
    third: i64,
    /// u^2 and v, Q74.
    squares: (i64, i64),
}

impl Around {
    #[inline]
    const fn new(node: i64, offset: i64) -> Self {
        // Dividing by 256 and going from Q52 to Q60 cancel.
        let first = offset.wrapping_mul(node);
        // u below 2^31.2 and d up to 2^28, both Q37.
        let (u, d) = (first >> 23, offset >> 15);
        let (uu, v) = (u.wrapping_mul(u), d.wrapping_mul(d));
        // 2^23.2 in Q29 times 2^24.4 in Q36.
        let third = (first >> 31).wrapping_mul(uu.wrapping_sub(v.wrapping_mul(3)) >> 38);
        Self {
            offset,
            first,
            second: uu.wrapping_sub(v),
            third,
            squares: (uu, v),
        }
    }

    /// (Phi(x+d) - Phi(x)) / phi(x), Q62.
    #[inline]
    const fn area_q62(&self) -> i64 {
        // Q45 times Q29 to Q74, Q65 times Q20 to Q85, below 2^63.
        let factor = (1i64 << 62)
            .wrapping_sub(self.first << 1)
            .wrapping_add((self.second >> 29).wrapping_mul(SIXTH_Q29) >> 12)
            .wrapping_sub(self.third.wrapping_mul(TWENTY_FOURTH_Q20) >> 23);
        // Q64 times Q62 to Q62.
        signed_mul_high(self.offset << 12, factor as u64)
    }

    /// phi(x+d) / phi(x), Q62, between 0.98 and 1.02.
    #[inline]
    const fn density_q62(&self) -> u64 {
        let (uu, v) = (self.squares.0 >> 43, self.squares.1 >> 43);
        // Below 2^19.4 each in Q31.
        let fourth = uu
            .wrapping_mul(uu.wrapping_sub(v.wrapping_mul(6)))
            .wrapping_add(v.wrapping_mul(v).wrapping_mul(3));
        (1i64 << 62)
            .wrapping_sub(self.first << 2)
            .wrapping_add(self.second >> 13)
            .wrapping_sub(self.third.wrapping_mul(TWENTY_FOURTH_Q20) >> 21)
            .wrapping_add(fourth.wrapping_mul(TWENTY_FOURTH_Q20) >> 20) as u64
    }
}

/// The node nearest to |x| and where around it |x| lies, `None` beyond the table.
#[inline]
fn nearest(x_q56: i64) -> Option<(&'static Node, Around)> {
    // The smallest i64 is its own negative, far beyond the table as an unsigned number.
    let distance = (x_q56.unsigned_abs() >> DROPPED_BITS) as i64;
    let position = distance.wrapping_add(HALF_STEP) >> STEP_BITS;
    let node = NODES.get(position as usize)?;
    let around = Around::new(position, distance.wrapping_sub(position << STEP_BITS));
    Some((node, around))
}

/// Phi on the side of x, from Phi(|x|).
#[inline]
fn on_side(x_q56: i64, upper: u64) -> u64 {
    if x_q56 < 0 {
        ONE_Q60.wrapping_sub(upper)
    } else {
        upper
    }
}

/// Phi(x), x in Q56, result in Q60 between 0 and 1. Absolute error below 5e-16.
///
/// Never falls as x grows: within a cell the area grows by at least 0.98 units of 2^-52 from one
/// argument to the next and rounding moves it by less than 0.8; between cells the table's floor holds
/// it. Phi(x) + Phi(-x) is exactly 1.
#[inline]
pub fn cdf_q60(x_q56: i64) -> u64 {
    let upper = nearest(x_q56).map_or(ONE_Q60, |(node, around)| node.cdf_at(around.area_q62()));
    on_side(x_q56, upper)
}

/// phi(x), x in Q56, result in Q60. Absolute error below 2e-14; 0 beyond 9 standard deviations.
#[inline]
pub fn pdf_q60(x_q56: i64) -> u64 {
    nearest(x_q56).map_or(0, |(node, around)| {
        mul_high(node.pdf << 2, around.density_q62())
    })
}

/// [`cdf_q60`] and [`pdf_q60`] of one argument for little more than the price of one.
#[inline]
pub fn cdf_pdf_q60(x_q56: i64) -> (u64, u64) {
    let (upper, density) = nearest(x_q56).map_or((ONE_Q60, 0), |(node, around)| {
        let density = mul_high(node.pdf << 2, around.density_q62());
        (node.cdf_at(around.area_q62()), density)
    });
    (on_side(x_q56, upper), density)
}
