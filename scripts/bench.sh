#!/usr/bin/env bash
# Every measurement in benchmarks/, in turn: alone on the machine, so that one does not slow another.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
for file in benchmarks/[a-z]*.py; do
  [ -e "$file" ] || { echo "There is nothing in benchmarks/." >&2; exit 1; }
  name=$(basename "$file" .py)
  # A measurement says in its docstring that it runs without arguments; the other modules are its parts.
  grep -qE "^ *(\`+)?python -m benchmarks\.$name(\`| *$|  | \[)" "$file" || continue
  printf '\n== %s ==\n' "$name"
  .venv/bin/python -m "benchmarks.$name" || status=1
done
exit $status
