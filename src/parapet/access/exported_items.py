"""Items as lines for other programs: what `parapet items --jsonl` prints.

Only for whoever holds the home and its key: the command line on the machine itself. The log says that it was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from parapet.access import opening
from parapet.access.campaigns import campaigns
from parapet.access.judgements import gravest, judged_of
from parapet.access.rows import sender_tag
from parapet.domain.errors import KeyClosed
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Flag
from parapet.domain.items import Item as Content
from parapet.domain.judgement import Assessment, Harm, Severity, Urgency, harms_of
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Item, Version
from parapet.records.profiles import profile_of

_CHUNK = 500


def exported_items() -> Iterator[dict[str, Any]]:
    """Every item of this home, own posts included, in order of receipt; the look at all of them is in the log.

    Raises KeyClosed, before the first, when something is closed and nobody is present who opens it.
    """
    advocates = {a.number: a for a in Advocate.objects.all()}
    if any(opening.locker_of(each).closed for each in advocates.values()):
        raise KeyClosed(_("Some material here is closed: say with --open whose passphrase opens it."))
    names = {n: (profile_of(a).reference or a.id) if n else None for n, a in advocates.items()}
    belongs = campaigns()
    _log(advocates)
    last = -1
    while items := list(Item.objects.filter(number__gt=last).order_by("number")[:_CHUNK]):
        last = items[-1].number
        keys = {i.number: opening.item_key(i, opening.locker_of(advocates[i.advocate_id])) for i in items}
        versions: dict[int, list[Version]] = {}
        for version in Version.objects.filter(item__in=keys).order_by("ordinal"):
            versions.setdefault(version.item_id, []).append(version)
        judged = judged_of({v.number: keys[v.item_id] for listed in versions.values() for v in listed})
        for item in items:
            version, said = gravest((v, judged[v.number]) for v in versions[item.number])
            corrected = any(judged[v.number].person is not None for v in versions[item.number])
            line = _line(item, opening.face(version, keys[item.number]), said.program, names[item.advocate_id])
            yield line | {"campaign": belongs.get(item.number), "corrected": corrected}


def _line(item: Item, content: Content, judgement: Assessment | None, advocate: str | None) -> dict[str, Any]:
    return {
        "id": item.id,
        "uri": _native_name(content),
        "channel": item.channel,
        "advocate": advocate,
        "author": content.author.handle or content.author.native_id or content.author.name,
        "sent_at": item.sent_at.isoformat(timespec="milliseconds"),
        "lang": item.lang,
        "text": content.text,
        "labels": sorted(str(h) for h in harms_of(item.harms)),
        "probabilities": {str(h): p for h, p in judgement.probabilities.items()} if judgement else {str(h): 0.0 for h in Harm},
        "severity": Severity(item.severity).code,
        "urgency": Urgency(item.urgency).code,
        "indicators": [{"code": i.code, "words": i.words} for i in judgement.indicators] if judgement else [],
        "campaign": None,  # known of all items together
        "actor": sender_tag(item.sender) or None,
        "versions": max(item.versions, 2 if Flag.EDITED_EARLIER in content.flags else 1),
        "own": item.own,
        "gone": item.gone_at is not None,
        "assessed": item.assessed,
    }


def _native_name(content: Content) -> str:
    """The name by which others know it: a letter, named here by its own words, goes by the Message-ID that brought it."""
    if content.uri.startswith("complaint:") and content.aliases:
        return content.aliases[0]
    return content.uri


def _log(advocates: dict[int, Advocate]) -> None:
    now = datetime.now(UTC)
    events = []
    for number, advocate in advocates.items():
        body = event_body(kind="list", at=now, subjects=[advocate.id], details={"by": "command line"})
        events.append(Event("list", now, body, keyring().advocate(number, bytes(advocate.wrapped_key)), advocate=number))
    with transaction.atomic():
        append(events)
