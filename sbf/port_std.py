#!/usr/bin/env python3
"""Teach a copy of Rust's `library/` tree about target_os = "solana".

usage: port_std.py LIBRARY_DIR     (edited in place; idempotent)

Every edit names a unique anchor; if an anchor is missing or ambiguous the script stops, so a
different Rust release cannot be half patched.
"""
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
MARK = "SOLANA-PORT"
done = root / f".{MARK.lower()}"
if done.exists():
    print("already ported")
    sys.exit(0)


def edit(path, *pairs):
    p = root / path
    s = p.read_text()
    for old, new in pairs:
        n = s.count(old)
        if n != 1:
            sys.exit(f"{path}: anchor found {n} times: {old!r}")
        s = s.replace(old, new)
    p.write_text(s)


# 1. a known platform (no `restricted_std`)
edit("std/build.rs", ('|| target_os == "zkvm"', '|| target_os == "zkvm"\n        || target_os == "solana"'))

# 2. System allocator: the program supplies #[global_allocator]; System itself can never be used.
edit(
    "std/src/sys/alloc/mod.rs",
    ('    target_arch = "wasm64",\n)) {\n    16', '    target_arch = "wasm64",\n    target_arch = "bpf",\n)) {\n    16'),
    ('    target_os = "zkvm" => {\n        mod zkvm;\n', '    target_os = "solana" => {\n        mod solana;\n    }\n    target_os = "zkvm" => {\n        mod zkvm;\n'),
)
(root / "std/src/sys/alloc/solana.rs").write_text(
    """use crate::alloc::{GlobalAlloc, Layout, System};

// Programs install their own global allocator; there is no system heap behind it.
#[stable(feature = "alloc_system_type", since = "1.28.0")]
unsafe impl GlobalAlloc for System {
    #[inline]
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        crate::ptr::null_mut()
    }
    #[inline]
    unsafe fn dealloc(&self, _ptr: *mut u8, _layout: Layout) {}
}
"""
)

# 3. generic error codes, single-threaded thread locals
edit("std/src/sys/io/error/mod.rs", ('        target_os = "zkvm",\n', '        target_os = "zkvm",\n        target_os = "solana",\n'))
p = root / "std/src/sys/thread_local/mod.rs"
s = p.read_text()
assert s.count('target_os = "zkvm",\n') == 2, s.count('target_os = "zkvm",\n')
p.write_text(s.replace('target_os = "zkvm",\n', 'target_os = "zkvm",\n        target_os = "solana",\n'))

p = root / "std/src/sys/random/mod.rs"
s = p.read_text()
n = s.count('target_os = "vexos",\n')
if n != 2:
    sys.exit(f"sys/random/mod.rs: anchor found {n} times")
p.write_text(s.replace('target_os = "vexos",\n', 'target_os = "vexos",\n        target_os = "solana",\n'))

# 4. sBPF programs have no writable statics, so nothing below may keep state.
(root / "std/src/sys/pal/unsupported/solana.rs").write_text(
    """//! The three runtime calls this port needs. They are linked by name in sBPF v0 and by the
//! murmur3 hash of the name in v3; both spell as an undefined extern here.
use crate::fmt;

unsafe extern "C" {
    fn sol_log_(message: *const u8, len: u64);
    fn abort() -> !;
}

unsafe extern "Rust" {
    // defined by solana_program_entrypoint::custom_panic_default! (or by the program)
    #[allow(improper_ctypes)]
    fn custom_panic(info: &core::panic::PanicInfo<'_>);
}

pub fn log(message: &str) {
    unsafe { sol_log_(message.as_ptr(), message.len() as u64) }
}

pub fn log_fmt(args: fmt::Arguments<'_>) {
    match args.as_str() {
        Some(s) => log(s),
        None => log(&crate::fmt::format(args)),
    }
}

pub fn halt() -> ! {
    unsafe { abort() }
}

#[inline(never)]
#[cold]
pub fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    unsafe { custom_panic(info) };
    halt()
}
"""
)
edit(
    "std/src/sys/pal/unsupported/mod.rs",
    ("pub mod os;", 'pub mod os;\n#[cfg(target_os = "solana")]\npub mod solana;'),
)
edit(
    "std/src/sys/pal/unsupported/common.rs",
    ("    core::intrinsics::abort();", '    #[cfg(target_os = "solana")]\n    super::solana::halt();\n    #[cfg(not(target_os = "solana"))]\n    core::intrinsics::abort();'),
)
edit(
    "std/src/panicking.rs",
    (
        "pub fn panic_handler(info: &core::panic::PanicInfo<'_>) -> ! {\n",
        "pub fn panic_handler(info: &core::panic::PanicInfo<'_>) -> ! {\n    #[cfg(target_os = \"solana\")]\n    crate::sys::solana::panic(info);\n\n",
    ),
    (
        "    let must_abort = panic_count::increase(true);\n\n    // Check if we need to abort immediately.",
        "    #[cfg(target_os = \"solana\")]\n    {\n        crate::sys::solana::log_fmt(format_args!(\"panicked at {location}: {}\", payload.as_str().unwrap_or_default()));\n        crate::sys::solana::halt();\n    }\n\n    let must_abort = panic_count::increase(true);\n\n    // Check if we need to abort immediately.",
    ),
)
edit(
    "std/src/alloc.rs",
    (
        "fn default_alloc_error_hook(layout: Layout) {\n",
        "fn default_alloc_error_hook(layout: Layout) {\n    #[cfg(target_os = \"solana\")]\n    {\n        let _ = layout;\n        crate::sys::solana::log(\"Error: memory allocation failed, out of memory\");\n        crate::sys::solana::halt();\n    }\n\n",
    ),
)
edit(
    "std/src/hash/random.rs",
    (
        "        thread_local!(static KEYS: Cell<(u64, u64)> = {",
        "        #[cfg(target_os = \"solana\")]\n        return RandomState { k0: 0, k1: 0 };\n\n        thread_local!(static KEYS: Cell<(u64, u64)> = {",
    ),
)
edit(
    "std/src/io/stdio.rs",
    (
        "    print_to(args, stdout, \"stdout\");",
        "    #[cfg(target_os = \"solana\")]\n    return crate::sys::solana::log_fmt(args);\n    #[cfg(not(target_os = \"solana\"))]\n    print_to(args, stdout, \"stdout\");",
    ),
    (
        "    print_to(args, stderr, \"stderr\");",
        "    #[cfg(target_os = \"solana\")]\n    return crate::sys::solana::log_fmt(args);\n    #[cfg(not(target_os = \"solana\"))]\n    print_to(args, stderr, \"stderr\");",
    ),
)
# 5. a stack frame is 4096 bytes, so the stable sorts' 4096-byte scratch cannot live in one
p = root / "core/src/slice/sort/stable/mod.rs"
s = p.read_text()
if s.count("AlignedStorage::<T, 4096>::new()") != 2:
    sys.exit("core stable sort: anchors moved")
p.write_text(s.replace("AlignedStorage::<T, 4096>::new()", "AlignedStorage::<T, 1024>::new()"))

done.write_text("1\n")
print("ported", root)
