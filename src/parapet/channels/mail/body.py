"""What a person reads in a message: its text, and a list of what is attached."""

from __future__ import annotations

import hashlib
import re

from attrs import define, field

from parapet.channels.charsets import decode
from parapet.channels.mime import Part
from parapet.channels.pictures import is_oversize
from parapet.channels.text import clean, read_html
from parapet.domain.items import Attachment, Flag

#: Of one part, before decoding: head and tail are kept. Text is cut again by `text.clean`.
MAX_PART_BYTES = 1024 * 1024
MAX_HTML_CHARS = 600_000
MAX_ATTACHMENTS = 200
_CUT = "\n[…]\n"
_PRINTABLE = bytes((*range(0x20, 0x7F), 0x09, 0x0A, 0x0D, 0x0C))
_BLOCKQUOTE = re.compile(r"</?blockquote\b[^>]{0,1000}+>", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")


@define
class Body:
    """The readable text and the attachments of one message; embedded messages are left out."""

    text: str = ""
    flags: set[Flag] = field(factory=set)
    attachments: list[Attachment] = field(factory=list)
    files: list[Part] = field(factory=list)  # the parts of `attachments`
    embedded: list[Part] = field(factory=list)  # message/rfc822 parts that were opened


def read_body(root: Part) -> Body:
    """The body of the message whose root is `root`."""
    body = Body()
    if root.is_message:  # a mail that is nothing but another mail
        body.embedded.append(root)
        body.flags |= root.flags
        return body
    body.text = _read(root, body)
    if not body.text.strip():
        for part in body.files:
            if part.media_type.startswith("text/"):
                body.text = _text_of(part, body)
                break
    return body


def _read(part: Part, body: Body) -> str:
    body.flags |= part.flags
    if part.is_message:
        body.embedded.append(part)
        return ""
    if part.media_type == "multipart/alternative":
        return _alternative(part, body)
    if part.media_type.startswith("multipart/"):
        return _joined([text for child in part.children if (text := _read(child, body)).strip()])
    if part.media_type in ("text/plain", "text/html") and part.disposition != "attachment" and not part.name:
        return _text_of(part, body)
    _attach(part, body)
    return ""


def _joined(texts: list[str]) -> str:
    """All texts in order; beyond two million characters the first and the last."""
    if sum(map(len, texts)) > 2_000_000:
        texts = [texts[0], _CUT, texts[-1]]
    return "\n\n".join(texts)


def _alternative(part: Part, body: Body) -> str:
    """The plain alternative, and the HTML one as well where it says something else: mail programs show the HTML."""
    plain: list[str] = []
    rich: list[str] = []
    was_html_only = Flag.HTML_ONLY in body.flags
    for child in part.children:
        is_plain = child.media_type == "text/plain" and not child.name and child.disposition != "attachment"
        text = _read(child, body)
        if text.strip():
            (plain if is_plain else rich).append(text)
    first, second = _joined(plain), _joined(rich)
    if not first.strip():
        return second
    if not was_html_only:
        body.flags.discard(Flag.HTML_ONLY)
    return first if not second.strip() or _says_the_same(first, second) else f"{first}\n\n{second}"


def _says_the_same(plain: str, rich: str) -> bool:
    known, shown = set(re.findall(r"\w+", plain.lower())), set(re.findall(r"\w+", rich.lower()))
    return len(shown - known) <= 0.3 * len(shown)


def _text_of(part: Part, body: Body) -> str:
    raw = part.content()
    if len(raw) > MAX_PART_BYTES:
        # An even cut keeps two-byte charsets in step.
        raw_text = (
            _decoded(raw[: MAX_PART_BYTES * 3 // 4], part, body) + _CUT + _decoded(raw[-(MAX_PART_BYTES // 4) :], part, body)
        )
        body.flags.add(Flag.CUT_FOR_DISPLAY)
    else:
        raw_text = _decoded(raw, part, body)
    body.flags |= part.flags
    if part.media_type != "text/html":
        return raw_text
    if len(raw_text) > MAX_HTML_CHARS:
        raw_text = raw_text[: MAX_HTML_CHARS * 3 // 4] + _CUT + raw_text[-(MAX_HTML_CHARS // 4) :]
        body.flags.add(Flag.CUT_FOR_DISPLAY)
    text, flags = _quoting(raw_text)
    body.flags |= flags | {Flag.HTML_ONLY}
    return text


def _quoting(markup: str) -> tuple[str, frozenset[Flag]]:
    """The text of HTML with "> " before quoted lines: what somebody quotes must not count as hers.

    A quotation that is never closed is one line, as some programs write it.
    """
    if "<blockquote" not in markup and "<BLOCKQUOTE" not in markup:
        return read_html(markup)
    opens, closes = 0, len(re.findall(r"</blockquote", markup, re.IGNORECASE))
    markup = markup.translate({0xE000: None, 0xE001: None, 0xE002: None})

    def mark(found: re.Match[str]) -> str:
        nonlocal opens
        if found.group().startswith("</"):
            return "\ue001" + found.group()
        opens += 1
        return found.group() + ("\ue000" if opens <= closes else "\ue002")

    text, flags = read_html(_BLOCKQUOTE.sub(mark, markup))
    rows: list[str] = []
    depth = 0
    for row in text.split("\n"):
        depth += row.count("\ue000")
        here = "> " * min(20, depth + row.count("\ue002"))
        depth = max(0, depth - row.count("\ue001"))
        bare = row.translate({0xE000: None, 0xE001: None, 0xE002: None}).strip()
        if bare or row == "":
            rows.append(here + bare if bare else "")
    return "\n".join(rows), flags


def _decoded(raw: bytes, part: Part, body: Body) -> str:
    if _is_binary(raw, part.charset):
        body.flags.add(Flag.BINARY)
        return ""
    text, flags = decode(raw, part.charset)
    body.flags |= flags
    return text.replace("\r\n", "\n")


def _is_binary(raw: bytes, charset: str) -> bool:
    """Most of it is no text in any charset of mail. Padding a threat with some odd bytes does not hide it."""
    sample = raw if len(raw) <= 65_536 else raw[:32_768] + raw[-32_768:]
    if len(sample) < 32 or charset.lower().replace("_", "-").startswith(("utf-16", "utf-32", "iso-2022")):
        return False
    if charset.lower() not in ("", "us-ascii", "ascii", "utf-8", "utf8") and 0 not in sample:
        return False
    zeros = max(sample[0::2].count(0), sample[1::2].count(0))
    if zeros > 0.7 * (len(sample) // 2) and sample.count(0) < 0.6 * len(sample):
        return False  # UTF-16 that does not say so
    printable = len(sample) - len(sample.translate(None, _PRINTABLE))
    printable += sum(map(len, _MULTIBYTE.findall(sample)))
    return printable < 0.7 * len(sample) and len(set(sample)) > 32


def _attach(part: Part, body: Body) -> None:
    if len(body.attachments) >= MAX_ATTACHMENTS:
        body.flags.add(Flag.TOO_DEEP)
        return
    raw = part.content()
    if part.encoding != "base64":
        # Mailboxes and gateways change line ends; one file must have one digest however it came.
        raw = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
    if is_oversize(raw[:65_536]):
        body.flags.add(Flag.OVERSIZE_IMAGE)
    body.flags |= part.flags
    # A direction mark in a name makes "exe.png" of "gnp.exe".
    body.flags |= clean(part.name)[1]
    body.files.append(part)
    body.attachments.append(Attachment(part.name, part.media_type, len(raw), hashlib.sha256(raw).hexdigest()))
