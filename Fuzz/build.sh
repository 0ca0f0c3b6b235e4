#!/bin/sh
# Builds the fuzzer NAME, or each with --all: Fuzz/build.sh JSON. Prints the path of the binary at
# the end, or that of their directory. One after the other would compile what they share anew.
set -eu
name=${1:?usage: Fuzz/build.sh NAME | --all}
here=$(cd "$(dirname "$0")" && pwd)
if [ "$name" = --all ]; then
  product= binary=
else
  test -f "$here/$name/Fuzz.swift" || { echo "no fuzzer named $name" >&2; exit 1; }
  product="--product Fuzz$name" binary="/Fuzz$name"
fi

# SwiftPM does not notice new files of the package above; a newer manifest makes it look.
touch "$here/Package.swift"

# Without --disable-dead-strip the linker drops the coverage counters of a release build.
options="--package-path $here --scratch-path $here/.build -c release $product
  --disable-dead-strip -Xswiftc -use-ld=lld --sanitize fuzzer --sanitize address
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address"
# shellcheck disable=SC2086
${SWIFT:-swift} build $options >&2
# shellcheck disable=SC2086
echo "$(${SWIFT:-swift} build $options --show-bin-path 2>/dev/null)$binary"
