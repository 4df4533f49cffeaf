"""What an advocate gives to somebody: rights, and the last day on which they hold."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parapet.actions.invite import MAX_NAME_CHARS
from parapet.domain.rights import GIVEABLE, Right

LANGUAGES = (("en", "English"), ("fr-ca", "Français"))
_CHOOSE = _("Choose what this person may do.")


class Rights(forms.Form):
    """until: the last day; empty for no end."""

    rights = forms.MultipleChoiceField(
        choices=[(right, right) for right in GIVEABLE], error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE}
    )
    until = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _("Write a day, such as 2027-01-31.")}
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
