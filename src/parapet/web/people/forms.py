"""What an advocate gives to somebody: rights, the last day on which they hold, and for which part of her messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parapet.actions.invite import MAX_NAME_CHARS
from parapet.domain.judgement import Harm
from parapet.domain.rights import GIVEABLE, Right
from parapet.domain.scopes import Scope

LANGUAGES = (("en", "English"), ("fr-ca", "Français"))
_CHOOSE = _("Choose what this person may do.")
_DAY = _("Write a day, such as 2027-01-31.")
_GONE = {"invalid_choice": _("That is no longer there. Look at the page again.")}
#: What the form asks of a part.
PART = ("channels", "harms", "from_day", "to_day", "cases")


class Rights(forms.Form):
    """until: the last day; empty for no end. part: "all" of her messages, or only those that the fields of PART leave."""

    rights = forms.MultipleChoiceField(
        choices=[(right, right) for right in GIVEABLE], error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE}
    )
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _DAY})
    part = forms.ChoiceField(required=False, choices=[("all", "all"), ("part", "part")])
    channels = forms.MultipleChoiceField(required=False, error_messages=_GONE)
    harms = forms.MultipleChoiceField(required=False, choices=[(harm, harm) for harm in Harm], error_messages=_GONE)
    from_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _DAY})
    to_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _DAY})
    cases = forms.MultipleChoiceField(required=False, error_messages=_GONE)

    def __init__(self, *args: Any, channels: Iterable[str], cases: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("channels", channels), ("cases", cases)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(code, code) for code in known]

    def clean(self) -> dict[str, Any]:
        """Nobody gives all who has just said which part."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("part") != "part" and any(cleaned.get(name) for name in PART):
            self.add_error(
                "part", _("You filled in a part, and chose all messages. Choose “Only a part of them”, or clear the part.")
            )
        return cleaned

    def scope(self) -> Scope | None:
        """The part; None for all of her messages."""
        given = self.cleaned_data
        if given["part"] != "part":
            return None
        first: date | None = given["from_day"]
        last: date | None = given["to_day"]
        return Scope(
            channels=frozenset(given["channels"]),
            harms=frozenset(Harm(code) for code in given["harms"]),
            since=None if first is None else timezone.make_aware(datetime.combine(first, time.min)),
            until=None if last is None else end_of(last),
            cases=frozenset(given["cases"]),
        )

    def chosen(self) -> frozenset[Right]:
        """The rights that were ticked."""
        return frozenset(Right(code) for code in self.cleaned_data["rights"])

    def end(self) -> datetime | None:
        """The first moment after the last day, where this home is."""
        last: date | None = self.cleaned_data["until"]
        return None if last is None else end_of(last)


class Invitation(Rights):
    """A name, and the language in which the helper is spoken to."""

    name = forms.CharField(
        max_length=MAX_NAME_CHARS,
        error_messages={"required": _("Write the name."), "max_length": _("Make this shorter.")},
    )
    language = forms.ChoiceField(choices=LANGUAGES)


def end_of(last: date) -> datetime:
    """The first moment after a day. The last day that there is has no next one: it ends with its last second."""
    following = last + timedelta(days=1) if last < date.max - timedelta(days=1) else last
    return timezone.make_aware(datetime.combine(following, time.min))


def last_day(until: datetime) -> date:
    """The inverse of `end_of`: the last day on which it holds, at least in part."""
    return timezone.localtime(until - timedelta(microseconds=1)).date()
