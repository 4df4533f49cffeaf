"""That letters wait in a channel to counsel, in words: for one of the two, and for nobody else."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from parapet.access.letters import letters_waiting
from parapet.web import when


def waiting(person: Any, *, counted: bool = True) -> dict[str, str] | None:
    """That letters wait for this person, and where they open; None while none does. Never from whom, and no word of them.

    counted  false for who chose to see no numbers
    """
    found = letters_waiting(person)
    if not found:
        return None
    n = sum(each.letters for each in found) if counted else 1
    said = gettext("Something waits for you that opens with your own key.")
    if counted:
        said = ngettext(
            "%(n)s letter waits for you. It opens with your own key.",
            "%(n)s letters wait for you. They open with your own key.",
            n,
        ) % {"n": when.number(n)}
    return {"said": said, "url": reverse("channel", args=[found[0].channel])}


def waiting_in(person: Any) -> dict[str, str]:
    """How many wait in each channel, in words, by its public name."""
    return {
        each.channel: ngettext("%(n)s letter not read yet", "%(n)s letters not read yet", each.letters)
        % {"n": when.number(each.letters)}
        for each in letters_waiting(person)
    }
