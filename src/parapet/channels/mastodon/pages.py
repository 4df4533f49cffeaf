"""Pages of a server's answers: read part by part, so that one that cannot be read hides none of the others."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from attrs import define, field

from parapet.channels.json_stream import Element, Path, elements
from parapet.channels.mastodon.session import Session
from parapet.channels.shape import array, name, record, words
from parapet.domain.errors import OutsideRefused
from parapet.network.door import Answer

#: Parts of answers that cannot be read, and are kept: so many while a line stands.
MAX_ODD = 50
#: Where a whole page is too large, so few are asked for at once.
FEW = 2
_LINK = re.compile(r'<([^<>]{1,4000})>\s*;[^,<]{0,200}rel="?next"?')


@define
class Pages:
    """`odd`: by their digest, parts that could not be read, each as a view of a delivery."""

    session: Session
    odd: dict[str, bytes] = field(factory=dict)

    def page(self, path: str, told: Mapping[str, Any]) -> Answer:
        """Ask; in smaller pieces where all of it is more than can be taken. Raises as `Session.get`."""
        try:
            return self.session.get(path, told)
        except OutsideRefused as error:
            if error.why != "size" or "limit" not in told:
                raise
            return self.session.get(path, {**told, "limit": FEW})

    def elements(self, answer: Answer, path: Path) -> Iterator[Element]:
        """What lies at `path`. A part that cannot be read is kept as it is. Raises OutsideRefused where the whole is not in form."""
        if answer.ok and path and answer.body.lstrip()[:1] != (b"{" if len(path) > 1 else b"["):
            raise OutsideRefused(why="protocol")
        for found in elements(io.BytesIO(answer.body), path):
            if isinstance(found, Element):
                yield found
            elif not found.place.pointer:
                raise OutsideRefused(why="protocol")
            elif len(self.odd) < MAX_ODD:
                place = found.place
                part = answer.body[place.offset : place.offset + place.length] or answer.body
                told = msgspec.json.encode({"not_understood": base64.b64encode(part).decode()})
                self.odd.setdefault(hashlib.sha256(part).hexdigest(), told)

    def slice_of(self, raw: bytes) -> bytes:
        """The message's own bytes within those of a notification, a request or a conversation; b"" where there are none."""
        for field_name in ("status", "last_status"):
            for found in elements(io.BytesIO(raw), (field_name,)):
                if isinstance(found, Element) and isinstance(found.value, dict):
                    return found.raw
        return b""


def next_of(answer: Answer) -> str:
    """Where the next page begins: the id in the header "Link", which is all that is used of it; else the last on this page; "" at the end."""
    link = _LINK.search(answer.headers.get("link", "")[:20_000])
    if link is not None:
        try:
            told = parse_qs(urlsplit(link[1]).query).get("max_id", [""])[0]
        except ValueError:
            told = ""
        return told if len(told) <= 200 and told.isprintable() else ""
    if "link" in answer.headers:
        return ""
    held = array(answer.json(or_none=True))
    return name(record(held[-1]).get("id")) if held else ""


def fingerprint(status: Mapping[str, Any]) -> str:
    """Changes when what a reader sees of it does: not every server says when something was changed."""
    media = [words(record(each).get("description")) for each in array(status.get("media_attachments"))[:50]]
    poll = [words(record(each).get("title")) for each in array(record(status.get("poll")).get("options"))[:50]]
    said = repr((words(status.get("content")), words(status.get("spoiler_text")), media, poll))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def is_json(raw: bytes) -> bool:
    return Answer(200, raw, {}).json(or_none=True) is not None
