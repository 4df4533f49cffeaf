"""For whom an account may be watched."""

from __future__ import annotations

from parapet.access.views import AdvocateCard
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.web.frame import UNMATCHED, Visit, mine


def hers(request: Visit, advocate_id: str) -> AdvocateCard:
    """The advocate, if who asks may connect accounts for her. Raises NotFound."""
    advocate, _advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.KEEP not in advocate.rights:
        raise NotFound
    return advocate
