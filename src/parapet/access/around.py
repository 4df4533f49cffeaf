"""What stands around an item beside its words: how its page stands on the web, and how its mail came."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen


@frozen
class DoorMailCard:
    """One mail that came to a shielded address, under every veil. States and reasons: `domain/door.py`.

    item_id  the gravest message in it, "" where nothing in it could be read
    can_go   a person may have it passed on
    """

    id: str
    came_at: datetime
    state: str
    why: str
    code: str
    next_at: datetime | None
    item_id: str
    can_go: bool


@frozen
class PageLook:
    """One look at a page. `standing` is a code: how it stands, or why there is nothing to keep.

    why    a code for what decided it; "" where it was kept whole, as a version
    words  the site's own notice: a stranger's words
    kept   the place in the log of a look of which an answer is kept apart; -1 where it is a version, or none
    """

    at: datetime
    running: bool
    refused: bool
    standing: str
    why: str = ""
    words: str = ""
    kept: int = -1


@frozen
class PagePlan:
    """Whether the page of an item is looked at by itself. `why` "" where it is not; `state` of `records.PageWatch`."""

    can: bool
    why: str = ""
    state: str = ""
    next_at: datetime | None = None
