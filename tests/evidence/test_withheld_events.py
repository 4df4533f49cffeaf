"""A redaction withholds versions of messages, and words of notes in the documents: no event about the case, whatever its own says."""

from __future__ import annotations

from pathlib import Path

import pytest
from evidence.bags import CASE, KEY, ORIGIN, OURS, TITLE, Log, face, sha

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import CaseBundle, EventBundle, ItemBundle, VersionBundle, WithheldBundle
from parapet.evidence.reader.withheld import NO_COPY, SHOWN, redact_line
from parapet.evidence.seal import case_head, event_body, head_body, owned_head
from parapet.evidence.verify import verify

ITEM, RAW = "itm_1", b'{"text": "stays"}'


def bag_of(
    folder: Path,
    kind: str = "report",
    *,
    owners: bool,
    copy: str = NO_COPY,
    hides: bool = True,
    about: str = CASE,
    other_hash: bool = False,
    twice: bool = False,
) -> Path:
    """A bag from which an event of `kind` is withheld, as an event `redact` says; `hides`: its leaf is not here.

    owners  the heads say whose each entry is, as all do that are written today
    copy    what the redaction says of a copy
    """
    log, places = Log(), list[tuple[int, str]]()

    def add(body: dict, owner: str = CASE) -> int:
        places.append((log.add(body), owner))
        return places[-1][0]

    def head() -> None:
        entries = [(log.tree.leaf(i), o) for i, o in places]
        heads.append(owned_head(entries) if owners else case_head(h for h, _ in entries))
        add(head_body(case_id=CASE, head=heads[-1], at=log.clock))

    heads: list = []
    first = log.capture(ITEM, 1, RAW, face(1))
    places.append((first, ITEM))
    add(event_body(kind="case_open", at=log.clock, subjects=[CASE, ITEM]))
    head()
    hidden = add(event_body(kind=kind, at=log.clock, subjects=[about], details={"words_sha256": "0" * 64}), about)
    head()
    told = log.tree.leaf(hidden)[::-1] if other_hash else log.tree.leaf(hidden)
    lines = [redact_line(hidden, told, copy, whole=False, reasons=["privacy"])] * (1 + twice)
    at = log.clock
    add(event_body(kind="redact", at=at, subjects=[CASE], details={"withheld": lines}))
    log.clock = at
    head()
    log.clock = at
    add(event_body(kind="export", at=at, subjects=[CASE], details={"title_sha256": sha(TITLE.encode())}))
    log.clock = at
    head()
    size = log.tree.size

    def event(i: int) -> EventBundle | WithheldBundle:
        proof = log.tree.inclusion_proof(i, size)
        return WithheldBundle(i, log.tree.leaf(i), proof) if hides and i == hidden else EventBundle(log.bytes[i], i, proof)

    version = VersionBundle(RAW, "application/json", log.bytes[first], first, log.tree.inclusion_proof(first, size), face(1))
    case = CaseBundle(
        id=CASE,
        title=TITLE,
        exported_at=at,
        software="Parapet 0.1.0",
        items=[ItemBundle(ITEM, [version])],
        events=[event(i) for i, _ in places if i != first],
        checkpoint=checkpoint.sign(ORIGIN, size, log.tree.root(), OURS.signing()),
        verifier_key=KEY,
        head=heads[-1],
        signing=OURS.signing(),
    )
    return write_bag(folder / "bag", case)


@pytest.mark.parametrize("kind", ["report", "note", "hold", "case_add"])
def test_who_holds_the_key_cannot_withhold_an_event(tmp_path: Path, kind: str) -> None:
    assert {f.code for f in verify(bag_of(tmp_path, kind, owners=True)).faults} == {"withheld.untold"}


def test_of_the_first_homes_the_reader_is_told_that_something_is_not_shown(tmp_path: Path) -> None:
    """Their notes must stay away, for their leaves hold a digest that would confirm a guess; which is a note, nobody can see."""
    report = verify(bag_of(tmp_path, "note", owners=False))
    assert report.sound, report.as_text()
    assert "1 other entries of the case from its first days" in report.as_text()
    assert "1 autres inscriptions des premiers jours" in report.as_text("fr")


def test_a_note_whose_words_are_left_out_is_shown_as_an_entry(tmp_path: Path) -> None:
    report = verify(bag_of(tmp_path, "note", owners=True, copy=SHOWN, hides=False))
    assert report.sound, report.as_text()
    assert "left out of 1 note(s)" in report.as_text()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"kind": "report", "copy": SHOWN, "hides": False}, "withheld.here"),
        ({"kind": "note", "copy": NO_COPY, "hides": False}, "withheld.here"),
        ({"kind": "note", "copy": SHOWN, "hides": True}, "withheld.here"),
        ({"kind": "note", "copy": SHOWN, "hides": False, "about": ITEM}, "withheld.here"),
        ({"kind": "note", "copy": SHOWN, "hides": False, "other_hash": True}, "withheld.untold"),
        ({"kind": "note", "copy": SHOWN, "hides": False, "twice": True}, "withheld.here"),
        ({"kind": "note", "copy": "0" * 64, "hides": True}, "withheld.untold"),
    ],
)
def test_what_the_redaction_says_of_a_note_must_be_so(tmp_path: Path, given: dict, fault: str) -> None:
    assert fault in {f.code for f in verify(bag_of(tmp_path, owners=True, **given)).faults}
