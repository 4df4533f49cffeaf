"""What the log calls what happens to keys of people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CUSTODY: dict[str, Promise] = {
    "own_key": _("A person’s own key was made, or has another passphrase or sheet"),
    "close": _("What comes is closed under a new key"),
    "unclose": _("What was closed opens with this Parapet’s key again"),
    "share": _("The key of closed material was given to a person"),
}
