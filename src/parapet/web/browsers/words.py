"""Words for browsers that hand in captures."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the log calls it.
CUSTODY: dict[str, Promise] = {"browser": _("A browser connected, or no longer")}

#: What a browser is told that is turned away, for its person to read.
NO_LONGER = _("You may not add messages here any more. Ask whoever you help.")
TOO_LARGE = _("This capture is larger than 64 MB.")
DAMAGED = _("This capture arrived damaged.")
NOT_READ = _("This capture could not be read.")
TOO_OFTEN = _("Too much at once. It is tried again by itself.")
