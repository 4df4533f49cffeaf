"""Words for how a page stands and what was left out of a capture, by code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By `channels.web.standing.Standing`.
STANDING: dict[str, Promise] = {
    "kept": _("It was kept."),
    "same": _("The same words stand there."),
    "edited": _("The page says something else now."),
    "deleted": _("It is gone from there."),
    "suspended": _("The account was suspended."),
    "login_wall": _("Only who signs in there sees it now."),
    "unreachable": _("There was no answer."),
}
NOTE: dict[str, Promise] = {
    "still_loading": _("The page was still loading when it was kept."),
    "cut_at_bytes": _("The page loaded more than is kept. What came first was kept."),
    "cut_at_height": _("The page is longer than is kept. Its beginning was kept."),
    "blocked": _("The page asked for addresses inside a private network. They were not reached."),
    "asks_password": _("The page asks for a password."),
}
BY: dict[str, Promise] = {
    "parapet": _("Parapet’s own browser, which was signed in nowhere"),
    "extension": _("a person’s browser, through the extension"),
}
