"""Where each platform lets her close a way in: `privacy_settings.toml`, as it stands in the installation. Nothing is looked up anywhere."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources

from attrs import frozen

from parapet.access.places_of_help import OLD_AFTER, Said


@frozen
class Setting:
    """One setting.

    where   the labels on the way to it, in the words of the page that was read
    source  its title, `url` its address; `own` when it is the platform's own page, and not somebody's guide
    lang    the language of that page
    seen    the day on which a copy of it was read
    """

    name: Said
    where: str
    does: Said
    source: str
    url: str
    own: bool
    lang: str
    seen: date

    def is_old(self, today: date) -> bool:
        """True when nobody looked for more than a year."""
        return today - self.seen > OLD_AFTER


@frozen
class Platform:
    """One platform, by the name that people know."""

    code: str
    name: Said
    settings: tuple[Setting, ...]


@cache
def platforms() -> tuple[Platform, ...]:
    """All that are known, in the order of the file."""
    read = resources.files("parapet.access").joinpath("privacy_settings.toml").read_text(encoding="utf-8")
    return tuple(
        Platform(each["code"], each["name"], tuple(Setting(**setting) for setting in each["settings"]))
        for each in tomllib.loads(read)["platforms"]
    )
