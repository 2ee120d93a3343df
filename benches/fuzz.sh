#!/bin/sh
# Feeds damaged files to every reader, one after the other, MINUTES each (3 unless given), with 4 GiB of memory at most.
#   sh benches/fuzz.sh [MINUTES [READER…]]
# What ends a reader stands in the last lines, with the seed of the damage; the script goes on with the next and ends with 1.
set -u
cd "$(dirname "$0")/.." || exit 2
minutes="${1:-3}"
[ $# -gt 0 ] && shift
cargo build --quiet --release --example fuzz || exit 2
fuzz="${CARGO_TARGET_DIR:-target}/release/examples/fuzz"
[ $# -gt 0 ] || set -- $("$fuzz" list)
ulimit -v 4194304
# Files that live for milliseconds need no disk.
[ -w /dev/shm ] && export TMPDIR=/dev/shm
ended=0
for reader in "$@"; do
    "$fuzz" "$reader" "$minutes" - "${SEED:-1}" || { echo "$reader: ended early"; ended=1; }
done
exit $ended
