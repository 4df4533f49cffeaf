"""Withholding from one copy of a case: what is shown instead, and the entry of the log that says so.

Nothing in the home changes. The originals, the notes and their leaves stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from parapet.access import opening
from parapet.access.carriers import carriers_of
from parapet.access.case_cards import case_card, case_key
from parapet.access.case_files import Hidden, case_items
from parapet.access.case_notes import SALTED, notes_of
from parapet.access.cases import held_case
from parapet.actions.case_events import entries_of, log_case_event
from parapet.channels.readings import readings
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Item as Content
from parapet.domain.rights import Right
from parapet.dossiers.quoting import Quotes
from parapet.dossiers.redaction import Reasons, Redaction
from parapet.evidence.canonical import read_leaf, salt
from parapet.evidence.keys import Locker
from parapet.evidence.reader.withheld import NO_COPY, REDACT, SHOWN, redact_line
from parapet.records import models
from parapet.records.faces import pack_item


@frozen
class WithheldVersion:
    """What this copy shows of a version. `leaf` is what may be told of its leaf: when it was taken in, and by which channel.

    mark  random. The log keeps the digest of this copy, and later bags show it: beside a text in which less is missing, or
          after an erasure, it would confirm a guess
    """

    content: Content
    leaf: Mapping[str, Any]
    mark: str = field(factory=salt)

    @property
    def text(self) -> bytes:
        """The bytes of `redacted.txt`."""
        author = self.content.author
        lines = {
            "From": " ".join(each for each in (author.name, author.handle) if each),
            "Sent": self.content.sent_at.isoformat() if self.content.sent_at else "",
            "Subject": self.content.subject,
            "Warning": self.content.content_warning,
            "Place": self.content.place,
            "Address": self.content.url,
            "Copy": self.mark,
            "Attachments": ", ".join(each.name for each in self.content.attachments),
        }
        head = "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines.items() if value)
        return f"{head}\n{self.content.text}\n".encode("utf-8", "replace")

    @property
    def face(self) -> bytes:
        """The working copy as it is shown."""
        return pack_item(self.content)


@frozen
class Withheld:
    """What is withheld from one copy: versions by number, and by their place in the log the notes whose leaf stays away."""

    versions: Mapping[int, WithheldVersion]
    notes: frozenset[int]
    redaction: Redaction

    def hidden(self) -> Hidden:
        """For the documents."""
        shown = {number: version.content for number, version in self.versions.items()}
        return Hidden(shown, lambda words: self.redaction.cut_text(words)[0])


def redact(person: models.Person, case: models.Case, redaction: Redaction, now: datetime) -> Withheld:
    """Find what `redaction` withholds of `case`, and log it, in the transaction of the export and just before its entry.

    Raises RequestRefused when it names a message that is not in the case, withholds nothing, or touches the case's title.
    """
    items = case_items(case)
    if set(redaction.items) - {item.id for item in items}:
        raise RequestRefused(_("A message that is to be withheld is not in this case."))
    redaction = _with_quotes(items, redaction)
    if redaction.cut_text(case_card(case).title)[1]:
        refusal = _("The case's name holds words that are to be withheld, and every bag shows it. Make a case with another name.")
        raise RequestRefused(refusal)
    hashes = {entry.index: bytes(entry.leaf_hash) for entry in entries_of(case)}
    versions, lines = _versions(items, hashes, redaction)
    notes, more = _notes(case, hashes, redaction)
    if not lines and not more:
        raise RequestRefused(_("Nothing in the case is withheld by this. Look at the words again."))
    log_case_event(case, REDACT, person=person, details={"withheld": [*lines, *more]}, now=now)
    return Withheld(versions, notes, redaction)


def carrying(person: models.Person, case_id: str, redaction: Redaction) -> list[str]:
    """The messages of a case of hers whose originals `redaction` withholds only because they hold, or repeat, one that is withheld
    whole, in order of time. Raises NotFound, RequestRefused, KeyWrong."""
    items = case_items(held_case(person, case_id, Right.EXPORT))
    whole, found = _with_quotes(items, evolve(redaction, passages=())), []
    if set(redaction.items) - {item.id for item in items}:
        raise RequestRefused(_("A message that is to be withheld is not in this case."))
    carriers = _carriers(items, redaction)
    for item in items:
        if item.id in redaction.items:
            continue
        key = opening.item_key(item, opening.locker_of(item.advocate))
        rows = models.Version.objects.filter(item=item)
        if item.number in carriers or any(_reasons(whole, item, row, key) for row in rows):
            found.append(item.id)
    return found


def _reasons(redaction: Redaction, item: models.Item, row: models.Version, key: Locker) -> Reasons:
    return redaction.cut(item.id, opening.face(row, key), readings(opening.original_bytes(row, key), row.media_type))[1]


def _with_quotes(items: Sequence[models.Item], redaction: Redaction) -> Redaction:
    """What the messages say that are withheld whole is withheld from all others that repeat it, and so is what is attached to them."""
    said: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for item in items:
        if item.id in redaction.items:
            key = opening.item_key(item, opening.locker_of(item.advocate))
            for row in models.Version.objects.filter(item=item):
                face = opening.face(row, key)
                said.setdefault(redaction.items[item.id], []).extend((face.text, face.subject, face.content_warning))
                files.update((each.sha256, redaction.items[item.id]) for each in face.attachments if each.sha256)
    return evolve(redaction, quotes=tuple((Quotes(texts), reason) for reason, texts in said.items()), files=files)


def _carriers(items: Sequence[models.Item], redaction: Redaction) -> dict[int, Reasons]:
    """Items whose originals hold the bytes of one that is withheld whole, and why that one is."""
    reasons = {item.number: redaction.items[item.id] for item in items if item.id in redaction.items}
    found: dict[int, Reasons] = {}
    for item, carriers in carriers_of(reasons).items() if reasons else ():
        for carrier in carriers:
            found[carrier] = found.get(carrier, frozenset()) | {reasons[item]}
    return found


def _versions(
    items: list[models.Item], hashes: Mapping[int, bytes], redaction: Redaction
) -> tuple[dict[int, WithheldVersion], list[str]]:
    found: dict[int, WithheldVersion] = {}
    lines: list[str] = []
    carriers = _carriers(items, redaction)
    for item in items:
        key = opening.item_key(item, opening.locker_of(item.advocate))
        for row in models.Version.objects.filter(item=item).order_by("ordinal"):
            face, raw = opening.face(row, key), opening.original_bytes(row, key)
            carried = carriers.get(item.number, frozenset())
            content, reasons = redaction.cut(item.id, face, readings(raw, row.media_type), carries=carried)
            if not reasons:
                continue
            leaf = read_leaf(opening.leaf_bytes(models.LogEntry.objects.get(index=row.log_index), key))
            version = WithheldVersion(content, {name: leaf[name] for name in ("at", "channel")})
            digest = hashlib.sha256(version.text).hexdigest()
            whole = item.id in redaction.items
            lines.append(redact_line(row.log_index, hashes[row.log_index], digest, whole=whole, reasons=list(reasons)))
            found[row.number] = version
    return found, lines


def _notes(case: models.Case, hashes: Mapping[int, bytes], redaction: Redaction) -> tuple[frozenset[int], list[str]]:
    """In the first homes a note's leaf has its digest without a salt: beside the rest of the note it would let the missing words be
    guessed, so it stays away. Returns the places of those, and what the event says of all."""
    key = case_key(case)
    entries = models.LogEntry.objects.filter(case_number=case.number, kind="note").order_by("index")
    lines = []
    found = set()
    for entry, note in zip(entries, notes_of(case, key), strict=True):
        reasons = redaction.cut_text(note.text)[1]
        if not reasons:
            continue
        is_shown = SALTED in read_leaf(opening.leaf_bytes(entry, key))["details"]
        if not is_shown:
            found.add(entry.index)
        copy = SHOWN if is_shown else NO_COPY
        lines.append(redact_line(entry.index, hashes[entry.index], copy, whole=False, reasons=list(reasons)))
    return frozenset(found), lines
