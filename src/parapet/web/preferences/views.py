"""A person's own settings: language and light."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from parapet.access.witnesses import witnesses_seen
from parapet.actions.change_preferences import change_preferences
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
    context["witnesses"] = [(seen, _trouble(seen.trouble)) for seen in witnesses_seen(settings.ENVIRONMENT.witnesses)]
    return show(request, "preferences/preferences.html", context, here="preferences")


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
