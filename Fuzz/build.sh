#!/bin/sh
# Builds the fuzzer NAME: Fuzz/build.sh JSON. Prints the path of the binary at the end.
set -eu
name=${1:?usage: Fuzz/build.sh NAME}
here=$(cd "$(dirname "$0")" && pwd)
test -f "$here/$name/Fuzz.swift" || { echo "no fuzzer named $name" >&2; exit 1; }

# SwiftPM does not notice new files of the package above; a newer manifest makes it look.
touch "$here/Package.swift"

# Without --disable-dead-strip the linker drops the coverage counters of a release build.
options="--package-path $here --scratch-path $here/.build -c release --product Fuzz$name
  --disable-dead-strip -Xswiftc -use-ld=lld --sanitize fuzzer --sanitize address
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address"
# shellcheck disable=SC2086
${SWIFT:-swift} build $options >&2
# shellcheck disable=SC2086
echo "$(${SWIFT:-swift} build $options --show-bin-path 2>/dev/null)/Fuzz$name"
