#!/usr/bin/env bash
# Puts Debian's QuantLib and the Boost headers it includes into KIT/root, without touching the system.
#
#   quantlib.sh KIT
#
# Needs apt-get and dpkg-deb. The packages stay in KIT/debs with their checksums; safe to run again.
set -euo pipefail
KIT=${1:?usage: quantlib.sh KIT}
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
. "$HERE/../../sbf/lib.sh"
. "$HERE/../../sbf/packages.sh"
say() { printf '[quantlib %(%T)T] %s\n' -1 "$*"; }
die() { printf 'quantlib set-up: %s\n' "$*" >&2; exit 1; }

need_tool apt-get apt
need_tool dpkg-deb dpkg
mkdir -p "$KIT/stamp" "$KIT/tmp" 2>/dev/null || die "the folder $KIT cannot be created; set BACKSTOP_CACHE to a folder you may write and run the same command again"
KIT=$(cd "$KIT" && pwd)
[ ! -f "$KIT/stamp/root" ] || exit 0
need_space 600
# The machine's own release: the library must fit its C++ runtime.
SUITES=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
fetch_lists
# libboost-dev is only a name for the release's version.
boost=$(apt_private cache depends libboost-dev | awk '$1 == "Depends:" { print $2; exit }')
rm -rf "$KIT/tmp/root" && mkdir -p "$KIT/tmp/root"
for name in libquantlib0-dev libquantlib0v5 "${boost:?the mirror has no libboost-dev}"; do
    keep "$name" "$name/$SUITES"
    dpkg-deb -x "$KIT/debs/$name.deb" "$KIT/tmp/root" || die "the package $KIT/debs/$name.deb could not be unpacked; delete that file and run the same command again"
done
rm -rf "$KIT/root"
mv "$KIT/tmp/root" "$KIT/root"
rm -rf "$KIT/tmp/apt"
stamp root "$(recorded_sum libquantlib0-dev)"
say "ready in $KIT"
