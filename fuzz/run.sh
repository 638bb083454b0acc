#!/usr/bin/env bash
# Builds the fuzz targets with coverage counters and runs each for some seconds; fails at the first finding.
# usage: fuzz/run.sh [SECONDS] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
shift || true
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# What cargo-fuzz passes for a build without a sanitizer; it works on the stable compiler.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/huntbook/target}/fuzz"
# With --target the flags do not reach build scripts.
triple=$(rustc -vV | sed -n 's/^host: //p')
cargo build --locked --release --target "$triple"

for target in "${targets[@]}"; do
    corpus="$CARGO_TARGET_DIR/corpus/$target"
    mkdir -p "$corpus" "$CARGO_TARGET_DIR/findings"
    seeds=()
    if [[ -d "seeds/$target" ]]; then seeds=("seeds/$target"); fi
    echo "fuzzing $target for $seconds s"
    "$CARGO_TARGET_DIR/$triple/release/$target" "$corpus" "${seeds[@]}" -max_total_time="$seconds" \
        -max_len=4096 -timeout=10 -rss_limit_mb=4096 -artifact_prefix="$CARGO_TARGET_DIR/findings/$target-" \
        -print_final_stats=1 2>&1 | tail -n 14
done
echo "no finding in ${#targets[@]} targets"
