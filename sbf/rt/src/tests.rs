//! The 128-bit routines against the host's own.
use super::*;
fn parts(x: u128) -> (u64, u64) {
    (x as u64, (x >> 64) as u64)
}
#[test]
fn agrees_with_the_host() {
    let mut s = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        s
    };
    let edge = [
        0u128,
        1,
        2,
        3,
        u64::MAX as u128 - 1,
        u64::MAX as u128,
        1 << 64,
        (1 << 64) + 1,
        1 << 127,
        u128::MAX,
        u128::MAX - 1,
        (1 << 96) - 1,
        1 << 63,
        i128::MAX as u128,
    ];
    let mut cases: Vec<(u128, u128)> = edge
        .iter()
        .flat_map(|a| edge.iter().map(move |b| (*a, *b)))
        .collect();
    for _ in 0..2_000_000 {
        let a = ((next() as u128) << 64 | next() as u128) >> (next() % 128);
        let b = ((next() as u128) << 64 | next() as u128) >> (next() % 128);
        cases.push((a, b));
        cases.push((a, b.wrapping_add(u64::MAX as u128)));
        cases.push((b.wrapping_mul(next() as u128).wrapping_sub(1), b));
    }
    for (a, b) in cases {
        let ((al, ah), (bl, bh)) = (parts(a), parts(b));
        let mut o = [0u64; 4];
        let v = |o: &[u64; 4], i: usize| o[i] as u128 | (o[i + 1] as u128) << 64;
        unsafe { __sbf_mul(o.as_mut_ptr(), al, ah, bl, bh) };
        assert_eq!(v(&o, 0), a.wrapping_mul(b), "{a} * {b}");
        if b != 0 {
            unsafe { __sbf_udivmod(o.as_mut_ptr(), al, ah, bl, bh) };
            assert_eq!((v(&o, 0), v(&o, 2)), (a / b, a % b), "{a} / {b}");
            let (x, y) = (a as i128, b as i128);
            unsafe { __sbf_divmod(o.as_mut_ptr(), al, ah, bl, bh) };
            assert_eq!(
                (v(&o, 0) as i128, v(&o, 2) as i128),
                (x.wrapping_div(y), x.wrapping_rem(y)),
                "{x} / {y}"
            );
        }
    }
}
