#!/usr/bin/env bash
# Counts the instructions of the hot loops and compares them with benches/instructions.csv: the same on a busy machine as on a quiet one.
#
#   benches/instructions.sh           fails where a count differs by more than 2 %
#   benches/instructions.sh --update  writes the counts down
#
# It needs valgrind. Counts depend on the compiler and on what the processor can do; the file says with which they were made.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
recorded=benches/instructions.csv
found=$(mktemp)
trap 'rm -f "$found" "$found".*' EXIT

# An incremental build is cut into other pieces, which count otherwise.
export CARGO_INCREMENTAL=0
# One loop a run, so that what is counted is what happens within its function.
cargo build --quiet --release --example instructions
echo "loop,instructions" > "$found"
for loop in $("$target/release/examples/instructions" list); do
    valgrind --tool=callgrind --callgrind-out-file="$found.out" --toggle-collect="*::loop_$loop*" --quiet \
        "$target/release/examples/instructions" "$loop" 2> "$found.err" || { cat "$found.err"; exit 1; }
    echo "$loop,$(awk '/^(summary|totals):/ { count = $2 } END { print count }' "$found.out")" >> "$found"
done

if [[ ${1:-} == --update ]]; then
    cp "$found" "$recorded"
    echo "# $(rustc --version), $(uname -m)" >> "$recorded"
    cat "$recorded"
    exit 0
fi
awk -F, '
    /^#/ || /^loop/ { next }
    NR == FNR { recorded[$1] = $2; next }
    !($1 in recorded) { printf "%s: %d, not recorded\n", $1, $2; bad = 1; next }
    {
        change = 100 * ($2 - recorded[$1]) / recorded[$1]
        printf "%-24s %14d  %+.2f %%%s\n", $1, $2, change, (change * change > 4 ? "  BEYOND 2 %" : "")
        bad = bad || (change * change > 4)
        delete recorded[$1]
    }
    END { for (loop in recorded) { printf "%s: recorded, and no longer there\n", loop; bad = 1 } exit bad }
' "$recorded" "$found"
