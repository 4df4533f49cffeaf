"""When the page of a message was looked at again, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parapet.access.views import ItemCard
from parapet.web import when, words
from parapet.web.capture.words import STANDING


def looks(card: ItemCard) -> list[dict[str, str]]:
    """The newest first; one that is under way says so."""
    made = []
    for each in card.looks:
        if each.running:
            said = _("being looked at")
        elif each.refused:
            said = words.word("refused", each.standing)
        else:
            said = str(STANDING.get(each.standing, each.standing))
        made.append({"at": when.moment(each.at), "said": said})
    return made
