#!/usr/bin/env bash
# Install Bluesky's own servers, which the tests run on this machine, from npm into .cache/atproto: exact versions, each checked
# against its digest. Some minutes the first time; when nothing has changed since, nothing is done. Without npm it says so, and fails.
#
#   scripts/bluesky.sh          to its end; what `begin` began is waited for, and what that said is told when it failed
#   scripts/bluesky.sh begin    in the background, beside what else is set up
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
from=tests/support/atproto there=.cache/atproto began=.cache/atproto.pid said=.cache/atproto.txt ended=.cache/atproto.ended
state=$(cat "$from/package.json" "$from/package-lock.json" | cksum)
made() { [ "$(cat "$there/.made" 2>/dev/null)" = "$state" ]; }
if made; then
  exit 0
fi
mkdir -p .cache
at_it() { [ -e "$began" ] && [ ! -e "$ended" ] && kill -0 "$(cat "$began")" 2>/dev/null; }
if [ "${1:-}" = begin ]; then
  if at_it; then exit 0; fi
  echo "Installing Bluesky's own servers for the tests, in the background; some minutes, once."
  rm -f "$ended"
  { scripts/bluesky.sh now || true; echo >"$ended"; } >"$said" 2>&1 </dev/null &
  echo $! >"$began"
  exit 0
fi
if [ "${1:-}" != now ] && [ -e "$began" ]; then
  while at_it; do sleep 1; done
  rm -f "$began" "$ended"
  made && exit 0
  cat "$said" >&2
  exit 1
fi
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if ! command -v npm >/dev/null || [ "${major:-0}" -lt 18 ]; then
  echo "Bluesky's servers need Node.js 18 or newer, with npm, a C++ compiler and make. Install them, then type: scripts/bluesky.sh" >&2
  exit 1
fi
echo "Installing Bluesky's own servers for the tests."
mkdir -p "$there"
cp "$from/package.json" "$from/package-lock.json" "$there/"
# One of them is compiled here: against the headers that came with Node.js, where they are, so that none are fetched.
headers=$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')
if [ -e "$headers/include/node/node.h" ]; then export npm_config_nodedir="$headers"; fi
(cd "$there" && npm ci --no-audit --no-fund --no-update-notifier --fetch-retries=1 --fetch-timeout=60000 --loglevel=error)
echo "$state" >"$there/.made"
