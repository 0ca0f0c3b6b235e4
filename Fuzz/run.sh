#!/bin/sh
# Runs the fuzzer NAME for SECONDS on a scratch copy of its corpus: Fuzz/run.sh JSON 60.
# Fails on a crash, a leak, a slow or big input, and when nothing is instrumented. What crashes it
# stays in Fuzz/.findings/NAME.
set -eu
name=${1:?usage: Fuzz/run.sh NAME SECONDS}
seconds=${2:?usage: Fuzz/run.sh NAME SECONDS}
here=$(cd "$(dirname "$0")" && pwd)
binary=${FUZZER:-$("$here/build.sh" "$name")}
test -x "$binary" || { echo "no binary at $binary" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
findings="$here/.findings/$name"
mkdir -p "$findings" "$scratch/corpus"
cp "$here/$name/corpus/"* "$scratch/corpus/"

# The backtracer would hang after an address sanitizer's abort.
status=0
TMPDIR="$scratch" SWIFT_BACKTRACE=enable=no "$binary" "$scratch/corpus" -max_total_time="$seconds" \
  -timeout=5 -rss_limit_mb=1024 -max_len=65536 -artifact_prefix="$findings/" \
  -print_final_stats=1 > "$scratch/log" 2>&1 || status=$?
tail -n 12 "$scratch/log"
if [ "$status" -ne 0 ]; then
  grep -E 'ERROR|SUMMARY|Fatal error|Test unit written' "$scratch/log" || true
  echo "Fuzz$name failed with status $status; inputs are in $findings" >&2
  exit 1
fi
# libFuzzer's own glue has a counter or two; a parser has thousands.
loaded='s/.*Loaded [0-9]* modules *(\([0-9]*\) inline 8-bit counters).*/\1/p'
counters=$(sed -n "$loaded" "$scratch/log" | head -n 1)
if [ "${counters:-0}" -lt 100 ] || ! grep -q 'cov: [1-9][0-9]' "$scratch/log"; then
  echo "Fuzz$name has ${counters:-0} coverage counters: nothing is instrumented" >&2
  exit 1
fi
echo "Fuzz$name: $counters counters, no finding in $seconds s"
