"""Words searched for, kept in the sealed session under a short name, so that an address carries the name alone.

An address stays: in the browser's history and what it shares with other machines, in a proxy's log. Words searched for
are a sender's name, or the abuse itself.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

#: Searches that a session remembers, the latest last. An older one is forgotten; signing out forgets all.
KEPT = 20
_HELD = "searches"


def keep(session: MutableMapping[str, Any], words: str) -> str:
    """The name under which this session now holds `words`. The same words keep the name that they have."""
    held: list[list[str]] = session.get(_HELD, [])
    name = next((name for name, said in held if said == words), "") or secrets.token_urlsafe(6)
    session[_HELD] = [*(each for each in held if each[0] != name), [name, words]][-KEPT:]
    return name


def words_of(session: MutableMapping[str, Any], name: str) -> str:
    """The words held under `name`; "" when this session holds none: made up, another's, or too long ago."""
    return next((said for each, said in session.get(_HELD, ()) if each == name), "")


def forget(session: MutableMapping[str, Any]) -> None:
    """Forget them all: what was searched for may be the words of something that was erased just now."""
    session.pop(_HELD, None)
