"""What a person writes in a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parapet.access.case_handovers import KINDS, MEANS, TO

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


class HandoverFacts(forms.Form):
    """kind, to, means: codes; bag: the place in the log of an export, or nothing."""

    kind = forms.ChoiceField(choices=[(code, code) for code in KINDS])
    to = forms.ChoiceField(choices=[(code, code) for code in TO])
    means = forms.ChoiceField(choices=[(code, code) for code in MEANS])
    happened_at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": _("Say when it happened."), "invalid": _("Write the time as 2026-11-23T14:05.")},
    )
    name = forms.CharField(max_length=200, required=False)
    reference = forms.CharField(max_length=200, required=False)
    bag = forms.IntegerField(min_value=0, required=False)
