#!/usr/bin/env bash
# Fetch snac, a small server of the fediverse that the tests run on this machine, from Debian into .cache/snac: nothing of the system
# changes, and no password is needed. Debian 12 has it in its backports. Where it cannot be had it says so, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
there=$PWD/.cache/snac
program=$there/usr/bin/snac
if command -v snac >/dev/null || { [ -x "$program" ] && ! ldd "$program" | grep -q "not found"; }; then
  exit 0
fi
keys=/usr/share/keyrings/debian-archive-keyring.gpg
if ! command -v apt-get >/dev/null || [ ! -e "$keys" ]; then
  echo "The tests of Mastodon's channel need snac, which Debian calls snac2. Install it, then type the same make command again." >&2
  exit 1
fi
echo "Fetching snac from Debian for the tests, once."
mkdir -p "$there/apt/lists/partial" "$there/apt/archives/partial" "$there/apt/parts"
# Debian 12's own lists and its backports, kept apart from those of this machine. Debian signs what they name.
cat >"$there/apt/parts/debian.sources" <<END
Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-backports
Components: main
Signed-By: $keys
END
apart=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$there/apt/parts" -o "Dir::State::lists=$there/apt/lists"
  -o "Dir::Cache=$there/apt" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=2)
cd "$there"
if ! { apt-get "${apart[@]}" update && apt-get "${apart[@]}" download -t bookworm-backports snac2; } >"$there/log" 2>&1; then
  tail -n 5 "$there/log" >&2
  echo "snac could not be fetched. When the machine is online again, type: scripts/snac.sh" >&2
  exit 1
fi
dpkg-deb -x snac2_*.deb .
rm -rf apt snac2_*.deb
if ldd "$program" | grep "not found" >&2; then
  echo "snac lacks these libraries: install what Debian calls libcurl4 and libssl3." >&2
  exit 1
fi
