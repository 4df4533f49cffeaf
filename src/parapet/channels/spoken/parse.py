"""The form for spoken words: its canonical JSON, and the item that it makes.

The bytes are the form itself (RFC 8785: sorted keys, no spaces), so that what is sealed is what the witness wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

import rfc8785

from parapet.channels.contract import About
from parapet.channels.json_stream import elements
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Reason, Refused

#: Names the shape of the form within its bytes.
FORMAT = "parapet.spoken/1"

_FIELDS = ("advocate", "at", "heard_by", "how", "relation", "said_by", "where", "words")


def make(
    advocate_name: str,
    said_by: str,
    relation: str,
    heard_by: str,
    words: str,
    at: datetime | None,
    where: str,
    how: str,
) -> tuple[Item, bytes]:
    """The item of one form, and its canonical bytes.

    said_by    who spoke, as far as known; "" when unknown
    relation   of the speaker to the advocate, in the witness's words
    heard_by   the witness
    words      verbatim as far as remembered
    at         aware time, or None when it is not known
    how        "phone", "in person", "voicemail", in the witness's words

    Raises ValueError when there are no words or `at` is naive.
    """
    if not words.strip():
        raise ValueError("no words")
    if at is not None and at.tzinfo is None:
        raise ValueError("a time without its zone")
    given = {
        "advocate": advocate_name,
        "at": at.astimezone(UTC).isoformat() if at else "",
        "heard_by": heard_by,
        "how": how,
        "relation": relation,
        "said_by": said_by,
        "where": where,
        "words": words,
    }
    # A lone surrogate cannot be written as JSON; no person types one.
    form = {
        "format": FORMAT,
        **{key: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for key, value in given.items()},
    }
    raw = rfc8785.dumps(form)
    item = _item(form, frozenset())
    if item is None:
        raise ValueError("no words")
    return item, raw


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """Forms written by `make`: one, or an array of them."""
    for each in elements(source, ("*",)):
        if isinstance(each, Refused):
            yield each
            continue
        value = each.value
        sound = (
            isinstance(value, dict) and value.get("format") == FORMAT and all(isinstance(value.get(key), str) for key in _FIELDS)
        )
        item = _item(value, each.flags) if sound else None
        if item is None:
            yield Refused(Reason.BAD_RECORD, each.place, f"not a form of {FORMAT}")
        else:
            yield Found(item, each.raw, each.place, "application/json")


def _item(form: Mapping[str, str], flags: frozenset[Flag]) -> Item | None:
    text, said = clean(form["words"].strip())
    if not text:
        return None
    sent_at = moment(form["at"])
    speaker, _ = line(form["said_by"])
    advocate, _ = line(form["advocate"])
    flags = flags | said | frozenset([] if sent_at else [Flag.IMPLAUSIBLE_TIME])
    where = ", ".join(part for part in (line(form["how"])[0], line(form["where"])[0]) if part)
    # Two witnesses of one call are two items: each is somebody's account of it.
    named = hashlib.sha256(
        "\x1f".join(form[key] for key in ("advocate", "at", "heard_by", "said_by", "where", "how")).encode(
            "utf-8", "surrogatepass"
        )
    )
    if not form["at"]:
        named.update(form["words"].encode("utf-8", "surrogatepass"))
    return Item(
        channel="spoken",
        uri=f"spoken:sha256:{named.hexdigest()}",
        kind=ItemKind.SPOKEN,
        author=Account("spoken", name=speaker),
        text=text,
        sent_at=sent_at,
        sent_at_as_given=line(form["at"], 100)[0],
        aimed_at=(Identifier(IdentifierKind.NAME, advocate),) if advocate else (),
        flags=flags,
        place=where,
    )
