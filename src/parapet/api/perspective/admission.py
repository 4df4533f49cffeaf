"""Who may ask, how often, and how many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import define, field
from django.conf import settings
from django.http import HttpRequest

from parapet.access.api_keys import holder
from parapet.api.perspective.errors import busy, key_invalid, quota_exceeded, unregistered
from parapet.settings.environment import Environment, is_loopback
from parapet.settings.perspective import LOCAL, PLACES

_places = threading.BoundedSemaphore(PLACES)
_MAX_KEY_CHARS = 200


@define
class Meter:
    """A bucket for each key: what a minute allows may come at once, and fills again evenly.

    Counts in this process only, and begins anew with it.
    """

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def takes(self, consumer: str, per_minute: int) -> bool:
        """Count one request of `consumer`; False when the minute's are used up."""
        with self._lock:
            now = self.clock()
            left, at = self._left.get(consumer, (float(per_minute), now))
            left = min(float(per_minute), left + (now - at) * per_minute / 60)
            self._left[consumer] = (left - 1 if left >= 1 else left, now)
            return left >= 1


meter = Meter()


def admit(request: HttpRequest) -> None:
    """Return when `request` may be answered. Raises Refused, in the words of Google, which tell a stranger nothing."""
    env: Environment = settings.ENVIRONMENT
    if env.perspective == LOCAL and is_from_here(request):
        return
    key = request.GET.get("key", "") or request.headers.get("X-Goog-Api-Key", "")
    if not key:
        raise unregistered()
    whose = holder(env.home, key) if len(key) <= _MAX_KEY_CHARS else None
    if whose is None:
        raise key_invalid()
    if not meter.takes(whose.id, whose.per_minute):
        raise quota_exceeded(whose.id, whose.per_minute)


def is_from_here(request: HttpRequest) -> bool:
    """True for a program of this machine. Not for a web page of another site in its browser, and not for what a proxy hands on."""
    handed_on = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "Via"))
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not handed_on and "Origin" not in request.headers


@contextmanager
def place() -> Iterator[None]:
    """One of PLACES. Raises Refused at once when none is free."""
    if not _places.acquire(blocking=False):
        raise busy()
    try:
        yield
    finally:
        _places.release()
