"""What Parapet does, safety first, what is proven. Open to everybody: it says nothing about anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from parapet.web.answers import never_kept, speak
from parapet.web.frame import show


@require_safe
def help_page(request: HttpRequest) -> HttpResponseBase:
    """The help page."""
    speak(request)
    return never_kept(show(request, "help/help.html", {}, here="help"))
