"""A window on the bytes of a JSON document: where each value begins and ends, in bounded memory.

JSON libraries give values, not the exact bytes they came as. Proof needs the bytes, so the structure is found here by
regular expressions (about 200 MB/s) and each element is then decoded by a library. Patterns are possessive: a value
that is cut off fails in one pass, and no input makes them backtrack.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from parapet.domain.parsed import Reason

CHUNK_BYTES: Final = 1 << 20
MAX_ELEMENT_BYTES: Final = 16 << 20
MAX_DEPTH: Final = 64  # levels of brackets within one element
MAX_DIGITS: Final = 4300  # Python's own limit for integers from text
MAX_KEY_BYTES: Final = 4096
MAX_PINNED_BYTES: Final = 65_536  # what is kept in case that it is wanted later

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


def _nested(levels: int) -> bytes:
    """A pattern for an object or array with at most `levels` levels of brackets."""
    between = rb'[^"\[\]{}]*+'
    pattern = rb"[\[{]" + between + rb"(?:" + _STRING + between + rb")*+[\]}]"
    for _ in range(levels - 1):
        pattern = rb"[\[{]" + between + rb"(?:(?:" + _STRING + rb"|" + pattern + rb")" + between + rb")*+[\]}]"
    return pattern


_CONTAINER = re.compile(_nested(MAX_DEPTH), re.DOTALL)
_WHOLE_STRING = re.compile(_STRING, re.DOTALL)
_STRING_BODY = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb"[-+.0-9A-Za-z]++")
_SPACE = re.compile(rb"[ \t\n\r]*+")
_BRACKETS = re.compile(_STRING + rb'|[\[\]{}]|"', re.DOTALL)
_NUMBER_OR_WORD = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|NaN|-?Infinity")

_OPEN, _CLOSE, _QUOTE = b"[{", b"]}", b'"'[0]


class Broken(Exception):
    """The structure cannot be followed from here on. `offset` is in the window's own bytes."""

    def __init__(self, reason: Reason, offset: int, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.offset, self.detail = reason, offset, detail


class TooMuch(Exception):
    """The value at the window's position is too deep or too large to hold; it can be stepped over."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Window:
    """A moving view of a JSON document. `at` is an index into `held`; everything before it may be let go.

    Offsets given to the outside are of the original file, also when that is UTF-16 or UTF-32 and the view is its
    UTF-8 transcription.
    """

    def __init__(self, source: BinaryIO, start: int = 0) -> None:
        self.source = source
        self.held = b""
        self.at = 0
        self.pinned = -1  # index from which bytes stay while they are few, or -1
        self.ended = False
        source.seek(start)
        beginning = source.read(4)
        self.encoding: str = json.detect_encoding(beginning)
        bom = _bom_length(beginning, self.encoding)
        if self.encoding in ("utf-8", "utf-8-sig"):
            self.encoding = "utf-8"
        elif self.encoding in ("utf-16", "utf-32"):
            self.encoding += "-le" if beginning[0] == 0xFF else "-be"
        self.next_read = start + bom  # where the file is read on
        self.base = start + bom  # offset in the file of held[mark]
        self.mark = 0
        self.decoder = None
        if self.encoding != "utf-8":
            self.decoder = codecs.getincrementaldecoder(self.encoding)("surrogatepass")

    # ------------------------------------------------------------------------------------------------ bytes and offsets

    def fill(self, wanted: int = CHUNK_BYTES) -> bool:
        """Hold about `wanted` more bytes; False at the end of the document."""
        if self.ended:
            return False
        self.source.seek(self.next_read)
        chunk = self.source.read(wanted)
        self.next_read += len(chunk)
        self.ended = not chunk
        if self.decoder is not None:
            try:
                chunk = self.decoder.decode(chunk, self.ended).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                self.ended = True
                raise Broken(Reason.BAD_ENCODING, self.at, self.encoding) from None
        if self.at - self.pinned > MAX_PINNED_BYTES:
            self.pinned = -1
        keep = self.at if self.pinned < 0 else min(self.at, self.pinned)
        self.offset(keep)
        self.held = self.held[keep:] + chunk
        self.at -= keep
        self.mark -= keep
        self.pinned -= keep if self.pinned >= 0 else 0
        return not self.ended

    def offset(self, index: int) -> int:
        """The offset in the file of `held[index]`. In UTF-16 it counts from the last answer, so ask in order."""
        if self.decoder is None:
            self.base += index - self.mark
        elif index >= self.mark:
            self.base += self.width(self.held[self.mark : index])
        else:
            self.base -= self.width(self.held[index : self.mark])
        self.mark = index
        return self.base

    def width(self, held: bytes) -> int:
        """How many bytes of the file `held` stands for."""
        if self.decoder is None:
            return len(held)
        return len(held.decode("utf-8", "surrogatepass").encode(self.encoding, "surrogatepass"))

    def original(self, offset: int, length: int) -> bytes:
        """The file's own bytes."""
        self.source.seek(offset)
        return self.source.read(length)

    def file_end(self) -> int:
        return self.source.seek(0, 2)

    # ----------------------------------------------------------------------------------------------------- small steps

    def space(self) -> None:
        """Step over white space."""
        while True:
            match = _SPACE.match(self.held, self.at)
            assert match is not None
            self.at = match.end()
            if self.at < len(self.held) or not self.fill():
                return

    def peek(self) -> int:
        """The next byte that is not white space."""
        at = self.at
        if at < len(self.held) and self.held[at] > 0x20:
            return self.held[at]
        self.space()
        if self.at >= len(self.held):
            raise Broken(Reason.TRUNCATED, self.at)
        return self.held[self.at]

    def expect(self, wanted: bytes) -> None:
        if self.peek() != wanted[0]:
            raise Broken(Reason.BAD_SYNTAX, self.at)
        self.at += 1

    def items(self) -> Iterator[int]:
        """Step through the array that begins here. Whoever loops must take or skip each value."""
        self.expect(b"[")
        if self.peek() == 0x5D:
            self.at += 1
            return
        index = 0
        while True:
            self.peek()
            yield index
            index += 1
            follower = self.peek()
            if follower not in b",]":
                raise Broken(Reason.BAD_SYNTAX, self.at)
            self.at += 1
            if follower == 0x5D:
                return

    def members(self) -> Iterator[str]:
        """Step through the object that begins here, giving each key. Whoever loops must take or skip each value."""
        self.expect(b"{")
        if self.peek() == 0x7D:
            self.at += 1
            return
        while True:
            key = self.key()
            self.expect(b":")
            self.peek()
            yield key
            follower = self.peek()
            if follower not in b",}":
                raise Broken(Reason.BAD_SYNTAX, self.at)
            self.at += 1
            if follower == 0x7D:
                return

    def key(self) -> str:
        if self.peek() != _QUOTE:
            raise Broken(Reason.BAD_SYNTAX, self.at)
        start_len = len(self.held) - self.at
        while (match := _WHOLE_STRING.match(self.held, self.at)) is None:
            if start_len > CHUNK_BYTES or not self.fill():
                raise Broken(Reason.TRUNCATED if self.ended else Reason.TOO_LARGE, self.at)
            start_len = len(self.held) - self.at
        self.at = match.end()
        quoted = match.group()
        if len(quoted) > MAX_KEY_BYTES:
            return ""
        try:
            return str(json.loads(quoted, strict=False)) if b"\\" in quoted else quoted[1:-1].decode("utf-8", "replace")
        except ValueError:
            return ""

    # ---------------------------------------------------------------------------------------------------------- values

    def value_end(self) -> int:
        """The index just behind the value at `at`, all of which is then held.

        Raises TooMuch when the value is too deep or too large, Broken when it is cut off or no value begins here.
        """
        first = self.peek()
        if first in _OPEN:
            pattern = _CONTAINER
        elif first == _QUOTE:
            pattern = _WHOLE_STRING
        else:
            return self._scalar_end()
        wanted = CHUNK_BYTES
        while (match := pattern.match(self.held, self.at)) is None:
            if pattern is _CONTAINER and self._depth_held() > MAX_DEPTH:
                raise TooMuch(Reason.TOO_DEEP)
            if len(self.held) - self.at > MAX_ELEMENT_BYTES:
                raise TooMuch(Reason.TOO_LARGE)
            if not self.fill(wanted):
                raise Broken(Reason.TRUNCATED, self.at)
            wanted = max(CHUNK_BYTES, len(self.held) - self.at)  # double, so that long values are not read often
        if match.end() - self.at > MAX_ELEMENT_BYTES:
            raise TooMuch(Reason.TOO_LARGE)
        return match.end()

    def skip(self) -> Reason | None:
        """Step over the value at `at`, however deep or long. Says NUMBER_TOO_LARGE when it is such a number."""
        first = self.peek()
        if first in _OPEN:
            match = _CONTAINER.match(self.held, self.at)
            if match is None:
                self._skip_brackets()
            else:
                self.at = match.end()
        elif first == _QUOTE:
            self._skip_string()
        else:
            try:
                end = self._scalar_end()
            except TooMuch as much:
                return much.reason
            self.at = end
        return None

    def _scalar_end(self) -> int:
        digits = 0
        while True:
            match = _SCALAR.match(self.held, self.at)
            if match is None:
                raise Broken(Reason.BAD_SYNTAX, self.at)
            digits += match.end() - self.at
            if match.end() < len(self.held) or not self.fill():
                break
            digits = 0
        if digits > MAX_DIGITS:
            self.at += digits
            raise TooMuch(Reason.NUMBER_TOO_LARGE)
        end = self.at + digits
        if end == len(self.held):  # "1" may be the beginning of "10"
            raise Broken(Reason.TRUNCATED, self.at)
        if not _NUMBER_OR_WORD.fullmatch(self.held, self.at, end):
            raise Broken(Reason.BAD_SYNTAX, self.at)
        return end

    def _depth_held(self) -> int:
        """The greatest depth of brackets in what is held of the value at `at`."""
        depth = deepest = 0
        for match in _BRACKETS.finditer(self.held, self.at):
            byte = self.held[match.start()]
            if byte in _OPEN:
                depth += 1
                deepest = max(deepest, depth)
            elif byte in _CLOSE:
                depth -= 1
                if depth == 0:
                    break
        return deepest

    def _skip_brackets(self) -> None:
        depth = 0
        while True:
            for match in _BRACKETS.finditer(self.held, self.at):
                byte = self.held[match.start()]
                if byte in _OPEN:
                    depth += 1
                elif byte in _CLOSE:
                    depth -= 1
                    if depth == 0:
                        self.at = match.end()
                        return
                elif match.end() - match.start() == 1:  # a string that goes on beyond what is held
                    self.at = match.start()
                    self._skip_string()
                    break
            else:
                self.at = len(self.held)
                if not self.fill():
                    raise Broken(Reason.TRUNCATED, self.at)

    def _skip_string(self) -> None:
        self.at += 1
        while True:
            match = _STRING_BODY.match(self.held, self.at)
            assert match is not None
            self.at = match.end()
            if self.held[self.at : self.at + 1] == b'"':
                self.at += 1
                return
            if not self.fill():
                raise Broken(Reason.TRUNCATED, self.at)


def _bom_length(beginning: bytes, encoding: str) -> int:
    """`json.detect_encoding` names the plain codec only when there is a byte order mark."""
    return {"utf-8-sig": 3, "utf-16": 2, "utf-32": 4}.get(encoding, 0)


def beginning(head: bytes) -> bytes:
    """The first bytes of a document as UTF-8 without mark and leading white space, for recognition."""
    encoding = json.detect_encoding(head)
    if encoding in ("utf-8", "utf-8-sig"):
        return head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    return head.decode(encoding, "ignore").encode("utf-8", "ignore").lstrip(b" \t\r\n")
