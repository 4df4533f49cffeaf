"""Bytes to text when the charset is missing, unknown or a lie: the best reading, with a flag that says so."""

from __future__ import annotations

import codecs
import re

from parapet.domain.items import Flag

_NONE: frozenset[Flag] = frozenset()

#: Only codecs that turn bytes into text in linear time; Python also knows "zip", "rot13" and "unicode_escape".
_TRUSTED = re.compile(
    r"utf_?(?:7|8(?:_sig)?|16(?:_[bl]e)?|32(?:_[bl]e)?)|u8|ascii|us_ascii|646|latin_?1|l1|iso_?8859_?\d{1,2}(?:_[ei])?|iso8859_\d{1,2}|windows_?\d{3,4}|cp_?\d{3,4}"
    r"|koi8_[rtu]|mac_?\w{3,12}|macintosh|gb2312|gb_?18030|gbk|hz(?:_gb(?:_2312)?)?|big5(?:_?hkscs)?|shift_?jis(?:_2004|x0213)?|s_?jis|ms_?932"
    r"|euc_?(?:jp|kr|jis_2004|jisx0213)|iso_?2022_(?:jp|kr)(?:_\w{1,3})?|johab|tis_?620|viscii|ptcp154"
)
#: What the web reads as windows-1252, because what claims these names usually is.
_WESTERN = frozenset(
    {"ascii", "us_ascii", "646", "latin1", "latin_1", "l1", "iso_8859_1", "iso8859_1", "iso88591", "windows_1252", "cp1252"}
)

_UTF8_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_CP1252_GAPS = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """For codecs.register_error: read the bytes that do not fit as windows-1252, byte by byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_western_byte(b) for b in error.object[error.start : error.end]), error.end


def _western_byte(byte: int) -> str:
    return _CP1252_GAPS.get(byte) or bytes((byte,)).decode("cp1252")


codecs.register_error("parapet-western", _as_western)


def decode_guessing(raw: bytes, declared: str = "") -> tuple[str, frozenset[Flag]]:
    """UTF-8 when the bytes are, else windows-1252: the two that people's files in English and French are in.

    declared   a charset that somebody promised; when the bytes break the promise the flag is DAMAGED_CHARSET, else
               windows-1252 is a guess and says GUESSED_CHARSET
    """
    try:
        return raw.decode("utf-8"), _NONE
    except UnicodeDecodeError:
        return raw.decode("utf-8", "parapet-western"), frozenset({Flag.DAMAGED_CHARSET if declared else Flag.GUESSED_CHARSET})


def decode(raw: bytes, charset: str) -> tuple[str, frozenset[Flag]]:
    """`raw` read in `charset` as named by a stranger; never raises. "" means that none was declared."""
    name = charset.strip().strip("\"'").lower().replace("-", "_").replace(" ", "_")
    if not name:
        return _undeclared(raw)
    if name in _WESTERN:
        return _western(raw, ascii_promised=name in ("ascii", "us_ascii", "646"))
    if name in ("utf_8", "utf8", "u8"):
        return decode_guessing(raw, declared=name)
    if not _TRUSTED.fullmatch(name):
        return decode_guessing(raw, declared=name)[0], frozenset({Flag.UNKNOWN_CHARSET})
    try:
        return raw.decode(name), _NONE
    except LookupError:
        return decode_guessing(raw, declared=name)[0], frozenset({Flag.UNKNOWN_CHARSET})
    except (UnicodeError, ValueError):
        pass
    try:
        return raw.decode(name, "parapet-western"), frozenset({Flag.DAMAGED_CHARSET})
    except (UnicodeError, ValueError, LookupError):
        return decode_guessing(raw, declared=name)[0], frozenset({Flag.DAMAGED_CHARSET})


def _western(raw: bytes, *, ascii_promised: bool) -> tuple[str, frozenset[Flag]]:
    if raw.isascii():
        return raw.decode("ascii"), _NONE
    if ascii_promised:
        return decode_guessing(raw, declared="us-ascii")[0], frozenset({Flag.DAMAGED_CHARSET})
    if len(_UTF8_MULTIBYTE.findall(raw)) > 1:
        # Old programs promise Latin-1 and send UTF-8: every accent would come out as two wrong letters.
        try:
            return raw.decode("utf-8"), frozenset({Flag.DAMAGED_CHARSET})
        except UnicodeDecodeError:
            pass
    return raw.decode("cp1252", "parapet-western"), _NONE


def _undeclared(raw: bytes) -> tuple[str, frozenset[Flag]]:
    if raw.isascii() and b"\x00" not in raw:
        return raw.decode("ascii"), _NONE
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if raw.startswith(mark):
            return raw.decode(name, "replace"), frozenset({Flag.GUESSED_CHARSET})
    # Text in UTF-16 without a mark has a zero in every second place.
    sample = raw[:2000]
    for zeros, name in ((sample[1::2], "utf-16-le"), (sample[0::2], "utf-16-be")):
        if len(sample) > 8 and zeros.count(0) > 0.7 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return raw.decode(name, "replace"), frozenset({Flag.GUESSED_CHARSET})
    return decode_guessing(raw)[0], frozenset({Flag.GUESSED_CHARSET})
