"""Draft a report of a message, or of many; change a draft, drop it. Nothing goes out by any of this."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen
from django.db import transaction

from parapet.access import opening
from parapet.access.copies import copies_around
from parapet.access.people import grant_for
from parapet.access.report_steps import Draft, standing_of
from parapet.access.reports import MOST_AT_ONCE, desk_of, held_report, opened_for_report, version_of
from parapet.actions.report_events import log_report_step
from parapet.channels.reports import desks_for, proposed
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Item as Content
from parapet.domain.reporting import Desk
from parapet.domain.rights import Right
from parapet.dossiers.report_files import abuse_address, is_address
from parapet.dossiers.report_text import MAX_NOTE_CHARS, passage_of, tidy_note
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import new_number, public

MAX_LAW_CHARS = 300
MAX_NAME_CHARS = 200
_RULES = re.compile(r"\d{1,3}(, ?\d{1,3}){0,9}")
_ALREADY = _("It is reported there already. Look in the outbox.")
_OUT = _("This report went out, or may have. It is not changed any more.")


@frozen
class Batch:
    """What came of drafting many. `left`: messages for which there is no desk, or a report stands already."""

    id: str
    drafted: int
    left: int


def draft_report(person: models.Person, item_id: str, desk: str, **told: Any) -> str:
    """Draft a report of one message to one desk; returns its public name.

    told  fields of `Draft` that a person writes: reason, note, lang, quote, name, email, law, to, rules. Without a reason, the one
          that fits what was found

    Raises NotFound, RequestRefused.
    """
    item, content, judged, version = opened_for_report(person, item_id)
    chosen = next((each for each in desks_for(content) if each.code == desk), None)
    if chosen is None:
        raise RequestRefused(_("Choose where to report it."))
    harms = judged.stands.harms if judged.stands else frozenset()
    indicators = judged.program.indicators if judged.program else ()
    draft = _first(item, content, chosen, version, passage_of(content.text or content.subject, indicators))
    draft = _written(draft, {"reason": proposed(chosen, harms), **told}, chosen)
    with transaction.atomic():
        hold_log()
        item = opened_for_report(person, item_id)[0]
        return _begin(person, item, chosen, draft, None).id


def draft_many(person: models.Person, item_ids: Sequence[str], *, note: str = "", quote: bool = True) -> Batch:
    """Draft a report of each of these messages of one advocate, to the platform where it lies, for the reason that fits.

    One approval is asked for all of them together. Raises NotFound when one is not hers, RequestRefused when there are too many or none.
    """
    wanted = list(dict.fromkeys(item_ids))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise RequestRefused(_("Choose between 1 and %(most)s messages."), most=MOST_AT_ONCE)
    with transaction.atomic():
        hold_log()
        batch, drafted, of = new_number(), 0, set()
        for item_id in wanted:
            item, content, judged, version = opened_for_report(person, item_id)
            of.add(item.advocate_id)
            if len(of) > 1:
                raise NotFound("There is nothing here.")
            desk = next((each for each in desks_for(content) if each.code not in ("dsa", "host", "mail")), None)
            if desk is None or models.Report.objects.filter(item=item, desk=desk.code, state__in=r.STANDING).exists():
                continue
            harms = judged.stands.harms if judged.stands else frozenset()
            indicators = judged.program.indicators if judged.program else ()
            draft = _first(item, content, desk, version, passage_of(content.text or content.subject, indicators))
            told = {"reason": proposed(desk, harms), "note": note, "quote": quote, "lang": _lang(content, desk)}
            _begin(person, item, desk, _written(draft, told, desk), batch)
            drafted += 1
    return Batch(public("bat", batch) if drafted else "", drafted, len(wanted) - drafted)


def change_draft(person: models.Person, report_id: str, **told: Any) -> None:
    """Write a draft otherwise; what was approved of it, and did not go out, is a draft again. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_report(person, report_id, Right.REPORT, lock=True)
        desk = desk_of(row.desk)
        standing = standing_of(row, item, key, desk)
        if standing.state not in r.NOT_OUT:
            raise RequestRefused(_OUT)
        draft = _written(standing.draft, told, desk)
        log_report_step(row, key, r.CHANGED, by=person, words=draft.told(), details={"reason": draft.reason})


def drop_report(person: models.Person, report_id: str) -> None:
    """Take a draft away, or what was approved and did not go out. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_report(person, report_id, Right.REPORT, lock=True)
        if standing_of(row, item, key, desk_of(row.desk)).state not in r.NOT_OUT:
            raise RequestRefused(_OUT)
        log_report_step(row, key, r.DROP, by=person)


def _begin(person: models.Person, item: models.Item, desk: Desk, draft: Draft, batch: int | None) -> models.Report:
    grant_for(person, item.advocate_id, Right.REPORT)
    if models.Report.objects.filter(item=item, desk=desk.code, state__in=r.STANDING).exists():
        raise RequestRefused(_ALREADY)
    key = opening.item_key(item, opening.locker_of(item.advocate))
    row = models.Report(advocate_id=item.advocate_id, item=item, desk=desk.code, batch=batch, made_at=datetime.now(UTC))
    row.save(force_insert=True)
    log_report_step(row, key, r.DRAFTED, by=person, words=draft.told(), details={"reason": draft.reason})
    return row


def _first(item: models.Item, content: Content, desk: Desk, version: int, passage: str) -> Draft:
    """What is known before a person wrote anything."""
    # Any address may stand in a file that a stranger made: only one of the desk's own pages is named to it.
    url = content.url if r.host_of(content.url) and (not desk.hosts or desk.holds(content.url)) else ""
    counted, _copies = copies_around(item)
    copies = (len(_copies) + 1, counted.accounts) if counted is not None else None
    to = abuse_address(_original(item, version)) if desk.needs == "mail" else ""
    return Draft(
        reason="",
        note="",
        lang=_lang(content, desk),
        quote=True,
        passage=passage,
        url=url,
        sent_at=content.sent_at.isoformat() if content.sent_at else "",
        copies=copies,
        to=to,
        version=version,
    )


def _original(item: models.Item, ordinal: int) -> bytes:
    return opening.original_bytes(version_of(item, ordinal), opening.item_key(item, opening.locker_of(item.advocate)))


def _lang(content: Content, desk: Desk) -> str:
    """The language of the message where the desk reads it, else its first."""
    return content.lang[:2] if content.lang[:2] in desk.langs else desk.langs[0]


def _written(draft: Draft, told: Mapping[str, Any], desk: Desk) -> Draft:
    """`draft` with what a person wrote. Raises RequestRefused."""
    known = {
        name: told[name] for name in ("reason", "note", "lang", "quote", "name", "email", "law", "to", "rules") if name in told
    }
    for name in known.keys() - {"quote"}:
        known[name] = str(known[name]).encode("utf-8", "replace").decode()
    for name in known.keys() & {"name", "email", "law", "to", "rules"}:
        known[name] = " ".join(known[name].split())
    if "note" in known:
        known["note"] = tidy_note(known["note"])
    made = evolve(draft, **known)
    if made.reason and desk.reason(made.reason) is None:
        raise RequestRefused(_("Choose a reason from the list."))
    if made.lang not in desk.langs:
        raise RequestRefused(_("Choose a language that is read there."))
    if len(made.note) > MAX_NOTE_CHARS or len(made.law) > MAX_LAW_CHARS or len(made.name) > MAX_NAME_CHARS:
        raise RequestRefused(_("Make this shorter."))
    if (made.email and not is_address(made.email)) or (made.to and not is_address(made.to)):
        raise RequestRefused(_("Write one plain e-mail address."))
    if made.rules and not _RULES.fullmatch(made.rules):
        raise RequestRefused(_("Write the numbers of the rules, such as 2, 5."))
    return made
