"""Supporters and calls for support that are not what the log tells of: for the check of the home, which shows nothing of what they say."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.access.support_rows import supporter_key, vetting_context
from parapet.access.support_steps import summed
from parapet.actions.check_emergencies import broken_emergencies
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.records.models import SupportCall, Supporter


def broken_beside() -> Iterator[str]:
    """Of what is said of emergencies and of support, under keys that the home opens."""
    yield from broken_emergencies()
    yield from broken_support()


def broken_support() -> Iterator[str]:
    """The name of each that no longer opens, or was changed, moved, added or taken away in part."""
    for supporter in Supporter.objects.order_by("number"):
        try:
            supporter_key(supporter).unlock(bytes(supporter.sealed_vetting), about=vetting_context(supporter))
        except KeyWrong:
            yield supporter.id
    for call in SupportCall.objects.order_by("number"):
        try:
            summed(call)
        except (KeyWrong, SealBroken, ValueError):
            yield call.id
