#!/bin/sh
# Makes .venv with the MCP SDK and the real servers that the demo and the tests use, the reference
# engine of Cedar that the benchmarks measure beside ours, and what drives the system's browser.
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/requirements.installed
if ! cmp -s Scripts/requirements.txt "$stamp" 2>/dev/null; then
  echo "installing the MCP SDK, servers and Cedar into .venv"
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r Scripts/requirements.txt
  cp Scripts/requirements.txt "$stamp"
fi
