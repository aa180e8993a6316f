//! Runtime calls the BPF back end makes on its own: block memory and 128-bit arithmetic.
//!
//! LLVM 23 returns an i128 in r0:r2, while rustc 1.95 returns anything above 64 bits through a
//! hidden pointer, so a Rust function cannot be `__udivti3` itself. The `__sbf_*` functions below
//! write through an explicit pointer and `rt.ll` holds the thunks with LLVM's own convention.
//! On a host target the file is only compiled for its tests.
#![cfg_attr(not(test), no_std)]

#[cfg(target_arch = "bpf")]
mod mem;
#[cfg(test)]
mod tests;
mod wide;

use wide::{negate_if, udivmod, widening_mul};

/// out[0..2] = low 128 bits of the product.
/// # Safety
/// `out` must be valid for two u64.
#[no_mangle]
pub unsafe extern "C" fn __sbf_mul(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    let (l, h) = widening_mul(al, bl);
    *out = l;
    *out.add(1) = h
        .wrapping_add(al.wrapping_mul(bh))
        .wrapping_add(ah.wrapping_mul(bl));
}

/// out[0..2] = quotient, out[2..4] = remainder.
/// # Safety
/// `out` must be valid for four u64.
#[no_mangle]
pub unsafe extern "C" fn __sbf_udivmod(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    let (ql, qh, rl, rh) = udivmod(al, ah, bl, bh);
    *out = ql;
    *out.add(1) = qh;
    *out.add(2) = rl;
    *out.add(3) = rh;
}

/// Signed: out[0..2] = quotient truncated toward zero, out[2..4] = remainder with a's sign.
/// # Safety
/// `out` must be valid for four u64.
#[no_mangle]
pub unsafe extern "C" fn __sbf_divmod(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    let (na, nb) = ((ah as i64) < 0, (bh as i64) < 0);
    let (al, ah) = negate_if(na, al, ah);
    let (bl, bh) = negate_if(nb, bl, bh);
    let (ql, qh, rl, rh) = udivmod(al, ah, bl, bh);
    let (ql, qh) = negate_if(na != nb, ql, qh);
    let (rl, rh) = negate_if(na, rl, rh);
    *out = ql;
    *out.add(1) = qh;
    *out.add(2) = rl;
    *out.add(3) = rh;
}
