"""Reading paths as the intake does: walk them, recognise each source, let its channel parse it, check every place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

from parapet.channels.containers import NotOpened, Source, parse_source, walk
from parapet.domain.items import Item
from parapet.domain.parsed import Found, Parsed, Refused
from support.sample import NASTY, SAMPLE, TRUTH


@frozen
class Read:
    """All that one source gave."""

    source: Source
    parsed: list[Parsed]


def read(*paths: Path, mapping: dict[str, str] | None = None) -> tuple[list[Read], list[NotOpened]]:
    """What comes of these paths; the bytes of each item are those of the file at its place."""
    reads: list[Read] = []
    turned: list[NotOpened] = []
    for each in walk(paths):
        if isinstance(each, NotOpened):
            turned.append(each)
            continue
        parsed = list(parse_source(each, mapping))
        with each.open() as stream:
            for one in parsed:
                place = one.place
                assert place.member == each.member
                assert 0 <= place.offset <= place.offset + place.length <= each.size_bytes
                if isinstance(one, Found):
                    stream.seek(place.offset)
                    assert one.raw == stream.read(place.length)
                    assert len(one.raw) == place.length
                    sound(one.item)
        reads.append(Read(each, parsed))
    return reads, turned


def sound(item: Item) -> None:
    """What must hold of every item, whatever it was made of."""
    assert item.uri
    for words in (item.uri, item.text, item.subject, item.author.name, item.author.handle, item.sent_at_as_given, *item.aliases):
        assert "\x00" not in words
        words.encode("utf-8")
    assert "\n" not in item.subject
    assert "\r" not in item.subject
    assert item.sent_at is None or item.sent_at.tzinfo is not None
    assert len(item.content_digest()) == 32


def parsed_of(path: Path, body: bytes, **more: Any) -> list[Parsed]:
    """What comes of `body` under this name."""
    path.write_bytes(body)
    reads, turned = read(path, **more)
    return [one for each in reads for one in each.parsed] + [each.refused for each in turned]


def items(parsed: Iterable[Parsed]) -> list[Item]:
    return [one.item for one in parsed if isinstance(one, Found)]


def reasons(parsed: Iterable[Parsed]) -> list[str]:
    return [one.reason.value for one in parsed if isinstance(one, Refused)]


def nasty(name: str) -> list[Parsed]:
    """What comes of one of the hostile files."""
    reads, turned = read(NASTY / name)
    return [one for each in reads for one in each.parsed] + [each.refused for each in turned]


@cache
def truth(platform: str) -> tuple[dict[str, Any], ...]:
    """The scenario's messages of one platform."""
    messages = json.loads(TRUTH.read_text(encoding="utf-8"))["messages"]
    return tuple(message for message in messages if message["platform"] == platform)


@cache
def scenario(folder: str) -> tuple[tuple[str, Found], ...]:
    """(file below the scenario, found) of every item in the folders of this name, hostile files left out."""
    reads, _ = read(*(path for path in sorted(SAMPLE.rglob(folder)) if "nasty" not in path.parts))
    return tuple(
        (Path(each.source.file).relative_to(SAMPLE).as_posix(), one)
        for each in reads
        for one in each.parsed
        if isinstance(one, Found)
    )


def same(text: str) -> str:
    return " ".join(text.split())


def by_name(folder: str) -> dict[str, list[tuple[str, Found]]]:
    """Everything found in these folders under each of its names."""
    names: dict[str, list[tuple[str, Found]]] = {}
    for file, one in scenario(folder):
        for name in {one.item.uri, *one.item.aliases}:
            names.setdefault(name.strip("<>"), []).append((file, one))
    return names


def hits(message: dict[str, Any], names: dict[str, list[tuple[str, Found]]]) -> list[tuple[str, Found]]:
    """Where this message of the truth was found."""
    keys = [key.strip("<>") for key in (message["uri"], *message["aliases"])]
    return [hit for key in dict.fromkeys(keys) for hit in names.get(key, [])]
