"""Moments and numbers as people write them, in the language of the moment: "14 Sept 2026, 19:54", « 14 sept. 2026, 19 h 54 »."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from parapet.dossiers import times

NBSP = "\u00a0"
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."),
}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}


def tongue() -> str:
    """ "fr" or "en": the first part of the active language."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def clock(moment: datetime) -> str:
    """The time of day: "19:54", « 19 h 54 »."""
    local = timezone.localtime(moment)
    if tongue() == "fr":
        return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"
    return f"{local.hour:02d}:{local.minute:02d}"


def day(moment: datetime | date, *, weekday: bool = False) -> str:
    """The date: "14 Sept 2026", « lundi 14 sept. 2026 »."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    language = tongue()
    number = "1er" if language == "fr" and local.day == 1 else str(local.day)
    said = f"{number}{NBSP}{_MONTHS[language][local.month - 1]}{NBSP}{local.year}"
    return f"{_DAYS[language][local.weekday()]} {said}" if weekday else said


def moment(at: datetime) -> str:
    """Date and time of day."""
    return f"{day(at)}, {clock(at)}"


class Teller:
    """Tells many moments in the language and zone of now: "14 Sept, 19:54", with the year only when it is another."""

    def __init__(self) -> None:
        self._zone = timezone.get_current_timezone()
        self._french = tongue() == "fr"
        self._months = _MONTHS[tongue()]
        self._year = timezone.now().astimezone(self._zone).year

    def told(self, at: datetime) -> tuple[str, str]:
        """Date with time of day, and the time of day alone."""
        local = at.astimezone(self._zone)
        time = f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}" if self._french else f"{local.hour:02d}:{local.minute:02d}"
        number = "1er" if self._french and local.day == 1 else str(local.day)
        year = "" if local.year == self._year else f"{NBSP}{local.year}"
        return f"{number}{NBSP}{self._months[local.month - 1]}{year}, {time}", time


def exact(at: datetime) -> str:
    """To the second, with the zone as dossiers write it: "2026-09-14 19:54:07 EDT", « 2026-09-14 19:54:07 HAE »."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return f"{times.clock(at, zone)} {times.zone_letters(at, zone, tongue())}"


def number(n: int) -> str:
    """1204 as "1,204" or « 1 204 »."""
    said = f"{n:,}"
    return said.replace(",", NBSP) if tongue() == "fr" else said


def percent(share: float) -> str:
    """0.924 as "92%" or « 92 % »."""
    return f"{round(100 * share)}{NBSP if tongue() == 'fr' else ''}%"


def size(n_bytes: int) -> str:
    """Bytes in the largest unit that keeps a whole number: "12 kB", « 12 ko »."""
    letter = "o" if tongue() == "fr" else "B"
    for unit, bytes_each in (("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)):
        if n_bytes >= bytes_each:
            return f"{number(round(n_bytes / bytes_each))}{NBSP}{unit}{letter}"
    return f"{number(n_bytes)}{NBSP}{letter}"
