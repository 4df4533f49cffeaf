"""What a person writes in a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_TITLE = 200
MAX_NOTE = 20_000


class Title(forms.Form):
    title = forms.CharField(
        max_length=MAX_TITLE,
        error_messages={
            "required": _("Give the case a name, so that you find it again."),
            "max_length": _("Make the name shorter."),
        },
    )


class NoteText(forms.Form):
    text = forms.CharField(
        max_length=MAX_NOTE,
        error_messages={"required": _("The note is empty."), "max_length": _("Split the note: it is too long.")},
    )
