"""What is asked before a call goes, of somebody who is to be a supporter, and of a supporter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parapet.actions.call_for_support import Wanted
from parapet.domain.support import MAX_HOW_CHARS, MAX_LINE_CHARS, MAX_WORDS_CHARS, PAUSE_DAYS, Felt, Help, Helped, Limits, Said
from parapet.web.people.forms import LANGUAGES, end_of

NEW, BY_CODE = "new", "code"
_SHORTER = {"max_length": _("Make this shorter.")}
_DAY = _("Write a day, such as 2027-01-31.")
#: Name, least and most of each limit, as `domain.support.Limits` has them.
LIMITS = (
    ("at_once", 1, 5),
    ("replies_each", 1, 3),
    ("replies", 1, 20),
    ("reports_each", 1, 3),
    ("reports", 1, 5),
    ("pause_min", 10, 1_440),
)


class NewSupporter(forms.Form):
    """to: `NEW` for a guest called `name`, `BY_CODE` for who has `code`; through: an organisation that let him in as a supporter."""

    to = forms.ChoiceField(choices=[(NEW, NEW), (BY_CODE, BY_CODE)], error_messages={"required": _("Choose who it is.")})
    name = forms.CharField(max_length=120, required=False, error_messages=_SHORTER)
    code = forms.CharField(max_length=40, required=False, error_messages=_SHORTER)
    through = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    how = forms.CharField(
        max_length=MAX_HOW_CHARS,
        error_messages={"required": _("Say how you know this person, and who vetted them."), **_SHORTER},
    )

    def clean(self) -> dict[str, Any]:
        """A guest has a name, somebody else a code."""
        given = super().clean() or {}
        if given.get("to") == NEW and not given.get("name"):
            self.add_error("name", _("Write the name."))
        if given.get("to") == BY_CODE and not given.get("code"):
            self.add_error("code", _("Write the code that this person gave you."))
        return given


class Ask(forms.Form):
    """A call, as she types it. until: the last day."""

    words = forms.CharField(
        max_length=MAX_WORDS_CHARS, error_messages={"required": _("Say in your own words what this is about."), **_SHORTER}
    )
    links = forms.CharField(max_length=2_000, required=False, error_messages=_SHORTER)
    helps = forms.MultipleChoiceField(
        choices=[(each.value, each.value) for each in Help], error_messages={"required": _("Choose what would help.")}
    )
    quiet = forms.BooleanField(required=False)
    until = forms.DateField(input_formats=["%Y-%m-%d"], error_messages={"required": _DAY, "invalid": _DAY})
    when = forms.CharField(max_length=300, required=False, error_messages=_SHORTER)
    place = forms.CharField(max_length=300, required=False, error_messages=_SHORTER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, least, most in LIMITS:
            said = _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
            errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), said)
            self.fields[name] = forms.IntegerField(min_value=least, max_value=most, error_messages=errors)

    def wanted(self, people: list[str], items: list[str]) -> Wanted:
        """What she asks for."""
        given = self.cleaned_data
        last: date = given["until"]
        return Wanted(
            words=given["words"],
            helps=given["helps"],
            people=people,
            until=end_of(last),
            links=given["links"],
            items=items,
            quiet=given["quiet"],
            when=given["when"],
            place=given["place"],
            limits=Limits(**{name: given[name] for name, _least, _most in LIMITS}),
        )


class Answer(forms.Form):
    """Whether it helped her."""

    answer = forms.ChoiceField(choices=[(each.value, each.value) for each in Helped])
    line = forms.CharField(max_length=MAX_LINE_CHARS, required=False, error_messages=_SHORTER)


class Came(forms.Form):
    """What came of what a supporter took."""

    what = forms.ChoiceField(choices=[(each.value, each.value) for each in Said])
    pause_days = forms.TypedChoiceField(choices=[(days, days) for days in PAUSE_DAYS], coerce=int, required=False)


class Feeling(forms.Form):
    """How a supporter is, and for how long he wants to be left alone."""

    felt = forms.ChoiceField(choices=[(each.value, each.value) for each in Felt])
    pause_days = forms.TypedChoiceField(choices=[(0, 0), *((days, days) for days in PAUSE_DAYS)], coerce=int, required=False)
