"""Questions to the server of one account, with the token that the person gave: it goes to this server and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, field

from parapet.channels.mastodon.status import full_acct
from parapet.channels.shape import name
from parapet.channels.text import line
from parapet.domain.errors import OutsideRefused, SignInRefused
from parapet.network.door import Answer, Door, clock_of

#: What a server says where it has no such thing: these lose that one thing and no other.
ABSENT = frozenset({400, 403, 404, 405, 406, 410, 422, 501})
#: Who is asking, and what a server says to a token of nobody's, besides 401.
WHO, NOBODY = "/api/v1/accounts/verify_credentials", (400, 403, 422)
#: Below so many questions left in the server's own span, only what is needed most is asked.
FEW_LEFT = 60


@define
class Session:
    """
    server   its address before "/api"
    account  the account's id there, once `begin` was called; `handle`: its whole name
    clock    what time it was there at the last answer
    left     how many questions the server still takes in its span; None where it does not say
    """

    door: Door
    server: str
    token: str = field(repr=False)
    account: str = ""
    handle: str = ""
    clock: datetime | None = None
    left: int | None = None

    def begin(self, account: str, handle: str) -> None:
        """Go on as this account; asked who it is where `account` is "". Raises SignInRefused, OutsideUnreachable, OutsideRefused."""
        if account:
            self.account, self.handle = account, handle
            return
        told = self.who().object()
        self.account, self.handle = name(told.get("id")), line(full_acct(told), 300)[0]
        if not self.account or not self.handle:
            raise OutsideRefused(why="protocol")

    def who(self) -> Answer:
        """Whose token it is. Raises SignInRefused where it is nobody's: not every server has the same status for that."""
        answer = self.get(WHO)
        if answer.status in NOBODY:
            raise SignInRefused
        if not answer.ok:
            raise OutsideRefused(why="protocol")
        return answer

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Ask. Raises SignInRefused, OutsideUnreachable, OutsideBusy, OutsideRefused."""
        answer = self.door.get(self.server + path, params, headers=self.headers())
        self.clock = clock_of(answer.headers)
        left = answer.headers.get("x-ratelimit-remaining", "")
        self.left = int(left) if left.isdigit() and len(left) < 9 else None
        if answer.status == 401:
            raise SignInRefused
        return answer

    def headers(self) -> dict[str, str]:
        """What signs in."""
        return {"authorization": f"Bearer {self.token}"}

    def rests_s(self) -> float:
        """For how long the server asked for patience."""
        return self.door.rests_s(self.server)

    def is_short(self) -> bool:
        """Whether the server lets few more questions through: her own programs want some of them, too."""
        return self.left is not None and self.left < FEW_LEFT
