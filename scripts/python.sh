#!/usr/bin/env bash
# Print the first Python that is new enough and can make an environment, or say what to type.
set -euo pipefail

found=""
for name in python3 python3.14 python3.13 python3.12 python3.11; do
  path=$(command -v "$name") || continue
  version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  found=${found:-$version}
  if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$path"
    exit 0
  fi
done
if [ -z "$found" ]; then
  echo "Parapet needs Python 3.11 or newer, and there is none here. On Debian 12 or Ubuntu 24.04, type:" >&2
  echo "  sudo apt-get install python3 python3-venv" >&2
else
  echo "Parapet needs Python 3.11 or newer, and this is Python $found. On Ubuntu 22.04, type:" >&2
  echo "  sudo apt-get install python3.11 python3.11-venv" >&2
fi
exit 1
