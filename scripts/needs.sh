#!/usr/bin/env bash
# What the checks need from the system, beyond Python: installed where that needs no password, else the line to type.
#
#   scripts/needs.sh [PACKAGE...]     only these of them, or all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# package, and how to tell that it is there
needs=(
  "gettext xgettext"                  # collects the sentences that people read
  "poppler-utils pdftotext"           # reads our documents as others would
  "openssl openssl"                   # checks digests and signatures with a program that is not ours
  "dovecot-imapd dovecot"             # a mail server, whose mailboxes are watched
  "redis-server redis-server"         # Bluesky's servers keep their short memory there
  "chromium chromium"                 # opens every page
  "firefox-esr firefox-esr"           # the extension is tried in it
  "fontconfig fc-list"
  "fonts-dejavu-core DejaVuSans.ttf"
  "fonts-noto-color-emoji NotoColorEmoji.ttf"
)
has() {
  case $1 in
    *.ttf) command -v fc-list >/dev/null && fc-list | grep "$1" >/dev/null ;; # not -q: fc-list would die of the closed pipe
    chromium) scripts/chromium.sh >/dev/null 2>&1 ;;
    *) PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null ;;
  esac
}

missing=()
for row in "${needs[@]}"; do
  read -r package sign <<<"$row"
  if [ $# -gt 0 ] && [[ " $* " != *" $package "* ]]; then continue; fi
  if has "$sign"; then continue; fi
  # Ubuntu's browsers are snaps, which run neither in a container nor as root: the checks fetch Playwright's Chromium, and leave Firefox out.
  if [[ "$package" = @(chromium|firefox-esr) ]] && grep -qs '^ID=ubuntu' /etc/os-release; then continue; fi
  missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  scripts/apt.sh "The checks need a little more from the system" "${missing[@]}"
fi
