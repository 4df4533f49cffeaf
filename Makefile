# make demo   the sample scenario in a browser, on this machine          make test   everything the project checks
# make lint   what can be told without running it                        make docs   links, commands and settings in the pages
# make soak   what chance decides, many times over                       make bench  every measurement in benchmarks/, in turn
# make wheel  what `pip install` takes                                   make lock   the locked dependencies anew
# make clean  remove what these made, the demo's home too                make messages  compile the French, and check it
# make extension  pack the browser extension

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo test lint docs soak bench wheel lock messages extension clean
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

help:
	@sed -n 's/^# //p' Makefile

demo:
	@scripts/setup.sh run && exec .venv/bin/parapet demo --home demo-home

test:
	@scripts/needs.sh && scripts/bluesky.sh begin && { scripts/snac.sh || true; } && scripts/setup.sh dev && scripts/checks.sh all

lint:
	@scripts/needs.sh gettext && scripts/setup.sh dev && scripts/checks.sh lint

docs:
	@scripts/setup.sh dev && scripts/checks.sh docs

soak:
	@scripts/needs.sh && scripts/setup.sh dev && scripts/checks.sh soak

bench:
	@scripts/setup.sh dev && scripts/bench.sh

wheel:
	@scripts/setup.sh run && .venv/bin/python -m hatchling build -t wheel -d dist && ls dist/*.whl

lock:
	@scripts/setup.sh run && scripts/lock.sh

messages:
	@scripts/needs.sh gettext && scripts/setup.sh dev && .venv/bin/python scripts/french.py --compile

extension:
	@scripts/setup.sh run && .venv/bin/python scripts/extension.py

clean:
	@rm -rf .venv build dist demo-home test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests training benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
