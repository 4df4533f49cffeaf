"""Words for reports: how each stands, what is to be done next, what went wrong and how to look."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parapet.domain import reporting as r

#: What the log calls it.
CUSTODY: dict[str, Promise] = {
    "platform_report": _("A report to a platform drafted, approved, sent or followed"),
    "report_herself": _("She approves every report to a platform herself"),
    "report_anybody": _("Who may report also approves reports to platforms"),
}

STATE: dict[str, Promise] = {
    r.DRAFT: _("Draft"),
    r.READY: _("Approved: to be sent by a person"),
    r.WAITING: _("Approved: goes by itself"),
    r.SENDING: _("Being sent"),
    r.SENT: pgettext_lazy("a report", "Sent"),
    r.UNKNOWN: _("Unknown: please check"),
    r.FAILED: _("Not sent"),
    r.REFUSED: _("Refused by the platform"),
    r.APPEALED: _("Complained about the refusal"),
    r.CLOSED: pgettext_lazy("a report", "Over"),
    r.DROPPED: _("Dropped"),
}
NEXT: dict[str, Promise] = {
    "send": _("Send it"),
    "check": _("Check whether it arrived"),
    "remind": _("Ask again if nobody answered"),
    "escalate": _("Take it higher if nobody answered"),
    "appeal": _("Complain about the refusal, if you want to"),
}
#: What a look at the page of a reported message found, by `channels.web.standing`.
GONE: dict[str, Promise] = {
    "deleted": _("Its page was found gone: %(at)s."),
    "suspended": _("The account was found suspended: %(at)s."),
}
OUTCOME: dict[str, Promise] = {
    "removed": _("It was taken down"),
    "limited": _("It was hidden or limited, or the account was"),
    "refused": _("They refused"),
    "no_answer": _("No answer, and nothing more is expected"),
}
STEP: dict[str, Promise] = {
    r.DRAFTED: _("Drafted"),
    r.CHANGED: _("Written otherwise"),
    r.DROP: _("Dropped"),
    r.APPROVE: pgettext_lazy("a report", "Approved"),
    r.CLAIM: _("About to be sent"),
    r.RECEIPT: _("The platform took it"),
    r.LATER: _("Certainly not taken; tried again later"),
    r.LOST: _("The answer was lost"),
    r.FAIL: _("Certainly not sent"),
    r.TICK: _("Sent by a person"),
    r.ARRIVED: _("Looked: it is there"),
    r.NEVER_ARRIVED: _("Looked: it is not there"),
    r.REMIND: _("Asked again"),
    r.ESCALATE: _("Taken higher"),
    r.APPEAL: _("Complained about the refusal"),
    r.OUTCOME: _("Outcome told"),
}
#: Why it was not sent, or is unknown, by code.
TROUBLE: dict[str, Promise] = {
    "sign_in": _(
        "The platform does not take the password of the connection, or it may not report. Mend the connection, then approve again."
    ),
    "unreachable": _("The server did not answer before anything was sent. It is tried again by itself, then left to you."),
    "rate_limited": _("The platform takes no more reports just now. It is tried again by itself, then left to you."),
    "refused": _("The platform refused to take the report. Look at the text, or send it yourself."),
    "gone": _("The message is not there any more, or cannot be found from your account. Look whether it was taken down."),
    "no_connection": _("The connection was ended. Connect the account again, or send it yourself."),
    "no_way": _("This version cannot send there by itself. Send it yourself."),
    "tried_out": _("It was tried for some time, and certainly did not arrive. Approve it again, or send it yourself."),
    "restored": _(
        "This home was put back from a backup. Whether this went out after that backup was made, nobody here knows, and it is not sent again by itself."
    ),
    "broken_off": _("Parapet stopped while it was being sent. Nobody knows whether it arrived."),
}
_LOST = _("The answer did not come. Nobody knows whether it arrived.")
#: How a person finds out whether a report is there.
CHECK: dict[str, Promise] = {
    "mastodon": _(
        "Mastodon shows nobody her own reports. Ask the moderators of your server, whose address stands on its page “About”, and give them our reference."
    ),
    "bluesky": _(
        "Bluesky shows nobody her own reports. Look in the mailbox of the account: a report is often confirmed there. Else ask support, with our reference."
    ),
}
_CHECK = _("Look in the account from which it was sent, or ask the platform, with our reference.")


def trouble(state: str, code: str) -> str:
    """What went wrong; "" when nothing did."""
    if state == r.UNKNOWN:
        return str(TROUBLE[code] if code in ("broken_off", "restored") else _LOST)
    return str(TROUBLE.get(code, "")) if state in (r.FAILED, r.WAITING) else ""


def how_to_check(desk: str) -> str:
    """How to find out whether a report arrived."""
    return str(CHECK.get(desk, _CHECK))
