"""Words for signing in: what the log calls it, and how somebody came in."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the log calls it.
CUSTODY: dict[str, Promise] = {
    "sign_in": _("A person signed in"),
    "passphrase": _("A passphrase was set, changed or removed"),
    "factor": _("A way to sign in was added, removed or used up"),
    "sessions_end": _("Sessions were ended"),
    "guesses": _("Somebody guessed at a passphrase until it was stopped"),
}
#: What the log tells a person of her own signing in: kind, or kind, step and factor, to a sentence. `by` is who did it to her.
SENTENCES: dict[str, Promise] = {
    "sign_in": _("You signed in %(how)s."),
    "passphrase.set": _("You chose a passphrase."),
    "passphrase.changed": _("You changed your passphrase."),
    "passphrase.removed": _("You removed your passphrase."),
    "factor.added.app": _("You set up an app for codes."),
    "factor.removed.app": _("You gave up your app for codes."),
    "factor.added.passkey": _("You added a passkey."),
    "factor.removed.passkey": _("You took a passkey away."),
    "factor.added.recovery": _("You were given codes for paper."),
    "factor.used.recovery": _("You used up one of your codes on paper."),
    "factor.added.institution": _("You let your institution sign you in."),
    "factor.removed.institution": _("Your institution signs you in no longer."),
}
#: How she came in, by code.
HOW: dict[str, Promise] = {
    "link": _("by a link"),
    "passphrase": _("with a passphrase"),
    "passphrase_code": _("with a passphrase and a code"),
    "passphrase_passkey": _("with a passphrase and a passkey"),
    "passkey": _("with a passkey"),
    "institution": _("by an institution"),
    "institution_code": _("by an institution and a code"),
    "institution_passkey": _("by an institution and a passkey"),
}
