"""The part of what is sent at an advocate that a grant holds for: which channels, which harms, of which days, of which cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from attrs import frozen

from parapet.domain.judgement import Harm

#: More cases than these are not named one by one.
MOST_CASES = 50
_CHANNEL = re.compile(r"[a-z0-9_]{1,24}\Z")
_CASE = re.compile(r"cas_[0-9a-hjkmnp-tv-z]{13}\Z")


@frozen
class Scope:
    """A message is within it when it meets every condition that there is; an empty field is no condition.

    channels      one of these
    harms         at least one of these, as it is judged now: what is not judged yet is outside
    since, until  of that time or later, and earlier than that: by the time that its row shows
    cases         in one of these now, by public name

    What the advocate wrote herself is within a scope only when that names a case which holds it.
    """

    channels: frozenset[str] = frozenset()
    harms: frozenset[Harm] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    cases: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        if not all(map(_CHANNEL.match, self.channels)) or not all(map(_CASE.match, self.cases)):
            raise ValueError("no such channel or case")

    @property
    def parts(self) -> tuple[str, ...]:
        """Its conditions, each as "what:which", always in the same order: as a grant and its entry of the log hold them."""
        return (
            *(f"channel:{each}" for each in sorted(self.channels)),
            *(f"harm:{each}" for each in Harm if each in self.harms),
            *((f"since:{_told(self.since)}",) if self.since else ()),
            *((f"until:{_told(self.until)}",) if self.until else ()),
            *(f"case:{each}" for each in sorted(self.cases)),
        )

    @property
    def code(self) -> str:
        """All of it in one form that no other scope has."""
        return " ".join(self.parts)

    @classmethod
    def of(cls, parts: Iterable[str]) -> Scope:
        """The inverse of `parts`. Raises ValueError for what is none, or names nothing."""
        parts = tuple(parts)
        said = [part.partition(":")[::2] for part in parts]
        times = {name: datetime.fromisoformat(value) for name, value in said if name in ("since", "until")}
        scope = cls(
            channels=frozenset(value for name, value in said if name == "channel"),
            harms=frozenset(Harm(value) for name, value in said if name == "harm"),
            since=times.get("since"),
            until=times.get("until"),
            cases=frozenset(value for name, value in said if name == "case"),
        )
        if not parts or scope.parts != parts:
            raise ValueError("not the parts of a scope")
        return scope


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
