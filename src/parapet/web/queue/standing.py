"""What the page of a message tells of who is on it."""

from __future__ import annotations

from typing import Any

from parapet.access.views import ItemCard
from parapet.domain.rights import Right
from parapet.web import when
from parapet.web.case_words import SORTED
from parapet.web.frame import UNMATCHED


def on_it(card: ItemCard) -> dict[str, Any]:
    """For `queue/on_it.html`; `on_it` is None for what is aimed at nobody known, and for her own words."""
    if card.advocate.role == UNMATCHED or card.row.own:
        return {"on_it": None}
    told = card.on_it
    return {
        "sorts": Right.SORT in card.advocate.rights,
        "helpers": told.helpers,
        "outcomes": [(code, str(word)) for code, word in SORTED.items()],
        "on_it": {
            "who": told.who,
            "me": told.me,
            "until": when.clock(told.until) if told.until else "",
            "done": str(SORTED[told.outcome]) if told.outcome in SORTED else "",
            "done_by": told.done_by,
            "done_at": when.moment(told.done_at) if told.done_at else "",
            "waits": told.waits,
        },
    }
