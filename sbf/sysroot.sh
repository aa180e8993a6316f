# Steps 3 to 5: the linker, the library sources and the compiled sysroot. Sourced by setup.sh.

step_linker() {
    mkdir -p "$KIT/bin" "$KIT/libexec"
    install -m 755 "$HERE/bin/sbpf-linker" "$HERE/bin/rustc-sbf" "$KIT/bin/"
    stamped linker "$LINKER" && [ -x "$KIT/libexec/sbpf-linker" ] && return
    say "building sbpf-linker $LINKER from crates.io (about one minute; goes on where it stopped)"
    "$TC/bin/cargo" install sbpf-linker --version "=$LINKER" --locked --force --root "$KIT/tmp/linker" \
        --target-dir "$KIT/tmp/linker-target" -j "$JOBS" --quiet \
        || die "sbpf-linker $LINKER could not be built: if cargo above could not download, check the network; if the disk is full, free some space; then run the same command again"
    mv "$KIT/tmp/linker/bin/sbpf-linker" "$KIT/libexec/sbpf-linker"
    rm -rf "$KIT/tmp/linker-target" "$KIT/tmp/linker"
    "$KIT/bin/sbpf-linker" --version >/dev/null || die "sbpf-linker was built but does not start; delete $KIT and run the same command again"
    stamp linker "$LINKER"
}

# The library sources of this very compiler: its own copy, or Debian's package of the same version.
library_sources() {
    local into=$1 v
    if [ "${SBF_SRC:-}" != debian ] && [ -f "$TC/lib/rustlib/src/rust/library/std/Cargo.toml" ]; then
        say "library sources: the toolchain's own"
        cp -r "$TC/lib/rustlib/src/rust/library" "$into/library"
        return
    fi
    if ! kept rust-src; then
        fetch_lists
        v=$(apt_private cache madison rust-src | awk -F'|' '{ gsub(/ /, "", $2); print $2 }' | grep "^$RUST+" | head -1 || true)
        [ -n "$v" ] || die "this toolchain has no library sources and $MIRROR carries no rust-src $RUST; add the component rust-src to the toolchain and run the same command again"
        say "library sources: Debian's rust-src $v (45 MB)"
        keep rust-src "rust-src=$v"
    fi
    dpkg-deb --fsys-tarfile "$KIT/debs/rust-src.deb" | tar -x -C "$into" --strip-components=4 "./usr/src/rustc-$RUST/library"
}

step_library() {
    local key new=$KIT/tmp/rust.new
    key=$(cat "$HERE/port_std.py" "$HERE/sysroot.sh" | sha256sum | cut -c1-16)-$RUST
    stamped library "$key" && [ -f "$KIT/rt/rust/library/std/Cargo.toml" ] && return
    rm -rf "$new" && mkdir -p "$new"
    library_sources "$new"
    python3 "$HERE/port_std.py" "$new/library" || die "the library sources are not those of Rust $RUST; the edits in sbf/port_std.py stopped"
    mkdir -p "$KIT/rt"
    rm -rf "$KIT/rt/rust"
    mv "$new" "$KIT/rt/rust"
    stamp library "$key"
}

# core, alloc, std, panic_abort and the runtime, compiled once.
step_sysroot() {
    local key new=$KIT/tmp/sysroot.new out=$KIT/tmp/sysroot-target libdir
    key=$(cat "$HERE"/rt/src/*.rs "$HERE/rt/rt.ll" "$HERE/rt/Cargo.toml" "$HERE/target.json" "$HERE/bin/rustc-sbf" \
        "$KIT/stamp/library" "$KIT/stamp/linker" <(recorded_sum libllvm23) | sha256sum | cut -c1-16)
    libdir=$KIT/sysroot/lib/rustlib/$TARGET
    stamped sysroot "$key" && [ -d "$libdir/lib" ] && return
    say "building the sysroot (about 20 seconds)"
    rm -rf "$KIT/sysroot" "$new" "$out"
    mkdir -p "$KIT/rt/src" "$libdir"
    cp "$HERE/target.json" "$libdir/target.json"
    cp "$HERE"/rt/src/*.rs "$KIT/rt/src/"
    cp "$HERE/rt/Cargo.toml" "$HERE/rt/Cargo.lock" "$HERE/rt/rt.ll" "$KIT/rt/"
    SBF_SYSROOT=1 RUSTC="$KIT/bin/rustc-sbf" __CARGO_TESTS_ONLY_SRC_ROOT="$KIT/rt/rust/library" \
        "$TC/bin/cargo" build --quiet --locked -j "$JOBS" --release --manifest-path "$KIT/rt/Cargo.toml" --target-dir "$out" \
        --target "$TARGET" -Zbuild-std=core,alloc,std,panic_abort -Zbuild-std-features= \
        || die "the sysroot could not be compiled: if cargo above could not download, check the network; if the disk is full, free some space; then run the same command again"
    mkdir -p "$new"
    cp "$out/$TARGET"/release/deps/*.rlib "$new/"
    # sbpf-linker looks for this name to know that the memory and 128-bit routines are present
    mv "$new"/libsbf_rt-*.rlib "$KIT/rt/libsolana_compiler_builtins_sbf_rt.rlib"
    mv "$new" "$libdir/lib"
    rm -rf "$out"
    stamp sysroot "$key"
}
