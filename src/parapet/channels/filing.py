"""What a channel offers by whose connection a program may send a report: one call, and three ways in which it can end.

A channel that can has a module `file_report`, with `file_report`. That it returns means that the platform took it. `NotFiled` means
that it certainly did not. Anything else may be either, and is never tried again: a person looks.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any, Protocol, cast

from attrs import field, frozen

from parapet.domain.items import Item


@frozen
class Going:
    """What goes: exactly what a person approved.

    about   the message, as its channel parsed it
    reason  code of the desk's reason, "" for none
    text    at most as long as the desk takes
    rules   the numbers of the server's rules that were named, from 1
    key     the same each time that this report is sent, and tells nothing
    """

    about: Item = field(repr=False)
    reason: str
    text: str = field(repr=False)
    rules: tuple[int, ...] = ()
    key: str = ""


@frozen
class Receipt:
    """What the platform answered: what it calls the report, and its own words, as JSON."""

    reference: str
    answer: Mapping[str, Any] = field(repr=False)


class NotFiled(Exception):
    """The platform certainly has no such report. `code` says why; `for_good` when trying again is of no use."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.code, self.for_good = code, for_good


class Filer(Protocol):
    """Signs in and files one report. `told`: the connection's, by field. `inside`: whether it may lead to addresses that are not public."""

    def __call__(self, told: Mapping[str, Any], going: Going, *, inside: bool) -> Receipt: ...


def can_file(channel: str) -> bool:
    """Whether the channel of this name can send a report."""
    return bool(
        channel.isidentifier()
        and importlib.util.find_spec(f"parapet.channels.{channel}") is not None
        and importlib.util.find_spec(f"parapet.channels.{channel}.file_report")
    )


def filer_of(channel: str) -> Filer:
    """How a report is filed there. Raises NotFiled for a channel that cannot (any more)."""
    if not can_file(channel):
        raise NotFiled("no_way", for_good=True)
    return cast("Filer", importlib.import_module(f"parapet.channels.{channel}.file_report").file_report)
