#!/usr/bin/env bash
# Installs everything needed to compile Solana programs to sBPF v3 under one folder, from
# crates.io and Debian only. See README.md.
#
#   setup.sh KIT             everything
#   setup.sh KIT packages    only fetches and keeps LLVM's Debian packages
#   setup.sh KIT make        only puts Debian's `make` into KIT/make/usr/bin
#
# Needs Debian's apt-get and dpkg-deb, python3, a C compiler, and rustc/cargo 1.95.0. Safe to
# interrupt and to run again.
set -euo pipefail
KIT=${1:?usage: setup.sh KIT [packages|make]}
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
RUST=1.95.0
LINKER=0.2.6
TARGET=sbpfv3-solana
JOBS=${SBF_JOBS:-$(nproc)}
SUITES="sid trixie-backports"
LIBS="libllvm23 libc6 libstdc++6 libgcc-s1 libedit2 libbsd0 libmd0 libtinfo6 libffi8 libxml2-16 libz3-4 libzstd1 zlib1g"
. "$HERE/lib.sh"
. "$HERE/packages.sh"
. "$HERE/sysroot.sh"

need_tool python3 python3
need_tool cc build-essential
need_tool apt-get apt
need_tool dpkg-deb dpkg
mkdir -p "$KIT/stamp" "$KIT/tmp" 2>/dev/null || die "the folder $KIT cannot be created; set BACKSTOP_CACHE to a folder you may write and run the same command again"
KIT=$(cd "$KIT" && pwd)
# Two set-ups at once would tread on each other; the second waits.
exec 9> "$KIT/tmp/lock"
flock -n 9 || { say "waiting for another set-up in $KIT"; flock 9; }
[ -f "$KIT/stamp/sysroot" ] || need_space 1000

TC=$(find_toolchain) || die "this needs rustc and cargo $RUST (found: $(rustc -V 2>/dev/null || echo none)); install that release, or set SBF_TOOLCHAIN to its folder, and run the same command again"
if ! [ "$(cat "$KIT/toolchain" 2>/dev/null)" = "$TC" ]; then
    say "rustc $RUST at $TC"
    echo "$TC" > "$KIT/toolchain"
fi
export PATH="$TC/bin:$PATH" RUSTC="$TC/bin/rustc" RUSTC_BOOTSTRAP=1
unset RUSTUP_TOOLCHAIN RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR RUSTC_WRAPPER CARGO_BUILD_RUSTC_WRAPPER 2>/dev/null || true

case "${2:-}" in
packages) step_packages; exit 0 ;;
make) step_make; exit 0 ;;
esac
# The packages are needed, and so verified, only when LLVM is unpacked from them.
if ! llvm_ready; then
    step_packages
    step_llvm
fi
step_linker
step_library
step_sysroot
rm -rf "$KIT/tmp/apt"
say "ready in $KIT"
