"""Words for connections: how each does, and how to mend it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the log calls it.
CUSTODY: dict[str, Promise] = {"connect": _("Watching of an account begun, changed or ended")}

#: What went wrong, and what to do, by code.
FAULTS: dict[str, tuple[Promise, Promise]] = {
    "outside.unreachable": (
        _("The server did not answer, or broke off."),
        _("It is asked again by itself. If that goes on, check the name of the server and the network."),
    ),
    "outside.sign_in_refused": (
        _("The server does not take this name and password."),
        _("Write the password again. Many services want one that was made for programs, called an app password."),
    ),
    "outside.place_missing": (
        _("A folder is not there."),
        _("Look how it is spelt, or whether it was renamed, and write its name as your mail program shows it."),
    ),
    "outside.private_address": (
        _("This name leads into the network of this Parapet, which whoever runs it has not allowed."),
        _("Look whether the name of the server is right, or ask whoever runs this Parapet."),
    ),
    "outside.refused": (
        _("The server could not prove that it is the one you named, or did not speak the language of mail servers."),
        _("Look whether the name and the port are right. Without proof no password is sent there."),
    ),
}
_OTHER = (
    _("Something went wrong here, and not at the server."),
    _("It is tried again by itself. If that goes on, whoever runs this Parapet finds more in its log."),
)


def fault(code: str) -> tuple[Promise, Promise]:
    """What went wrong, and what to do."""
    return FAULTS.get(code, _OTHER)
