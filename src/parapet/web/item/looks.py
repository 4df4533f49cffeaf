"""When the page of a message was looked at again, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from parapet.access.views import ItemCard
from parapet.web import veil, when, words
from parapet.web.capture.words import DECIDED, STANDING


def looks(card: ItemCard) -> list[dict[str, Any]]:
    """The newest first; one that is under way says so."""
    made = []
    for each in card.looks:
        if each.running:
            said = _("being looked at")
        elif each.refused:
            said = words.word("refused", each.standing)
        else:
            said = str(STANDING.get(each.standing, each.standing))
        why = str(DECIDED.get(each.why, "")) if each.kept >= 0 else ""
        kept = str(each.kept) if each.kept >= 0 else ""
        made.append({"at": when.moment(each.at), "said": said, "why": why, "words": veil.shown(each.words), "kept": kept})
    return made


def plan(card: ItemCard) -> dict[str, Any]:
    """Whether its page is looked at by itself, and when next."""
    held = card.plan
    if held is None:
        return {"can": False}
    return {
        "can": held.can,
        "kept": held.why == "asked",
        "said": _said(held.why, held.state, when.moment(held.next_at) if held.next_at else ""),
    }


def _said(why: str, state: str, at: str) -> str:
    if not why:
        return ""
    if state == "closed":
        return _("It can be looked at while somebody is here who opened this material.")
    if state == "browser" or why == "once":
        return _("It is being looked at.")
    if why == "report":
        return _("It was reported, so it is looked at by itself. Next: %(at)s.") % {"at": at}
    return _("It is looked at by itself. Next: %(at)s.") % {"at": at}
