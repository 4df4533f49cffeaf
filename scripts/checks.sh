#!/usr/bin/env bash
# The checks, one after the other; each says how long it took, and all run even when one fails.
#
#   scripts/checks.sh all     everything; pytest's closing line comes last
#   scripts/checks.sh lint    what can be told without running the product
#   scripts/checks.sh docs    the pages
#   scripts/checks.sh soak    what chance decides, many times over
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=
mkdir -p test-results
failed=()

step() {
  local title=$1 began=$SECONDS output
  shift
  if output=$("$@" 2>&1 </dev/null); then
    printf '  ok      %-34s %3d s\n' "$title" $((SECONDS - began))
  else
    printf '  FAILED  %-34s %3d s\n\n%s\n\n' "$title" $((SECONDS - began)) "$output"
    failed+=("$title")
  fi
}

# The types take longer than all the rest of it: beside that, not before it.
lint() {
  local types=test-results/types.txt
  rm -f "$types.status"
  { mypy && echo 0 >"$types.status" || echo 1 >"$types.status"; } >"$types" 2>&1 </dev/null &
  step "style (ruff check)" ruff check --output-format concise .
  step "layout (ruff format)" ruff format --check --output-format concise .
  step "imports (import-linter)" lint-imports
  step "French strings" python scripts/french.py
  step "shell scripts" bash -n scripts/*.sh .ci/run
  step "types (mypy --strict)" types
}

# Waits for them.
types() {
  local said=test-results/types.txt
  until [ -e "$said.status" ]; do sleep 0.2; done
  cat "$said"
  return "$(cat "$said.status")"
}

# What tests write is gone when they end: it lies in memory where there is plenty, for each new database is some hundred files. Else on the
# disk, as any program's.
in_memory() {
  local most_kib=$((8 * 1024 * 1024)) free limit
  free=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
  [ -w /dev/shm ] && [ "${free:-0}" -gt $most_kib ] || return
  [ "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo)" -gt $most_kib ] || return
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max) # of the container, whose memory this is too
  [ "$limit" = max ] || [ $((limit / 1024)) -gt $((2 * most_kib)) ] || return
  TMPDIR=$(mktemp -d /dev/shm/parapet-tests-XXXXXX) || return
  export TMPDIR
  chmod 711 "$TMPDIR" # servers that refuse to run as root reach their own folders in it
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$TMPDIR'" EXIT
  printf '#!/bin/sh\n' >"$TMPDIR/runs" && chmod +x "$TMPDIR/runs"
  "$TMPDIR/runs" 2>/dev/null || unset TMPDIR # programs may not be run there
}

tests() {
  # Through a file, so that the closing line can be said again after what else failed.
  local colour=no
  [ -t 1 ] && colour=yes
  # Once, here: the processes that tests start by the hundred write nothing into the checkout, and would compile it each time.
  python -m compileall -q -j 0 src
  pytest --color=$colour "$@" </dev/null | tee test-results/pytest.txt
  return "${PIPESTATUS[0]}"
}

browser() {
  # Where the system has no Chromium (Ubuntu's is a snap), Playwright brings its own.
  scripts/chromium.sh >/dev/null && return
  playwright install --with-deps chromium # whole: the shell alone knows no extensions
}

# Pytest writes each test file anew, so that a failed assertion tells its values. Once, while mypy has the other processor: the
# processes that run the tests would each do so for all of them.
rewritten() {
  pytest --collect-only -q -p no:cacheprovider >/dev/null 2>&1 </dev/null || true # what is wrong is told by those that run them
}

# "not soak", and without what npm brings not that either, said loudly: nothing else of the product needs it.
chosen() {
  local why words="not soak"
  if ! why=$(scripts/clients.sh 2>&1 >/dev/null </dev/null); then
    printf '\n  LEFT OUT: the test with a client from npm. %s\n\n' "$why" >&2
    words+=" and not npm"
  fi
  if ! why=$(scripts/replay.sh 2>&1 >/dev/null </dev/null); then
    printf '\n  LEFT OUT: the tests that play archives again. %s\n\n' "$why" >&2
    words+=" and not replay"
  fi
  if ! why=$(scripts/webext.sh 2>&1 >/dev/null </dev/null); then
    printf '\n  LEFT OUT: what Mozilla says of the extension. %s\n\n' "$why" >&2
    words+=" and not webext"
  fi
  if ! command -v firefox-esr firefox >/dev/null; then
    printf '\n  LEFT OUT: the test in Firefox, which is not there: scripts/needs.sh firefox-esr\n\n' >&2
    words+=" and not firefox"
  fi
  echo "$words"
}

finish() {
  if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed besides:'
    printf ' %s;' "${failed[@]}"
    printf '\n'
  fi
}

status=0
case ${1:-all} in
  lint)
    lint
    finish
    ;;
  docs)
    step "links, commands, settings" pytest -q -p no:cacheprovider tests/docs
    finish
    ;;
  soak)
    browser && PYTHONPATH=tests tests -p support.soak --soak="${SOAK_TIMES:-20}" --timeout=3600
    status=$?
    ;;
  all)
    rewritten &
    lint
    wait
    step "a browser for the tests" browser
    scripts/bluesky.sh || true # the tests that need it say so
    in_memory || true
    tests -n "${PYTEST_WORKERS:-3}" --dist=worksteal -m "$(chosen)"
    status=$?
    if [ ${#failed[@]} -gt 0 ]; then
      finish
      tail -n 1 test-results/pytest.txt
    fi
    ;;
esac
[ $status -eq 0 ] && [ ${#failed[@]} -eq 0 ]
