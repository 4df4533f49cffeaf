"""A person's own settings: language and light; and what witnesses say of the log."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from parapet.access.contradictions import REASONS
from parapet.access.witnesses import witnesses_seen
from parapet.actions.change_preferences import change_preferences
from parapet.actions.contradictions import acknowledge as write_down
from parapet.actions.contradictions import may_acknowledge
from parapet.web.frame import THEMES, Visit, page, show


@page("GET", "POST")
def preferences(request: Visit) -> HttpResponseBase:
    """Show and change them."""
    if request.method == "POST":
        language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
        change_preferences(request.user, language=language, theme=theme)
        with translation.override(language):
            messages.success(request, _("Your settings are kept."))
        return redirect("preferences")
    names = {"system": _("As the system says"), "light": _("Light"), "dark": _("Dark")}
    context = {"languages": settings.LANGUAGES, "themes": [(theme, names[theme]) for theme in THEMES], "person": request.user}
    context["witnesses"] = [
        (seen, _trouble(seen.trouble), [(each, _why(each.reason)) for each in seen.refused])
        for seen in witnesses_seen(settings.ENVIRONMENT.witnesses)
    ]
    context["reasons"] = [(code, _why(code)) for code in REASONS] if may_acknowledge(request.user) else []
    return show(request, "preferences/preferences.html", context, here="preferences")


@page("POST")
def acknowledge(request: Visit, index: int) -> HttpResponseBase:
    """Say why a witness had seen another log."""
    write_down(request.user, index, request.POST.get("reason", ""))
    messages.success(request, _("It is written down. Every bag still says that the witness refused."))
    return redirect("preferences")


def _why(code: str) -> str:
    """Why a witness had seen another log, as a person said; "" while nobody did."""
    return {
        "restored": _("An older backup was restored"),
        "copied": _("A copy of this Parapet was used as well"),
        "witness": _("The witness mixed something up"),
        "other": _("Another reason that is known"),
    }.get(code, "")


def _trouble(code: str) -> str:
    """Why a witness did not cosign when it was asked last; "" when it did."""
    return {
        "fork": _(
            "It refused the newest state of the log, because it holds another history. Ask whoever runs this Parapet to run parapet doctor."
        ),
        "rollback": _(
            "It refused the newest state of the log, because it holds a longer one. Ask whoever runs this Parapet to run parapet doctor."
        ),
        "unknown": _("It does not know this log yet."),
        "bad_answer": _("Its answer cannot be used."),
        "unreachable": _("It does not answer just now, and is asked again."),
    }.get(code, "")
