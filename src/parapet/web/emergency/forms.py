"""What is asked before somebody is let in, and whom an advocate names."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parapet.access.emergency_rows import HOURS
from parapet.actions.break_glass import LEAST_REASON_CHARS, MOST_REASON_CHARS

_WHY = _("Say in a few words why a life or somebody’s safety may be in danger.")


class Asked(forms.Form):
    """hours: for how long."""

    reason = forms.CharField(
        min_length=LEAST_REASON_CHARS,
        max_length=MOST_REASON_CHARS,
        error_messages={"required": _WHY, "min_length": _WHY, "max_length": _("Make this shorter.")},
    )
    hours = forms.TypedChoiceField(
        choices=[(n, n) for n in HOURS],
        coerce=int,
        error_messages={"required": _("Choose for how long."), "invalid_choice": _("Choose for how long.")},
    )
