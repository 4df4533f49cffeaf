"""Reading files as the intake does: recognise the content, then let the channel parse it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from parapet.channels.contract import HEAD_BYTES, About, Head, recognise
from parapet.domain.parsed import Found, Parsed, Refused


def read(body: bytes, *, channel: str | None = None, about: About | None = None) -> list[Parsed]:
    """All that the recognised channel makes of `body`; each item's bytes are checked against the file's."""
    manifest = recognise(Head(body[:HEAD_BYTES], len(body)))
    assert manifest is not None, "nobody recognises it"
    if channel:
        assert manifest.name == channel
    parsed = list(manifest.parse(io.BytesIO(body), about or About()))
    check_places(body, parsed)
    return parsed


def read_zip(path: Path) -> list[Parsed]:
    """Every recognised member of a zip, with its siblings at hand."""
    parsed: list[Parsed] = []
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, body in members.items():
        if recognise(Head(body[:HEAD_BYTES], len(body))) is not None:
            parsed += read(body, about=About(member=name, sibling=members.get))
    return parsed


def check_places(body: bytes, parsed: list[Parsed]) -> None:
    for one in parsed:
        place = one.place
        assert 0 <= place.offset <= place.offset + place.length <= len(body)
        if isinstance(one, Found):
            assert one.raw == body[place.offset : place.offset + place.length]


def found(parsed: list[Parsed]) -> list[Found]:
    return [one for one in parsed if isinstance(one, Found)]


def refusals(parsed: list[Parsed]) -> list[tuple[str, str]]:
    return [(one.reason.value, one.place.pointer) for one in parsed if isinstance(one, Refused)]


def files_of(scenario: Path, *names: str) -> Iterator[Path]:
    """Files of these names, wherever in the scenario an advocate's folder lies."""
    for name in names:
        yield from sorted(scenario.rglob(name))


SOME_URI = "at://did:plc:writer0000000000000000/app.bsky.feed.post/3kaaaaaaaaaaa"
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(SOME_URI),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def spoiled(value: Any, draw: st.DataObject) -> Any:
    """`value` with junk in some places."""
    if draw.draw(st.integers(0, 7)) == 0:
        return draw.draw(JUNK)
    if isinstance(value, dict):
        return {key: spoiled(inner, draw) for key, inner in value.items()}
    return [spoiled(inner, draw) for inner in value] if isinstance(value, list) else value
