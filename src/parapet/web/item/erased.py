"""The page of a message that was erased: that it was, when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from parapet.access import erased
from parapet.access.views import ErasedLine
from parapet.web import when, words
from parapet.web.custody import entries
from parapet.web.frame import Visit, show


def show_erased(request: Visit, item_id: str) -> HttpResponseBase:
    """Raises NotFound unless it was hers."""
    card = erased.card(request.user, item_id)
    context = {
        "item_id": card.id,
        "of": card.advocate,
        "at": when.exact(card.at),
        "iso": card.at.isoformat(),
        "who": card.who or _("the program"),
        "why": words.word("erased_why", card.reason),
        "files": card.files,
        "index": when.number(card.log_index),
        "custody": entries(card.custody),
    }
    return show(request, "item/erased.html", context, here="inbox", advocate=card.advocate)


def erased_lines(lines: Iterable[ErasedLine]) -> list[dict[str, Any]]:
    """Erased messages as a case lists them."""
    return [
        {
            "id": line.id,
            "at": when.moment(line.at),
            "who": line.who or _("the program"),
            "why": words.word("erased_why", line.reason),
        }
        for line in lines
    ]
