"""Sign in with what was typed; and what was in the way, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from parapet.domain.errors import OutsideRefused, OutsideUnreachable, RequestRefused
from parapet.web.connections.words import fault

T = TypeVar("T")
#: What went wrong, and what to do.
Trouble = tuple[Any, Any]


def tried(channel: str, act: Callable[[], T]) -> tuple[T | None, Trouble | None]:
    """What `act` gave, and None; or None, and what went wrong."""
    try:
        return act(), None
    except (OutsideUnreachable, OutsideRefused) as error:
        return None, (error.said(_), "") if error.sentence else fault(error.code, channel)
    except RequestRefused as error:
        return None, (error.said(_), "")
