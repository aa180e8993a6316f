//! Block memory: short blocks word by word, long ones by system call.
extern "C" {
    fn sol_memcpy_(dst: *mut u8, src: *const u8, n: u64);
    fn sol_memmove_(dst: *mut u8, src: *const u8, n: u64);
    fn sol_memset_(s: *mut u8, c: u8, n: u64);
    fn sol_memcmp_(a: *const u8, b: *const u8, n: u64, result: *mut i32);
}
// Below these sizes a loop of 8-byte words costs less than the system call (10 units plus
// set-up). sBPF allows unaligned words.
const COPY: usize = 40;
const SET: usize = 64;
const CMP: usize = 32;

#[no_mangle]
pub unsafe extern "C" fn memcpy(dst: *mut u8, src: *const u8, n: usize) -> *mut u8 {
    if n > COPY {
        sol_memcpy_(dst, src, n as u64);
    } else {
        forward(dst, src, n);
    }
    dst
}

#[inline(always)]
unsafe fn forward(dst: *mut u8, src: *const u8, n: usize) {
    let mut i = 0;
    while i + 8 <= n {
        (dst.add(i) as *mut u64).write_unaligned((src.add(i) as *const u64).read_unaligned());
        i += 8;
    }
    while i < n {
        *dst.add(i) = *src.add(i);
        i += 1;
    }
}

#[no_mangle]
pub unsafe extern "C" fn memmove(dst: *mut u8, src: *const u8, n: usize) -> *mut u8 {
    if n > COPY {
        sol_memmove_(dst, src, n as u64);
    } else if (dst as usize) <= (src as usize) {
        forward(dst, src, n);
    } else {
        let mut i = n;
        while i >= 8 {
            i -= 8;
            (dst.add(i) as *mut u64).write_unaligned((src.add(i) as *const u64).read_unaligned());
        }
        while i > 0 {
            i -= 1;
            *dst.add(i) = *src.add(i);
        }
    }
    dst
}

#[no_mangle]
pub unsafe extern "C" fn memset(s: *mut u8, c: i32, n: usize) -> *mut u8 {
    if n > SET {
        sol_memset_(s, c as u8, n as u64);
    } else {
        let word = (c as u8 as u64) * 0x0101_0101_0101_0101;
        let mut i = 0;
        while i + 8 <= n {
            (s.add(i) as *mut u64).write_unaligned(word);
            i += 8;
        }
        while i < n {
            *s.add(i) = c as u8;
            i += 1;
        }
    }
    s
}

#[no_mangle]
pub unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    if n > CMP {
        let mut r = 0;
        sol_memcmp_(a, b, n as u64, &mut r);
        return r;
    }
    let mut i = 0;
    while i + 8 <= n {
        if (a.add(i) as *const u64).read_unaligned() != (b.add(i) as *const u64).read_unaligned() {
            break;
        }
        i += 8;
    }
    while i < n {
        let (x, y) = (*a.add(i), *b.add(i));
        if x != y {
            return x as i32 - y as i32;
        }
        i += 1;
    }
    0
}

#[no_mangle]
pub unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    memcmp(a, b, n)
}
