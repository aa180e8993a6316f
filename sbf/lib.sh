# Shared by setup.sh and its steps: messages, checks, checksums. Sourced, never run.

say() { printf '[sbf %(%T)T] %s\n' -1 "$*"; }
# One sentence a stranger can act on, then stop.
die() { printf 'sbf set-up: %s\n' "$*" >&2; exit 1; }

# need_tool COMMAND DEBIAN_PACKAGE
need_tool() {
    command -v "$1" >/dev/null 2>&1 && return
    die "the command \`$1\` is missing; install it (on Debian 12: apt-get install $2) and run the same command again"
}

# need_space MEGABYTES: free space under $KIT
need_space() {
    local free
    free=$(df -Pk "$KIT" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "${free:-0}" -ge "$1" ] || die "only ${free:-0} MB are free on the disk that holds $KIT, $1 MB are needed; free some space, or set BACKSTOP_CACHE to a folder on another disk, and run the same command again"
}

# The directory of an installed rustc $RUST: the active one, SBF_TOOLCHAIN, or any rustup keeps.
find_toolchain() {
    local c
    for c in "${SBF_TOOLCHAIN:-}" "$(rustc --print sysroot 2>/dev/null)" "${RUSTUP_HOME:-$HOME/.rustup}"/toolchains/*; do
        [ -x "$c/bin/rustc" ] && [ -x "$c/bin/cargo" ] || continue
        case "$("$c/bin/rustc" -V 2>/dev/null)" in "rustc $RUST ("*) (cd "$c" && pwd -P); return 0 ;; esac
    done
    return 1
}

sha256_of() { sha256sum < "$1" | cut -d' ' -f1; }

# stamped NAME KEY: was step NAME finished with this KEY? Stamps are written last, so an
# interrupted step is simply done again.
stamped() { [ "$(cat "$KIT/stamp/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" > "$KIT/stamp/.$1" && mv "$KIT/stamp/.$1" "$KIT/stamp/$1"; }
