#!/usr/bin/env bash
# Install into an environment without resolving anything: a lock file, or this checkout.
#
#   scripts/install.sh PYTHON LOCKFILE
#   scripts/install.sh PYTHON --editable FOLDER | --wheel FILE
#
# With uv where it is there already, because it takes seconds where pip takes a minute; with pip otherwise, and when uv
# fails: pip knows the proxies, certificates and mirrors that a workplace has set for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
what=$2
pip=(.venv/bin/python -m pip --python "$python" install --quiet --disable-pip-version-check --no-deps --no-build-isolation)
case $what in
  --editable) exec "${pip[@]}" --no-index --editable "$3" ;;
  --wheel) exec "${pip[@]}" --no-index "$3" ;;
esac
uv=.venv/bin/uv
if [ -x "$uv" ] && UV_NO_PROGRESS=1 "$uv" pip install --quiet --python "$python" --require-hashes \
    --no-build-isolation --requirements "$what" 2>/dev/null; then
  exit 0
fi
exec "${pip[@]}" --require-hashes --requirement "$what"
