#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml: exact versions, a digest for each file, no address of an index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
compile() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --no-header --no-annotate "${@:2}" --output-file "$1" pyproject.toml
}
compile requirements.lock
compile requirements-dev.lock --extra dev --constraint requirements.lock
alone() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --no-header --no-annotate "$@"
}
alone --group build --output-file requirements-build.lock
# What the triage is measured against, in an environment of its own.
alone benchmarks/peers.in --output-file benchmarks/peers.lock
# What plays archives again in the tests, in an environment of its own.
alone tests/support/replay/pywb.in --output-file tests/support/replay/pywb.lock
