"""What a dossier says of messages that were erased: when, by whom and why, and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from parapet.dossiers.case_file import ErasedMessage


def told(
    messages: Sequence[ErasedMessage],
    words: Mapping[str, str],
    line: Callable[[str], dict[str, Any]],
    moment: Callable[[datetime], str],
) -> list[dict[str, Any]]:
    """A row for each. `line` sets one line of words, `moment` a time."""
    return [
        {
            "item": line(message.item_id),
            "at": moment(message.at),
            "who": line(message.who or words["erased.by_rule"]),
            "why": words.get(f"erased.why.{message.reason}", words["unknown"]),
        }
        for message in messages
    ]
