"""A person's own settings: language and light."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

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
    return show(request, "preferences/preferences.html", context, here="preferences")
