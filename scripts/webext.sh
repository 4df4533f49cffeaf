#!/usr/bin/env bash
# Install Mozilla's linter of extensions, web-ext, from npm into .cache/webext: exact versions, each checked against its digest. It judges
# the extension as Mozilla's store does, and is no part of Parapet. When nothing has changed since, nothing is done. Without npm it says so,
# and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
from=tests/support/webext there=.cache/webext
state=$(cat "$from/package.json" "$from/package-lock.json" | cksum)
if [ "$(cat "$there/.made" 2>/dev/null)" = "$state" ]; then
  exit 0
fi
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if ! command -v npm >/dev/null || [ "${major:-0}" -lt 20 ]; then
  echo "Mozilla's linter needs Node.js 20 or newer, with npm. Install them, and start again." >&2
  exit 1
fi
rm -rf "$there"
mkdir -p "$there"
cp "$from/package.json" "$from/package-lock.json" "$there/"
(cd "$there" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=1 --fetch-timeout=20000 --loglevel=error)
echo "$state" >"$there/.made"
