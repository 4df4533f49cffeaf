"""The words that open a mailbox, kept fresh: before they run out, and when the server takes them no longer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from parapet.domain.errors import SignInOver
from parapet.signon.mail_tokens import give_back, renew

#: So long before a word runs out a new one is asked for: a line that stands must not end in the middle of a message.
EARLY_S = 240
#: The fields that change by themselves.
FRESH = ("refresh", "access", "until")


def opens_by_words(told: Mapping[str, Any]) -> bool:
    """Whether it was connected by signing in at a service."""
    return bool(told.get("service"))


def runs_out_s(told: Mapping[str, Any]) -> float | None:
    """In how many seconds a line that was opened with these should be opened anew; None for never."""
    return max(0.0, float(told["until"]) - EARLY_S - time.time()) if opens_by_words(told) else None


def renewed(told: Mapping[str, Any], *, at_once: bool = False) -> dict[str, Any]:
    """`told` with words that open; the same when they still do. Raises SignInOver, OutsideUnreachable, OutsideRefused."""
    if not opens_by_words(told) or (not at_once and (runs_out_s(told) or 0) > 0):
        return dict(told)
    for service in settings.ENVIRONMENT.mail_services:
        if service.name == told["service"]:
            words = renew(service, str(told["refresh"]))
            return {**told, "refresh": words.refresh, "access": words.access, "until": words.until}
    raise SignInOver  # whoever runs this home named it once, and no longer


def newest(told: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """`told`, with the later of the words of both: a worker may have renewed them meanwhile."""
    same = told.get("service") == other.get("service") and told.get("user") == other.get("user")
    if not same or not opens_by_words(told) or int(other["until"]) <= int(told["until"]):
        return dict(told)
    return {**told, **{name: other[name] for name in FRESH}}


def forget(told: Mapping[str, Any]) -> None:
    """Have the service forget too, where it can be told. Never raises."""
    for service in settings.ENVIRONMENT.mail_services:
        if service.name == told.get("service"):
            give_back(service, str(told.get("refresh", "")))
