"""The corrections that stand in one advocate's messages, as texts with what a person said of them: what a layer learns from, and by which
the same words are judged alike at once.

Words stay in memory and are never kept: the same words are found by a digest under the home's key.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from parapet.access import opening
from parapet.access.judgements import KIND, believed
from parapet.access.judgements import unpack_said as unpack_word
from parapet.domain.errors import KeyWrong
from parapet.domain.judgement import Verdict
from parapet.evidence.keys import Locker
from parapet.records.bulk import find, run
from parapet.records.faces import Said, unpack_said
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Item, LogEntry, Version
from parapet.records.naming import correction_context, face_context
from parapet.records.vouching import is_vouched
from parapet.triage import Request
from parapet.triage.trial import MOST_TEXTS, Lesson, own_words

#: Fewer words are nobody's own: "thank you" means what the reader knows.
LEAST_WORDS = 3
_MOST_DIGESTS = 50_000
_digests: dict[int, bytes] = {}
_CORRECTED = """
SELECT c.log_index, c.version_id, v.item_id, c.sealed FROM records_correction c JOIN records_version v ON v.number = c.version_id
JOIN records_item i ON i.number = v.item_id WHERE i.advocate_id = %s ORDER BY c.log_index
"""


@frozen
class Told:
    """A lesson, where it is from, and the place of the correction in the log."""

    item: int
    index: int
    lesson: Lesson


def correction_indexes(advocate: int) -> list[int]:
    """The place in the log of the newest word on each version that a person corrected or took back, in order."""
    return sorted({version: index for index, version, _item, _sealed in run(_CORRECTED, [advocate])}.values())


def lessons(advocate: Advocate) -> list[Told]:
    """What stands and is as the log has it, oldest first; the newest MOST_TEXTS. Her own posts teach nothing about others'."""
    locker, found = opening.locker_of(advocate), []
    numbers = {item for _index, _version, item, _sealed in run(_CORRECTED, [advocate.number])[-MOST_TEXTS:]}
    for item in Item.objects.filter(number__in=numbers, in_own_name=False):
        key = opening.item_key(item, locker)
        versions, lines, _broken = believed(item, key)
        newest = {line.version: line.log_index for line in lines}
        for version, judged in versions:
            if judged.person is not None:
                said = _said(version.number, bytes(version.sealed_face), key)
                found.append(Told(item.number, newest[version.ordinal], Lesson(_request(said), judged.person)))
    return sorted(found, key=lambda told: told.index)[-MOST_TEXTS:]


@frozen
class SameWords:
    """What people said of the messages of one advocate, by `digest_of_words`: which item it was said of, and what."""

    said: Mapping[bytes, Sequence[tuple[int, Verdict]]] = field(factory=dict)

    def of(self, request: Request, *, besides: int) -> Verdict | None:
        """What was said of these words in other items than `besides`; None for nothing, or for more than one thing.

        What was said of an item itself is a person's word, and must not come back as the program's: she may take it back.
        """
        found = self.said.get(digest_of_words(request), ()) if self.said else ()
        verdicts = {verdict for item, verdict in found if item != besides}
        return verdicts.pop() if len(verdicts) == 1 else None


def said_of_same_words(advocate: Advocate) -> SameWords:
    """All that stands of it; nothing for the unmatched, whose messages are aimed at many."""
    rows = run(_CORRECTED, [advocate.number]) if advocate.number != Advocate.UNMATCHED else []
    if not rows:
        return SameWords()
    newest = {version: (index, bytes(sealed)) for index, version, _item, sealed in rows}
    keys = {item.number: key for item, key in _whole(advocate, [(index, item) for index, _version, item, _sealed in rows])}
    wanted = {version for _index, version, item, _sealed in rows if item in keys}
    faces = {version: bytes(face) for version, face in find(Version, ("number", "sealed_face"), "number", wanted)}
    said: dict[bytes, list[tuple[int, Verdict]]] = {}
    for version, item in {version: item for _i, version, item, _s in rows if version in faces}.items():
        index, sealed = newest[version]
        # A row that was tampered with stops nothing: its item's page and the check tell of it.
        with contextlib.suppress(KeyWrong):
            verdict, _reason = unpack_word(keys[item].unlock(sealed, about=correction_context(version, index)))
            if verdict is not None:
                said.setdefault(_digest_of(version, faces[version], keys[item]), []).append((item, verdict))
    said.pop(b"", None)
    return SameWords(said)


def digest_of_words(request: Request) -> bytes:
    """By which the same words are found again; b"" for too few of them."""
    words = own_words(request)
    return keyring().digest_once("own words", words) if words.count(" ") >= LEAST_WORDS - 1 else b""


def _whole(advocate: Advocate, rows: Sequence[tuple[int, int]]) -> Iterator[tuple[Item, Locker]]:
    """The items (with their keys) of which there are as many words of people as the log tells of: what is gone may have undone another.

    rows  place in the log and item of every word
    """
    held: dict[int, set[int]] = {}
    for index, item in rows:
        held.setdefault(item, set()).add(index)
    told: dict[int, set[int]] = {item: set() for item in held}
    entries = LogEntry.objects.filter(item_number__in=list(held), kind=KIND, person_number__isnull=False).defer("sealed_leaf")
    for entry in entries:
        if entry.item_number is not None and is_vouched(entry):
            told[entry.item_number].add(entry.index)
    locker = opening.locker_of(advocate)
    for whole in Item.objects.filter(number__in=[item for item in held if held[item] == told[item]], in_own_name=False):
        with contextlib.suppress(KeyWrong):
            yield whole, opening.item_key(whole, locker)


def _digest_of(version: int, sealed: bytes, key: Locker) -> bytes:
    """A version's words never change: they are read once a process, for every batch asks for them."""
    if version not in _digests:
        if len(_digests) >= _MOST_DIGESTS:
            _digests.clear()
        _digests[version] = digest_of_words(_request(_said(version, sealed, key)))
    return _digests[version]


def _said(version: int, sealed: bytes, key: Locker) -> Said:
    return unpack_said(key.unlock(sealed, about=face_context(version)))


def _request(said: Said) -> Request:
    return Request(said.text, said.lang, said.channel, said.heading(), said.rating)
