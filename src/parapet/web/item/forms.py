"""What is asked before a text is shown: why, and which version."""

from __future__ import annotations

from django import forms

from parapet.web import words

DEFAULT_WHY = "triage"


class Ask(forms.Form):
    """why: a code of `words.WHY`; version: empty for the latest; against: the version to compare with."""

    why = forms.CharField(required=False, max_length=20)
    version = forms.IntegerField(required=False, min_value=1, max_value=32_767)
    against = forms.IntegerField(required=False, min_value=1, max_value=32_767)

    def clean_why(self) -> str:
        """Anything but a known code becomes the default: a look is always logged with a reason."""
        why: str = self.cleaned_data["why"]
        return why if why in words.WHY else DEFAULT_WHY
