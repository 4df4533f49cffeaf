"""Referrals in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parapet.access.referrals import ReferralCard
from parapet.access.referred import ReferredCard
from parapet.web import when, words
from parapet.web.people.forms import last_day

STATES: dict[str, Promise] = {
    "offered": gettext_lazy("Offered, not yet answered"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "returned": gettext_lazy("Handed back"),
    "taken_back": gettext_lazy("Taken back"),
    "parted": gettext_lazy("Ended: one of you left the organisation through which it was given"),
    "over": gettext_lazy("Over: its last day has passed"),
}


def messages_of(n: int) -> str:
    """ "3 messages"."""
    return ngettext("%(n)s message", "%(n)s messages", n) % {"n": when.number(n)}


def notes_of(n: int) -> str:
    """ "3 notes"."""
    return ngettext("%(n)s note", "%(n)s notes", n) % {"n": when.number(n)}


def given(cards: Iterable[ReferralCard]) -> list[dict[str, Any]]:
    """Referrals as who offered them sees them."""
    return [_given(card) for card in cards]


def _given(card: ReferralCard) -> dict[str, Any]:
    parts = [messages_of(card.items), _("with notes") if card.notes else _("without notes")]
    parts.append(_("may make a dossier") if card.export else _("may make no dossier"))
    return {
        "id": card.id,
        "case_id": card.case_id,
        "case": card.case,
        "who": card.who,
        "state": STATES[card.state],
        "lasts": card.lasts,
        "endable": card.lasts or card.state == "over",
        "purpose": card.purpose,
        "what": ", ".join(parts),
        "offered": when.day(card.offered_at) if card.offered_at else _("not known"),
        "until": when.day(last_day(card.until)) if card.until else "",
        "ended": when.day(card.ended_at) if card.ended_at else "",
        "words": card.words,
        "later": later(card) if card.later or card.later_notes else "",
        "guest": card.guest and card.lasts,
        "through": card.through if card.lasts else "",
    }


def later(card: ReferralCard) -> str:
    """ "3 messages and 1 note", which are in the case and not part of it."""
    parts = [messages_of(card.later)] if card.later else []
    if card.later_notes:
        parts.append(notes_of(card.later_notes))
    return _(" and ").join(parts)


def received(card: ReferredCard) -> dict[str, Any]:
    """One referral as the officer sees it."""
    return {
        "id": card.id,
        "title": card.title,
        "advocate": card.advocate,
        "purpose": card.purpose,
        "offered": when.day(card.offered_at) if card.offered_at else _("not known"),
        "until": when.day(last_day(card.until)) if card.until else "",
        "accepted": card.accepted,
        "items": messages_of(card.items),
        "level": -1 if card.hidden else card.gravest.value,
        "gravest": "" if card.hidden else words.word("severity", card.gravest.code),
        "notes": card.notes,
        "export": card.export,
    }
