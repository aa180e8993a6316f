#!/usr/bin/env bash
# Compiles one program crate to TARGET_DIR/deploy/NAME.so (sBPF v3).
#
#   build.sh KIT PROGRAM_DIR [cargo build arguments...]
#
# KIT is the folder setup.sh filled. The sources are those `cargo build-sbf` takes, unchanged.
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
KIT=$(cd "${1:?usage: build.sh KIT PROGRAM_DIR [cargo args]}" && pwd)
PROG=$(cd "${2:?usage: build.sh KIT PROGRAM_DIR [cargo args]}" && pwd)
shift 2
. "$HERE/lib.sh"
[ -f "$KIT/stamp/sysroot" ] || die "$KIT is not set up; run \`cargo xtask setup\`"
TC=$(cat "$KIT/toolchain")
TARGET=sbpfv3-solana
export PATH="$TC/bin:$PATH" RUSTC="$KIT/bin/rustc-sbf"
unset RUSTUP_TOOLCHAIN RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTC_WRAPPER RUSTC_WRAPPER 2>/dev/null || true
# cargo does not watch the sysroot: naming it here makes a new one rebuild everything
flags=(--cfg "sbf_kit=\"$(cat "$KIT/stamp/sysroot")\"")
# Size: equal functions become one, and what the compiler has left apart is copied into its callers only where
# that is smaller. 13 % fewer bytes for less than 1 % more compute units.
flags+=(-C link-arg=--llvm-args=--enable-merge-functions -C link-arg=--llvm-args=--inline-threshold=25)
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; printf %s "${flags[*]}")
read -r name out < <("$TC/bin/cargo" metadata --format-version 1 --no-deps --locked --manifest-path "$PROG/Cargo.toml" | python3 -c '
import json, sys
meta = json.load(sys.stdin)
package = next(p for p in meta["packages"] if p["manifest_path"] == sys.argv[1] + "/Cargo.toml")
target = next(t for t in package["targets"] if "cdylib" in t["crate_types"])
print(target["name"].replace("-", "_"), meta["target_directory"])' "$PROG")
"$TC/bin/cargo" build --release --lib --manifest-path "$PROG/Cargo.toml" --target "$TARGET" "$@"
mkdir -p "$out/deploy"
cp "$out/$TARGET/release/lib$name.so" "$out/deploy/.$name.so"
mv "$out/deploy/.$name.so" "$out/deploy/$name.so"
