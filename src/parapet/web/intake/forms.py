"""What was said by phone or in person, written down by whoever heard it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.web import words

MAX_WORDS = 20_000


class Spoken(forms.Form):
    """Who said what to whom, when, where, and how it was heard."""

    advocate = forms.CharField(max_length=40)
    words = forms.CharField(
        max_length=MAX_WORDS, error_messages={"required": gettext_lazy("Write down what was said, as exactly as you remember.")}
    )
    at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": gettext_lazy("When was it? About right is enough."),
            "invalid": gettext_lazy("Write the day and time like this: 2026-09-14 19:54."),
        },
    )
    how = forms.CharField(max_length=20)
    where = forms.CharField(max_length=200, required=False)
    said_by = forms.CharField(max_length=200, required=False)
    relation = forms.CharField(max_length=20, required=False)
    heard_by = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Who heard it? A witness has a name.")})

    def clean_how(self) -> str:
        """One of the known ways."""
        how: str = self.cleaned_data["how"]
        if how not in words.HOW:
            raise forms.ValidationError(_("Choose how it was said."))
        return how

    def clean_relation(self) -> str:
        """One of the known relations, else "unknown"."""
        relation: str = self.cleaned_data["relation"]
        return relation if relation in words.RELATION else "unknown"

    def clean_at(self) -> datetime:
        """Not in the future, but for a clock that runs a little ahead."""
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now() + timedelta(minutes=5):
            raise forms.ValidationError(_("This lies in the future."))
        if at.year < 1990:
            raise forms.ValidationError(_("This is too long ago."))
        return at

    def given(self, name: str) -> Any:
        """What the person typed, to show it again."""
        return self.data.get(name, "")
