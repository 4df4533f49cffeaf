"""The words for what a brief can tell."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What each of her own words is about: a question, and what helps to answer it.
FIELD: dict[str, tuple[Promise, Promise | str]] = {
    "situation": (_("What happened, in short"), _("Two or three sentences: since when, after what, what worries you most.")),
    "known": (
        _("Who it may be, as far as you know"),
        _("A description, a vehicle, an earlier visit. What you only guess, call a guess."),
    ),
    "stop": (_("Whether they were told to stop, and when"), ""),
    "schedule": (_("Schedule"), _("When you are there, and when you leave late.")),
    "places": (_("Places"), _("Building, floor, doors you use.")),
    "car": (_("Car and parking"), ""),
    "home": (_("Home"), _("Only if they can do something there.")),
    "contact": (_("How they reach you"), _("A number that you answer.")),
    "near": (_("Somebody close to you, if you cannot be reached"), _("Ask this person first.")),
    "occurrence": (_("Police occurrence number"), ""),
    "officer": (_("Officer who has it"), ""),
}
