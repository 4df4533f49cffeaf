"""What the log says of learning, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Steps of entries `learn`.
STEP: dict[str, Promise] = {
    "use": _("Used from then on"),
    "back": _("No longer used"),
    "forget": _("Everything learned was removed"),
    "erased": _("Removed, with a message that it had learned from"),
}
