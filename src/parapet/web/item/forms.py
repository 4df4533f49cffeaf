"""What is asked before a text is shown; and what a person says of it."""

from __future__ import annotations

from typing import Any

from django import forms

from parapet.domain.judgement import Harm, Severity, Urgency, Verdict
from parapet.web.case_words import WHY

DEFAULT_WHY = "triage"


class Ask(forms.Form):
    """why: a code of `case_words.WHY`; version: empty for the latest; against: the version to compare with.

    covered: with the harmful words covered; auto: nobody pressed a button, the page asks as her veil says
    """

    why = forms.CharField(required=False, max_length=20)
    version = forms.IntegerField(required=False, min_value=1, max_value=32_767)
    against = forms.IntegerField(required=False, min_value=1, max_value=32_767)
    covered = forms.BooleanField(required=False)
    auto = forms.BooleanField(required=False)

    def clean_why(self) -> str:
        """Anything but a known code becomes the default: a look is always logged with a reason."""
        why: str = self.cleaned_data["why"]
        return why if why in WHY else DEFAULT_WHY


class Judge(forms.Form):
    """version: which one; seen: `ItemCard.judged_at`; do: "set", "nothing" (not abuse) or "undo"; `verdict` is made of the rest."""

    version = forms.IntegerField(min_value=1, max_value=32_767)
    seen = forms.IntegerField(required=False, min_value=-1, max_value=2**62)
    do = forms.CharField(required=False, max_length=8)
    severity = forms.CharField(required=False, max_length=10)
    urgency = forms.CharField(required=False, max_length=10)
    reason = forms.CharField(required=False)

    def clean_seen(self) -> int:
        """Without one, what she saw is not known: -1 is what nothing is judged at."""
        seen: int | None = self.cleaned_data["seen"]
        return -1 if seen is None else seen

    def clean(self) -> dict[str, Any]:
        """Put the choices together."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        sent = self.data.getlist("harm") if hasattr(self.data, "getlist") else []
        severity = next((s for s in Severity if s and s.code == given.get("severity")), Severity.NONE)
        if given.get("do") == "set" and not severity:
            raise forms.ValidationError("no form of ours sends that")  # else a code that is mistyped could say "not abuse"
        urgency = next((u for u in Urgency if u.code == given.get("urgency")), Urgency.NONE)
        harms = frozenset(h for h in Harm if h in sent)
        given["verdict"] = Verdict(harms, severity, urgency)
        return given
