"""Judgements and speed of the shipped triage, beside its peers in the same run.

    python -m benchmarks.judging [--cases FILE] [--truth FILE] [--data DIR] [--most N] [--messages N] [--full] [--json FILE]

Measures what ships (`Triage.load()`) and alt-profanity-check, better-profanity, glin-profanity, hatesonar, and tf-idf with logistic
regression, all on the functional suite, and on the sets that are named. `--install` makes the peers' environment, `.bench-peers`, once.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.judges import sections, sets, speed
from benchmarks.judges.install import install
from benchmarks.judges.panel import Panel
from benchmarks.judges.served import OURS, PEERS
from benchmarks.judges.tables import Section, as_json, written
from benchmarks.measured import machine
from parapet.triage.functions import read_cases

MESSAGES, FULL_MESSAGES = 2_000, 20_000
#: Texts of each set, more than which only `--full` asks about: some peers are slow.
MOST = 3_000


def main() -> None:
    """Measure and print."""
    asked = _options()
    if asked.install:
        install()
        return
    whole = 10**9
    most = asked.most or (whole if asked.full else MOST)
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    made: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as name:
        folder = Path(name)
        public = sets.public(asked.data, most) if asked.data else None
        if public is not None:
            (folder / "rows.jsonl").write_text("\n".join(public.learned), encoding="utf-8")
        with Panel(folder) as panel:
            about = _about(panel)
            print(_head(about))
            for section in _sections(panel, asked, public, folder, most, messages):
                made.append(section)
                print(written(section, [OURS, *PEERS]), flush=True)
            about["lost"] = panel.lost
    print(_foot(made, about))
    if asked.json:
        asked.json.write_text(json.dumps(about | {"sections": [as_json(s) for s in made]}, indent=1) + "\n", encoding="utf-8")


def _sections(
    panel: Panel, asked: argparse.Namespace, public: sets.Public | None, folder: Path, most: int, messages: int
) -> Iterator[Section]:
    cases = read_cases()
    suite = sections.ask_suite(panel, _spread(cases, most))
    every = [suite]
    yield from sections.suite(suite)
    yield sections.disguises(panel, suite)
    yield sections.identities(panel)
    if asked.cases:
        of_clinic = sets.clinician(asked.cases, most)
        every.append(sections.ask_set(panel, "clinician cases", of_clinic))
        yield from sections.clinician(of_clinic, every[-1])
    if asked.truth:
        of_scenario = sets.scenario(asked.truth, most)
        every.append(sections.ask_set(panel, "scenario", of_scenario))
        yield sections.scenario(of_scenario, every[-1])
    if public is not None:
        every.append(sections.ask_set(panel, "public rows held out", public.held))
        yield from sections.public(every[-1])
    yield sections.calibration(every, panel.judges())
    yield sections.abstention(every)
    if not asked.no_speed:
        yield speed.speed(panel, folder, cases, messages)
        yield speed.lengths(panel, folder)
    yield speed.hostile(panel, folder)


def _spread(cases: list[Any], most: int) -> list[Any]:
    """All, or about `most` in neighbouring pairs from every part of the suite."""
    step = max(1, -(-len(cases) // most))
    return [c for n, c in enumerate(cases) if (n // 2) % step == 0]


def _about(panel: Panel) -> dict[str, Any]:
    peers = {
        name: {"version": p.version, "own threshold": p.rule, "note": p.note, "probability": p.probability, "ready_s": p.ready_s}
        for name, p in panel.peers.items()
    }
    return {"machine": machine(), "model": panel.ours.model.name, "peers": peers, "lost": dict(panel.lost)}


def _head(about: dict[str, Any]) -> str:
    lines = [about["machine"], f"{OURS:20} {about['model']}; its own thresholds"]
    for name, said in about["peers"].items():
        note = f"; {said['note']}" if said["note"] else ""
        lines.append(f"{name:20} {said['version']}; calls abusive: {said['own threshold']}{note}")
    return "\n".join([*lines, *(f"{name:20} NOT MEASURED: {why}" for name, why in about["lost"].items())])


def _foot(made: list[Section], about: dict[str, Any]) -> str:
    limited = [line for section in made for line in section.lines if line.limit is not None]
    missed = sum(line.met() is False for line in limited)
    lines = [f"\n{len(limited)} limits: {sum(line.met() is True for line in limited)} kept, {missed} MISSED"]
    return "\n".join([*lines, *(f"NOT MEASURED: {name}: {why}" for name, why in about["lost"].items())])


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__.splitlines()[0])
    options.add_argument("--install", action="store_true", help="make the peers' environment, .bench-peers, and end")
    options.add_argument("--cases", type=Path, help="functional cases, JSON lines")
    options.add_argument("--truth", type=Path, help="a scenario's truth, JSON")
    options.add_argument("--data", type=Path, help="the folder of the public rows, all.jsonl.gz")
    options.add_argument("--most", type=int, help=f"texts of each set (default {MOST})")
    options.add_argument("--messages", type=int, help=f"messages for the speed (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"every text of each set, and {FULL_MESSAGES} messages")
    options.add_argument("--no-speed", action="store_true", help="judgements only: on a machine that is busy")
    options.add_argument("--json", type=Path, help="write everything that is printed to this file too")
    return options.parse_args()


if __name__ == "__main__":
    main()
