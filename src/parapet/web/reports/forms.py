"""What a person writes of a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: What stands for the reason that is chosen, for who sees of a message only that it is there.
AS_CHOSEN = "as-chosen"
_TOO_LONG = {"max_length": _("Make this shorter.")}


def _line(most: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=most, error_messages=_TOO_LONG)


class DraftFields(forms.Form):
    """The fields of a draft that a person writes; those that the desk does not ask for stay as they are."""

    reason = _line(80)
    note = forms.CharField(required=False, max_length=1_000, error_messages=_TOO_LONG)
    lang = _line(2)
    name = _line(200)
    email = _line(254)
    law = _line(300)
    to = _line(254)
    rules = _line(60)

    def told(self) -> dict[str, Any]:
        """What was sent, by name."""
        given = {name: self.cleaned_data[name] for name in self.fields if name in self.data}
        if not given.get("to"):  # the address that the mail names is a stranger's word: the field does not show it, and leaves it
            given.pop("to", None)
        if given.get("reason") == AS_CHOSEN:
            given.pop("reason")
        return {**given, "quote": "quote" in self.data}


class Happened(forms.Form):
    """When something was done, and what the platform called it."""

    happened_at = forms.DateTimeField(error_messages={"required": _("Say when."), "invalid": _("Say when.")})
    reference = _line(200)
