"""X (Twitter): the archive that its owner downloads. Direct messages from others, and the owner's posts as context.

Members are JavaScript assignments, `window.YTD.tweets.part0 = [...]`. What follows the sign is read as JSON, never run.
Shapes: github.com/rust-utilities/twitter-archive, structs/. Messages name people by number only; links are t.co.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from attrs import frozen

from parapet.channels.contract import HEAD_BYTES, About
from parapet.channels.json_stream import Element, elements
from parapet.channels.shape import (
    Aims,
    Misshapen,
    array,
    name,
    needed,
    passed,
    record,
    refused,
    text,
    together,
    unique,
    words,
)
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind, screen_name
from parapet.domain.parsed import Found, Parsed, Passed, Place, Reason, Refused

ASSIGNMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.(?:YTD\.([A-Za-z0-9_]{1,80})\.part[0-9]{1,6}|(__THAR_CONFIG))\s*=\s*")

#: The page in every archive that shows it in a browser; it holds nothing of its own.
VIEWER = re.compile(rb"<title>\s*Your archive\s*</title>", re.IGNORECASE)

_CONVERSATIONS = frozenset({"direct_messages", "direct_message", "direct_messages_group", "direct_message_group"})
_POSTS = frozenset({"tweets", "tweet", "community_tweet"})


@frozen
class Owner:
    """Whose archive it is, as far as its other members tell."""

    native_id: str = ""
    handle: str = ""
    name: str = ""

    def account(self) -> Account:
        return Account("x", handle=self.handle, native_id=self.native_id, name=self.name)


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One member of the archive's data folder; `about.sibling` is asked for the owner's account."""
    start_of_file = source.read(HEAD_BYTES)
    match = ASSIGNMENT.match(start_of_file)
    if match is None and VIEWER.search(start_of_file):
        yield Passed("viewer", Place(about.member))
        return
    if match is None:
        yield Refused(Reason.UNKNOWN_FORMAT, Place(about.member))
        return
    part = (match[1] or match[2]).decode("ascii")
    start, owner = match.end(), _owner(about)
    if part in _CONVERSATIONS:
        path: tuple[str, ...] = ("*", "dmConversation", "messages", "*")
        found_all = elements(source, path, member=about.member, start=start, context=("conversationId",), trailer=b";")
        for found in found_all:
            yield found if isinstance(found, Refused) else _message(found, owner)
        return
    for found in elements(source, ("*",), member=about.member, start=start, trailer=b";"):
        if isinstance(found, Refused):
            yield found
        elif part in _POSTS:
            yield _post(found, owner)
        else:
            yield passed(part.strip("_").lower(), found.place)


def _owner(about: About) -> Owner:
    """From account.js, else from manifest.js, beside the member that is read."""
    folder = about.member.rpartition("/")[0]
    for file, keys in (
        ("account.js", ("accountId", "username", "accountDisplayName")),
        ("manifest.js", ("accountId", "userName", "displayName")),
    ):
        held = about.sibling(f"{folder}/{file}" if folder else file)
        match = ASSIGNMENT.match(held) if held else None
        if not held or not match:
            continue
        for found in elements(io.BytesIO(held), ("*",), start=match.end(), trailer=b";"):
            value = record(found.value) if isinstance(found, Element) else {}
            person = record(value.get("account") or value.get("userInfo"))
            native_id, handle, shown = (line(name(person.get(key)))[0] for key in keys)
            if native_id:
                return Owner(native_id, handle, shown)
    return Owner()


def _message(element: Element, owner: Owner) -> Parsed:
    value = record(element.value)
    created = value.get("messageCreate")
    if created is None and len(value) == 1:
        return passed(next(iter(value)), element.place)  # joins, leaves, reactions, renamed groups
    try:
        item = _direct_message(record(created), name(element.context.get("conversationId")), owner, element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, "application/json")


def _direct_message(message: dict[str, Any], conversation: str, owner: Owner, extra: frozenset[Flag]) -> Item:
    message_id = needed(message.get("id"), "messageCreate.id")
    sender = needed(message.get("senderId"), "messageCreate.senderId")
    recipient = name(message.get("recipientId"))
    body, flags = clean(text(message.get("text"), "messageCreate.text"))
    as_given, sent_at, time_flags = _time(message.get("createdAt"))
    own = bool(owner.native_id) and sender == owner.native_id
    aims = Aims(Identifier(IdentifierKind.NATIVE_ID, f"x:{sender}"))
    if recipient:
        aims.add(IdentifierKind.NATIVE_ID, f"x:{recipient}")
    if owner.native_id and not own:  # groups name no recipient, but the archive's owner was one
        aims.add(IdentifierKind.NATIVE_ID, f"x:{owner.native_id}")
    return Item(
        channel="x",
        uri=f"x:dm:{message_id}",
        kind=ItemKind.MESSAGE,
        author=owner.account() if own else Account("x", native_id=sender),
        text=body,
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=(message_id,),
        aimed_at=aims.all(),
        thread=f"x:conversation:{conversation}" if conversation else "",
        attachments=_media(message.get("mediaUrls")),
        flags=together(flags, time_flags, extra),
        own=own,
    )


def _post(element: Element, owner: Owner) -> Parsed:
    try:
        item = _own_post(record(record(element.value).get("tweet")), owner, element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, "application/json")


def _own_post(tweet: dict[str, Any], owner: Owner, extra: frozenset[Flag]) -> Item:
    post_id = needed(tweet.get("id_str") or tweet.get("id"), "tweet.id_str")
    # The archive holds the words escaped once for HTML.
    raw = text(tweet.get("full_text", tweet.get("text")), "tweet.full_text")
    body, flags = clean(html.unescape(raw) if len(raw) < 100_000 else raw)
    as_given, sent_at, time_flags = _time(tweet.get("created_at"))
    answered = name(tweet.get("in_reply_to_status_id_str"))
    aims = Aims(Identifier(IdentifierKind.NATIVE_ID, f"x:{owner.native_id}"))
    for value in array(record(tweet.get("entities")).get("user_mentions"))[:500]:
        mention = record(value)
        if native_id := name(mention.get("id_str")):
            aims.add(IdentifierKind.NATIVE_ID, f"x:{native_id}")
        aims.put(screen_name("x", line(words(mention.get("screen_name")))[0]))
    if to := name(tweet.get("in_reply_to_user_id_str")):
        aims.add(IdentifierKind.NATIVE_ID, f"x:{to}")
    lang = line(words(tweet.get("lang")), 8)[0].partition("-")[0]
    is_repost = body.startswith("RT @")
    address = f"https://x.com/{owner.handle or 'i'}/status/{post_id}" if post_id.isdigit() else ""
    return Item(
        channel="x",
        uri=post_id,
        kind=ItemKind.REPOST if is_repost else ItemKind.REPLY if answered else ItemKind.POST,
        author=owner.account(),
        text=body,
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=unique([address, f"https://x.com/i/status/{post_id}" if address else ""]),
        lang="" if lang in ("und", "zxx", "qme", "qst") else lang,
        aimed_at=aims.all(),
        refers_to=unique([answered]),
        url=address,
        attachments=_media([record(m).get("media_url_https") for m in _media_entities(tweet)]),
        flags=together(flags, time_flags, extra),
        own=True,
    )


def _media_entities(tweet: dict[str, Any]) -> list[Any]:
    extended, plain = record(tweet.get("extended_entities")), record(tweet.get("entities"))
    return array(extended.get("media")) or array(plain.get("media"))


def _media(addresses: Any) -> tuple[Attachment, ...]:
    """Media by the last part of their address; their bytes are elsewhere in the archive."""
    found = [line(words(address).rpartition("/")[2])[0] for address in array(addresses)[:50]]
    return tuple(Attachment(file, "", 0, "") for file in found if file)


def _time(value: Any) -> tuple[str, Any, frozenset[Flag]]:
    as_given = line(words(value)[:64])[0]
    sent_at = moment(as_given)
    return as_given, sent_at, frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME})
