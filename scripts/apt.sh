#!/usr/bin/env bash
# Install Debian or Ubuntu packages where that needs no password; elsewhere print the one line to type, and fail.
#
#   scripts/apt.sh REASON PACKAGE...
set -euo pipefail
reason=$1
shift

line="apt-get install --no-install-recommends $*"
if ! command -v apt-get >/dev/null; then
  echo "$reason. Install with your system's package manager what Debian calls: $*" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  printf '%s. Type this, then the same make command again:\n\n  sudo %s\n\n' "$reason" "$line" >&2
  exit 1
fi
echo "$reason. Installing: $*"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$log" 2>&1 </dev/null; }
# The list of packages may be missing or old: then it is fetched, and the same asked once more.
if ! apt install --no-install-recommends "$@" && ! { apt update && apt install --no-install-recommends "$@"; }; then
  tail -n 20 "$log" >&2
  printf '\nThat failed. When the machine is online again, type:\n\n  sudo apt-get update && sudo %s\n\n' "$line" >&2
  exit 1
fi
