"""What a person decides about keeping and erasing. Erasing asks to be confirmed in so many words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parapet.actions.erase import REASONS
from parapet.actions.retention import LEAST_DAYS, MOST_DAYS
from parapet.domain.judgement import Severity

#: A rule may take these, and nothing graver.
MILD = (Severity.NONE, Severity.LOW, Severity.MEDIUM)
_CHOOSE = _("Say why it is erased.")


class Erasing(forms.Form):
    """reason: a code; sure: the box that says that it cannot be undone."""

    reason = forms.ChoiceField(
        choices=[(code, code) for code in REASONS], error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE}
    )
    sure = forms.BooleanField(error_messages={"required": _("Tick the box if you are sure. Nothing was erased.")})


class ErasingAdvocate(Erasing):
    """`name` must be written as it stands on the page."""

    name = forms.CharField(max_length=200, error_messages={"required": _("Write the name as it stands above.")})

    def __init__(self, data: object = None, *, wanted: str = "") -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict, or None
        self.wanted = wanted

    def clean_name(self) -> str:
        """The name, so that nobody is erased by a slip of the hand."""
        name: str = self.cleaned_data["name"]
        if " ".join(name.split()).casefold() != " ".join(self.wanted.split()).casefold():
            raise forms.ValidationError(_("Write the name as it stands above."))
        return name


class RuleForm(forms.Form):
    """days: empty or 0 for no rule."""

    days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"invalid": _("Write a number of days."), "max_value": _("Write a smaller number of days.")},
    )
    severity = forms.TypedChoiceField(choices=[(s.code, s.code) for s in MILD], coerce=lambda code: code)
    closed_cases = forms.BooleanField(required=False)

    def clean_days(self) -> int:
        """Not so few that what just came in would go."""
        days: int = self.cleaned_data["days"] or 0
        if 0 < days < LEAST_DAYS:
            raise forms.ValidationError(_("Seven days at least."))
        return days
