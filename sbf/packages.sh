# Step 1 and 2: Debian packages, kept with their checksums, and LLVM unpacked from them. Sourced by setup.sh.
#
# $KIT/debs/NAME.deb are the packages as downloaded, $KIT/debs/SHA256SUMS what apt delivered after
# checking Debian's signatures. A kept package is used only if it still has its recorded checksum.

apt_private() {
    "apt-$1" -o Dir::Etc::SourceList="$KIT/tmp/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$KIT/tmp/apt/lists" -o Dir::Cache="$KIT/tmp/apt/cache" \
        -o Dir::State::status="$KIT/tmp/apt/status" -o Acquire::Languages=none \
        -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o APT::Update::Error-Mode=any \
        -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

# The system's own Debian mirror (BACKSTOP_DEBIAN_MIRROR names another).
debian_mirror() {
    if [ -n "${BACKSTOP_DEBIAN_MIRROR:-}" ]; then
        echo "$BACKSTOP_DEBIAN_MIRROR"
        return
    fi
    { grep -rhvE '^[[:space:]]*#' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null || true; } \
        | { grep -oE '[a-z+]+://[^ ]+/debian/?( |$)' || true; } | sed -n '1s/ *$//p'
}

# Package lists of the mirror for the suites the packages come from ($SUITES). Once per run.
fetch_lists() {
    local suite
    [ -z "${LISTS_READY:-}" ] || return 0
    MIRROR=$(debian_mirror)
    [ -n "$MIRROR" ] || die "no Debian mirror in /etc/apt; set BACKSTOP_DEBIAN_MIRROR to one and run the same command again"
    mkdir -p "$KIT/tmp/apt/lists/partial" "$KIT/tmp/apt/cache/archives/partial"
    : > "$KIT/tmp/apt/status"
    for suite in $SUITES; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR $suite main"
    done > "$KIT/tmp/apt/sources.list"
    say "fetching Debian's package lists (about 10 MB) from $MIRROR"
    apt_private get update -qq || die "Debian's package lists could not be fetched from $MIRROR; check the network (or set BACKSTOP_DEBIAN_MIRROR to another mirror) and run the same command again, it goes on where it stopped"
    LISTS_READY=1
}

recorded_sum() { awk -v f="$1.deb" '$2 == f { print $1 }' "$KIT/debs/SHA256SUMS" 2>/dev/null; }

# kept NAME: is the package here with the checksum recorded when it was downloaded?
kept() {
    local sum
    sum=$(recorded_sum "$1")
    [ -n "$sum" ] && [ -f "$KIT/debs/$1.deb" ] || return 1
    [ "$(sha256_of "$KIT/debs/$1.deb")" = "$sum" ] && return 0
    say "the kept package $1.deb does not have its recorded checksum: fetching it again"
    return 1
}

# keep NAME APT_SPEC: make sure $KIT/debs/NAME.deb is here and sound
keep() {
    local part=$KIT/tmp/part-$1 sums=$KIT/debs/SHA256SUMS got
    mkdir -p "$KIT/debs"
    kept "$1" && return
    fetch_lists
    rm -rf "$part" && mkdir -p "$part"
    (cd "$part" && apt_private get download -qq "$2") || die "Debian's package $1 could not be fetched from $MIRROR: if the network works, the mirror no longer carries it; copy the folder $KIT/debs from a machine that has it, or install Anza's \`cargo build-sbf\`, and run the same command again"
    got=$(ls "$part"/*.deb)
    mv "$got" "$KIT/debs/$1.deb"
    { grep -v "  $1.deb\$" "$sums" 2>/dev/null || true; echo "$(sha256_of "$KIT/debs/$1.deb")  $1.deb"; } > "$sums.new"
    mv "$sums.new" "$sums"
    say "kept ${got##*/} ($(du -h "$KIT/debs/$1.deb" | cut -f1))"
    rm -rf "$part"
}

step_packages() {
    local name
    for name in $LIBS; do keep "$name" "$name/sid"; done
}

# Is the unpacked LLVM that of the recorded packages?
llvm_key() {
    local name
    for name in $LIBS; do recorded_sum "$name"; done | sha256sum | cut -c1-16
}
llvm_ready() {
    [ -f "$KIT/debs/SHA256SUMS" ] && stamped llvm "$(llvm_key)" && [ -f "$KIT/llvm/only/libLLVM.so.23.1" ]
}

# The packages' libraries, in a root of their own: the system's glibc stays as it is.
step_llvm() {
    local name key new=$KIT/tmp/llvm.new root=$KIT/tmp/root
    key=$(llvm_key)
    say "unpacking LLVM 23"
    rm -rf "$new" "$root" && mkdir -p "$new/only" "$root"
    for name in $LIBS; do
        dpkg-deb -x "$KIT/debs/$name.deb" "$root" || die "the package $KIT/debs/$name.deb could not be unpacked; delete that file and run the same command again"
    done
    cp -a "$root/usr/lib/x86_64-linux-gnu" "$new/lib"
    rm -rf "$new/lib/gconv" "$new/lib/audit" "$new/lib/perl5"
    # sbpf-linker loads the first libLLVM* it finds in LD_LIBRARY_PATH: give it a folder with one
    ln -s ../lib/libLLVM.so.23.1 "$new/only/libLLVM.so.23.1"
    if ! "$new/lib/ld-linux-x86-64.so.2" --library-path "$new/lib" --list "$new/lib/libLLVM.so.23.1" > "$KIT/tmp/ldd" 2>&1 \
        || grep -q 'not found' "$KIT/tmp/ldd"; then
        # packages of different days: take them all from today
        rm -rf "$KIT/debs" "$new" "$root"
        die "the kept Debian packages do not fit each other and were deleted; run the same command again to fetch them all anew"
    fi
    rm -rf "$KIT/llvm"
    mv "$new" "$KIT/llvm"
    rm -rf "$root"
    stamp llvm "$key"
}

# `make` of this very Debian release, for machines that have none: OpenSSL, which the second test
# environment compiles from source, needs it.
step_make() {
    [ -x "$KIT/make/usr/bin/make" ] && return
    SUITES=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
    keep make "make/$SUITES"
    rm -rf "$KIT/tmp/make" && mkdir -p "$KIT/tmp/make"
    dpkg-deb -x "$KIT/debs/make.deb" "$KIT/tmp/make" || die "the package $KIT/debs/make.deb could not be unpacked; delete that file and run the same command again"
    rm -rf "$KIT/make"
    mv "$KIT/tmp/make" "$KIT/make"
    rm -rf "$KIT/tmp/apt"
}
