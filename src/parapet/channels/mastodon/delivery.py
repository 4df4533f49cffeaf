"""What watching brings, as one delivery a message: what the server gave, byte for byte, and where it was seen.

One object of JSON, whose name comes first. `view` is a slice of the server's own answer, neither decoded nor written anew: a
notification, a request, a conversation or a status. With an earlier version (an entry of a status's history) and with who reposted,
`status` is the slice of the message itself.

    {"parapet_delivery": "mastodon/1", "server": ..., "account": id, "seen_in": ..., "seen_at": RFC 3339, "uri": ...,
     "view": {...}, "status": {...}}

Pure.
"""

from __future__ import annotations

import io
from typing import Any

import msgspec
from attrs import evolve

from parapet.channels.json_stream import elements
from parapet.channels.mastodon.status import account_from, item_from
from parapet.channels.shape import Misshapen, name, needed, passed, record, refused, words
from parapet.channels.text import moment
from parapet.domain.items import Flag, Item, ItemKind
from parapet.domain.parsed import Found, Gone, Parsed, Place, Reason, Refused

MARK = b'{"parapet_delivery":"mastodon/1",'
MEDIA_TYPE = "application/json"
MAX_BYTES = 16 * 1024 * 1024
#: Where something was seen. Stable: they stand in what was taken in.
NOTIFICATION, REQUEST, CONVERSATION, THREAD, QUOTES, WRITER, OWN, EARLIER, REPOST, GONE, ODD = (
    "notification", "request", "conversation", "thread", "quotes", "writer", "own", "earlier", "repost", "gone", "odd",
)  # fmt: skip
_encode = msgspec.json.encode


def delivery(server: str, account: str, seen_in: str, seen_at: str, view: bytes, *, uri: str = "", status: bytes = b"") -> bytes:
    """One delivery. `view` and `status` must be JSON: they are put in as they are."""
    told = {"server": server, "account": account, "seen_in": seen_in, "seen_at": seen_at, "uri": uri}
    parts = [MARK, _encode(told)[1:-1], b',"view":', view]
    if status:
        parts += [b',"status":', status]
    return b"".join((*parts, b"}"))


def is_delivery(start: bytes) -> bool:
    """Whether a file that begins so is a delivery."""
    return start.startswith(MARK)


def status_in(view: Any) -> dict[str, Any]:
    """The message in a notification, a request or a conversation; what is a status already; {} where there is none."""
    told = record(view)
    for field in ("status", "last_status"):
        if field in told:
            held = record(told[field])
            return held if not held or "account" in held else {**held, "account": told.get("account")}
    return told if "content" in told or "visibility" in told else {}


def parse_delivery(raw: bytes, member: str = "") -> Parsed:
    """The message in a delivery, or that it is gone."""
    place = Place(member, "", 0, len(raw))
    if len(raw) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, place)
    read = next(iter(elements(io.BytesIO(raw), ())))
    if isinstance(read, Refused):
        return Refused(read.reason, place)
    told = record(read.value)
    seen_in = words(told.get("seen_in"))
    try:
        if seen_in == GONE:
            return Gone(needed(told.get("uri"), "uri"), place, raw, moment(words(told.get("seen_at"))), channel="mastodon")
        item = _repost(told, read.flags) if seen_in == REPOST else _message(told, seen_in, read.flags)
    except Misshapen as fault:
        return refused(place, fault)
    return Found(item, raw, place, MEDIA_TYPE) if item is not None else passed(words(record(told.get("view")).get("type")), place)


def _message(told: dict[str, Any], seen_in: str, flags: frozenset[Flag]) -> Item | None:
    view = record(told.get("view"))
    status = status_in(view)
    if seen_in == EARLIER:
        status = _earlier(record(told.get("status")), view)
    elif not status and "type" in view:
        return None
    item = item_from(status, flags, server=words(told.get("server")))
    who = name(record(status.get("account")).get("id"))
    return evolve(item, own=True) if who and who == name(told.get("account")) else item


def _earlier(status: dict[str, Any], edit: dict[str, Any]) -> dict[str, Any]:
    """The message as it was: an entry of its history (entities/StatusEdit.md) in its place."""
    held = {key: edit.get(key) for key in ("content", "spoiler_text", "media_attachments", "poll")}
    at = edit.get("created_at")
    return {**status, **held, "edited_at": None if at == status.get("created_at") else at}


def _repost(told: dict[str, Any], flags: frozenset[Flag]) -> Item:
    """That an account reposted a message. The server tells who, and neither when nor by what name."""
    uri = needed(told.get("uri"), "uri")
    author, more = account_from(told.get("view"), server=words(told.get("server")))
    return Item(
        channel="mastodon",
        uri=f"{uri}#reposted-by-{needed(author.handle, 'account.acct')}",
        kind=ItemKind.REPOST,
        author=author,
        text="",
        refers_to=(uri,),
        flags=flags | more | {Flag.IMPLAUSIBLE_TIME},
    )
