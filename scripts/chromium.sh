#!/usr/bin/env bash
# Print the path of a Chromium that starts, or fail.
set -euo pipefail
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  path=$(command -v "$name") || continue
  if timeout 20 "$path" --version >/dev/null 2>&1; then
    echo "$path"
    exit 0
  fi
done
exit 1
