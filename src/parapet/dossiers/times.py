"""Moments in words, to the second, with their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_JANUARY_TO_JUNE = {
    "en": ("January", "February", "March", "April", "May", "June"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin"),
}
_JULY_TO_DECEMBER = {
    "en": ("July", "August", "September", "October", "November", "December"),
    "fr": ("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
}
MONTHS = {lang: _JANUARY_TO_JUNE[lang] + _JULY_TO_DECEMBER[lang] for lang in _JANUARY_TO_JUNE}
DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}
#: What the zones of Canada are called in French (National Research Council Canada).
ZONES_FR = {
    "NST": "HNT", "NDT": "HAT", "AST": "HNA", "ADT": "HAA", "EST": "HNE", "EDT": "HAE", "CST": "HNC", "CDT": "HAC",
    "MST": "HNR", "MDT": "HAR", "PST": "HNP", "PDT": "HAP",
}  # fmt: skip


def zone_name(at: datetime, tz: ZoneInfo, lang: str) -> str:
    """ "EDT (UTC−04:00)", in French « HAE (UTC−04:00) »; only the offset where a zone has no letters."""
    local = at.astimezone(tz)
    offset = local.strftime("%z")
    shown = f"UTC{offset[:3].replace('-', '−')}:{offset[3:5]}"
    name = local.tzname() or ""
    if lang == "fr" and (tz.key or "").startswith(("America/", "Canada/")):
        name = ZONES_FR.get(name, name)
    if name == "UTC" or not name.isalpha():
        return "UTC" if shown == "UTC+00:00" else shown
    return f"{name} ({shown})"


def long(at: datetime, tz: ZoneInfo, lang: str) -> str:
    """ "Monday, 14 September 2026, 19:54:19 EDT (UTC−04:00)"; « lundi 14 septembre 2026 à 19 h 54 min 19 s, HAE … »."""
    local = at.astimezone(tz)
    zone = zone_name(at, tz, lang)
    weekday = DAYS[lang][local.weekday()]
    if lang == "fr":
        # No leading zeros in French words (Office québécois de la langue française).
        clock = f"{local.hour}\u00a0h\u00a0{local.minute}\u00a0min\u00a0{local.second}\u00a0s"
        return f"{weekday} {day(local.date(), lang)} à {clock}, {zone}"
    return f"{weekday}, {day(local.date(), lang)}, {local:%H:%M:%S} {zone}"


def day(on: date, lang: str) -> str:
    """ "14 September 2026"; « 1er septembre 2026 »."""
    number = "1er" if lang == "fr" and on.day == 1 else str(on.day)
    return f"{number}\u00a0{MONTHS[lang][on.month - 1]} {on.year}"


def short_day(on: date, lang: str) -> str:
    """ "14 Sep", « 14 sept. », for the axis of a chart."""
    month = MONTHS[lang][on.month - 1]
    if lang == "fr":
        month = {9: "sept.", 1: "janv.", 2: "févr.", 4: "avr.", 7: "juill.", 10: "oct.", 11: "nov.", 12: "déc."}.get(
            on.month, month
        )
    else:
        month = month[:3]
    return f"{on.day}\u00a0{month}"


def zone_letters(at: datetime, tz: ZoneInfo, lang: str) -> str:
    """The zone as short as can be: "EDT", « HAE », "UTC−03:00"."""
    return zone_name(at, tz, lang).partition(" ")[0]


def clock(at: datetime, tz: ZoneInfo) -> str:
    """ "2026-09-14 19:54:19", local, for tables (ISO 8601)."""
    return at.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S")


def utc(at: datetime) -> str:
    """ "2026-09-14T23:54:19Z", with the fraction when the source gives one."""
    exact = at.astimezone(UTC)
    fraction = f".{exact.microsecond:06d}".rstrip("0") if exact.microsecond else ""
    return exact.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"
