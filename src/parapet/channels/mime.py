"""A message as the tree of its parts, found in the bytes by place; nothing is copied until it is decoded.

Written for hostile input: bounded depth, bounded number of parts, no recursion beyond that depth, and every damage
becomes a flag. The exact bytes of an embedded message stay known, since each part knows where it begins and ends.
"""

from __future__ import annotations

import binascii
import re

from attrs import define, field

from parapet.channels.mail_headers import Headers, decoded, parameters, read_headers
from parapet.channels.text import line
from parapet.domain.items import Flag

#: Multiparts within multiparts deeper than this, and messages within messages deeper than that, are not opened.
MAX_PART_DEPTH = 30
MAX_MESSAGE_DEPTH = 10
MAX_PARTS = 500

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_BAD_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


@define(eq=False)
class Part:
    """One part. `start`, `body` and `end` are places in `raw`: of its header, of its content, and behind it.

    path      "2.1" for the first part of the second part, "" for the message itself
    children  parts of a multipart; for an embedded message its own root alone
    """

    raw: bytes
    headers: Headers
    start: int
    body: int
    end: int
    path: str
    media_type: str
    charset: str
    encoding: str
    disposition: str
    name: str
    flags: set[Flag] = field(factory=set)
    children: list[Part] = field(factory=list)

    @property
    def is_message(self) -> bool:
        """True for an embedded message that was opened; its root is the only child."""
        return self.media_type in ("message/rfc822", "message/global") and bool(self.children)

    def content(self) -> bytes:
        """The content with its transfer encoding undone; damage is flagged, what can be read is kept."""
        return _undo(self.raw[self.body : self.end], self.encoding, self.flags)


def read_message(raw: bytes, start: int = 0, end: int | None = None) -> Part:
    """The root part of the message in `raw[start:end]`. Never raises."""
    return _Reader(raw).part(start, len(raw) if end is None else end, "", "text/plain", 0, 0)


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.parts = 0

    def part(self, start: int, end: int, path: str, default: str, depth: int, messages: int) -> Part:
        self.parts += 1
        header_end, body = _split(self.raw, start, end)
        headers = read_headers(self.raw[start:header_end])
        media_type, values = parameters(headers.raw("content-type"))
        disposition, more = parameters(headers.raw("content-disposition"))
        part = Part(
            raw=self.raw,
            headers=headers,
            start=start,
            body=body,
            end=end,
            path=path,
            media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else default,
            charset=values.get("charset", "")[:100],
            encoding=headers.raw("content-transfer-encoding").strip().lower().decode("ascii", "replace"),
            disposition=disposition,
            name=file_name(more.get("filename") or values.get("name") or ""),
            flags=set(headers.flags),
        )
        if part.media_type.startswith("multipart/"):
            self._divide(part, values.get("boundary", ""), depth, messages)
        elif part.media_type in ("message/rfc822", "message/global"):
            self._open(part, depth, messages)
        return part

    def _open(self, part: Part, depth: int, messages: int) -> None:
        if messages >= MAX_MESSAGE_DEPTH or depth >= MAX_PART_DEPTH or self.parts >= MAX_PARTS:
            part.flags.add(Flag.TOO_DEEP)
            return
        if part.encoding in ("base64", "quoted-printable"):  # forbidden, and seen all the same
            inner = _Reader(part.content())
            inner.parts = self.parts
            part.children.append(inner.part(0, len(inner.raw), part.path, "text/plain", depth + 1, messages + 1))
            self.parts = inner.parts
        else:
            part.children.append(self.part(part.body, part.end, part.path, "text/plain", depth + 1, messages + 1))

    def _divide(self, part: Part, boundary: str, depth: int, messages: int) -> None:
        if depth >= MAX_PART_DEPTH:
            part.flags.add(Flag.TOO_DEEP)
            part.media_type = "application/octet-stream"
            return
        spans, closed = _spans(self.raw, part.body, part.end, boundary)
        if not closed:
            part.flags.add(Flag.MALFORMED)
        if not spans:
            part.flags.add(Flag.MALFORMED)
            part.media_type = "text/plain"
            return
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        for number, (start, end) in enumerate(spans, 1):
            if self.parts >= MAX_PARTS:
                part.flags.add(Flag.TOO_DEEP)
                break
            path = f"{part.path}.{number}" if part.path else str(number)
            part.children.append(self.part(start, end, path, default, depth + 1, messages))


def _split(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """(end of the header block, start of the body)."""
    if raw.startswith(b"\xef\xbb\xbf", start):
        start += 3
    if raw[start : start + 1] == b"\n":
        return start, start + 1
    if raw[start : start + 2] == b"\r\n":
        return start, start + 2
    unix, dos = raw.find(b"\n\n", start, end), raw.find(b"\n\r\n", start, end)
    if unix < 0 and dos < 0:
        return end, end
    if dos < 0 or 0 <= unix < dos:
        return unix, unix + 2
    return dos, dos + 3


def _spans(raw: bytes, start: int, end: int, boundary: str) -> tuple[list[tuple[int, int]], bool]:
    """The places between boundary lines, and whether the last one was found."""
    mark = b"--" + boundary.rstrip().encode("utf-8", "replace")
    spans: list[tuple[int, int]] = []
    if len(mark) < 3 or len(mark) > 300:
        return spans, False
    opened, at = -1, start
    while (found := raw.find(mark, at, end)) >= 0:
        after = found + len(mark)
        last = raw.startswith(b"--", after)
        row_end = raw.find(b"\n", after, min(end, after + 200))
        if row_end < 0:
            if end - after > 200:  # a line this long is no boundary
                at = found + 1
                continue
            row_end = end
        tail = raw[after + (2 if last else 0) : row_end]
        if (found > start and raw[found - 1 : found] != b"\n") or tail.strip():
            at = found + 1
            continue
        if opened >= 0:
            spans.append((opened, _before_line_end(raw, opened, found)))
        if last or len(spans) >= MAX_PARTS:
            return spans, last
        opened = at = min(end, row_end + 1)
    if 0 <= opened <= end:
        spans.append((opened, end))
    return spans, False


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
        if end > start and raw[end - 1 : end] == b"\r":
            end -= 1
    return end


def _undo(held: bytes, encoding: str, flags: set[Flag]) -> bytes:
    if encoding == "base64":
        bare, odd = _NOT_BASE64.subn(b"", held)
        if odd and held.translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"):
            flags.add(Flag.MALFORMED)
        if len(bare) % 4 == 1:
            bare = bare[:-1]
            flags.add(Flag.MALFORMED)
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    if encoding == "quoted-printable":
        if _BAD_QUOTED.search(held):
            flags.add(Flag.MALFORMED)
        return binascii.a2b_qp(held)
    return held


def file_name(name: str) -> str:
    """A sender's name for a file as a line of text; never a path of ours."""
    return line(decoded(name.encode("utf-8", "replace"))[0], 255)[0] if name else ""
