"""How much of a message is shown to a person before she asks: for all, and stricter for some harms."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.veils import own_veil
from parapet.actions.set_veil import set_veil
from parapet.domain.errors import RequestRefused
from parapet.domain.judgement import Harm
from parapet.domain.veil import COVERED, FOR_ONE_HARM, Level, Piece
from parapet.web import veil as veiling
from parapet.web import words
from parapet.web.frame import Visit, page, show

#: What each level is called, and what it means.
LEVELS: dict[Level, tuple[Promise, Promise]] = {
    Level.NOTHING: (gettext_lazy("That it is there"), gettext_lazy("No number, not what it is, not how grave. What needs a person now is told all the same.")),
    Level.COUNTS: (gettext_lazy("What it is, and how many"), gettext_lazy("The kind of harm, how serious, when. No word of it.")),
    Level.MASKED: (gettext_lazy("Its words, the harmful ones covered"), gettext_lazy("Opens with the page of a message. Lists still show no words.")),
    Level.TEXT: (gettext_lazy("Its words"), gettext_lazy("All of them, with the page of a message. Lists still show no words.")),
}  # fmt: skip
_UNCHOSEN = "as-helper"


@page("GET", "POST")
def veil(request: Visit) -> HttpResponseBase:
    """Show it and change it."""
    if request.method == "POST":
        level = _level(request.POST.get("level", ""))
        asked = {harm: _level(request.POST.get(f"harm-{harm}", "")) for harm in Harm}
        by_harm = {harm: each for harm, each in asked.items() if each is not None}
        try:
            set_veil(request.user, level, by_harm)
        except RequestRefused as error:
            messages.error(request, error.said(_))
        else:
            messages.success(request, _("Kept. It holds from the next page on."))
        return redirect("veil")
    chosen = own_veil(request.user)
    context = {
        "levels": [(level.code, *LEVELS[level], level is chosen.level) for level in Level],
        "unchosen": chosen.level is None,
        "unchosen_code": _UNCHOSEN,
        "harms": [
            (
                harm,
                words.word("harm", harm),
                [(each.code, LEVELS[each][0], each is chosen.by_harm.get(harm)) for each in FOR_ONE_HARM],
            )
            for harm in Harm
        ],
        "stricter": len(chosen.by_harm),
        "example": _example(),
    }
    return show(request, "preferences/veil.html", context, here="preferences")


def _level(code: str) -> Level | None:
    return next((level for level in Level if level.code == code), None)


def _example() -> dict[str, object]:
    """A message that hurts nobody, as two of the levels show it."""
    before, hard, after = _("Your talk was clear, but "), _("far too long"), _(". Next time, leave room for questions.")
    return {
        "masked": veiling.covered([Piece(before), COVERED, Piece(after)]),
        "text": veiling.shown(before + hard + after),
    }
