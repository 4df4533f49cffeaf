"""What watching brings, as one delivery a message: what the platform gave, byte for byte, with the writer's signed proof beside it.

One object of JSON, whose name comes first. `view` is a slice of the platform's own answer, neither decoded nor written anew;
so are `did_document` and `audit_log`. `car` is the answer of the writer's server to com.atproto.sync.getRecord, in base64.

    {"parapet_delivery": "bluesky/1", "account": DID, "seen_in": ..., "seen_at": RFC 3339, "view": {...},
     "uri": ..., "server": ..., "car": ..., "did_document": {...}, "audit_log": [...]}

Pure.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import msgspec
from attrs import evolve, frozen

from parapet.channels.bluesky.identifier import check_record, cid_of
from parapet.channels.bluesky.keys import handle_of, keys_of
from parapet.channels.bluesky.record import URI, item_from
from parapet.channels.bluesky.repository import BadProof, read_proof
from parapet.channels.json_stream import Element, elements
from parapet.channels.shape import Misshapen, name, needed, passed, record, refused, text, unique, words
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Gone, Parsed, Place, Reason, Refused
from parapet.domain.source import Method, Result, SourceCheck

MARK = b'{"parapet_delivery":"bluesky/1",'
MEDIA_TYPE = "application/json"
MAX_BYTES = 16 * 1024 * 1024
#: Where something was seen. Stable: they stand in what was taken in.
NOTIFICATION, THREAD, QUOTES, SEARCH, WRITER, OWN, CHAT, GONE, ODD, STREAM = (
    "notification", "thread", "quotes", "search", "writer", "own", "chat", "gone", "odd", "stream",
)  # fmt: skip
_encode = msgspec.json.encode


@frozen
class Proof:
    """What the writer's server and the directory said. Empty where they said nothing that could be kept."""

    server: str = ""
    car: bytes = b""
    document: bytes = b""
    log: bytes = b""


def delivery(account: str, seen_in: str, seen_at: str, view: bytes, *, uri: str = "", proof: Proof | None = None) -> bytes:
    """One delivery. `view`, and what `proof` holds of JSON, must be JSON: they are put in as they are."""
    head = MARK[1:-1] + b"," + _encode({"account": account, "seen_in": seen_in, "seen_at": seen_at, "uri": uri})[1:-1]
    parts = [b"{", head, b',"view":', view]
    if proof is not None:
        parts += [b',"server":', _encode(proof.server)]
        if proof.car:
            parts += [b',"car":"', base64.b64encode(proof.car), b'"']
        if proof.document:
            parts += [b',"did_document":', proof.document]
        if proof.log:
            parts += [b',"audit_log":', proof.log]
    return b"".join((*parts, b"}"))


def is_delivery(start: bytes) -> bool:
    """Whether a file that begins so is a delivery."""
    return start.startswith(MARK)


def parse_delivery(raw: bytes, member: str = "") -> Parsed:
    """The message in a delivery, or that it is gone."""
    place = Place(member, "", 0, len(raw))
    if len(raw) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, place)
    read = _read(raw)
    if isinstance(read, Refused):
        return Refused(read.reason, place)
    told, flags = record(read.value), read.flags
    seen_in = words(told.get("seen_in"))
    view = _viewed(told)
    try:
        if seen_in == GONE:
            return Gone(needed(told.get("uri"), "uri"), place, raw, moment(words(told.get("seen_at"))), channel="bluesky")
        if seen_in == CHAT:
            return _message(told, view, raw, place)
        item = _post(told, view, flags)
    except Misshapen as fault:
        return refused(place, fault)
    return Found(item, raw, place, MEDIA_TYPE)


def _read(raw: bytes) -> Element | Refused:
    """All of it as one value, with what a platform lets through and a strict reader does not."""
    return next(iter(elements(io.BytesIO(raw), ())))


def _viewed(told: dict[str, Any]) -> dict[str, Any]:
    """What was given, as the platform's views are shaped; a frame of the stream holds the same under other names."""
    view = record(told.get("view"))
    if words(told.get("seen_in")) != STREAM:
        return view
    commit = record(view.get("commit"))
    uri = f"at://{words(view.get('did'))}/{words(commit.get('collection'))}/{words(commit.get('rkey'))}"
    return {"uri": uri, "cid": commit.get("cid"), "record": commit.get("record")}


def _post(told: dict[str, Any], view: dict[str, Any], flags: frozenset[Flag]) -> Item:
    uri = needed(view.get("uri"), "uri")
    author = view.get("author") or {"handle": handle_of(told.get("did_document"))}
    item = item_from(uri, view.get("record", view.get("value")), author=author, cid=view.get("cid"), extra=flags)
    return evolve(item, own=True) if item.author.native_id == words(told.get("account")) else item


def _message(told: dict[str, Any], log: dict[str, Any], raw: bytes, place: Place) -> Parsed:
    """An entry of the log of direct messages (chat.bsky.convo.getLog), or a message of a conversation."""
    conversation, message = needed(log.get("convoId"), "convoId"), record(log.get("message"))
    uri = f"bluesky:{conversation}/{needed(message.get('id'), 'message.id')}"
    kind = words(log.get("$type")).partition("#")[2]
    if kind == "logDeleteMessage" or words(message.get("$type")).endswith("#deletedMessageView"):
        return Gone(uri, place, raw, moment(words(message.get("sentAt"))), channel="bluesky")
    if kind not in ("", "logCreateMessage"):
        return passed(kind, place)
    body, flags = clean(text(message.get("text"), "message.text"))
    account, sender = words(told.get("account")), needed(record(message.get("sender")).get("did"), "message.sender")
    item = Item(
        channel="bluesky",
        uri=uri,
        kind=ItemKind.MESSAGE,
        author=_writer(told, sender),
        text=body,
        sent_at=moment(words(message.get("sentAt"))),
        sent_at_as_given=line(words(message.get("sentAt"))[:64])[0],
        revision=name(message.get("rev")),
        aimed_at=() if sender == account else (Identifier(IdentifierKind.DID, account),),
        refers_to=unique([name(record(record(record(message.get("embed")).get("record")).get("record")).get("uri"))]),
        thread=f"bluesky:{conversation}",
        url="https://bsky.app/messages",
        flags=flags,
        own=sender == account,
    )
    return Found(item, raw, place, MEDIA_TYPE)


def _writer(told: dict[str, Any], did: str) -> Account:
    handle = line(handle_of(told.get("did_document")))[0]
    return Account("bluesky", handle=handle, native_id=did)


def check_delivery(raw: bytes) -> SourceCheck | None:
    """Whether the writer signed the record in a delivery. Never raises on what is in `raw`. UNCHECKED where the signature is still to be had.

    1. The record as the platform gave it must give an identifier: its digest.
    2. The repository's tree must hold just this identifier at the record's name.
    3. The tree's root must be in a commit for this very account.
    4. The commit must be signed by a key that the account had, as its log says, which proves itself; else as its document says.
    """
    read = _read(raw)
    if isinstance(read, Refused):
        return None
    told = record(read.value)
    view = _viewed(told)
    parts = URI.fullmatch(words(view.get("uri")))
    if parts is None:
        return None
    if not isinstance(told.get("car"), str):
        check = check_record(view)
        # Her own posts need none, and an identifier that does not fit is signed by nobody.
        is_late = words(told.get("seen_in")) not in (OWN, GONE) and check is not None and check.result is Result.MATCH
        return SourceCheck(Method.COMMIT, Result.UNCHECKED, check.learned) if is_late and check is not None else check
    did, collection, rkey = parts.groups()
    try:
        computed = cid_of(view.get("record", view.get("value")))
    except (ValueError, RecursionError):
        computed = ""
    learned: dict[str, Any] = {"cid": name(view.get("cid"))[:200], "computed": computed}
    try:
        kept = read_proof(base64.b64decode(told["car"], validate=True), did=did, path=f"{collection}/{rkey}")
    except (ValueError, RecursionError) as fault:
        return SourceCheck(
            Method.COMMIT, Result.MISMATCH, {**learned, "fault": fault.why if isinstance(fault, BadProof) else "bad_proof"}
        )
    learned |= {"commit": kept.commit.cid, "rev": kept.commit.rev}
    if not computed or kept.cid != computed:
        return SourceCheck(Method.COMMIT, Result.MISMATCH, {**learned, "fault": "another_record"})
    keys = keys_of(did, told.get("did_document"), told.get("audit_log"))
    if not keys.held:
        return SourceCheck(Method.COMMIT, Result.NO_KEY, learned)
    signer = next((key for key in keys.held if kept.commit.is_signed_by(key)), "")
    if not signer:
        return SourceCheck(Method.COMMIT, Result.MISMATCH, {**learned, "fault": "signature"})
    return SourceCheck(Method.COMMIT, Result.MATCH, {**learned, "key": signer, "key_proven": keys.proven})
