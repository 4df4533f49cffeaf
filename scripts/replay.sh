#!/usr/bin/env bash
# Install what plays archives again, for the tests: pywb into .cache/pywb, an environment of its own, and the two scripts of
# ReplayWeb.page into .cache/replayweb. Exact versions, each checked against its digest; when nothing has changed since, nothing is done.
# Both are under the (A)GPL and no part of Parapet: they run beside it, and no file of theirs lies in the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
from=tests/support/replay there=.cache/pywb player=.cache/replayweb
replayweb=replaywebpage@2.5.3
digest=b7d35c39c4da9b7121c5a393911d8675d4cc6f19513c380191e16b086bea812c
state=$({ cat "$from/pywb.lock" scripts/replay.sh; pwd; } | cksum)
if [ "$(cat "$player/.made" 2>/dev/null)" = "$state" ]; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  echo "npm is not here. Install Node.js 18 or newer, with npm, and start again." >&2
  exit 1
fi
echo "Installing pywb and ReplayWeb.page for the tests; a minute or two, once."
rm -rf "$there" "$player"
mkdir -p "$player"
"$(scripts/python.sh)" -m venv "$there"
# One of them is made from its source: pip fetches what makes packages for that.
"$there/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement "$from/pywb.lock"
"$there/bin/wb-manager" --help >/dev/null
fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT
npm pack --silent --pack-destination "$fetched" "$replayweb" >/dev/null
echo "$digest  $(ls "$fetched"/*.tgz)" | sha256sum --check --quiet
tar -xzf "$fetched"/*.tgz -C "$fetched"
cp "$fetched/package/ui.js" "$fetched/package/sw.js" "$fetched/package/LICENSE" "$player/"
echo "$state" >"$player/.made"
