"""What every channel offers, and how channels are found.

A channel is a folder under `channels/` with a `manifest.py` that defines `MANIFEST`. Adding one touches nothing else.
Parsers are pure: bytes in, `Parsed` out, no network, no database, no clock.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import BinaryIO, Protocol

from attrs import field, frozen

from parapet.domain.parsed import Parsed

#: How much of a file's beginning `Manifest.recognise` may look at.
HEAD_BYTES = 65_536


@frozen
class Head:
    """What recognition may look at: content first; the name only breaks ties and is never trusted."""

    start: bytes  # the first HEAD_BYTES
    size_bytes: int
    name: str = ""  # last part of the path, as given by a stranger


@frozen
class About:
    """What a parser may know besides the bytes.

    member    path within the archive, "" for a plain file
    sibling   small neighbouring files of the same archive by exact path, None when absent or over 1 MiB
    mapping   column or key names for the generic table channel: our field name to theirs
    name      last part of the path, as given by a stranger: an alias of a letter that has no other name, never a path
    """

    member: str = ""
    sibling: Callable[[str], bytes | None] = field(default=lambda _name: None)
    mapping: dict[str, str] = field(factory=dict)
    name: str = ""


class Parser(Protocol):
    """Reads `source` (seekable, binary, positioned at 0) once, in bounded memory, yielding in the file's order.

    Never raises on hostile content: what cannot be taken becomes a `Refused` with its place, and the rest goes on.
    """

    def __call__(self, source: BinaryIO, about: About, /) -> Iterator[Parsed]: ...


class Recogniser(Protocol):
    """0 for "not mine" up to 100 for "certainly mine"; must not raise; looks at content."""

    def __call__(self, head: Head, /) -> int: ...


@frozen
class Manifest:
    """One channel.

    name    the folder's name, stable: it is stored with every item
    title   what people call the platform ("Bluesky", "E-mail"); proper names are not translated, others are by the screen

    reads_whole  True for an archive, by its first 512 bytes, that the channel reads as one file: its members are not met one by one
    packed       by media type, the texts that lie packed in an original, as they stand; nothing of one that cannot be read
    """

    name: str
    title: str
    recognise: Recogniser
    parse: Parser
    reads_whole: Callable[[bytes], bool] = lambda _start: False
    packed: Mapping[str, Callable[[bytes], Iterator[str]]] = field(factory=dict)


@cache
def channels() -> dict[str, Manifest]:
    """All channels by name, found by looking: every package here that has a manifest."""
    import parapet.channels as house

    found: dict[str, Manifest] = {}
    for module in pkgutil.iter_modules(house.__path__):
        if module.ispkg:
            manifest: Manifest = importlib.import_module(f"{house.__name__}.{module.name}.manifest").MANIFEST
            found[manifest.name] = manifest
    return found


def recognise(head: Head) -> Manifest | None:
    """The channel that knows this content best, or None."""
    scored = [(manifest.recognise(head), manifest.name, manifest) for manifest in channels().values()]
    best = max(scored, default=None, key=lambda row: (row[0], row[1]))
    return best[2] if best and best[0] > 0 else None


def packed_texts(raw: bytes, media_type: str) -> Iterator[str] | None:
    """The texts that lie packed in an original of this type; None for a type that packs none."""
    for manifest in channels().values():
        if media_type in manifest.packed:
            return manifest.packed[media_type](raw)
    return None


def is_read_whole(start: bytes) -> bool:
    """True when some channel reads the archive that begins so as one file."""
    return any(manifest.reads_whole(start) for manifest in channels().values())
