"""Blocking and muting whoever writes: what is asked, of whom, and how it stands.

A place is where accounts are blocked. What happens there is data that `channels/<name>/block.py` holds, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from parapet.domain.reporting import Said

# What can be done to an account. A list is a moderation list of hers, on which it is put and which she blocks as one.
BLOCK, MUTE, LIST = "block", "mute", "list"
WHATS = (BLOCK, MUTE, LIST)

# How one stands: the sum of its steps (`access/block_steps.py`).
DRAFT, READY, WAITING, SENDING, STANDS = "draft", "ready", "waiting", "sending", "stands"
UNKNOWN, FAILED, DROPPED = "unknown", "failed", "dropped"
LIFT_READY, LIFT_WAITING, LIFTING = "lift_ready", "lift_waiting", "lifting"
LIFT_UNKNOWN, LIFT_FAILED, LIFTED = "lift_unknown", "lift_failed", "lifted"
STATES = (
    DRAFT, READY, WAITING, SENDING, STANDS, UNKNOWN, FAILED, LIFT_READY, LIFT_WAITING, LIFTING, LIFT_UNKNOWN, LIFT_FAILED, LIFTED, DROPPED,
)  # fmt: skip
#: A second one of the same account is refused while the first is in one of these.
STANDING = frozenset(STATES) - {LIFTED, DROPPED}
#: Nothing of it has gone out, and it can still be stopped.
NOT_OUT = frozenset({DRAFT, READY, WAITING, FAILED})
#: By what is known it is in force.
IN_FORCE = frozenset({STANDS, LIFT_READY, LIFT_WAITING, LIFT_FAILED})
#: It is in force, or may be: nobody knows, or it is being done at this moment.
MAY_STAND = IN_FORCE | {SENDING, UNKNOWN, LIFTING, LIFT_UNKNOWN}
#: Whoever finds one in these asks the platform how it stands, and sends nothing.
OPEN = frozenset({SENDING, UNKNOWN, LIFTING, LIFT_UNKNOWN})

#: A person is needed: to do it, to look whether it was done, or to decide anew.
NEEDS = frozenset({READY, UNKNOWN, FAILED, LIFT_READY, LIFT_UNKNOWN, LIFT_FAILED})
# Steps.
DRAFTED, DROP, APPROVE, LIFT = "draft", "drop", "approve", "lift"
CLAIM, RECEIPT, ALREADY, LATER, LOST, FAIL = "claim", "receipt", "already", "later", "lost", "fail"
TICK, THERE, ABSENT, SHOWN = "tick", "there", "absent", "shown"

#: Who does it.
BY_PROGRAM, BY_PERSON = "program", "person"

#: So many are prepared at once: more than one sitting of looking at what one approves.
MOST_AT_ONCE = 100


def after(what: str, state: str, way: str) -> str:
    """How it stands after a step, if it stood at `state` before."""
    lifting = state.startswith("lift")
    simple = {
        DRAFTED: DRAFT,
        DROP: DROPPED,
        APPROVE: WAITING if way == BY_PROGRAM else READY,
        LIFT: LIFT_WAITING if way == BY_PROGRAM else LIFT_READY,
        CLAIM: LIFTING if lifting else SENDING,
        RECEIPT: LIFTED if lifting else STANDS,
        ALREADY: LIFTED if lifting else STANDS,
        TICK: LIFTED if lifting else STANDS,
        LATER: LIFT_WAITING if lifting else WAITING,
        LOST: LIFT_UNKNOWN if lifting else UNKNOWN,
        FAIL: LIFT_FAILED if lifting else FAILED,
        THERE: LIFT_FAILED if lifting else STANDS,
        # What stood and is not there any more was lifted elsewhere.
        ABSENT: LIFTED if lifting or state == STANDS else FAILED,
    }
    return simple.get(what, state)


@frozen
class Target:
    """Whose account it is, as its platform names it: a stranger's words."""

    platform: str
    handle: str = field(default="", repr=False)
    native_id: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """As a person would look for it."""
        return self.handle or self.native_id


@frozen
class Asked:
    """What a platform is asked: exactly what a person approved.

    key   32 hexadecimal digits, the same each time that this is asked, by chance, so that they tell nothing
    at    when it was prepared: the same each time, too
    group what all of one connection's lists have in common, likewise 32 digits
    """

    what: str
    target: Target
    key: str
    at: datetime
    group: str = ""


@frozen
class Found:
    """How it stands on the platform.

    stands   what was asked for is in force
    friend   she follows this account
    herself  it is the account from which it would be done
    other    it is in force by something that is not hers to take away here, such as a list of somebody else's
    """

    stands: bool
    friend: bool = False
    herself: bool = False
    other: bool = False


@frozen
class Effects:
    """What one thing brings about, in plain words.

    she   what she sees afterwards; `they`, what the other sees; `lost`, what is gone that was there before
    """

    she: Said
    they: Said
    lost: Said


@frozen
class Place:
    """Where accounts are blocked.

    code       stable
    platforms  of the accounts that lie there, as `Account.platform` has them
    effects    what can be done there, and what that brings about
    how        where a person presses, for each
    undo       where she presses to take it back
    sets       the channel by whose connection a program may do it; "" where only a person may
    """

    code: str
    title: Said
    platforms: tuple[str, ...]
    effects: Mapping[str, Effects]
    how: Mapping[str, Said]
    undo: Said
    sets: str = ""
