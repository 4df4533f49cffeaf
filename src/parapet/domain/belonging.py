"""As what a person belongs to an organisation. A role opens no message: only what an advocate gives does."""

from __future__ import annotations

import enum

from attrs import frozen


class Role(enum.StrEnum):
    """As what somebody belongs."""

    MEMBER = "member"  # an advocate, or somebody who helps one
    OFFICER = "officer"  # works on cases that are referred
    SECURITY = "security"
    SUPPORTER = "supporter"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"  # sees who belongs, invites, ends

    @property
    def serves(self) -> bool:
        """Whether everybody who belongs is told of her. Members are shown to administrators alone."""
        return self in SERVING


SERVING = (Role.ADMINISTRATOR, Role.OFFICER, Role.SECURITY)
#: To whom an advocate of the organisation may give something by name.
RECEIVES = (Role.OFFICER, Role.SECURITY)


@frozen
class Lost:
    """What ends with a membership: somebody's access ("grant"), so many cases that somebody has ("referral"), or that somebody is a
    supporter ("supporter"). `hers`: she had given it."""

    kind: str
    who: str
    count: int
    hers: bool
