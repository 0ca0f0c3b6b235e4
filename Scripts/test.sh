#!/usr/bin/env bash
# Runs every check of the project and says how long each took; `make test` calls it. Any failure
# makes the exit code 1, but does not keep the other checks from running. Output of a step is in
# .build/test-logs, and shown when the step fails. The last line counts tests and checks.
set -uo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

swift=${SWIFT:-swift}
release=(-c release -Xswiftc -cross-module-optimization --static-swift-stdlib)
logs=.build/test-logs
fuzz_seconds=${FUZZ_SECONDS:-10}
mkdir -p "$logs"

passed=0
failed=0
failures=()
began=$(date +%s)

log_of() { echo "$logs/${1//[^A-Za-z0-9]/-}.log"; }

# verdict NAME STATUS SECONDS: says how a step ended; its status is the step's.
verdict() {
  local name=$1 status=$2 took=$3 log
  log=$(log_of "$name")
  if [ "$status" -eq 0 ]; then
    echo "    passed in $took s ($(($(date +%s) - began)) s in all)"
    return 0
  fi
  [ "$status" -eq 124 ] && echo "    took too long and was ended" | tee -a "$log"
  echo "    FAILED with status $status after $took s; the end of $log:"
  tail -n 30 "$log" | sed 's/^/    | /'
  return "$status"
}

# step NAME SECONDS COMMAND…: runs a command for at most so long; its status is the step's.
step() {
  local name=$1 limit=$2 status=0 start
  shift 2
  start=$(date +%s)
  echo "==> $name"
  timeout --kill-after=10 "$limit" "$@" >"$(log_of "$name")" 2>&1 || status=$?
  verdict "$name" "$status" "$(($(date +%s) - start))"
}

# count NAME STATUS: counts one check.
count() {
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$1")
  fi
}

# check NAME SECONDS COMMAND…: a step that counts as one check.
check() {
  local status=0
  step "$@" || status=$?
  count "$1" "$status"
}

# beside NAME SECONDS COMMAND…: begins a check that runs beside what follows, until `joined NAME`.
declare -A beside_process beside_began
beside() {
  local name=$1 limit=$2
  shift 2
  timeout --kill-after=10 "$limit" "$@" >"$(log_of "$name")" 2>&1 &
  beside_process[$name]=$!
  beside_began[$name]=$(date +%s)
}

# joined NAME: waits for what runs beside, and counts it.
joined() {
  local name=$1 status=0
  echo "==> $name, beside what came before"
  wait "${beside_process[$name]}" || status=$?
  verdict "$name" "$status" "$(($(date +%s) - beside_began[$name]))" || true
  count "$name" "$status"
}

# What tests print of the data that they ran.
counts='^(conformance|simulation|search|corpus|hand-written|validation|formatted|printed and read again|JSON Schema [^:]*): '

# Counts the tests of a run from its log, and shows those that failed.
count_tests() {
  local log=$1 status=$2 total wrong
  grep -aE '^skipped: |^.?skipped: ' "$log" | sort -u | sed 's/^/    /' || true
  grep -aE "$counts" "$log" | grep -vE '/optional/.* 0 failed' | sort -u | sed 's/^/    /' || true
  total=$(sed -nE 's/^.* Test run with ([0-9]+) tests?.* (passed|failed) after.*/\1/p' "$log" | tail -n 1)
  wrong=$(grep -aE '^✘ Test .* failed after ' "$log" | grep -avc '^✘ Test run with ' || true)
  if [ -z "$total" ]; then
    echo "    the run did not come to its end"
    total=$(grep -acE '^✔ Test .* passed after ' "$log" || true)
    total=$((total + wrong + 1))
    wrong=$((wrong + 1))
  elif [ "$status" -ne 0 ] && [ "$wrong" -eq 0 ]; then
    wrong=1
  fi
  if [ "$wrong" -gt 0 ]; then
    grep -aE '^✘ Test .* (recorded an issue|failed after)' "$log" | head -n 100 | sed 's/^/    | /'
    failures+=("$wrong of $total tests of $(basename "$log" .log)")
    # Again at the very end, which is what is left of a long output that somebody has cut.
    while IFS= read -r issue; do failures+=("$issue"); done < <(
      grep -aE '^✘ Test .* recorded an issue' "$log" | head -n 20
    )
  fi
  echo "    $((total - wrong)) of $total tests passed"
  passed=$((passed + total - wrong))
  failed=$((failed + wrong))
}

check "format" 300 \
  "$swift" format lint --strict -r Package.swift Sources Tests Benchmarks Fuzz
# The optimiser takes one core for a module, so what it builds is built beside something else: the
# fuzzers beside the tests, all other programs beside the running tests, which wait most of the time.
beside "build of the fuzzers" 1800 env SWIFT="$swift" Fuzz/build.sh --all
is_built=0
step "build of the tests" 1800 "$swift" build --build-tests || is_built=$?
joined "build of the fuzzers"
# Not by `swift test`, which waits for a build that is under way.
bundle=$(echo "$("$swift" build --show-bin-path)"/*.xctest)
beside "release build" 2400 "$swift" build "${release[@]}"
if [ "$is_built" -eq 0 ]; then
  passed=$((passed + 1))
  # One target at a time: tests of sockets and processes wait with deadlines, and seven hundred at
  # once on two cores would starve each other.
  for folder in Tests/*Tests/; do
    name=$(basename "$folder")
    status=0
    step "tests of $name" 900 env NO_COLOR=1 "$bundle" --testing-library swift-testing \
      --filter "^$name\\." || status=$?
    count_tests "$(log_of "tests of $name")" "$status"
  done
else
  failed=$((failed + 1))
  failures+=("build of the tests")
fi
joined "release build"

cedar=../shared/data/cedar
if [ -d "$cedar" ]; then
  unpacked=$(mktemp -d)
  trap 'rm -rf "$unpacked"' EXIT
  tar -xzf "$cedar/corpus-tests.tar.gz" -C "$unpacked" --warning=no-unknown-keyword
  check "Cedar's corpus by the program" 120 \
    .build/release/sallyport policy test --root "$unpacked" "$unpacked/corpus-tests"
  tail -n 1 "$(log_of "Cedar's corpus by the program")" | sed 's/^/    requests and verdicts: /'
  check "Cedar's hand-written tests by the program" 60 \
    .build/release/sallyport policy test "$cedar/tests"
  tail -n 1 "$(log_of "Cedar's hand-written tests by the program")" |
    sed 's/^/    requests and verdicts: /'
else
  echo "skipped: Cedar's corpus, which is not at $cedar"
fi

fuzzers=$(tail -n 1 "$(log_of "build of the fuzzers")")
# The soak waits most of the time: two fuzzers, which take one core each, run beside it.
beside "soak, 2 minutes" 420 python3 Tests/Soak/run.py --seconds 120
names=()
for fuzzer in Fuzz/*/Fuzz.swift; do names+=("$(basename "$(dirname "$fuzzer")")"); done
for ((place = 0; place < ${#names[@]}; place += 2)); do
  one=${names[place]} other=${names[place + 1]-}
  beside "fuzzer $one, $fuzz_seconds s" 120 \
    env FUZZER="$fuzzers/Fuzz$one" Fuzz/run.sh "$one" "$fuzz_seconds"
  [ -z "$other" ] || check "fuzzer $other, $fuzz_seconds s" 120 \
    env FUZZER="$fuzzers/Fuzz$other" Fuzz/run.sh "$other" "$fuzz_seconds"
  joined "fuzzer $one, $fuzz_seconds s"
done
joined "soak, 2 minutes"
sed -n '/^counts$/,$p' "$(log_of "soak, 2 minutes")" | grep -E '[a-z]' | sed 's/^/    /' || true

check "Cedar and the reference engine, 2,000 cases" 120 .venv/bin/python \
  Fuzz/Differential/compare.py .build/release/cedar-differential 2000 1
tail -n 1 "$(log_of "Cedar and the reference engine, 2,000 cases")" | sed 's/^/    /'

check "1,500 mutations of a ledger" 120 .build/release/ledger-mutations 1500 1 3000
tail -n 1 "$(log_of "1,500 mutations of a ledger")" | sed 's/^/    /'

check "40 crashes of a ledger" 120 .build/release/ledger-crash 40 1
tail -n 1 "$(log_of "40 crashes of a ledger")" | sed 's/^/    /'

check "a verifier that is not ours" 180 .venv/bin/python Tests/Independent/run.py \
  .build/release/sallyport
tail -n 1 "$(log_of "a verifier that is not ours")" | sed 's/^/    /'

check "benchmark, quick" 300 python3 Benchmarks/run.py --quick
check "allocations and instructions of a call" 300 python3 Benchmarks/thresholds.py
grep -E '_per_call' "$(log_of "allocations and instructions of a call")" | sed 's/^/    /' || true

echo
echo "everything took $(($(date +%s) - began)) s"
for failure in "${failures[@]+"${failures[@]}"}"; do echo "failed: $failure"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
