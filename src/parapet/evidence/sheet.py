"""The secrets of a home as lines that a person can type: what a recovery sheet shows.

A line is 16 signs in groups of four: 8 bytes and 2 of a checksum, in Crockford's base 32, which has no I, L, O and U. The
checksum is over the line's number too, so that a line in another's place is found. The last line tells how many there are and
holds a digest of them all.
"""

from __future__ import annotations

import hashlib
import re

from attrs import frozen

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import KEY_BYTES, MAX_GENERATIONS, InstanceKey

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_DATA, _CHECK = 8, 2
_LINES_A_SECRET = KEY_BYTES // _DATA
_NUMBERED = re.compile(r"\s*(?:[0-9]{1,3}[.:)]?\s+)?(.*)", re.DOTALL)
_FORM = 1


@frozen
class Line:
    """What was typed in one line. `last` when it is the one that ends the sheet."""

    data: bytes
    last: bool


def lines_of(key: InstanceKey) -> list[str]:
    """The lines of the sheet, in order; their numbers count from 1 and are not in them."""
    body = b"".join((key.secret, *key.later))
    parts = [body[i : i + _DATA] for i in range(0, len(body), _DATA)]
    told = [_line(number, part, last=False) for number, part in enumerate(parts, 1)]
    return [*told, _line(len(parts) + 1, _ending(body), last=True)]


def as_text(key: InstanceKey) -> str:
    """The lines with their numbers, one a line."""
    return "".join(f"{number:02}  {line}\n" for number, line in enumerate(lines_of(key), 1))


def read_line(number: int, typed: str) -> Line:
    """One line as a person typed it. Raises RequestRefused, which names the line."""
    found = _NUMBERED.fullmatch(typed)
    assert found is not None
    signs = re.sub(r"[\s-]+", "", found[1]).upper().translate(_READ_AS)
    length = 8 * (_DATA + _CHECK) // 5
    if len(signs) != length:
        raise RequestRefused(
            _("Line %(line)s has %(found)s signs; every line of the sheet has %(wanted)s."),
            line=number,
            found=len(signs),
            wanted=length,
        )
    if set(signs) - set(_SIGNS):
        raise RequestRefused(_("Line %(line)s has a sign that no sheet has."), line=number)
    value = 0
    for sign in signs:
        value = value * 32 + _SIGNS.index(sign)
    raw = value.to_bytes(_DATA + _CHECK, "big")
    data, check = raw[:_DATA], raw[_DATA:]
    for last in (False, True):
        if check == _checksum(number, data, last=last):
            return Line(data, last)
    raise RequestRefused(_("Line %(line)s was not typed as it stands on the sheet, or it is another line."), line=number)


def key_of(lines: list[Line]) -> InstanceKey:
    """The key of all lines of a sheet. Raises RequestRefused when some are missing, or are of two sheets."""
    *parts, end = lines or [Line(b"", False)]
    body = b"".join(part.data for part in parts)
    if not end.last or any(part.last for part in parts):
        raise RequestRefused(_("The last line of the sheet is missing, or lines follow it."))
    if end.data != _ending(body):
        raise RequestRefused(_("These lines do not belong together: some are of another sheet."))
    secrets = [body[i : i + KEY_BYTES] for i in range(0, len(body), KEY_BYTES)]
    if not 1 <= len(secrets) <= MAX_GENERATIONS or len(body) % KEY_BYTES:
        raise RequestRefused(_("The last line of the sheet is missing, or lines follow it."))
    # Whether a change of the keys was under way when the key file was lost, no sheet can know: then every row is looked at again.
    return InstanceKey(secrets[0], tuple(secrets[1:]), unsettled=len(secrets) > 1)


def read_text(text: str) -> InstanceKey:
    """The key of a whole sheet as it was typed; empty lines and lines that begin with # do not count. Raises RequestRefused."""
    typed = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(typed) > MAX_GENERATIONS * _LINES_A_SECRET + 1:
        raise RequestRefused(_("This has more lines than any sheet."))
    return key_of([read_line(number, line) for number, line in enumerate(typed, 1)])


def _ending(body: bytes) -> bytes:
    count = len(body) // KEY_BYTES
    return bytes([_FORM, count % 256]) + hashlib.sha256(b"parapet-sheet-v1 whole\0" + body).digest()[: _DATA - 2]


def _line(number: int, data: bytes, *, last: bool) -> str:
    value = int.from_bytes(data + _checksum(number, data, last=last), "big")
    signs = "".join(_SIGNS[value >> shift & 31] for shift in range(8 * (_DATA + _CHECK) - 5, -1, -5))
    return " ".join(signs[i : i + 4] for i in range(0, len(signs), 4))


def _checksum(number: int, data: bytes, *, last: bool) -> bytes:
    about = f"parapet-sheet-v1 {'last' if last else 'line'} {number}\0".encode()
    return hashlib.sha256(about + data).digest()[:_CHECK]
