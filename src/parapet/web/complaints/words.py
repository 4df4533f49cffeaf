"""The words of the complaint desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parapet.domain.complaints import LEADER, REBUTTAL

BODY: dict[str, Promise] = {
    "college": _("A college of physicians"),
    "hospital": _("A hospital or clinic"),
    "employer": _("An employer, such as a university"),
}
PLACE: dict[str, Promise] = {
    "BC": _("British Columbia"),
    "AB": _("Alberta"),
    "SK": _("Saskatchewan"),
    "MB": _("Manitoba"),
    "ON": _("Ontario"),
    "QC": _("Quebec"),
    "NB": _("New Brunswick"),
    "NS": _("Nova Scotia"),
    "PE": _("Prince Edward Island"),
    "NL": _("Newfoundland and Labrador"),
    "YT": _("Yukon"),
    "NT": _("Northwest Territories"),
    "NU": _("Nunavut"),
}
RELATION: dict[str, Promise] = {
    "": pgettext_lazy("relation", "Not said"),
    "never_patient": _("Never my patient, nor anybody of theirs"),
    "was_patient": _("Was my patient"),
    "of_a_patient": _("Somebody close to them was my patient"),
    "unknown": _("I do not know"),
}
ENDING: dict[str, Promise] = {
    "": pgettext_lazy("complaint", "Not ended"),
    "dismissed": _("Dismissed, or no action taken"),
    "withdrawn": _("Withdrawn"),
    "advice": _("Ended with advice or a caution"),
    "upheld": _("Upheld, or sent on"),
}
ASK: dict[str, Promise] = {
    "own_course": _("Let a complaint about care take its own course; do not treat a campaign as one"),
    "no_statement": _("Make no statement about me under pressure, and none without speaking to me first"),
    "one_person": _("Name one person who receives these letters, so that nobody else has to answer them"),
    "keep_letters": _("Keep every letter as it came, with its envelope or full mail, and pass a copy on to me"),
    "no_details": _("Tell nobody my schedule, my address or how to reach me"),
    "stand_by": _("Say, where asked, that you stand by physicians who speak on health in public"),
    "work_as_before": _("Let my work go on as before while this is looked at"),
    "tell_outcome": _("Tell me in writing what was decided"),
}
PAPER: dict[str, Promise] = {
    REBUTTAL: _("Rebuttal dossier"),
    LEADER: _("Letter for the leader"),
}
