#!/bin/sh
# Makes .venv with the MCP SDK and the real servers that the demo and the tests use, the reference
# engine of Cedar that the benchmarks measure beside ours, and what drives the system's browser; and
# .venv-old with the last SDK that has the tasks of 2025-11-25.
set -eu
cd "$(dirname "$0")/.."
make_environment() {
  stamp=$1/requirements.installed
  if ! cmp -s "$2" "$stamp" 2>/dev/null; then
    echo "installing $3 into $1"
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    cp "$2" "$stamp"
  fi
}
make_environment .venv Scripts/requirements.txt "the MCP SDK, servers and Cedar"
make_environment .venv-old Scripts/requirements-old.txt "the MCP SDK of the session era"
