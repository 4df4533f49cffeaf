"""Text as a person may safely read it: shared by every channel.

Pure and linear in the length of what comes in: strangers choose the length and the content. Nothing here is an escape
for HTML or a terminal; it takes away what no escape can make harmless (NUL, control characters, lone surrogates) and
says so. The original bytes are kept elsewhere and are never touched.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from math import isfinite
from urllib.parse import urljoin, urlsplit

from parapet.channels.markup import read_html
from parapet.domain.items import EARLIEST_PLAUSIBLE, MAX_TEXT_CHARS, Flag

__all__ = ["LATEST_PLAUSIBLE", "clean", "led_to", "line", "moment", "plain", "read_html", "web_address"]

#: The far bound of times that are believed. Parsers have no clock, so it is fixed.
LATEST_PLAUSIBLE = datetime(2100, 1, 1, tzinfo=UTC)

#: A name or a title longer than this is cut.
MAX_LINE_CHARS = 300

#: Stands where the middle of an over-long text was left out. Head and tail are kept: threats often come last.
CUT_MARK = "\n[…]\n"
_TAIL_CHARS = MAX_TEXT_CHARS // 4
_HEAD_CHARS = MAX_TEXT_CHARS - _TAIL_CHARS - len(CUT_MARK)

_NO_FLAGS: frozenset[Flag] = frozenset()

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_SURROGATES = re.compile("[\ud800-\udfff]")
_VISIBLE = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0x2426),
}
for _kept in (0x09, 0x0A, 0x0D):
    del _VISIBLE[_kept]

# A joiner between emoji or within Persian and Indic words is ordinary writing; after a Latin letter or a space it hides
# something. Tag characters are ordinary only after the black flag (the flags of England, Scotland and Wales).
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d"
    "\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
    "|(?<=[ 0-9A-Za-z\u00c0-\u024f\u0370-\u052f])[\u200c\u200d]|[\ufe0e\ufe0f]{2}"
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"
)

# Greek letters that medicine writes beside Latin ones (TNF-alpha, micrograms, NF-kappa-B) are not counted; those that
# pass for a Latin letter are.
_FOREIGN = re.compile(
    "[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b9\u03bd\u03bf\u03c1\u03c5\u03c7\u0400-\u052f]"
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"\w+")

#: Anything that asks for a closer look. Ordinary English, French and emoji pass in one search.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0370-\u052f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e01ef]"
)


def bare(text: str) -> str:
    """Lower case, no accents, plain apostrophes: how cues are compared."""
    if text.isascii():
        return text.casefold()
    flat = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return "".join(c for c in flat if not unicodedata.combining(c)).casefold()


def clean(text: str) -> tuple[str, frozenset[Flag]]:
    """`text` without what breaks databases, terminals and readers, and what a careful reader should know about it.

    Lone surrogates become U+FFFD, control characters their symbols (U+2400 block), line ends "\\n". Hidden characters
    and look-alike letters stay, since they are evidence, and are flagged. More than MAX_TEXT_CHARS lose their middle.
    """
    flags: set[Flag] = set()
    if len(text) > MAX_TEXT_CHARS:
        text = text[:_HEAD_CHARS] + CUT_MARK + text[-_TAIL_CHARS:]
        flags.add(Flag.CUT_FOR_DISPLAY)
    if not _SUSPECT.search(text):
        return text, frozenset(flags) if flags else _NO_FLAGS
    text = _LINE_ENDS.sub("\n", text)
    if _CONTROLS.search(text):
        text = text.translate(_VISIBLE)
        flags.add(Flag.CONTROL_CHARACTERS)
    if not text.isascii():
        if _SURROGATES.search(text):
            text = _SURROGATES.sub("\ufffd", text)
            flags.add(Flag.LONE_SURROGATES)
        if _HIDDEN.search(text):
            flags.add(Flag.HIDDEN_CHARACTERS)
        if _FOREIGN.search(text) and _mixes_alphabets(text):
            flags.add(Flag.HOMOGLYPHS)
    return text, frozenset(flags)


def line(text: str, max_chars: int = MAX_LINE_CHARS) -> tuple[str, frozenset[Flag]]:
    """`clean`, for a name, a handle or a title: one line, single spaces, at most `max_chars`."""
    text, flags = clean(text[: max_chars * 4])
    return " ".join(text.split())[:max_chars], flags


def plain(html: str) -> str:
    """The text that a person would read in `html`. Give it to `clean` afterwards; `read_html` gives flags as well."""
    return read_html(html)[0]


def web_address(address: object) -> tuple[str, frozenset[Flag]]:
    """`address` when it is http or https with a host, else "" (flagged, unless there was none)."""
    if not isinstance(address, str) or not address:
        return "", _NO_FLAGS
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if sound and len(address) <= 4096 and address.isprintable() and not any(c in address for c in " \"'<>`\\"):
        return address, _NO_FLAGS
    return "", frozenset({Flag.LINK_REMOVED})


def _mixes_alphabets(text: str) -> bool:
    for word in _WORD.finditer(text):
        here = word.group()
        if not here.isascii() and _FOREIGN.search(here) and _LATIN.search(here):
            return True
    return False


# ---------------------------------------------------------------------------------------------------------------- times

_NUMBER = re.compile(r"-?[0-9]{9,20}(?:\.[0-9]{1,9})?")
_X_TIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{2})([0-9]{2}) ([0-9]{4})"
)
_MONTHS = {
    name: n for n, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_S, _LAST_S = EARLIEST_PLAUSIBLE.timestamp(), LATEST_PLAUSIBLE.timestamp()
_MAX_TIME_CHARS = 64


def moment(value: object) -> datetime | None:
    """An aware time in UTC, or None when `value` names none between EARLIEST_PLAUSIBLE and LATEST_PLAUSIBLE.

    Takes ISO 8601, RFC 5322, X's "Wed Sep 16 21:15:08 +0000 2026", and Unix time in seconds, milliseconds, microseconds
    or nanoseconds (their plausible ranges do not overlap), as a number or as digits. Without a zone it is read as UTC.
    """
    if isinstance(value, str):
        return _from_words(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    return None


def _from_words(words: str) -> datetime | None:
    if not words or len(words) > _MAX_TIME_CHARS:
        return None
    try:
        return _believed(datetime.fromisoformat(words))
    except ValueError:
        pass
    words = words.strip()
    if _NUMBER.fullmatch(words):
        return _from_number(float(words) if "." in words else int(words))
    try:
        if match := _X_TIME.fullmatch(words):
            month, day, hour, minute, second, ahead_h, ahead_m, year = match.groups()
            ahead_min = int(ahead_m) if ahead_h[0] == "+" else -int(ahead_m)
            return _believed(
                datetime(
                    int(year),
                    _MONTHS[month],
                    int(day),
                    int(hour),
                    int(minute),
                    int(second),
                    tzinfo=timezone(timedelta(hours=int(ahead_h), minutes=ahead_min)),
                )
            )
        return _believed(parsedate_to_datetime(words))
    except (ValueError, KeyError, OverflowError, TypeError, IndexError):
        return None


def _from_number(number: int | float) -> datetime | None:
    if isinstance(number, float) and not isfinite(number):
        return None
    for per_second in (1, 1_000, 1_000_000, 1_000_000_000):
        if _FIRST_S * per_second <= number < _LAST_S * per_second:
            if isinstance(number, int):
                return _EPOCH + timedelta(microseconds=number * 1_000_000 // per_second)
            return _EPOCH + timedelta(seconds=number / per_second)
    return None


def _believed(found: datetime) -> datetime | None:
    try:
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return found if EARLIEST_PLAUSIBLE <= found < LATEST_PLAUSIBLE else None


def led_to(base: str, link: str) -> str:
    """The address where a link on the page at `base` leads; "" where it leads to no http or https address."""
    try:
        return web_address(urljoin(base, link))[0]
    except ValueError:  # a stranger wrote it
        return ""
