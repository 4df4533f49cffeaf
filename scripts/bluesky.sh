#!/usr/bin/env bash
# Install Bluesky's own servers, which the tests run on this machine, from npm into .cache/atproto: exact versions, each checked
# against its digest. Some minutes the first time; when nothing has changed since, nothing is done. Without npm it says so, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
from=tests/support/atproto there=.cache/atproto
state=$(cat "$from/package.json" "$from/package-lock.json" | cksum)
if [ "$(cat "$there/.made" 2>/dev/null)" = "$state" ]; then
  exit 0
fi
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if ! command -v npm >/dev/null || [ "${major:-0}" -lt 18 ]; then
  echo "Bluesky's servers need Node.js 18 or newer, with npm, a C++ compiler and make. Install them, then type: scripts/bluesky.sh" >&2
  exit 1
fi
echo "Installing Bluesky's own servers for the tests; some minutes, once."
mkdir -p "$there"
cp "$from/package.json" "$from/package-lock.json" "$there/"
# One of them is compiled here: against the headers that came with Node.js, where they are, so that none are fetched.
headers=$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')
if [ -e "$headers/include/node/node.h" ]; then export npm_config_nodedir="$headers"; fi
(cd "$there" && npm ci --no-audit --no-fund --no-update-notifier --fetch-retries=1 --fetch-timeout=60000 --loglevel=error)
echo "$state" >"$there/.made"
