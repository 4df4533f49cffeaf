"""What is asked before a case is offered, and what an officer says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parapet.actions.answer_referral import MAX_WORDS_CHARS
from parapet.actions.invite import MAX_NAME_CHARS
from parapet.actions.refer import MAX_PURPOSE_CHARS
from parapet.web.people.forms import LANGUAGES, end_of

NEW, BY_CODE = "new", "code"


class Offer(forms.Form):
    """to: `NEW` for a guest called `name`, `BY_CODE` for who has `code`, the code of somebody known, or "CODE:ORGANISATION" for
    somebody of an organisation of hers; until: the last day."""

    to = forms.CharField(max_length=40, error_messages={"required": _("Choose to whom it goes.")})
    name = forms.CharField(max_length=MAX_NAME_CHARS, required=False, error_messages={"max_length": _("Make this shorter.")})
    code = forms.CharField(max_length=40, required=False, error_messages={"max_length": _("Make this shorter.")})
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    purpose = forms.CharField(
        max_length=MAX_PURPOSE_CHARS,
        error_messages={"required": _("Say what it is for."), "max_length": _("Make this shorter.")},
    )
    until = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _("Write a day, such as 2027-01-31.")}
    )
    notes = forms.BooleanField(required=False)
    export = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """A guest has a name, somebody else a code."""
        given = super().clean() or {}
        if given.get("to") == NEW and not given.get("name"):
            self.add_error("name", _("Write the name."))
        if given.get("to") == BY_CODE and not given.get("code"):
            self.add_error("code", _("Write the code that this person gave you."))
        return given

    def end(self) -> datetime | None:
        """The first moment after the last day, where this home is."""
        last: date | None = self.cleaned_data["until"]
        return None if last is None else end_of(last)


class Answer(forms.Form):
    words = forms.CharField(max_length=MAX_WORDS_CHARS, required=False)
