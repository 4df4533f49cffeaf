"""Mastodon: notifications and statuses, as the API gives them, turned into items.

Entities: github.com/mastodon/documentation, content/en/entities/{Notification,Status,Account,MediaAttachment,Poll}.md.
A file is one poll: that a status from an earlier poll is missing can only be told by whoever holds both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from parapet.channels.contract import About
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
from parapet.channels.text import clean, line, moment, read_html, web_address
from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Refused

#: Notifications whose status is a message to, or of interest to, the one who was notified.
_MESSAGES = frozenset({"mention", "status", "update", "poll", "quote", "quoted_update"})


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """An array of notifications or statuses, or a single one."""
    for found in elements(source, ("*",), member=about.member):
        yield found if isinstance(found, Refused) else _entity(found)


def _entity(element: Element) -> Parsed:
    value = record(element.value)
    status: Any = value
    kind = words(value.get("type"))
    if kind:
        if kind not in _MESSAGES:
            return passed(kind, element.place)
        status = record(value.get("status"))
        if "account" not in status:
            status = {**status, "account": value.get("account")}
    try:
        item = _status(record(status), element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, "application/json")


def _status(status: dict[str, Any], extra: frozenset[Flag]) -> Item:
    uri = needed(status.get("uri"), "status.uri")
    reblog = record(status.get("reblog"))
    if reblog:
        body, body_flags = "", frozenset[Flag]()
    else:
        body, body_flags = _body(status)
    warning, warning_flags = clean(words(status.get("spoiler_text")))
    account, account_flags = _account(status.get("account"))
    url, url_flags = web_address(status.get("url"))
    as_given = line(words(status.get("created_at"))[:64])[0]
    sent_at = moment(as_given)
    quoted = name(record(record(status.get("quote")).get("quoted_status")).get("uri"))
    answered = name(status.get("in_reply_to_id"))
    return Item(
        channel="mastodon",
        uri=uri,
        kind=_kind(status, bool(reblog), answered, quoted),
        author=account,
        text=body,
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=unique([alias for alias in (name(status.get("id")), url) if alias != uri]),
        revision=name(status.get("edited_at")),
        lang=line(words(status.get("language")), 8)[0].partition("-")[0].lower(),
        aimed_at=_aims(status, reblog, account),
        refers_to=unique([answered, quoted, name(reblog.get("uri"))]),
        url=url,
        content_warning=warning,
        attachments=_attachments(status),
        flags=together(
            body_flags,
            warning_flags,
            account_flags,
            url_flags,
            extra,
            frozenset({Flag.EDITED_EARLIER}) if status.get("edited_at") else frozenset(),
            frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME}),
        ),
    )


def _kind(status: dict[str, Any], is_reblog: bool, answered: str, quoted: str) -> ItemKind:
    if is_reblog:
        return ItemKind.REPOST
    if status.get("visibility") == "direct":
        return ItemKind.MESSAGE
    if answered:
        return ItemKind.REPLY
    return ItemKind.QUOTE if quoted else ItemKind.POST


def _body(status: dict[str, Any]) -> tuple[str, frozenset[Flag]]:
    """The words, with the choices of a poll below them, for those can be abusive, too."""
    body, link_flags = read_html(text(status.get("content"), "status.content"))
    for option in array(record(status.get("poll")).get("options"))[:50]:
        if title := words(record(option).get("title")):
            body += f"\n- {title[:1_000]}"
    body, flags = clean(body)
    return body, flags | link_flags


def _account(value: Any) -> tuple[Account, frozenset[Flag]]:
    account = record(value)
    handle, flags = line(_full_acct(account))
    shown, more = line(words(account.get("display_name")))
    return Account("mastodon", handle=handle, native_id=name(account.get("id")), name=shown), flags | more


def _full_acct(account: dict[str, Any]) -> str:
    """user@host; accounts of the server that was asked come without their host, which their address tells."""
    acct = words(account.get("acct")).removeprefix("@")
    if not acct or "@" in acct:
        return acct
    for address in (words(account.get("url")), words(account.get("uri"))):
        try:
            host = urlsplit(address).hostname if address.startswith(("https://", "http://")) else None
        except ValueError:
            host = None
        if host:
            return f"{acct}@{host}"
    return acct


def _aims(status: dict[str, Any], reblog: dict[str, Any], author: Account) -> tuple[Identifier, ...]:
    aims = Aims(
        Identifier(IdentifierKind.ACCT, author.handle),
        Identifier(IdentifierKind.NATIVE_ID, f"mastodon:{author.native_id}"),
    )

    def person(value: Any) -> None:
        account = record(value)
        aims.add(IdentifierKind.ACCT, line(_full_acct(account))[0])
        if native_id := name(account.get("id")):
            aims.add(IdentifierKind.NATIVE_ID, f"mastodon:{native_id}")

    for mention in array(status.get("mentions"))[:500]:
        person(mention)
    if answered := name(status.get("in_reply_to_account_id")):
        aims.add(IdentifierKind.NATIVE_ID, f"mastodon:{answered}")
    for other in (reblog, record(record(status.get("quote")).get("quoted_status"))):
        if other:
            person(other.get("account"))
    return aims.all()


def _attachments(status: dict[str, Any]) -> tuple[Attachment, ...]:
    """Media by description. Their bytes are not in the file, so neither size nor digest is known."""
    found = []
    for number, value in enumerate(array(status.get("media_attachments"))[:50], 1):
        media = record(value)
        described = line(words(media.get("description")))[0] or f"media {number}"
        found.append(Attachment(described, line(words(media.get("type")), 40)[0], 0, ""))
    return tuple(found)
