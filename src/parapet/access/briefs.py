"""What a brief tells of messages: of those that are quoted, some of their words; for a caller who asked whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve

from parapet.access import opening
from parapet.access.case_files import is_sample
from parapet.access.judgements import believed, gravest
from parapet.access.views import Row
from parapet.channels.contract import channels
from parapet.domain.errors import NotFound
from parapet.domain.judgement import Indicator, Severity, Urgency
from parapet.domain.safety import MAX_LISTED, MAX_QUOTED, Asked, quote
from parapet.dossiers.brief import Ask, Brief, Quoted
from parapet.records.models import Case, Item, Version
from parapet.records.profiles import profile_of

#: So many of the gravest are proposed to be quoted.
PROPOSED = 3


def proposed(rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a case's messages those to quote, the gravest first in time, and those to give by number, as far as there is room for them."""
    theirs = sorted((row for row in rows if not row.own), key=lambda row: (-row.urgency, -row.severity, row.sent_at))
    grave = [row for row in theirs if row.severity >= Severity.MEDIUM or row.urgency >= Urgency.SAME_DAY][:PROPOSED]
    quoted = {row.id for row in grave}
    rest = [row for row in theirs if row.id not in quoted and row.harms][:MAX_LISTED]
    listed = {row.id for row in rest}
    return tuple(row.id for row in rows if row.id in quoted), tuple(row.id for row in rows if row.id in listed)


def excerpt(text: str, signs: Iterable[Indicator]) -> str:
    """The words of a message that a brief quotes: those about the most urgent of its signs."""
    first = max(signs, key=lambda sign: (sign.urgency, -sign.start), default=None)
    return quote(text, first.start if first is not None and first.start < len(text) else 0)


def brief_of(case: Case, asked: Asked, asks: Sequence[Ask]) -> tuple[Brief, tuple[tuple[Item, Version], ...]]:
    """What the document shows, and the versions whose words it holds. Raises NotFound when a message is not in the case now."""
    held = {
        item.id: item for item in Item.objects.filter(caseitem__case=case, caseitem__removed_at=None).select_related("advocate")
    }
    if not held.keys() >= {*asked.quoted, *asked.listed} or len(asked.quoted) > MAX_QUOTED or len(asked.listed) > MAX_LISTED:
        raise NotFound("There is nothing here.")
    titles = {name: manifest.title for name, manifest in channels().items()}
    alike = Counter(item.sender for item in held.values() if item.sender is not None)
    chosen = sorted((held[name] for name in asked.quoted), key=lambda item: (item.sent_at, item.number))
    quoted, shown = [], []
    for item in chosen:
        told, version = _quoted(item, titles)
        quoted.append(evolve(told, alike=alike[item.sender or 0]) if asked.accounts else evolve(told, author=None))
        shown.append((item, version))
    listed = sorted((held[name] for name in asked.listed), key=lambda item: (item.sent_at, item.number))
    made = Brief(
        reader=asked.reader,
        case_id=case.id,
        advocate_name=profile_of(case.advocate).name,
        quoted=quoted,
        listed=[item.id for item in listed],
        others=sum(not item.own for item in held.values()) - sum(not item.own for item in (*chosen, *listed)),
        said=dict(asked.said),
        asks=asks,
        review=asked.review,
        fictional=is_sample(case.advocate),
    )
    return made, tuple(shown)


def _quoted(item: Item, titles: dict[str, str]) -> tuple[Quoted, Version]:
    """Of its gravest version, as on its page."""
    key = opening.item_key(item, opening.locker_of(item.advocate))
    version, judged = gravest(believed(item, key)[0])
    content = opening.face(version, key)
    signs = judged.program.indicators if judged.program else ()
    told = Quoted(
        item_id=item.id,
        at=content.sent_at or version.captured_at,
        time_is_ours=content.sent_at is None,
        channel=item.channel,
        channel_title=titles.get(item.channel, ""),
        text=excerpt(content.text, signs),
        signs=tuple(dict.fromkeys(sign.code for sign in signs)),
        author=content.author,
    )
    return told, version
