"""What an advocate can ask of her supporters, and within which limits they help."""

from __future__ import annotations

import enum
from datetime import timedelta

from attrs import field, frozen
from attrs.validators import ge, le


class Help(enum.StrEnum):
    """One thing on the menu, in the order in which pages show it."""

    REPORT = "report"  # report a post to its platform
    REPLY = "reply"  # kind words in public, to her
    CHECK = "check"  # ask her how she is
    ACCOUNT = "account"  # take over her account for some time
    WALK = "walk"  # walk her to the car

    @property
    def counted(self) -> bool:
        """True for what several people do, each a few times: it is held within limits."""
        return self in (Help.REPORT, Help.REPLY)

    @property
    def by_one(self) -> bool:
        """True for what one person does, whom she confirms."""
        return not self.counted


#: Done where everybody can see it. X forbids organised reports in number, and a crowd that answers for her is a crowd.
PUBLIC = frozenset({Help.REPLY})

#: For how long somebody has what he took of the counted; then it is free again.
TAKEN_FOR = timedelta(hours=2)
#: A call is open for so long at most.
MOST_DAYS = 14
#: After a call ended, those who were asked are told so on their page, and asked how they are.
TOLD_FOR = timedelta(days=14)

MAX_WORDS_CHARS = 1_000
MAX_LINKS = 5
MAX_LINK_CHARS = 300
MAX_WHEN_CHARS = 120
MAX_PLACE_CHARS = 200
MAX_HOW_CHARS = 300
MAX_LINE_CHARS = 300
MAX_OWN_CHARS = 1_000
MOST_SUPPORTERS = 50
MOST_ITEMS = 10


@frozen
class Limits:
    """What nobody exceeds, however many are asked.

    at_once       how many replies and reports are being done at one time, all together
    replies_each  how many one person may take; `replies`, all of them together
    pause_min     how long one person waits after one before taking the next
    """

    at_once: int = field(default=2, validator=[ge(1), le(5)])
    replies_each: int = field(default=1, validator=[ge(1), le(3)])
    replies: int = field(default=5, validator=[ge(1), le(20)])
    reports_each: int = field(default=1, validator=[ge(1), le(3)])
    reports: int = field(default=3, validator=[ge(1), le(5)])
    pause_min: int = field(default=30, validator=[ge(10), le(1_440)])

    def each(self, help_: Help) -> int:
        """How many of this one person may take."""
        return self.replies_each if help_ is Help.REPLY else self.reports_each if help_ is Help.REPORT else 1

    def in_all(self, help_: Help) -> int:
        """How many of this there are."""
        return self.replies if help_ is Help.REPLY else self.reports if help_ is Help.REPORT else 1


class Said(enum.StrEnum):
    """What a supporter says of what he took."""

    DONE = "done"
    COULD_NOT = "could_not"
    PAUSE = "pause"  # he needs a pause: what he took is free again, and he is asked for nothing meanwhile


class Felt(enum.StrEnum):
    """How a supporter is afterwards."""

    WELL = "well"
    TIRED = "tired"
    SHAKEN = "shaken"


class Helped(enum.StrEnum):
    """Whether it helped her."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    HARMED = "harmed"


#: For how many days somebody may be left alone.
PAUSE_DAYS = (1, 3, 7, 30)
