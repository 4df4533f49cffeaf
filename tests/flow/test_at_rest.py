"""A copy of the database and the vault, without the key, shows nothing of anybody."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.sample import ADVOCATES, SAMPLE, TRUTH


def secrets() -> set[bytes]:
    """Every text, handle, name, address and URL of the scenario that is long enough to be nobody's accident."""
    truth = json.loads(TRUTH.read_text("utf-8"))
    words: set[str] = set()
    for m in truth["messages"]:
        words.update(line for line in m["text"].splitlines())
        words.update((m["uri"], *m["aliases"], (m["account"] or "").partition(":")[2], m["subject"] or ""))
    for advocate in json.loads(ADVOCATES.read_text("utf-8")):
        words.update(_strings(advocate))
    return {w.strip().encode() for w in words if len(w.strip()) >= 9 and not re.fullmatch(r"[0-9.:TZ-]+|[a-z ]+", w.strip())}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def copied(home: Any, tmp_path: Path, database: str) -> bytes:
    """All bytes that a thief would have: database files or dump, job tables, vault, log folder; not the key."""
    parts = [p.read_bytes() for p in sorted(home.home.rglob("*")) if p.is_file() and home.keys not in p.parents]
    if database == "postgresql":
        dump = tmp_path / "dump.sql"
        _dump(home, dump)
        parts.append(dump.read_bytes())
    return b"\n".join(parts)


def _dump(home: Any, to: Path) -> None:
    """Every row of every table as text: what `pg_dump` would show."""
    from django.db import connection

    with connection.cursor() as cursor, to.open("wb") as out:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{schema}"."{table}"')
            for row in cursor.fetchall():
                for value in row:
                    out.write(bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode("utf-8", "replace"))
                    out.write(b"\n")


@pytest.mark.both_databases
def test_nothing_of_the_scenario_is_in_the_clear(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], home: Any, tmp_path: Path, database: str
) -> None:
    from django.db import connection

    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note

    take_in(SAMPLE, advocates=ADVOCATES)
    judge()
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    case = open_case(team.advocate, team.advocate_id, "Campaign against Dr. Okwuosa", [r.id for r in rows[:5]])
    write_note(team.advocate, case, "She saw the red RAV4 followed on Tuesday evening.")
    page(team.advocate, team.advocate_id, Filters(words="registrar"))
    connection.close()
    wanted = secrets() | {b"Campaign against Dr. Okwuosa", b"red RAV4 followed", b"Helping Colleague"}
    assert len(wanted) > 3_000
    everything = copied(home, tmp_path, database)
    assert len(everything) > 5_000_000
    listed = tmp_path / "wanted.txt"
    listed.write_bytes(b"\n".join(sorted(wanted)) + b"\n")
    pile = tmp_path / "pile.bin"
    pile.write_bytes(everything)
    seen = subprocess.run(["grep", "-a", "-o", "-F", "-f", listed, pile], capture_output=True, check=False)
    assert (seen.returncode, seen.stdout[:500]) == (1, b"")


def test_the_search_would_find_it_if_it_were_there(tmp_path: Path) -> None:
    """The test above means something: on the raw files, the same search finds nearly all of it."""
    listed = tmp_path / "wanted.txt"
    listed.write_bytes(b"\n".join(sorted(secrets())) + b"\n")
    files = [p for p in SAMPLE.rglob("*") if p.suffix in (".json", ".jsonl", ".mbox")]
    seen = subprocess.run(["grep", "-a", "-o", "-h", "-F", "-f", listed, *files], capture_output=True, check=True)
    assert len(set(seen.stdout.splitlines())) > 1_500
