"""What a channel offers that can be watched: a line to the platform, and what comes over it.

A channel that can be watched has a module `fetch`, with `open_line`. It alone knows the network; what it brings is the platform's
own bytes, which the channel's parser reads like those of any file.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any, Protocol, cast

from attrs import frozen

from parapet.domain.errors import OutsideUnreachable

#: How far a channel got, in its own words: JSON. {} before the first time.
Cursor = Mapping[str, Any]
#: Pieces that one batch holds at most, and their bytes, unless one alone has more.
BATCH_PIECES, BATCH_BYTES = 100, 8 * 1024 * 1024
#: A single piece larger than this is not fetched.
MAX_PIECE_BYTES = 160 * 1024 * 1024


@frozen
class Piece:
    """One delivery, byte for byte as the platform gave it. `name`: what a person would call it, never used as a path.

    beside  what the platform says of it that is no part of its bytes, such as labels; kept with it, sealed
    """

    raw: bytes
    name: str
    beside: str = ""


@frozen
class Batch:
    """What came. `cursor` counts once every piece has been taken in; `more` when there is more to fetch at once.

    too_large  how many were left where they are since they are larger than MAX_PIECE_BYTES
    """

    pieces: tuple[Piece, ...]
    cursor: Cursor
    more: bool = False
    too_large: int = 0


class Line(Protocol):
    """A connection that stands. Used by one thread. Every method raises OutsideUnreachable, SignInRefused, PlaceMissing, OutsideRefused."""

    def begin(self) -> Cursor:
        """Where to begin, before anything was fetched."""

    def fetch(self, cursor: Cursor) -> Batch:
        """What is new since `cursor`, oldest first. The same call again gives the same again: nothing is marked as read."""

    def wait(self, seconds: float) -> bool:
        """Wait for news, at most so long; True when there may be some."""

    def close(self) -> None:
        """Hang up. Never raises."""


class Opener(Protocol):
    """Connects and signs in. `told`: what the person typed, by field. `inside`: whether it may lead to addresses that are not public."""

    def __call__(self, told: Mapping[str, Any], *, inside: bool) -> Line: ...


def can_be_watched(channel: str) -> bool:
    """Whether the channel of this name has a network side."""
    return (
        channel.isidentifier()
        and importlib.util.find_spec(f"parapet.channels.{channel}") is not None
        and bool(importlib.util.find_spec(f"parapet.channels.{channel}.fetch"))
    )


class Ender(Protocol):
    """Has the platform forget what signs in; `told` and `inside` as for an Opener. True when it did, False when it did not answer,
    None where only the person can, there. Never raises."""

    def __call__(self, told: Mapping[str, Any], *, inside: bool) -> bool | None: ...


def end_for_good(channel: str, told: Mapping[str, Any], *, inside: bool) -> bool | None:
    """Have a channel's platform forget what signs in; None for a channel that cannot."""
    if not can_be_watched(channel):
        return None
    ender: Ender | None = getattr(importlib.import_module(f"parapet.channels.{channel}.fetch"), "end_for_good", None)
    return ender(told, inside=inside) if ender is not None else None


def opener_of(channel: str) -> Opener:
    """How a line of this channel is opened. Raises OutsideUnreachable for a channel that cannot be watched (any more)."""
    if not can_be_watched(channel):
        raise OutsideUnreachable
    return cast("Opener", importlib.import_module(f"parapet.channels.{channel}.fetch").open_line)
