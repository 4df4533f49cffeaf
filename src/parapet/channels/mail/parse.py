"""Mailboxes and messages to items: one for each message, embedded messages included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from attrs import frozen

from parapet.channels import letter
from parapet.channels.contract import About
from parapet.channels.mail.body import Body, read_body
from parapet.channels.mail.mbox import Unquoted, is_from_line, messages
from parapet.channels.mail_headers import Headers
from parapet.channels.mime import Part, read_message
from parapet.channels.pdf_text import Patience
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Place, Reason, Refused

#: A message beyond this is refused: it could not be held in memory beside what is made of it.
MAX_MESSAGE_BYTES = 48 * 1024 * 1024

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "bcc", "resent-to")
_COMMENT = re.compile(r"\([^()]*\)")


@frozen
class _Where:
    """How places in the message that is read lead back to the file."""

    offset: int  # of the message in the file
    pointer: str  # "message 4", or "" for a file that is one message
    quoted: Unquoted
    patience: Patience

    def place(self, part: Part) -> Place:
        start = self.quoted.original(part.start)
        end = self.quoted.original(part.end)
        pointer = ", ".join(word for word in (self.pointer, f"part {part.path}" if part.path else "") if word)
        return Place(pointer=pointer, offset=self.offset + start, length=end - start)


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """The messages of a mailbox or of one .eml file, each followed by those embedded in it."""
    patience = Patience()
    start = source.read(2048)
    source.seek(0)
    lead = len(start) - len(start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if is_from_line(start, lead):
        for number, (begin, end) in enumerate(messages(source), 1):
            yield from _message(source, begin, end, f"message {number}", patience)
        return
    size = source.seek(0, 2)
    yield from _message(source, 0, size, "", patience)


def _message(source: BinaryIO, begin: int, end: int, pointer: str, patience: Patience) -> Iterator[Parsed]:
    place = Place(pointer=pointer, offset=begin, length=end - begin)
    if end - begin > MAX_MESSAGE_BYTES:
        yield Refused(Reason.TOO_LARGE, place, f"{end - begin} bytes, at most {MAX_MESSAGE_BYTES}")
        return
    source.seek(begin)
    raw = source.read(end - begin)
    if not raw.strip():
        yield Refused(Reason.EMPTY, place)
        return
    quoted = Unquoted(raw, is_quoted=bool(pointer))
    root = read_message(quoted.bytes)
    yield from _items(root, raw, _Where(begin, pointer, quoted, patience), None)


def _items(root: Part, raw: bytes, where: _Where, parent: Item | None) -> Iterator[Parsed]:
    body = read_body(root)
    item = _item(root, body, parent)
    for each in _with_letter(item, body, where):
        yield Found(each, raw, where.place(root), "message/rfc822")
    for holder in body.embedded:
        inner = holder.children[0]
        if inner.raw is root.raw:
            place = where.place(inner)
            first = place.offset - where.offset - where.quoted.original(root.start)
            yield from _items(inner, raw[first : first + place.length], where, item)
        else:
            yield from _encoded_items(holder, inner, raw, root, where, item)


def _encoded_items(holder: Part, inner: Part, raw: bytes, root: Part, where: _Where, parent: Item) -> Iterator[Parsed]:
    """A message embedded in base64: its bytes in the file are the encoded ones. What it embeds in turn shares them."""
    start = where.quoted.original(holder.body) - where.quoted.original(root.start)
    end = where.quoted.original(holder.end) - where.quoted.original(root.start)
    held = raw[start:end]
    whole = where.place(holder)
    place = Place(pointer=whole.pointer, offset=whole.offset + whole.length - len(held), length=len(held))
    waiting: list[tuple[Part, Item]] = [(inner, parent)]
    while waiting:
        part, above = waiting.pop(0)
        body = read_body(part)
        item = _item(part, body, above)
        for each in _with_letter(item, body, where):
            yield Found(each, held, place, f"message/rfc822; encoding={holder.encoding}")
        waiting.extend((deeper.children[0], item) for deeper in body.embedded)


def _with_letter(mail: Item, body: Body, where: _Where) -> tuple[Item, ...]:
    """The mail; the mail and the letter that it carries; or the letter alone, of which the mail is but the notice."""
    found = letter.within_mail(mail, body.text, body.files, where.patience)
    if found is None:
        return (mail,)
    return (found.letter,) if found.alone else (mail, found.letter)


def _item(root: Part, body: Body, parent: Item | None) -> Item:
    headers = root.headers
    text, said = clean(body.text.strip())
    subject, more = headers.text("subject")
    flags = {*body.flags, *said, *more}
    given = headers.raw("date").decode("utf-8", "replace").strip()
    sent_at = moment(_COMMENT.sub("", given).strip()[:64])
    if sent_at is None:
        flags.add(Flag.IMPLAUSIBLE_TIME)
    ids = headers.ids("message-id")
    uri = ids[0] if ids else "mid:sha256:" + _digest(root)
    answers = headers.ids("in-reply-to")
    references = headers.ids("references")
    refers_to = tuple(dict.fromkeys((*answers, *reversed(references))))[:50]
    return Item(
        channel="mail",
        uri=uri,
        # As RFC 2392 writes it: with its colons encoded, an id can claim neither another's URI nor our own name for a mail.
        aliases=("mid:" + quote(uri[1:-1], safe="@"),) if ids else (),
        kind=ItemKind.MAIL,
        author=_author(headers),
        text=text,
        subject=line(subject, 998)[0],
        sent_at=sent_at,
        sent_at_as_given=line(given, 100)[0],
        lang=_lang(headers),
        aimed_at=_aimed_at(headers) or (parent.aimed_at if parent else ()),
        refers_to=tuple(other for other in refers_to if other != uri),
        thread=(references or answers or (uri,))[0],
        attachments=tuple(body.attachments),
        flags=flags,
        forwarded_by=parent.uri if parent else "",
    )


def _digest(root: Part) -> str:
    """Of the message as it was sent: mailboxes and gateways change line ends and the end of the file."""
    return hashlib.sha256(root.raw[root.start : root.end].replace(b"\r\n", b"\n").strip(b"\n")).hexdigest()


def _author(headers: Headers) -> Account:
    for name in ("from", "sender", "return-path"):
        for shown, address in headers.addresses(name)[:1]:
            return Account("mail", handle=address, name=shown)
    return Account("mail")


def _aimed_at(headers: Headers) -> tuple[Identifier, ...]:
    found: dict[Identifier, None] = {}
    for name, address in headers.addresses(*_RECIPIENTS):
        if address:
            found[Identifier(IdentifierKind.EMAIL, address)] = None
        if name and "@" not in name:
            found[Identifier(IdentifierKind.NAME, name)] = None
    return tuple(found)


def _lang(headers: Headers) -> str:
    found = re.match(rb"\s*([A-Za-z]{2})\b", headers.raw("content-language"))
    return found.group(1).decode().lower() if found else ""
