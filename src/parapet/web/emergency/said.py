"""Requests to be let in, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parapet.access.emergencies import RequestCard
from parapet.web import when

STATES: dict[str, Promise] = {
    "waiting": gettext_lazy("Waits for somebody to agree"),
    "open": gettext_lazy("Open"),
    "lapsed": gettext_lazy("Nobody agreed in time"),
    "over": gettext_lazy("Over: the time ran out"),
    "ended": gettext_lazy("Ended by a person"),
}
_TOLD: dict[str, Promise] = {
    "sent": gettext_lazy("%(name)s was told at once by the ways that she or he gave."),
    "going": gettext_lazy("%(name)s is being told by the ways that she or he gave."),
    "failed": gettext_lazy("%(name)s could not be told: no way led through. Call, if you can."),
    "nobody": gettext_lazy("%(name)s could not be told: no way to be reached was given here. Call, if you can."),
}


class Standing(TypedDict):
    id: str
    said: str


def hours(n: int) -> str:
    """ "4 hours"."""
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": when.number(n)}


def request(card: RequestCard) -> dict[str, Any]:
    """One request, as its page shows it."""
    return {
        "id": card.id,
        "advocate": card.advocate,
        "who": card.who or _("somebody who is no longer here"),
        "reason": card.reason,
        "hours": hours(card.hours),
        "asked": when.moment(card.asked_at),
        "lapses": when.moment(card.lapses_at),
        "state": card.state,
        "state_said": STATES[card.state],
        "agreed_by": card.agreed_by or _("somebody who is no longer here"),
        "agreed": when.moment(card.agreed_at) if card.agreed_at else "",
        "until": when.moment(card.until) if card.until else "",
        "told": str(_TOLD[card.told]) % {"name": card.advocate},
        "closed": card.closed,
        "mine": card.mine,
        "may_agree": card.may_agree,
        "may_end": card.may_end,
    }


def standing(cards: Iterable[RequestCard]) -> list[Standing]:
    """What the inbox says of requests that wait or are open: a calm sentence for each."""
    return [{"id": card.id, "said": _sentence(card)} for card in cards]


def _sentence(card: RequestCard) -> str:
    told = {"who": card.who, "at": when.moment(card.asked_at), "until": when.moment(card.until) if card.until else ""}
    if card.state == "open":
        return _("In an emergency, %(who)s was let in to the urgent messages, until %(until)s.") % told
    return _("In an emergency, %(who)s asked on %(at)s to be let in to the urgent messages. Nobody has agreed so far.") % told
