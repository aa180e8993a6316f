//! 128-bit arithmetic on 64-bit halves, without panics.

// The caller has already ruled out a zero divisor; a check here would pull in a panic.
#[inline(always)]
fn div(a: u64, b: u64) -> u64 {
    unsafe { a.checked_div(b).unwrap_unchecked() }
}
#[inline(always)]
fn rem(a: u64, b: u64) -> u64 {
    unsafe { a.checked_rem(b).unwrap_unchecked() }
}

/// 64 x 64 -> 128 as (low, high).
#[inline(always)]
pub(crate) fn widening_mul(a: u64, b: u64) -> (u64, u64) {
    let (a0, a1, b0, b1) = (a & 0xffff_ffff, a >> 32, b & 0xffff_ffff, b >> 32);
    let low = a0 * b0;
    let mid = a1 * b0 + (low >> 32);
    let mid2 = a0 * b1 + (mid & 0xffff_ffff);
    (
        (mid2 << 32) | (low & 0xffff_ffff),
        a1 * b1 + (mid >> 32) + (mid2 >> 32),
    )
}

/// (hi:lo) / d for hi < d, as (quotient, remainder). Knuth's algorithm D on 32-bit digits.
fn div_2_by_1(hi: u64, lo: u64, d: u64) -> (u64, u64) {
    if hi == 0 {
        return (div(lo, d), rem(lo, d));
    }
    const B: u64 = 1 << 32;
    let s = d.leading_zeros();
    let d = d << s;
    let (d1, d0) = (d >> 32, d & (B - 1));
    let num = if s == 0 {
        hi
    } else {
        (hi << s) | (lo >> (64 - s))
    };
    let low = lo << s;
    let digit = |num: u64, next: u64| -> (u64, u64) {
        let mut q = div(num, d1);
        let mut r = num - q * d1;
        while q >= B || q * d0 > ((r << 32) | next) {
            q -= 1;
            r += d1;
            if r >= B {
                break;
            }
        }
        (
            q,
            (num << 32)
                .wrapping_add(next)
                .wrapping_sub(q.wrapping_mul(d)),
        )
    };
    let (q1, num) = digit(num, low >> 32);
    let (q0, rem) = digit(num, low & (B - 1));
    ((q1 << 32).wrapping_add(q0), rem >> s)
}

/// Unsigned 128-bit division, as (q_low, q_high, r_low, r_high).
pub(crate) fn udivmod(al: u64, ah: u64, bl: u64, bh: u64) -> (u64, u64, u64, u64) {
    if bh == 0 {
        if ah == 0 {
            return (div(al, bl), 0, rem(al, bl), 0);
        }
        let (qh, rh) = if ah < bl {
            (0, ah)
        } else {
            (div(ah, bl), rem(ah, bl))
        };
        let (ql, r) = div_2_by_1(rh, al, bl);
        return (ql, qh, r, 0);
    }
    if ah < bh || (ah == bh && al < bl) {
        return (0, 0, al, ah);
    }
    // The divisor has more than 64 bits, so the quotient has fewer than 64: estimate it from the
    // top 64 bits of each side; the estimate is at most one too large after the decrement below.
    let n = bh.leading_zeros();
    let top = if n == 0 {
        bh
    } else {
        (bh << n) | (bl >> (64 - n))
    };
    let (e, _) = div_2_by_1(ah >> 1, (ah << 63) | (al >> 1), top);
    let mut q = if n == 63 { e } else { e >> (63 - n) };
    q = q.saturating_sub(1);
    let (pl, ph) = widening_mul(q, bl);
    let ph = ph.wrapping_add(q.wrapping_mul(bh));
    let (mut rl, borrow) = al.overflowing_sub(pl);
    let mut rh = ah.wrapping_sub(ph).wrapping_sub(borrow as u64);
    if rh > bh || (rh == bh && rl >= bl) {
        q = q.wrapping_add(1);
        let (l, borrow) = rl.overflowing_sub(bl);
        rl = l;
        rh = rh.wrapping_sub(bh).wrapping_sub(borrow as u64);
    }
    (q, 0, rl, rh)
}

#[inline(always)]
pub(crate) fn negate_if(neg: bool, l: u64, h: u64) -> (u64, u64) {
    if neg {
        let (nl, carry) = (!l).overflowing_add(1);
        (nl, (!h).wrapping_add(carry as u64))
    } else {
        (l, h)
    }
}
