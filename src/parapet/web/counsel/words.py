"""The words for how a channel to counsel stands."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATE: dict[str, Promise] = {
    "invited": _("Invited, not taken yet"),
    "joined": _("Taken; the numbers of the keys are to be compared"),
    "open": pgettext_lazy("channel", "Open"),
    "ended": pgettext_lazy("channel", "Ended"),
}
CUSTODY: dict[str, Promise] = {"counsel": _("Channel to counsel offered, taken or opened")}
