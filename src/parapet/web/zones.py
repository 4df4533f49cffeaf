"""Time zones that a form offers: those of Canada by the names that people say, and the one of the home."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

#: From east to west.
_NAMES: dict[str, Promise | str] = {
    "America/St_Johns": gettext_lazy("Newfoundland (St. John’s)"),
    "America/Halifax": gettext_lazy("Atlantic (Halifax)"),
    "America/Toronto": gettext_lazy("Eastern (Toronto, Montréal)"),
    "America/Iqaluit": gettext_lazy("Eastern Nunavut (Iqaluit)"),
    "America/Winnipeg": gettext_lazy("Central (Winnipeg)"),
    "America/Regina": gettext_lazy("Saskatchewan (Regina)"),
    "America/Edmonton": gettext_lazy("Mountain (Edmonton)"),
    "America/Vancouver": gettext_lazy("Pacific (Vancouver)"),
    "America/Whitehorse": gettext_lazy("Yukon (Whitehorse)"),
    "UTC": "UTC",
}
_AS_UTC = frozenset({"Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})


def zones(chosen: str) -> list[tuple[str, str, bool]]:
    """What a list offers: (code, words, whether it is the chosen one). `chosen` and the home's own are there, each once."""
    here = _plain(chosen)
    codes = dict.fromkeys((here, _plain(settings.TIME_ZONE), *_NAMES))
    return [(code, str(_NAMES.get(code, code.replace("_", " "))), code == here) for code in codes]


def zone_of(posted: str) -> str:
    """What a form sent, if it is a zone; else ""."""
    return posted if posted in available_timezones() else ""


def _plain(code: str) -> str:
    return "UTC" if code in _AS_UTC else code
