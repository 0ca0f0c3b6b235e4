#!/bin/sh
# Installs the Debian packages that are missing. Needs root or sudo only when something is.
# usage: install-dependencies.sh build|test|bench
set -eu

build="pkg-config libcurl4-gnutls-dev libsimdjson-dev libyaml-dev libpcre2-dev libgnutls28-dev libdeflate-dev libsqlite3-dev libsodium-dev"
run="python3 python3-venv git ca-certificates"
case "${1:-build}" in
  build) wanted="$build" ;;
  demo) wanted="$build $run" ;;
  test) wanted="$build $run openssl curl glewlwyd procps nginx-light valgrind gcc libc6-dev golang-go golang-golang-x-mod-dev chromium" ;;
  bench) wanted="$build $run nginx-light valgrind gcc libc6-dev" ;;
  *) echo "usage: $0 build|demo|test|bench" >&2; exit 2 ;;
esac

missing=""
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing packages:$missing; install them as root" >&2; exit 1; }
  as_root=sudo
fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
