"""The dossier for counsel of 500 exhibits, with all its parts, against the time and memory that it may take.

    python -m benchmarks.filing [--exhibits N]

The case is made up in memory; a process of its own renders it, as an export does, and a plain dossier of the same case beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.measured import Cost, machine, module

EXHIBITS, PLAIN, WHOLE = 500, "plain", "whole"
#: Of one document, on a machine that does nothing else.
MAX_S, MAX_MB = 20.0, 500.0
_START = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make(what: str, exhibits: int) -> None:
    """Render one, in this process; tells its bytes and the seconds of the render alone."""
    from parapet.domain.items import Account, ItemKind
    from parapet.domain.judgement import Harm, Indicator, Severity, Urgency
    from parapet.domain.offences import COUNTRIES, PARTS, QUESTIONS, SECTIONS
    from parapet.dossiers.case_file import CaseFile, Exhibit, Software, Version
    from parapet.dossiers.dossier import render
    from parapet.dossiers.filing import Filing

    def exhibit(n: int) -> Exhibit:
        at = _START + timedelta(hours=3 * n)
        text = f"Message {n}: " + "words that somebody sent, one after another, to fill a page as they do. " * (1 + n % 9)
        return Exhibit(
            number=n,
            item_id=f"itm_{n:013}",
            channel=("mail", "bluesky", "mastodon")[n % 3],
            kind=ItemKind.REPLY if n % 3 else ItemKind.MAIL,
            author=Account("bluesky", f"someone{n % 120}.example", f"did:plc:{n % 120:024}", f"Someone {n % 120}"),
            text=text,
            sent_at=at,
            captured_at=at + timedelta(minutes=2),
            versions=(Version(1, at + timedelta(minutes=2), f"{n:064x}", n, None, len(text), "message/rfc822"),),
            url=f"https://social.example/post/{n}",
            severity=Severity(n % 5),
            urgency=Urgency(n % 4),
            harms=(Harm.THREAT,) if n % 4 == 0 else (Harm.INSULT,),
            indicators=(Indicator("threat_to_life", "words", 0, 5, Urgency.IMMEDIATE),) if n % 4 == 0 else (),
            model="harms@0123456789ab",
            judged=True,
        )

    made = CaseFile("cas_0000000000000", "A case", "Dr. Example", _START, _START, Software("Parapet", "0"), "note", "a" * 64,
                    tuple(exhibit(n) for n in range(1, exhibits + 1)), log_size=9_000, fictional=True)  # fmt: skip
    answers = {code: "An answer in her own words. " * (most // 60) for code, most in QUESTIONS.items()}
    filing = Filing("counsel", frozenset(PARTS), tuple(s.number for s in SECTIONS), COUNTRIES, answers, _START)
    begun = time.process_time()
    document = render(made, lang="en", tz=ZoneInfo("America/Toronto"), filing=filing if what == WHOLE else None)
    sys.stdout.write(json.dumps({"bytes": len(document), "cpu_s": time.process_time() - begun}))


def told(name: str, cost: Cost) -> str:
    """One line, with the ratio to each limit: 1 is the limit."""
    size = json.loads(cost.said)["bytes"] / 1e6
    return f"{name:<7} {cost}  {size:5.1f} MB of PDF   of the limits: {cost.cpu_s / MAX_S:4.2f} CPU, {cost.peak_mb / MAX_MB:4.2f} memory"


def main() -> int:
    """Measure both. 1 when the whole one is over a limit."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--exhibits", type=int, default=EXHIBITS)
    options.add_argument("--make", choices=(PLAIN, WHOLE))
    chosen = options.parse_args()
    if chosen.make:
        make(chosen.make, chosen.exhibits)
        return 0
    print(machine())
    costs = {what: module("benchmarks.filing", ["--make", what, "--exhibits", str(chosen.exhibits)]) for what in (PLAIN, WHOLE)}
    for what, cost in costs.items():
        print(told(what, cost))
    print(
        f"whole against plain: {costs[WHOLE].cpu_s / costs[PLAIN].cpu_s:.2f} CPU, {costs[WHOLE].peak_mb / costs[PLAIN].peak_mb:.2f} memory"
    )
    return int(costs[WHOLE].cpu_s > MAX_S or costs[WHOLE].peak_mb > MAX_MB)


if __name__ == "__main__":
    sys.exit(main())
