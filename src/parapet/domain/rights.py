"""What a person may do for an advocate: rights, given one by one."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Right(enum.StrEnum):
    """One thing that a person may do. Their order is that of their bits, which grants hold: a new one goes to the end."""

    READ = "read"  # the inbox, cases, and texts when asked for
    SORT = "sort"  # bring messages in, correct judgements, put into cases
    ANNOTATE = "annotate"  # write notes, and write down what was said
    REPORT = "report"  # report messages to platforms, block and mute whoever wrote them; record that a case was reported or given to somebody
    EXPORT = "export"  # dossiers and bags
    ALERT = "alert"  # is on call
    KEEP = "keep"  # hold, erase, rules of how long, the details by which messages find her
    GRANT = "grant"  # let others in: the advocate's own, and given to nobody
    REFER = "refer"  # offer a case to an officer, and take it back
    SHIELD = "shield"  # raise her shield, and lower it
    SUPPORT = "support"  # ask her supporters for help, and stop it

    @property
    def bit(self) -> int:
        """The bit of this right in a mask."""
        return 1 << list(Right).index(self)


#: What may be given to somebody, in the order in which screens ask.
GIVEABLE = tuple(right for right in Right if right is not Right.GRANT)
#: What a helper could do before rights were given one by one.
BEFORE_RIGHTS = frozenset({Right.READ, Right.SORT, Right.ANNOTATE, Right.REPORT, Right.EXPORT, Right.ALERT, Right.KEEP})
#: What can be given for a part of her messages (`domain/scopes.py`): what the others do is about all of them.
WITHIN_A_SCOPE = frozenset({Right.READ, Right.SORT, Right.ANNOTATE, Right.ALERT})


def mask_of(rights: Iterable[Right]) -> int:
    """The rights as one integer, for storage."""
    return sum(right.bit for right in set(rights))


def rights_of(mask: int) -> frozenset[Right]:
    """The inverse of `mask_of`."""
    return frozenset(right for right in Right if mask & right.bit)


def suffices(held: frozenset[Right], right: Right) -> bool:
    """True when who holds these may do `right`. Whatever shows or changes something of hers takes the right to read too."""
    return right in held and (Right.READ in held or right is Right.ALERT)
