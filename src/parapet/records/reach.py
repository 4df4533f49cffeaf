"""How a person is reached when something is urgent: her ways, and the hours in which she is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from attrs import frozen

from parapet.records.keyring import keyring
from parapet.records.models import Person, Reach
from parapet.records.naming import reach_context


@frozen
class Way:
    """One way to reach a person.

    address  an e-mail address, or a URL as Apprise reads it: whoever has it can write to her there
    shown    what a screen shows of it: the service, and nothing with which anybody could write to her
    """

    number: int
    kind: str  # "email", "sms", "ntfy", "teams", "slack", "matrix", "webhook", "other"
    address: str
    shown: str


@frozen
class Reached:
    """All that a person said of how to reach her.

    quiet_from, quiet_until  minutes after midnight in `zone`; None for no quiet hours. From 22:00 until 07:00 goes over midnight
    same_day  whether she is also told of what needs a person the same day; outside of her quiet hours
    """

    ways: tuple[Way, ...] = ()
    quiet_from: int | None = None
    quiet_until: int | None = None
    zone: str = "UTC"
    same_day: bool = False

    def quiet_ends(self, now: datetime) -> datetime | None:
        """When the quiet hours in which `now` lies end, in UTC; None outside of them."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return None
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        over_midnight = self.quiet_from > self.quiet_until
        if over_midnight:
            quiet = minute >= self.quiet_from or minute < self.quiet_until
        else:
            quiet = self.quiet_from <= minute < self.quiet_until
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and minute >= self.quiet_from else 0)
        hour, rest = divmod(self.quiet_until, 60)
        return datetime(day.year, day.month, day.day, hour, rest, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def reached(person: int) -> Reached:
    """What the person of this number said; nothing when she said nothing. Raises KeyWrong."""
    row = Reach.objects.filter(person_id=person).first()
    if row is None:
        return Reached()
    return msgspec.msgpack.decode(keyring().unlock(bytes(row.sealed), about=reach_context(person)), type=Reached)


def keep_reached(person: Person, said: Reached) -> None:
    """Keep what she said in place of what was there."""
    sealed = keyring().lock(msgspec.msgpack.encode(said), about=reach_context(person.number))
    Reach.objects.update_or_create(person=person, defaults={"sealed": sealed})
