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
    "unclear": _("It cannot be told from outside whether it is still there."),
}
#: By what a look was decided: codes of `channels.web.looking` and of what kept it from an answer.
DECIDED: dict[str, Promise] = {
    "words": _("Its words stand on the page."),
    "status": _("The server said so."),
    "notice": _("The page says so."),
    "login": _("The page asks to sign in."),
    "few_words": _("It has too few words to find it by."),
    "other_words": _("Some of its words stand there, and others do not."),
    "not_seen": _("Its words are not to be seen. The site may show them only to some."),
    "robots": _("The site asks programs not to look. If you press Look again, Parapet looks once, as you could."),
    "private": _("Its address leads into a private network."),
    "not_public": _("Its address leads into a private network."),
    "certificate": _("The server could not prove that it is the one of this address."),
    "size": _("The page is larger than is read."),
    "slow": _("The server was too slow."),
    "too_slow": _("The server was too slow."),
    "no_browser": _("Only a browser can tell, and there is no Chromium on this machine."),
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
