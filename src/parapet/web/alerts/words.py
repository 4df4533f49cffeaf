"""Words for alerts: kinds of ways, what came of sending, what became of an alert."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What the log calls it.
CUSTODY: dict[str, Promise] = {
    "alert": _("People called because of it"),
    "alert_taken": _("An alert was taken by a person"),
    "on_call": _("Who is called was changed"),
    "reach": _("How a person is reached was changed"),
}
#: By which ways a person is reached, in the order of the form.
WAYS: dict[str, Promise | str] = {
    "email": _("E-mail"),
    "sms": _("Text message, through a gateway"),
    "ntfy": _("ntfy, on a phone"),
    "teams": "Microsoft Teams",
    "slack": "Slack",
    "matrix": "Matrix",
    "webhook": _("Webhook: a web address that takes JSON"),
    "other": _("Another service"),
}
#: What came of sending, by code.
_CAME_OF_IT: dict[str, Promise] = {
    "sent": _("The service took it. Look whether it has arrived: nobody can see that from here."),
    "timeout": _("The service did not answer in time."),
    "no_connection": _("No connection came about, or it broke. Look whether the address is right, and the network is there."),
    "inside": _("This address lies within the network of this Parapet. Whoever runs it has not allowed that."),
    "no_mail": _("This Parapet sends no e-mail: whoever runs it has named no mail server."),
    "unreadable": _("The address can no longer be read. Take it away, and add it again."),
    "no_longer": _("This way is no longer there, or this person may no longer read the messages."),
    "tried_out": _("It was tried again and again, and did not go through."),
}
#: What an event of an alert is called.
EVENTS: dict[str, Promise] = {
    "called": _("Called"),
    "sent": _("A service took the alert"),
    "failed": _("A service did not take the alert"),
    "undelivered": _("Given up by this way"),
    "nobody": _("Nobody could be called"),
    "unanswered": _("Everybody was called, and nobody answered"),
    "taken": _("Says that she or he has it"),
    "ended": _("Nothing is left to tell: the messages were erased, or given to somebody else"),
}


def came_of_it(code: str) -> str:
    """What came of sending, in a sentence."""
    kind, _line, status = code.partition("_")
    if kind == "http" and status.isdigit():
        if int(status) in (401, 403):
            return gettext("The service refused it (%(status)s): the address or its key is not accepted.") % {"status": status}
        if int(status) in (404, 410):
            return gettext("The service refused it (%(status)s): there is nothing at this address.") % {"status": status}
        return gettext("The service did not take it (%(status)s).") % {"status": status}
    if kind == "smtp" and status.isdigit():
        return gettext("The mail server did not take it (%(status)s).") % {"status": status}
    return str(_CAME_OF_IT.get(code, code.replace("_", " ")))
