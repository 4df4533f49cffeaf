"""What was withheld from this copy of a case: an entry of the log stands here as its hash, and a redacted text for the original.

The leaf of an original holds its digest. Beside a text in which one address is blacked out, that digest would let the address
be guessed and the guess confirmed. So the leaf stays away too; its hash is salted, and tells nothing.

Nobody may leave something out and call it withheld: the event `redact`, written in one go with the export, names each entry, the
digest of the redacted copy and the reasons, and what it names is exactly what is withheld here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Optional

from parapet.evidence.reader.files import Blame, Digests
from parapet.evidence.reader.layout import CUSTODY, REDACTED, REDACTIONS, WITHHELD_LEAF
from parapet.evidence.reader.leaves import Leaf

#: What stands for the leaf of a withheld entry: no leaf in a file is like it, for each has "v".
WITHHELD = {"kind": "withheld"}
REDACT = "redact"
REASONS = ("privacy", "privilege", "safety", "third_party")
REDACTIONS_FORMAT = "parapet-redactions-v1"
#: For a note of the case, which has no copy in the bag but in the dossier. In the first homes a note's leaf had a digest of its words
#: without a salt, and stays away; the leaf of a later one is shown.
NO_COPY, SHOWN = "-", "+"
_LINE = re.compile(r"(0|[1-9][0-9]{0,15}) ([0-9a-f]{64}) ([0-9a-f]{64}|[-+]) (whole|part) ([a-z_]+(?:,[a-z_]+){0,3})")


def redact_line(index: int, hashed: bytes, copy_sha256: str, *, whole: bool, reasons: list[str]) -> str:
    """What the event says of one entry that is withheld."""
    return f"{index} {hashed.hex()} {copy_sha256} {'whole' if whole else 'part'} {','.join(sorted(reasons))}"


def redactions_text(case: str, index: int, lines: list[str]) -> bytes:
    """The bytes of `redactions.json`, made from the event alone, which is the entry `index` of the log."""
    told = []
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError("not what such an event says")
        place, hashed, copy, extent, reasons = match.groups()
        shown = {"log_index": int(place), "leaf_hash": hashed, "extent": extent, "reasons": reasons.split(",")}
        told.append({**shown, **({"redacted_sha256": copy} if copy not in (NO_COPY, SHOWN) else {})})
    facts = {"format": REDACTIONS_FORMAT, "case": case, "event": index, "withheld": told}
    return json.dumps(facts, indent=1, sort_keys=True).encode() + b"\n"


def check_withheld(
    leaves: list[Leaf],
    case: str,
    digests: dict[str, Digests],
    small: Callable[[str], bytes | None],
    blame: Blame,
    *,
    since: int = 1 << 62,
) -> dict[str, int]:
    """Blame what is withheld and not told by the redaction of this export, what is told and here, and another notice.

    leaves   in the order of the log; digests of the files of the bag by path; `small` reads one
    since    place of the first head that says whose each entry is: no event after it is withheld, since none has to be
    Returns how many versions, whole entries and words of notes are withheld, and how many for each reason.
    """
    hidden = {leaf.place: leaf for leaf in leaves if leaf.body == WITHHELD}
    event = _event(leaves, case)
    lines = _lines(event) if event else []
    if event is None and REDACTIONS in digests:
        blame("withheld.notice", REDACTIONS)
    if event is not None:
        try:
            notice = redactions_text(case, event.place, lines)
        except ValueError:
            blame("leaf.form", event.file)
            lines, notice = [], b""
        if small(REDACTIONS) != notice:
            blame("withheld.notice", REDACTIONS)
    notes = {leaf.place: leaf for leaf in leaves if _is_note(leaf, case)}
    found = {"versions": 0, "entries": 0, "notes": 0, **dict.fromkeys(REASONS, 0)}
    for line in lines:
        place, hashed, copy, _, reasons = line.split(" ")
        leaf = (notes if copy == SHOWN else hidden).pop(int(place), None)
        if leaf is None:
            blame("withheld.here", REDACTIONS)
            continue
        event_too = leaf.folder.startswith(CUSTODY)
        redacted = digests.get(f"{leaf.folder}/{REDACTED}")
        told = SHOWN if leaf.body != WITHHELD else NO_COPY if event_too else redacted.sha256 if redacted else ""
        if hashed != leaf.hashed.hex() or copy != told or (copy == NO_COPY and leaf.place > since):
            blame("withheld.untold", f"{leaf.folder}/{WITHHELD_LEAF}")
        found["notes" if copy == SHOWN else "entries" if event_too else "versions"] += 1
        for reason in reasons.split(","):
            if reason in REASONS:
                found[reason] += 1
    for leaf in hidden.values():
        blame("withheld.untold", f"{leaf.folder}/{WITHHELD_LEAF}")
    return found


def _is_note(leaf: Leaf, case: str) -> bool:
    return leaf.body.get("kind") == "note" and leaf.body.get("subjects") == [case]


def _event(leaves: list[Leaf], case: str) -> Optional[Leaf]:  # noqa: UP045
    """The redaction of this export: it, the head after it, the export and the last head stand side by side."""
    if len(leaves) < 4 or leaves[-4].place != leaves[-1].place - 3:
        return None
    found = leaves[-4]
    return found if found.body.get("kind") == REDACT and found.body.get("subjects") == [case] else None


def _lines(event: Leaf) -> list[str]:
    details: Any = event.body.get("details")
    listed = details.get("withheld") if isinstance(details, dict) else None
    return [str(line) for line in listed] if isinstance(listed, list) else [""]
