"""A status of Mastodon as an item: HTML becomes words, with the choices of a poll; the warning is kept apart. Pure.

Entities: github.com/mastodon/documentation, content/en/entities/{Status,Account,MediaAttachment,Poll}.md.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from parapet.channels.shape import Aims, array, name, needed, record, text, together, unique, words
from parapet.channels.text import clean, line, moment, read_html, web_address
from parapet.domain.items import Account, Attachment, Flag, Identifier, IdentifierKind, Item, ItemKind


def item_from(status: dict[str, Any], extra: frozenset[Flag], *, server: str = "") -> Item:
    """Raises Misshapen.

    server  whose answer it is, where that is known: an id is this server's own, so it is named with it, and accounts by their names alone
    """
    uri = needed(status.get("uri"), "status.uri")
    reblog = record(status.get("reblog"))
    if reblog:
        body, body_flags = "", frozenset[Flag]()
    else:
        body, body_flags = _body(status)
    warning, warning_flags = clean(words(status.get("spoiler_text")))
    account, account_flags = account_from(status.get("account"), server=server)
    url, url_flags = web_address(status.get("url"))
    as_given = line(words(status.get("created_at"))[:64])[0]
    sent_at = moment(as_given)
    quoted = name(record(record(status.get("quote")).get("quoted_status")).get("uri"))
    answered = local_name(status.get("in_reply_to_id"), server)
    return Item(
        channel="mastodon",
        uri=uri,
        kind=_kind(status, bool(reblog), answered, quoted),
        author=account,
        text=body,
        sent_at=sent_at,
        sent_at_as_given=as_given,
        aliases=unique([alias for alias in (local_name(status.get("id"), server), url) if alias != uri]),
        revision=name(status.get("edited_at")),
        lang=line(words(status.get("language")), 8)[0].partition("-")[0].lower(),
        aimed_at=_aims(status, reblog, account, by_id=not server),
        refers_to=unique([name(reblog.get("uri")), answered, quoted]),
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


def local_name(number: Any, server: str) -> str:
    """The name of a status by its id: where `server` has it; the bare id where nobody knows which server that is."""
    found = name(number)
    return f"{server}/api/v1/statuses/{found}" if found and server else found


def account_from(value: Any, *, server: str = "") -> tuple[Account, frozenset[Flag]]:
    """Who it is; see `item_from`."""
    account = record(value)
    handle, flags = line(full_acct(account))
    shown, more = line(words(account.get("display_name")))
    return Account("mastodon", handle=handle, native_id="" if server else name(account.get("id")), name=shown), flags | more


def full_acct(account: dict[str, Any]) -> str:
    """user@host; accounts of the server that was asked come without their host, which their address tells."""
    acct = words(account.get("acct")).removeprefix("@")
    if not acct or "@" in acct:
        return acct
    for address in (words(account.get("url")), words(account.get("uri"))):
        try:
            host = urlsplit(address).netloc.rpartition("@")[2].lower() if address.startswith(("https://", "http://")) else None
        except ValueError:
            host = None
        if host:
            return f"{acct}@{host}"
    return acct


def _aims(status: dict[str, Any], reblog: dict[str, Any], author: Account, *, by_id: bool) -> tuple[Identifier, ...]:
    aims = Aims(
        Identifier(IdentifierKind.ACCT, author.handle),
        Identifier(IdentifierKind.NATIVE_ID, f"mastodon:{author.native_id}"),
    )

    def person(value: Any) -> None:
        account = record(value)
        aims.add(IdentifierKind.ACCT, line(full_acct(account))[0])
        if by_id and (native_id := name(account.get("id"))):
            aims.add(IdentifierKind.NATIVE_ID, f"mastodon:{native_id}")

    for mention in array(status.get("mentions"))[:500]:
        person(mention)
    if by_id and (answered := name(status.get("in_reply_to_account_id"))):
        aims.add(IdentifierKind.NATIVE_ID, f"mastodon:{answered}")
    for other in (reblog, record(record(status.get("quote")).get("quoted_status"))):
        if other:
            person(other.get("account"))
    return aims.all()


def _attachments(status: dict[str, Any]) -> tuple[Attachment, ...]:
    """Media by description and address. Their bytes are not in the file, so neither size nor digest is known."""
    found = []
    for number, value in enumerate(array(status.get("media_attachments"))[:50], 1):
        media = record(value)
        described = line(words(media.get("description")))[0] or f"media {number}"
        address = web_address(media.get("remote_url") or media.get("url"))[0]
        described += f" ({address})" if address else ""
        found.append(Attachment(described, line(words(media.get("type")), 40)[0], 0, ""))
    return tuple(found)
