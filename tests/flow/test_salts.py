"""No digest in the log confirms a guess: equal words give other digests each time, and a whole file gives none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.sample import ADVOCATES

from parapet.domain.source import Method, Result, SourceCheck
from parapet.evidence.source_check import source_body, source_bytes

both = pytest.mark.both_databases
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
LETTER = (
    "From a@mail.example Tue Sep  1 06:00:00 2026\nFrom: a@mail.example\nTo: a.okwuosa@rivercrest-family-heal.example\nSubject: L{n}\n"
    "Date: Tue, 01 Sep 2026 06:0{n}:00 +0000\nMessage-ID: <box{n}@mail.example>\n\n{text}\n\n"
)


def leaves(kind: str) -> Iterator[dict[str, Any]]:
    """The leaves of a kind that are about a case."""
    from parapet.access import opening
    from parapet.access.case_cards import case_key
    from parapet.records.models import Case, LogEntry

    for case in Case.objects.all():
        for entry in LogEntry.objects.filter(kind=kind, case_number=case.number).order_by("index"):
            yield json.loads(opening.leaf_bytes(entry, case_key(case)))


@both
def test_the_same_said_twice_of_a_handover_and_in_a_note_has_two_digests(team: Team) -> None:
    from parapet.actions.open_case import open_case
    from parapet.actions.record_handover import record_handover
    from parapet.actions.write_note import write_note

    case = open_case(team.advocate, team.advocate_id, "A case")
    said = {"kind": "report", "to": "police", "means": "mail", "happened_at": NOON, "name": "Sgt. Roy", "reference": "26-117"}
    for _time in range(2):
        record_handover(team.advocate, case, **said, bag=0)  # type: ignore[arg-type]
        write_note(team.advocate, case, "She lives at 12 Elm Street.")
    told = [leaf["details"]["sha256"] for leaf in leaves("report")] + [leaf["details"]["words_sha256"] for leaf in leaves("note")]
    assert len(set(told)) == 4
    for words in ({"name": "Sgt. Roy", "reference": "26-117"}, {"text": "She lives at 12 Elm Street."}):
        assert hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest() not in told
    assert hashlib.sha256(b"She lives at 12 Elm Street.").hexdigest() not in told


def test_the_same_learned_twice_of_a_source_has_two_digests() -> None:
    check = SourceCheck(Method.DKIM, Result.ABSENT, {})
    said = [source_bytes(check, item_id="itm_1", version=1, at=NOON) for _time in range(2)]
    bodies = [source_body(check, each, item_id="itm_1", version=1, at=NOON) for each in said]
    assert len({body["details"]["sha256"] for body in bodies}) == 2
    marks = [json.loads(each)["salt"] for each in said]
    assert said[0].replace(marks[0].encode(), marks[1].encode()) == said[1]


@both
def test_a_mailbox_of_two_letters_of_which_one_is_withheld(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    """Who has the one that is shown, and guesses the other, has the whole file: nothing may confirm it, or tell its length."""
    from parapet.access.inbox import page
    from parapet.access.items import original
    from parapet.access.views import Filters
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.dossiers.redaction import read_spec
    from parapet.evidence.verify import verify

    box = tmp_path / "box.mbox"
    box.write_text(
        "".join(LETTER.format(n=n, text=text) for n, text in enumerate(("Your code is 4711.", "You are a bad doctor."), 1))
    )
    take_in(box, advocates=ADVOCATES, person=team.advocate)
    judge()
    ids = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
    [secret] = [item for item in ids if b"4711" in original(team.advocate, item, why="case").content]
    [shown] = [item for item in ids if item != secret]
    case = open_case(team.advocate, team.advocate_id, "Letters", ids)
    bag = export_bag(team.advocate, case, "en", tmp_path / "out", read_spec(json.dumps({"items": {secret: "privacy"}}), "en"))
    assert verify(bag).sound
    everything = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    for name in ("sha256", "sha512", "sha1", "md5"):
        assert hashlib.new(name, box.read_bytes()).hexdigest().encode() not in everything.lower()
    leaf = json.loads((bag / f"data/items/{shown}/v1/leaf.json").read_bytes())
    assert "offset" not in leaf and len(leaf["source_mark"]) == 64
