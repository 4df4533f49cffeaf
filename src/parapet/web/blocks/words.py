"""Words for blocks and mutes: how each stands, what happened to it, and what went wrong."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parapet.domain import blocking as b

#: What the log calls it.
CUSTODY: dict[str, Promise] = {
    "account_block": _("The blocking or muting of its account prepared, approved, done or lifted"),
    "account_list": _("A list of blocked or muted accounts made"),
}
WHAT: dict[str, Promise] = {
    b.BLOCK: pgettext_lazy("an account", "Block"),
    b.MUTE: pgettext_lazy("an account", "Mute"),
    b.LIST: _("Put on a moderation list"),
}
STATE: dict[str, Promise] = {
    b.DRAFT: pgettext_lazy("a block", "Prepared"),
    b.READY: _("Approved: to be done by a person"),
    b.WAITING: _("Approved: done by itself"),
    b.SENDING: _("Being done"),
    b.STANDS: pgettext_lazy("a block", "In force"),
    b.UNKNOWN: pgettext_lazy("a block", "Unknown: please check"),
    b.FAILED: pgettext_lazy("a block", "Not done"),
    b.LIFT_READY: _("To be lifted by a person"),
    b.LIFT_WAITING: _("Being lifted by itself"),
    b.LIFTING: _("Being lifted"),
    b.LIFT_UNKNOWN: _("Unknown whether lifted: please check"),
    b.LIFT_FAILED: _("Not lifted: still in force"),
    b.LIFTED: pgettext_lazy("a block", "Lifted"),
    b.DROPPED: pgettext_lazy("a block", "Dropped"),
}
STEP: dict[str, Promise] = {
    b.DRAFTED: pgettext_lazy("a block", "Prepared"),
    b.DROP: pgettext_lazy("a block", "Dropped"),
    b.APPROVE: pgettext_lazy("a block", "Approved"),
    b.LIFT: _("Lifting approved"),
    b.CLAIM: _("About to be done"),
    b.RECEIPT: _("The platform did it"),
    b.ALREADY: _("Looked: it was so already"),
    b.LATER: _("Certainly not done; tried again later"),
    b.LOST: _("The answer of the platform was lost"),
    b.FAIL: _("Certainly not done"),
    b.TICK: _("Done by a person"),
    b.THERE: _("Looked there: it is in force"),
    b.ABSENT: _("Looked there: it is not in force"),
    b.SHOWN: _("The name of the account was shown"),
}
TROUBLE: dict[str, Promise] = {
    "keeping": _("It waits until what the account sent was fetched once more."),
    "not_kept": _(
        "What the account sent could not be fetched once more, so nothing was done. Look at the connection; or approve it again, and let it go without."
    ),
    "followed": _(
        "You follow this account, so nothing was done: a file can claim that a friend wrote something. If it is meant, do it yourself in the app."
    ),
    "herself": _("It is the account itself from which it would be done. Nothing was done."),
    "no_account": _("The platform knows no account of this name."),
    "no_connection": _("The connection ended, or may no longer block and mute. Allow it there, then approve it again."),
    "not_allowed": _(
        "The server does not let this connection block or mute. Open the connection, sign in again, and allow all that the server lists."
    ),
    "not_offered": _("This server offers no such thing to programs. Do it yourself in the app."),
    "sign_in": _("The platform does not take how this connection signs in. Mend the connection, then approve it again."),
    "rate_limited": _("The platform asks for patience. It is tried again by itself."),
    "unreachable": _("The platform did not answer. It is tried again by itself."),
    "refused": _("The platform refused. Nothing was done."),
    "tried_out": _("It was tried for a while, and the platform did not take it. Nothing was done."),
    "not_there": _("The platform was asked: it is not in force there. Approve it again if it is to be done."),
    "still_there": _("The platform was asked: it is still in force there."),
    "by_another": _("It is in force by a list that is somebody else’s. Leave that list in the app."),
    "already": _("It was so before, and was left as it is."),
    "seen": _("As somebody saw there."),
    "restored": _(
        "This home was put back from a backup. Whether this was done since, nobody here knows; the platform is asked how it stands, and nothing is done again."
    ),
    "broken_off": _(
        "Parapet was stopped before an answer had come. Nobody knows whether it was done; the platform is asked how it stands, and nothing is done again."
    ),
}
_LOST = _(
    "The answer of the platform was lost. Nobody knows whether it was done; the platform is asked how it stands, and nothing is done again."
)
LISTS: dict[str, tuple[Promise, Promise]] = {
    "mastodon_blocks": (
        _("Blocked on Mastodon"),
        _("Others take it over in the settings of Mastodon, under import, as a blocking list."),
    ),
    "mastodon_mutes": (
        _("Muted on Mastodon"),
        _("Others take it over in the settings of Mastodon, under import, as a muting list."),
    ),
    "bluesky": (
        _("Blocked or muted on Bluesky"),
        _(
            "The stable names of the accounts and their handles, for tools that make moderation lists. Bluesky itself imports no files."
        ),
    ),
}


def trouble(state: str, code: str) -> str:
    """What went wrong; "" when nothing did."""
    if state in (b.UNKNOWN, b.LIFT_UNKNOWN):
        return str(TROUBLE[code] if code in ("broken_off", "restored") else _LOST)
    troubled = (b.FAILED, b.LIFT_FAILED, b.WAITING, b.LIFT_WAITING, b.STANDS, b.LIFTED)
    return str(TROUBLE.get(code, "")) if state in troubled else ""
