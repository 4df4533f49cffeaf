"""Instagram, Facebook and Messenger: message threads of "Download your information" (JSON), turned into items.

The export writes each UTF-8 byte as a character of its own, gives messages no id, and names people by display name
only. An item is therefore named by thread and time, as "meta:instagram:inbox/ann_12:1787370021613"; a second message of
the same millisecond gets a digest of its sender and words behind that.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, BinaryIO

from attrs import field, frozen

from parapet.channels.contract import HEAD_BYTES, About
from parapet.channels.json_stream import Element, beginning, elements, fields
from parapet.channels.meta.owner import Owner, owner_of, undo_latin1
from parapet.channels.shape import Aims, Misshapen, array, name, passed, record, refused, together, unique, words
from parapet.channels.text import clean, line, moment, web_address
from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind, screen_name
from parapet.domain.parsed import Found, Gone, Parsed, Passed, Place, Refused

_ATTACHED = {
    "photos": "image",
    "videos": "video",
    "audio_files": "audio",
    "files": "",
    "gifs": "image/gif",
    "media": "",
}

#: What the export writes instead of words when somebody only reacted. A letter between would make it a message.
_REACTION = re.compile(
    r"(?:Reacted [^\w\s]{1,8} to your message|Liked a message"
    r"|A réagi avec [^\w\s]{1,8} à votre message|A aimé un message)\s*"
)

#: Whose export it is; read beside the messages by `owner_of`.
PROFILE = re.compile(rb'\{\s*"(?:profile_user|profile_v2)"\s*:')

#: So many moments of a thread are remembered in order to tell messages of the same millisecond apart.
_REMEMBERED = 65_536


@frozen
class Thread:
    """What every message of a file shares."""

    platform: str
    path: str  # "inbox/ann_12"
    people: tuple[str, ...]  # display names, as given
    owner: Owner
    moments: OrderedDict[str, str] = field(factory=OrderedDict)  # moment to the digest of its first message


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One message_N.json. The file is read twice: the thread's path stands behind its messages."""
    start = source.read(HEAD_BYTES)
    if PROFILE.match(beginning(start)):
        yield Passed("profile", Place(about.member))
        return
    around = fields(source, ("participants", "thread_path", "threadName", "title"))
    people = tuple(_person(value) for value in array(around.get("participants"))[:1_000])
    thread = Thread(_platform(about, start), _thread_path(around, about), people, owner_of(about, people))
    for found in elements(source, ("messages", "*"), member=about.member):
        yield found if isinstance(found, Refused) else _message(found, thread)


def _person(value: Any) -> str:
    return undo_latin1(words(record(value).get("name")) or words(value))


def _platform(about: About, start: bytes) -> str:
    if "instagram" in about.member:
        return "instagram"
    if "facebook" in about.member or b'"is_unsent_image_by_messenger_kid_parent"' in start or b'"senderName"' in start:
        return "facebook"
    return "instagram"


def _thread_path(around: dict[str, Any], about: About) -> str:
    """The export's own name of the thread; else the two folders that the file lies in."""
    path = name(undo_latin1(words(around.get("thread_path"))))
    if not path:
        path = "/".join(about.member.split("/")[:-1][-2:])
    if not path:
        path = line(undo_latin1(words(around.get("threadName")) or words(around.get("title"))))[0]
    return line(path, 500)[0] or "thread"


def _message(element: Element, thread: Thread) -> Parsed:
    message = record(element.value)
    try:
        sender = _sender(message)
        when = message.get("timestamp_ms", message.get("timestamp"))
        said = undo_latin1(words(message.get("content")) or words(message.get("text")))
        uri = _uri(thread, when, f"{sender}\0{said}")
        if message.get("is_unsent") is True or message.get("isUnsent") is True:
            return Gone(uri, element.place, element.raw, channel="meta")
        if _REACTION.fullmatch(said):
            return passed("reaction", element.place)
        item = _item(message, thread, uri, sender, said, when, element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    if item is None:
        return passed("call" if "call_duration" in message else "empty", element.place)
    return Found(item, element.raw, element.place, "application/json")


def _sender(message: dict[str, Any]) -> str:
    sender = message.get("sender_name", message.get("senderName"))
    if not isinstance(sender, str):
        raise Misshapen("sender_name")
    return undo_latin1(sender)


def _item(
    message: dict[str, Any], thread: Thread, uri: str, sender: str, said: str, when: Any, extra: frozenset[Flag]
) -> Item | None:
    shared, link_flags = _share(message)
    attachments = _attachments(message)
    body, flags = clean("\n".join(part for part in (said, shared) if part))
    if not body and not attachments:
        return None
    shown, name_flags = line(sender)
    own = thread.owner.wrote(sender, thread.people)
    sent_at = moment(when) if isinstance(when, int) else None
    return Item(
        channel="meta",
        uri=uri,
        kind=ItemKind.MESSAGE,
        author=_author(thread, sender, shown, own),
        text=body,
        sent_at=sent_at,
        sent_at_as_given=line(str(when)[:64] if isinstance(when, int | float | str) else "")[0],
        aimed_at=_aims(thread, sender, own),
        thread=f"meta:{thread.platform}:{thread.path}",
        attachments=attachments,
        flags=together(flags, name_flags, link_flags, extra, frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME})),
        own=own,
    )


def _uri(thread: Thread, when: Any, content: str) -> str:
    if not isinstance(when, int) or isinstance(when, bool) or abs(when) >= 10**20:
        given = str(when)[:64] if isinstance(when, int | float | str) else ""
        return f"meta:{thread.platform}:{thread.path}:untimed-{_digest(f'{given}{chr(0)}{content}')}"
    digest, moment_name = _digest(content), str(when)
    first = thread.moments.setdefault(moment_name, digest)
    if len(thread.moments) > _REMEMBERED:
        thread.moments.popitem(last=False)
    base = f"meta:{thread.platform}:{thread.path}:{moment_name}"
    return base if first == digest else f"{base}:{digest}"


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _author(thread: Thread, sender: str, shown: str, own: bool) -> Account:
    """Display names are not unique, so a stranger in a thread of two is known by the thread."""
    if own:
        return Account(thread.platform, handle=thread.owner.handle, name=shown)
    alone = len(thread.people) == 2 and sender in thread.people
    return Account(thread.platform, native_id=thread.path.rpartition("/")[2] if alone else "", name=shown)


def _aims(thread: Thread, sender: str, own: bool) -> tuple[Identifier, ...]:
    aims = Aims()
    skipped = False
    for person in thread.people[:200]:
        if person == sender and not skipped:
            skipped = True  # only once: an impersonator bears the name of the one he writes to
            continue
        aims.add(IdentifierKind.NAME, line(person)[0])
    if not own:
        aims.put(screen_name(thread.platform, thread.owner.handle))
    return aims.all()


def _share(message: dict[str, Any]) -> tuple[str, frozenset[Flag]]:
    """A shared post or page: its words, and its address when that is http(s)."""
    share = record(message.get("share"))
    address, flags = web_address(share.get("link"))
    return "\n".join(part for part in (undo_latin1(words(share.get("share_text"))), address) if part), flags


def _attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """By the last part of their name in the export; their bytes lie elsewhere in it."""
    found = [
        Attachment(file, media_type, 0, "")
        for key, media_type in _ATTACHED.items()
        for value in array(message.get(key))[:50]
        for file in unique([line(_file_name(value))[0]])
    ]
    sticker = line(words(record(message.get("sticker")).get("uri")).rpartition("/")[2])[0]
    return (*found, Attachment(sticker, "image", 0, "")) if sticker else tuple(found)


def _file_name(value: Any) -> str:
    return undo_latin1(words(record(value).get("uri"))).rpartition("/")[2]
