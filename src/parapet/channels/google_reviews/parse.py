"""Reviews from the Business Profile API (accounts.locations.reviews, v4), as JSON or flattened to CSV.

Shape: developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews. The reply of the owner is
context and no part of the item's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from parapet.channels.contract import About
from parapet.channels.csv_stream import table
from parapet.channels.json_stream import elements
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Reason, Refused

_STARS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
# The machine translation comes first or last, each part under its own mark.
_ORIGINAL = re.compile(r"\(\s*(?:Original|Avis d.origine|Texte d.origine)\s*\)\s*", re.IGNORECASE)
_TRANSLATED = re.compile(r"\(\s*(?:Translated by Google|Traduit par Google|Traduction par Google)\s*\)", re.IGNORECASE)

#: Column and key names, ours to theirs, in order of preference.
_NAMES = {
    "id": ("reviewid", "review id"),
    "name": ("name", "review name"),
    "place": ("locationname", "location name", "location", "place"),
    "author": ("reviewer.displayname", "reviewer", "reviewer name", "author"),
    "anonymous": ("reviewer.isanonymous",),
    "stars": ("starrating", "star rating", "rating", "stars"),
    "text": ("comment", "review", "text"),
    "created": ("createtime", "create time", "date", "created"),
    "updated": ("updatetime", "update time", "updated"),
    "url": ("reviewurl", "review url", "url", "link"),
}


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """Reviews of one file: CSV with a header, or the API's JSON."""
    start = source.read(4096)
    source.seek(0)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*[\[{]", start):
        yield from _from_api(source, ("*", "reviews", "*") if b'"reviews"' in start else ("*",))
        return
    for each in table(source):
        if isinstance(each, Refused):
            yield each
            continue
        values, row = each
        made = review({ours: _first(values, theirs) for ours, theirs in _NAMES.items()}, row.flags)
        if made is None:
            yield Refused(Reason.BAD_RECORD, row.place, "no review id")
        else:
            yield Found(made, row.raw, row.place, "text/csv")


def _from_api(source: BinaryIO, path: tuple[str, ...]) -> Iterator[Parsed]:
    for each in elements(source, path):
        if isinstance(each, Refused):
            yield each
            continue
        value = each.value if isinstance(each.value, dict) else {}
        reviewer = value.get("reviewer")
        flat: dict[str, Any] = {key.lower(): inner for key, inner in value.items()}
        if isinstance(reviewer, dict):
            flat |= {f"reviewer.{key.lower()}": inner for key, inner in reviewer.items()}
        words = {
            key: inner if isinstance(inner, str) else str(inner) if isinstance(inner, bool | int) else ""
            for key, inner in flat.items()
        }
        made = review({ours: _first(words, theirs) for ours, theirs in _NAMES.items()}, each.flags)
        if made is None:
            yield Refused(Reason.BAD_RECORD, each.place, "no review id")
        else:
            yield Found(made, each.raw, each.place, "application/json")


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((values[name] for name in names if name in values), "")


def review(values: Mapping[str, str], flags: frozenset[Flag] = frozenset()) -> Item | None:
    """One review from its values under our names (the keys of `_NAMES`), or None without an id."""
    rid = values["id"].strip() or values["name"].rpartition("/")[2].strip()
    if not rid:
        return None
    place, _ = line(values["place"])
    text, said = clean(_original(values["text"]).strip())
    marks = {*flags, *said}
    if _TRANSLATED.search(values["text"]) and _ORIGINAL.search(values["text"]):
        marks.add(Flag.TRANSLATED)
    sent_at = moment(values["created"])
    if sent_at is None:
        marks.add(Flag.IMPLAUSIBLE_TIME)
    anonymous = values["anonymous"].strip().lower() == "true"
    if values["updated"].strip() and values["updated"].strip() != values["created"].strip():
        marks.add(Flag.EDITED_EARLIER)
    author, _ = line("" if anonymous else values["author"])
    # Real ids are long and unique; the short ones that people type into tables are only unique within their listing.
    rid, _ = line(rid)
    uri, aliases = (
        (rid, (values["name"].strip(),) if "/" in values["name"] else ()) if len(rid) >= 12 else (f"google:{place}:{rid}", ())
    )
    return Item(
        channel="google_reviews",
        uri=uri,
        aliases=aliases,
        kind=ItemKind.REVIEW,
        author=Account("google", name=author),
        text=text,
        sent_at=sent_at,
        sent_at_as_given=line(values["created"], 100)[0],
        revision=line(values["updated"], 100)[0],
        aimed_at=_aimed_at(place),
        url=values["url"] if values["url"].startswith(("https://", "http://")) else "",
        rating=_stars(values["stars"]),
        flags=marks,
        place=place,
    )


def _original(text: str) -> str:
    translated, original = _TRANSLATED.search(text), _ORIGINAL.search(text)
    if not translated or not original:
        return text
    return text[original.end() :] if original.start() > translated.start() else text[original.end() : translated.start()]


def _stars(value: str) -> float | None:
    word = value.strip().lower()
    if word in _STARS:
        return _STARS[word]
    found = re.match(r"([1-5])(?:[.,](\d))?(?:\s*/\s*5)?$", word)
    return min(5.0, float(f"{found.group(1)}.{found.group(2) or 0}")) if found else None


def _aimed_at(place: str) -> tuple[Identifier, ...]:
    if not place:
        return ()
    # A listing is often the physician's own name, with or without what she does.
    named = re.match(r"(?:Dr|Dre|Docteure?)\b\.?\s+[^,|–(-]{2,60}", place, re.IGNORECASE)
    people = (Identifier(IdentifierKind.NAME, named.group().strip()),) if named else ()
    return (Identifier(IdentifierKind.PLACE, place), *people)
