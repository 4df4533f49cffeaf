"""Enrol somebody through a screen."""

from __future__ import annotations

from django.db import transaction

from parapet.access.people import Details
from parapet.actions.allow import allow
from parapet.actions.change_profile import profile_from
from parapet.actions.claims import settle
from parapet.actions.enrol_advocates import write_profile
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import ADVOCATE, HELPER, held_by


def enrol_person(person: models.Person, details: Details, *, herself: bool) -> str:
    """Protect somebody new, for whom `person` may act from now on; returns her public name.

    Always a new row: a person who names somebody enrolled by another must not come to act for her. A home knows
    each person as one advocate at most. An account that an advocate made for her helper is for that alone: she can make
    links to it. Raises RequestRefused as `profile_from` does.
    """
    if person.invited_by is not None:
        raise RequestRefused(_("This account was made for helping somebody. Ask whoever keeps this Parapet for one of your own."))
    profile = profile_from(details)
    with transaction.atomic():
        hold_log()
        if herself and any(grant.role == ADVOCATE for grant in held_by(person)):
            raise RequestRefused(_("You are enrolled already."))
        advocate = write_profile(settle(profile, person), None, person)
        allow(person, advocate, ADVOCATE if herself else HELPER)
    return advocate.id
