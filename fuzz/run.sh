#!/usr/bin/env bash
# run.sh SECONDS: each target for so long, from its seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}
cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
corpus=${CARGO_TARGET_DIR:-$PWD/target}/fuzz-corpus
cargo fuzz build -s none
for target in $(cargo fuzz list); do
    echo "== $target"
    mkdir -p "$corpus/$target"
    cargo fuzz run -s none "$target" "$corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0
done
