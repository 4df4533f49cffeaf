"""What to do in the first hour: `first_hour.toml`, as it stands in the installation. Nothing is looked up anywhere."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources

from attrs import frozen

from parapet.access.places_of_help import OLD_AFTER, Said


@frozen
class Line:
    """One thing to do. `title` and `url` are the source, a copy of which was read on `seen`."""

    code: str
    name: Said
    what: Said
    title: Said
    url: Said
    seen: date

    def is_old(self, today: date) -> bool:
        """True when nobody looked for more than a year."""
        return today - self.seen > OLD_AFTER


@cache
def lines() -> tuple[Line, ...]:
    """All of it, safety first."""
    read = resources.files("parapet.access").joinpath("first_hour.toml").read_text(encoding="utf-8")
    return tuple(Line(**each) for each in tomllib.loads(read)["lines"])
