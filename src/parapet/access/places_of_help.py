"""Where to get help, by province and territory: `help.toml`, as it stands in the installation. Nothing is looked up anywhere."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from attrs import frozen

from parapet.access.people import advocate_for
from parapet.domain.rights import Right
from parapet.records.models import Person
from parapet.records.profiles import profile_of

#: After so long an entry may no longer be so.
OLD_AFTER = timedelta(days=365)
#: What stands for a province in an address, beside its name; "PE" and the like count only at the end or after a comma.
_OLDER = {"QC": ("PQ",), "NL": ("NF",), "YT": ("YK",), "NT": ("NWT", "TNO"), "PE": ("PEI", "IPE")}

#: A text by language: "en", "fr".
Said = Mapping[str, str]


@frozen
class Place:
    """One place. `phone` is "" where the number must be looked up at `url`; `title` and `url` are the source, read on `seen`."""

    code: str
    phone: str
    name: Said
    what: Said
    title: Said
    url: Said
    seen: date

    def is_old(self, today: date) -> bool:
        """True when nobody looked for more than a year."""
        return today - self.seen > OLD_AFTER


@frozen
class Province:
    """A province or territory, by its code of Canada Post."""

    code: str
    name: Said
    cities: tuple[str, ...]
    places: tuple[Place, ...]


@cache
def everywhere() -> tuple[Place, ...]:
    """What is for all."""
    return tuple(_place(each) for each in _told()["everywhere"])


@cache
def provinces() -> dict[str, Province]:
    """All thirteen, from west to east and then the north."""
    return {
        code: Province(code, each["name"], tuple(each["cities"]), tuple(_place(place) for place in each["places"]))
        for code, each in _told()["province"].items()
    }


def province_of(person: Person, advocate_id: str) -> str:
    """The code of the province that the advocate's profile tells of; "" when it tells of none. Raises NotFound."""
    known = profile_of(advocate_for(person, advocate_id, Right.READ))
    return province_in(known.city) or province_in(known.workplace)


def province_in(address: str) -> str:
    """The code of the province that an address names: by name, by abbreviation, else by a city; "" for none."""
    plain = _plain(address)
    for code, province in provinces().items():
        if any(_names(plain, name) for name in province.name.values()):
            return code
    short = re.findall(r"(?:^|,|\()\s*([A-Z]{2,3})\b", address) + re.findall(r"\s([A-Z]{2,3})\)?\s*$", address)
    for code in provinces():
        if any(word == code or word in _OLDER.get(code, ()) for word in short):
            return code
    for code, province in provinces().items():
        if any(_names(plain, city) for city in province.cities):
            return code
    return ""


def _names(plain: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(name))}(?![\w'])", plain) is not None


def _plain(said: str) -> str:
    folded = unicodedata.normalize("NFKD", said.replace("’", "'")).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c)).replace("-", " ")


def _place(told: Mapping[str, Any]) -> Place:
    return Place(told["code"], told.get("phone", ""), told["name"], told["what"], told["title"], told["url"], told["seen"])


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(resources.files("parapet.access").joinpath("help.toml").read_text(encoding="utf-8"))
