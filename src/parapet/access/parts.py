"""What somebody sees who may act for a part of an advocate's messages: that part, and nothing that tells of the rest.

Lists, counts and single looks all ask `records/scopes.py`. Beside them stands much that tells of other messages: how many an
account sent, what it sent before, copies of the same words, cases, custody, places in the log. Of that she sees nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import evolve

from parapet.access.rows import NEWEST, Where, alone
from parapet.access.views import Counts, ItemCard, VersionCard
from parapet.domain.judgement import Harm, Severity, Urgency, harms_of
from parapet.domain.scopes import Scope
from parapet.records.bulk import run
from parapet.records.keyring import keyring
from parapet.records.models import Item

#: So many of her part are counted, the newest: beyond that her screens say "more than".
MOST_COUNTED = 100
_MOST_OF_SENDER = 1_000
_COUNTED = "channel, severity, urgency, harms, lang, abstain, assessed"
#: What decided, where that was not the message alone but what else came.
_OF_OTHERS = "context:"


def counts_within(advocate: int, scope: Scope) -> Counts:
    """How many of an advocate's messages are within `scope`, as `Counts`; of the newest where there are very many.

    What needs a person is counted however old it is: it is rare, and nobody must be told that nothing is urgent.
    """
    where = Where("advocate_id = %s AND own = %s", (advocate, False)).within(scope)
    sql, values = where.first(_COUNTED, order=NEWEST, most=MOST_COUNTED + 1)
    groups = run(f"SELECT {_COUNTED}, count(*) FROM ({sql}) AS newest GROUP BY {_COUNTED}", values)  # noqa: S608 - our own words
    total = sum(group[-1] for group in groups)
    channels, langs, severities, urgencies, harms = (Counter[Any]() for _ in range(5))
    waiting = unsure = 0
    for channel, severity, urgency, mask, lang, abstain, assessed, n in groups:
        channels[channel] += n
        if not assessed:
            waiting += n
            continue
        langs[lang], severities[severity], urgencies[urgency] = langs[lang] + n, severities[severity] + n, urgencies[urgency] + n
        unsure += n if abstain else 0
        harms.update(dict.fromkeys(harms_of(mask), n))
    if total > MOST_COUNTED:
        urgencies |= _urgent(where)
    return Counts(
        total=min(total, MOST_COUNTED),
        waiting=waiting,
        unsure=unsure,
        by_channel=dict(sorted(channels.items(), key=lambda pair: (-pair[1], pair[0]))),
        by_severity={s: severities[s] for s in Severity},
        by_urgency={u: urgencies[u] for u in Urgency},
        by_harm={h: harms[h] for h in Harm},
        by_lang=dict(langs),
        more=total > MOST_COUNTED,
    )


def _urgent(where: Where) -> Counter[int]:
    """How many of those need a person the same day or at once, by their own index; at most MOST_COUNTED."""
    urgent = evolve(where, either=()).and_(f"urgency >= {int(Urgency.SAME_DAY)}")
    sql, values = urgent.first("urgency", order=NEWEST, most=MOST_COUNTED)
    return Counter(dict(run(f"SELECT urgency, count(*) FROM ({sql}) AS urgent GROUP BY urgency", values)))  # noqa: S608 - our own words


def card_within(card: ItemCard, item: Item, scope: Scope) -> ItemCard:
    """The page of an item that is within `scope`, without what tells of other messages."""
    return evolve(
        card,
        row=evolve(card.row, sender_count=_of_sender(item, scope)),
        reason=tuple(code for code in card.reason if not code.startswith(_OF_OTHERS)),
        versions=tuple(_version(each) for each in card.versions),
        custody=(),
        thread=alone(card.thread),
        checkpoint_size=0,
        judged_at=hidden_place(card.judged_at),
        history=None,
        copies=None,
        copies_then=None,
        campaign=None,
        copied=(),
    )


def hidden_place(place: int) -> int:
    """What stands for a place in the log in a form of hers, so that it does not tell how much else happened: 62 bits."""
    return keyring().number_once("place", str(place)) >> 1


def _version(version: VersionCard) -> VersionCard:
    # A place in a file of a thousand messages tells of a thousand messages.
    return evolve(version, log_index=0, places=())


def _of_sender(item: Item, scope: Scope) -> int:
    if item.sender is None:
        return 0
    where = Where("advocate_id = %s AND sender = %s", (item.advocate_id, item.sender)).within(scope)
    sql, values = evolve(where, either=()).first("number", order=NEWEST, most=_MOST_OF_SENDER)
    return len(run(sql, values))
