#!/usr/bin/env bash
# Make .venv from the locked dependencies, each checked against its digest, and put this checkout in it.
#
#   scripts/setup.sh run    what the product needs
#   scripts/setup.sh dev    and what the checks need
#
# When nothing has changed since the last time, it does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kind=$1
case $kind in
  run) lock=requirements.lock ;;
  dev) lock=requirements-dev.lock ;;
  *) echo "scripts/setup.sh run|dev" >&2; exit 2 ;;
esac

# The folder is part of it: an environment does not survive being moved.
state_of() {
  { cat "$1" requirements-build.lock pyproject.toml scripts/setup.sh scripts/install.sh; pwd; } | cksum
}
made() { [ -x .venv/bin/parapet ] && [ "$(cat ".venv/.made-$1" 2>/dev/null)" = "$(state_of "$2")" ]; }
if made "$kind" "$lock" || { [ "$kind" = run ] && made dev requirements-dev.lock; }; then
  exit 0
fi

python=$(scripts/python.sh)
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  # Debian ships Python without what makes an environment.
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    scripts/apt.sh "Python cannot make an environment here" "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  fi
  echo "Making the environment .venv with $("$python" --version)."
  rm -rf .venv
  "$python" -m venv .venv
fi
rm -f .venv/.made-*
echo "Installing $(grep -c '==' "$lock") packages, each checked against its digest."
scripts/install.sh .venv/bin/python requirements-build.lock
scripts/install.sh .venv/bin/python "$lock"
scripts/install.sh .venv/bin/python --editable .
state_of "$lock" >".venv/.made-$kind"
