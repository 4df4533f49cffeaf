"""A Bluesky record (app.bsky.feed.post or .repost) as an item.

Shapes: lexicons app/bsky/feed/{post,repost}, richtext/facet, embed/{record,recordWithMedia,images,video,external}
of github.com/bluesky-social/atproto.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from parapet.channels.shape import Aims, Misshapen, array, name, record, text, together, unique, words
from parapet.channels.text import clean, line, moment
from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind

URI = re.compile(r"at://(did:[a-z0-9]+:[A-Za-z0-9._:%-]+)/([A-Za-z0-9.-]+)/([A-Za-z0-9._:~-]+)")
_LANG = re.compile(r"[a-zA-Z]{2,3}")
_MENTION = "app.bsky.richtext.facet#mention"


def item_from(
    uri: str, value: Any, *, author: Any, cid: Any, extra: frozenset[Flag] = frozenset(), forwarded_by: str = ""
) -> Item:
    """The item for the record `value` at `uri`. Raises Misshapen when it is no post or repost.

    author  profile view, of which a firehose frame has only the DID
    """
    parts = URI.fullmatch(uri)
    if parts is None:
        raise Misshapen("uri")
    did, collection, rkey = parts.groups()
    post = record(value)
    if not post:
        raise Misshapen("record")
    if collection.endswith(".repost"):
        return _repost(uri, did, post, author, cid, extra)
    body, flags = clean(text(post.get("text"), "record.text"))
    account, name_flags = _account(author, did)
    as_given, sent_at, time_flags = _time(post.get("createdAt"))
    embed, reply = record(post.get("embed")), record(post.get("reply"))
    parent, root = _strong_uri(reply.get("parent")), _strong_uri(reply.get("root"))
    quoted = _quoted_uri(embed)
    langs = array(post.get("langs"))
    lang = _LANG.match(words(langs[0])) if langs else None
    return Item(
        channel="bluesky",
        uri=uri,
        kind=ItemKind.REPLY if parent else ItemKind.QUOTE if quoted else ItemKind.POST,
        author=account,
        text=body,
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=(address := f"https://bsky.app/profile/{did}/post/{rkey}",),
        revision=name(cid),
        lang=lang.group().lower() if lang else "",
        aimed_at=_aims(did, post.get("facets"), parent, root, quoted),
        refers_to=unique([parent, quoted, root]) if parent or quoted else (),
        thread=root or parent,
        url=address,
        attachments=_attachments(embed) if embed else (),
        flags=together(flags, name_flags, time_flags, extra) if flags or name_flags or time_flags or extra else flags,
        forwarded_by=forwarded_by,
    )


def _repost(uri: str, did: str, post: dict[str, Any], author: Any, cid: Any, extra: frozenset[Flag]) -> Item:
    subject = _strong_uri(post.get("subject"))
    if not subject:
        raise Misshapen("record.subject")
    account, name_flags = _account(author, did)
    as_given, sent_at, time_flags = _time(post.get("createdAt"))
    return Item(
        channel="bluesky",
        uri=uri,
        kind=ItemKind.REPOST,
        author=account,
        text="",
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=(f"https://bsky.app/profile/{did}/post/{uri.rpartition('/')[2]}",),
        revision=name(cid),
        aimed_at=_aims(did, None, subject),
        refers_to=(subject,),
        flags=together(name_flags, time_flags, extra),
    )


def _account(author: Any, did: str) -> tuple[Account, frozenset[Flag]]:
    profile = record(author)
    handle, shown = words(profile.get("handle")), words(profile.get("displayName"))
    if not handle and not shown:
        return Account("bluesky", native_id=did), frozenset()
    handle, flags = line(handle)
    shown, more = line(shown)
    return Account("bluesky", handle=handle.removeprefix("@"), native_id=did, name=shown), flags | more


def _time(created_at: Any) -> tuple[str, Any, frozenset[Flag]]:
    as_given = words(created_at)[:64]
    sent_at = moment(as_given)
    if sent_at is not None:
        return as_given, sent_at, frozenset()
    return line(as_given)[0], None, frozenset({Flag.IMPLAUSIBLE_TIME})


def _aims(did: str, facets: Any, *uris: str) -> tuple[Identifier, ...]:
    """Whom it mentions, answers and quotes, but not its own writer."""
    aims = Aims(Identifier(IdentifierKind.DID, did))
    for facet in array(facets)[:500]:
        for feature in array(record(facet).get("features"))[:50]:
            if record(feature).get("$type") == _MENTION:
                mentioned = name(feature.get("did"))
                if mentioned.startswith("did:"):
                    aims.add(IdentifierKind.DID, mentioned)
    for uri in uris:
        if uri.startswith("at://did:"):
            aims.add(IdentifierKind.DID, uri[5:].partition("/")[0])
    return aims.all()


def _strong_uri(value: Any) -> str:
    uri = name(record(value).get("uri"))
    return uri if uri.startswith("at://") else ""


def _quoted_uri(embed: dict[str, Any]) -> str:
    inner = record(embed.get("record"))
    return _strong_uri(inner) or _strong_uri(inner.get("record"))


def _attachments(embed: dict[str, Any]) -> tuple[Attachment, ...]:
    """Pictures and video by their alternative text; a blob's CID is the SHA-256 of its bytes."""
    media = record(embed.get("media")) or embed
    found = []
    for number, part in enumerate([*array(media.get("images"))[:20], media], 1):
        part = record(part)
        blob = record(part.get("image") or part.get("video"))
        if not blob:
            continue
        size = blob.get("size")
        found.append(
            Attachment(
                name=line(words(part.get("alt")))[0] or f"media {number}",
                media_type=line(words(blob.get("mimeType")), 100)[0],
                size_bytes=size if isinstance(size, int) and 0 <= size < 1 << 40 else 0,
                sha256=_sha256_of(words(record(blob.get("ref")).get("$link"))),
            )
        )
    return tuple(found)


def _sha256_of(cid: str) -> str:
    """The digest within a CIDv1 (base32, raw or dag-cbor, sha2-256), or "" for any other."""
    if len(cid) != 59 or not cid.startswith("b"):
        return ""
    try:
        held = base64.b32decode(cid[1:].upper() + "=" * (-(len(cid) - 1) % 8))
    except (binascii.Error, ValueError):
        return ""
    return held[4:].hex() if held[:4] in (b"\x01\x55\x12\x20", b"\x01\x71\x12\x20") else ""
