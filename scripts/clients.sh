#!/usr/bin/env bash
# Install the client of Perspective that tests let loose on a served home, from npm: exact versions, each checked against its digest.
# When nothing has changed since the last time, it does nothing. Without npm it says so, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/api/npm"
state=$(cat package.json package-lock.json | cksum)
if [ "$(cat node_modules/.made 2>/dev/null)" = "$state" ]; then
  exit 0
fi
for program in node npm; do
  if ! command -v "$program" >/dev/null; then
    echo "$program is not here. Install Node.js 18 or newer, with npm, and start again." >&2
    exit 1
  fi
done
npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=1 --fetch-timeout=20000 --loglevel=error
echo "$state" >node_modules/.made
