"""Who somebody is, and by which names messages may call her. Nothing is guessed: what has another shape is sent back."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.people import Details

MAX_NAME = 120
MAX_LINE = 300
MAX_EMAILS = 20
#: Names by platform: the shape of each.
SHAPES = {
    "bluesky_handle": re.compile(r"[\w-]+(\.[\w-]+)+"),
    "bluesky_did": re.compile(r"did:[a-z]+:[\w.:%-]+"),
    "mastodon": re.compile(r"[\w.-]+@[\w-]+(\.[\w-]+)+"),
    "x_name": re.compile(r"\w{1,15}", re.ASCII),
    "x_id": re.compile(r"[0-9]{1,20}"),
    "instagram": re.compile(r"[\w.]{1,30}", re.ASCII),
    "facebook": re.compile(r"[^\x00-\x1f<>]{1,100}"),
    "youtube": re.compile(r"UC[\w-]+", re.ASCII),
}
PRIVATE = ("home", "phone", "cell", "car", "other")
ABOUT = ("name", "specialty", "workplace", "city")
MISSHAPEN = {
    "bluesky_handle": gettext_lazy("Write the handle with its domain, such as name.bsky.social."),
    "bluesky_did": gettext_lazy("It begins with did:, such as did:plc:abc123."),
    "mastodon": gettext_lazy("Write the name with its server, such as name@mastodon.social."),
    "x_name": gettext_lazy("Up to 15 letters, digits and underscores, without spaces."),
    "x_id": gettext_lazy("Digits only. Leave it empty if you do not know it."),
    "instagram": gettext_lazy("Up to 30 letters, digits, full stops and underscores."),
    "facebook": gettext_lazy("Write the name as the page shows it."),
    "youtube": gettext_lazy("It begins with UC. It stands in the address of the channel, or under its advanced settings."),
}
TOO_LONG = gettext_lazy("Make this shorter.")


def _line(size: int = MAX_LINE) -> forms.CharField:
    return forms.CharField(max_length=size, required=False, error_messages={"max_length": TOO_LONG})


class Enrolment(forms.Form):
    """`held` is what was known before: a name that it has already is not checked again."""

    name = forms.CharField(
        max_length=MAX_NAME, error_messages={"required": gettext_lazy("Write the name."), "max_length": TOO_LONG}
    )
    specialty = _line()
    workplace = _line()
    city = _line()
    emails = _line(MAX_EMAILS * MAX_LINE)

    def __init__(self, data: Any = None, *, held: Details | None = None, ask_who: bool = False) -> None:
        super().__init__(data)
        self.held = held
        for name in SHAPES:
            self.fields[name] = _line()
        for kind in PRIVATE:
            self.fields[f"private_{kind}"] = _line()
        if ask_who:
            self.fields["who"] = forms.ChoiceField(
                choices=[("me", ""), ("other", "")],
                error_messages={name: gettext_lazy("Choose one of the two.") for name in ("required", "invalid_choice")},
            )

    def clean_emails(self) -> str:
        """One address a line."""
        addresses = self.cleaned_data["emails"].replace(",", "\n").replace(";", "\n").split()
        if len(addresses) > MAX_EMAILS:
            raise ValidationError(_("Twenty addresses are enough."))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                if address not in self._before("emails").split():
                    raise ValidationError(_("Write each address on a line of its own, such as name@clinic.ca.")) from None
        return "\n".join(dict.fromkeys(addresses))

    def clean(self) -> dict[str, Any]:
        """Each name in the shape of its platform."""
        given: dict[str, Any] = self.cleaned_data
        for name, shape in SHAPES.items():
            value = given[name] = given.get(name, "").removeprefix("@")
            if value and value != self._before(name) and not shape.fullmatch(value):
                self.add_error(name, MISSHAPEN[name])
        return given

    def _before(self, name: str) -> str:
        return self.held.names.get(name, "") if self.held else ""

    def typed(self) -> dict[str, str]:
        """What the fields show: what was typed, else what is known."""
        if self.is_bound:
            return {name: self.data.get(name, "") for name in self.fields}
        if self.held is None:
            return {}
        known = {name: getattr(self.held, name) for name in ABOUT}
        return {**known, **self.held.names, **{f"private_{kind}": said for kind, said in self.held.private.items()}}

    def details(self) -> Details:
        """What is to be kept. Facts that are sealed from this person stay unless she wrote new ones."""
        given = self.cleaned_data
        private = {kind: given[f"private_{kind}"] for kind in PRIVATE if given[f"private_{kind}"]}
        unasked = {kind: said for kind, said in self.held.private.items() if kind not in PRIVATE} if self.held else {}
        return Details(
            **{name: given[name] for name in ABOUT},
            names={name: given[name] for name in ("emails", *SHAPES) if given[name]},
            private={**unasked, **private},
            sealed=self.held.sealed if self.held else frozenset(),
        )
