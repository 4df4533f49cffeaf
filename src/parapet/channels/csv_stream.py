"""CSV read as bytes: each record with its exact place, in bounded memory, whatever is wrong with the rest.

The csv module gives text without places, stops at NUL and long fields, and swallows the rest of a file after one open
quote. Here a record is found in the bytes first (quotes honoured; an unclosed or damaged quote costs its own line only)
and decoded afterwards, alone.
"""

from __future__ import annotations

import codecs
import enum
import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from attrs import evolve, frozen

from parapet.channels.charsets import decode_guessing
from parapet.domain.items import Flag
from parapet.domain.parsed import Place, Reason, Refused

#: A record longer than this is refused and passed over.
MAX_RECORD_BYTES = 1024 * 1024
MAX_COLUMNS = 512
#: What may be spent on looking for the ends of quotes that are never closed.
_PATIENCE_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_SPOOL_BYTES = 8 * 1024 * 1024
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BLANK_LINES = re.compile(rb"[\r\n]++")
_LINE_END = re.compile(rb"\r\n|\n|\r")


@frozen
class Row:
    """One record. `number` counts records from 1, the header included; `raw` is without the line end."""

    number: int
    fields: tuple[str, ...]
    raw: bytes
    offset: int
    flags: frozenset[Flag] = frozenset()

    @property
    def place(self) -> Place:
        """Where it lies."""
        return Place(pointer=f"row {self.number}", offset=self.offset, length=len(self.raw))


def header_of(start: bytes) -> tuple[str, ...]:
    """The column names in the first bytes of a file, or () when they do not look like a table's."""
    if start[:2] in _UTF16:
        start = start[2 : len(start) // 2 * 2].decode(_UTF16[start[:2]], "replace").encode()
    line = _LINE_END.split(start[:20_000].removeprefix(codecs.BOM_UTF8), maxsplit=1)[0]
    delimiter = delimiter_of(line)
    if not delimiter or len(line) > 16_384 or b"\x00" in line:
        return ()
    fields = _Grammar(delimiter).split(decode_guessing(line)[0])
    return tuple(name.strip() for name in fields[:MAX_COLUMNS])


def delimiter_of(line: bytes) -> bytes:
    """The delimiter that this line uses most outside quotes, or b"" when there is none."""
    bare = re.sub(rb'"[^"]*"', b"", line)
    best = max((b",", b";", b"\t", b"|"), key=bare.count)
    return best if bare.count(best) else b""


def rows(source: BinaryIO) -> Iterator[Row | Refused]:
    """The records of `source`, the header first, empty lines left out. Raises only OSError.

    A record that cannot be one (NUL, over-long, a quote that does not close, another number of columns than the header)
    comes out as a `Refused` with its place. UTF-8 and windows-1252 are told apart record by record; UTF-16 needs its
    byte order mark, and its places are those of the UTF-16 bytes.
    """
    start = source.read(3)
    if start[:2] in _UTF16:
        source.seek(2)
        yield from _utf16_rows(source, _UTF16[start[:2]])
        return
    skip = len(codecs.BOM_UTF8) if start == codecs.BOM_UTF8 else 0
    source.seek(skip)
    yield from _rows(source, skip, declared="utf-8" if skip else "")


def table(source: BinaryIO) -> Iterator[tuple[dict[str, str], Row] | Refused]:
    """`rows` after the header, each with its values by column name (lower case, single spaces, first of a name wins)."""
    names: tuple[str, ...] | None = None
    for each in rows(source):
        if isinstance(each, Refused):
            yield each
        elif names is None:
            names = tuple(column(name) for name in each.fields)
        else:
            yield dict(zip(reversed(names), reversed(each.fields), strict=True)), each


def column(name: str) -> str:
    """A column's name as it is compared."""
    return " ".join(name.lower().replace("_", " ").split())


def _rows(source: BinaryIO, offset: int, declared: str) -> Iterator[Row | Refused]:
    columns = 0
    number = 0
    grammar: _Grammar | None = None
    for record in _Records(source, offset):
        if not record.raw.strip() and record.wrong is None:
            continue
        number += 1
        place = Place(pointer=f"row {number}", offset=record.offset, length=record.length)
        grammar = grammar or _Grammar(delimiter_of(record.raw) or b",")
        if record.wrong is Reason.TOO_LARGE:
            yield Refused(Reason.TOO_LARGE, place, f"{record.length} bytes, at most {MAX_RECORD_BYTES}")
        elif b"\x00" in record.raw:
            yield Refused(Reason.BAD_RECORD, place, "a NUL byte")
        elif record.wrong is not None:
            yield Refused(Reason.BAD_RECORD, place, "a quote that is not closed, or goes on after its end")
        else:
            text, flags = decode_guessing(record.raw, declared)
            fields = grammar.split(text)
            if not columns:
                columns = len(fields)
            if len(fields) != columns:
                yield Refused(Reason.BAD_RECORD, place, f"expected {columns} columns, found {len(fields)}")
            else:
                yield Row(number, fields, record.raw, record.offset, flags)


# ---------------------------------------------------------------------------------------------------- finding the records


class _Doubt(enum.Enum):
    MORE = 1  # the window ends within the record
    DAMAGED = 2  # something other than a delimiter or a line end after a closing quote


class _Grammar:
    """One record for one delimiter: RFC 4180 with any of three line ends."""

    def __init__(self, delimiter: bytes) -> None:
        d = re.escape(delimiter)
        self._delimiter = delimiter.decode()
        self._byte = delimiter[0]
        self._bare = re.compile(rb"[^" + d + rb"\r\n]*+")
        self._quoted = re.compile(rb'"(?:[^"]++|"")*+')
        self._text = re.compile('"((?:[^"]++|"")*+)"|([^' + d.decode() + "]*+)")

    def end(self, window: bytes, at: int, size: int, *, final: bool) -> tuple[int, int] | _Doubt:
        """(end of the record, start of the next), looking no further than `size`; `final`: nothing comes after it."""
        while True:
            if window[at : at + 1] == b'"' and at < size:
                found = self._quoted.match(window, at, size)
                at = found.end() if found else size
                if at >= size:
                    return _Doubt.DAMAGED if final else _Doubt.MORE
                at += 1
                if at >= size and not final:
                    return _Doubt.MORE  # a second quote may follow
                if at < size and window[at] not in (self._byte, 0x0A, 0x0D):
                    return _Doubt.DAMAGED
            else:
                found = self._bare.match(window, at, size)
                at = found.end() if found else size
            if at >= size:
                return (size, size) if final else _Doubt.MORE
            if window[at] == self._byte:
                at += 1
            elif window[at] == 0x0D and at + 1 >= size and not final:
                return _Doubt.MORE
            else:
                return at, at + (2 if window[at : at + 2] == b"\r\n" else 1)

    def split(self, text: str) -> tuple[str, ...]:
        """The fields of one record, quotes undone."""
        if '"' not in text:
            return tuple(text.split(self._delimiter))
        fields: list[str] = []
        at = 0
        while found := self._text.match(text, at):
            quoted = found.group(1)
            fields.append(found.group(2) if quoted is None else quoted.replace('""', '"'))
            at = found.end()
            if text[at : at + 1] != self._delimiter:
                break
            at += 1
        return tuple(fields)


@frozen
class _Record:
    raw: bytes  # without the line end; the beginning only when it is too long to hold
    offset: int
    length: int
    wrong: Reason | None = None


class _Records:
    """Iterates over the records of a file; the window holds at most one record and one chunk."""

    def __init__(self, source: BinaryIO, offset: int) -> None:
        self._source = source
        self._window = b""
        self._base = offset  # of the window's first byte
        self._at = 0
        self._ended = False
        self._patience = _PATIENCE_BYTES

    def __iter__(self) -> Iterator[_Record]:
        while _LINE_END.search(self._window) is None and len(self._window) < MAX_RECORD_BYTES and self._fill():
            pass
        grammar = _Grammar(delimiter_of(_LINE_END.split(self._window, maxsplit=1)[0]) or b",")
        while self._at < len(self._window) or self._fill():
            if blank := _BLANK_LINES.match(self._window, self._at):
                self._at = blank.end()
                continue
            found = self._look(grammar)
            if isinstance(found, tuple):
                yield self._take(*found)
                continue
            line = self._line()
            if line is None:
                yield self._pass_over()
            else:
                yield self._take(*line, wrong=Reason.BAD_RECORD)

    def _fill(self) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        chunk = self._source.read(_CHUNK_BYTES)
        self._ended = not chunk
        self._window = self._window[self._at :] + chunk
        self._base += self._at
        self._at = 0
        return bool(chunk)

    def _look(self, grammar: _Grammar) -> tuple[int, int] | _Doubt:
        """The record at the window's place, reading on while that may help."""
        while True:
            size = len(self._window)
            if self._patience <= 0:  # quotes that never close have cost enough: lines only from now on
                line = self._line()
                if line is None:
                    return _Doubt.MORE
                alone = grammar.end(self._window, self._at, line[0], final=True)
                return line if isinstance(alone, tuple) else alone
            found = grammar.end(self._window, self._at, size, final=self._ended)
            if found is not _Doubt.MORE:
                if found is _Doubt.DAMAGED:
                    self._patience -= min(size - self._at, MAX_RECORD_BYTES)
                return found
            if size - self._at > MAX_RECORD_BYTES:
                self._patience -= size - self._at
                return found
            self._fill()

    def _line(self) -> tuple[int, int] | None:
        """The line at the window's place, or None when it is longer than a record may be."""
        while True:
            found = _LINE_END.search(self._window, self._at)
            if found and (found.end() < len(self._window) or self._ended or found.group() != b"\r"):
                return found.start(), found.end()
            if self._ended:
                return len(self._window), len(self._window)
            if len(self._window) - self._at > MAX_RECORD_BYTES:
                return None
            self._fill()

    def _take(self, end: int, following: int, wrong: Reason | None = None) -> _Record:
        raw = self._window[self._at : end]
        if len(raw) > MAX_RECORD_BYTES:
            wrong = Reason.TOO_LARGE
        record = _Record(raw, self._base + self._at, len(raw), wrong)
        self._at = following
        return record

    def _pass_over(self) -> _Record:
        """Leave out a line that is too long to hold."""
        offset, raw = self._base + self._at, self._window[self._at : self._at + 256]
        while True:
            found = _LINE_END.search(self._window, self._at)
            if found or self._ended:
                break
            self._at = len(self._window)
            self._fill()
        end, following = (found.start(), found.end()) if found else (len(self._window), len(self._window))
        self._at = following
        return _Record(raw, offset, self._base + end - offset, Reason.TOO_LARGE)


# ---------------------------------------------------------------------------------------------------------------- UTF-16


def _utf16_rows(source: BinaryIO, encoding: str) -> Iterator[Row | Refused]:
    """Rewritten as UTF-8 on the side; the places and bytes given are those of the original."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as copy:
        try:
            while chunk := source.read(_CHUNK_BYTES):
                copy.write(decoder.decode(chunk).encode("utf-8", "surrogatepass"))
            copy.write(decoder.decode(b"", final=True).encode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            yield Refused(Reason.BAD_ENCODING, Place(), encoding)
        copy.seek(0)
        counter = _Counter(cast(BinaryIO, copy), encoding)
        for each in _rows(cast(BinaryIO, copy), 0, "utf-8"):
            place = each.place
            start, end = counter.place(place.offset), counter.place(place.offset + place.length)
            if isinstance(each, Refused):
                yield evolve(each, place=evolve(place, offset=start, length=end - start))
            else:
                source.seek(start)
                yield evolve(each, raw=source.read(end - start), offset=start)


class _Counter:
    """Places in the UTF-8 copy to places in the UTF-16 original, asked for in rising order."""

    def __init__(self, copy: BinaryIO, encoding: str) -> None:
        self._copy, self._encoding = copy, encoding
        self._at, self._original = 0, 2  # after the byte order mark

    def place(self, at: int) -> int:
        resume = self._copy.tell()
        self._copy.seek(self._at)
        while self._at < at:
            piece = self._copy.read(min(_CHUNK_BYTES, at - self._at))
            if not piece:
                break
            # Every byte that begins a character is one unit of two bytes; those beyond the plane begin with F0..F4 and are two.
            units = sum(1 for b in piece if b & 0xC0 != 0x80) + sum(1 for b in piece if b >= 0xF0)
            self._original += 2 * units
            self._at += len(piece)
        self._copy.seek(resume)
        return self._original
