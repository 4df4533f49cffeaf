"""What a dossier says of reporting a case or giving it to somebody: when, to what kind of body, by what means. No name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from parapet.dossiers.case_file import Handed


def told(
    handovers: Sequence[Handed],
    words: Mapping[str, str],
    line: Callable[[str], dict[str, Any]],
    moment: Callable[[datetime], str],
    number: Callable[[int], str],
) -> list[dict[str, Any]]:
    """A row for each. `line` sets one line of words, `moment` a time, `number` a number."""
    return [
        {
            "at": moment(each.happened_at),
            "what": words[f"handed.{each.kind}"].format(
                to=words[f"handed.to.{each.to}"], means=words[f"handed.means.{each.means}"]
            ),
            "bag": words["handed.bag"].format(n=number(each.bag)) if each.bag else "",
            "who": line(each.who),
            "log": number(each.log_index),
        }
        for each in handovers
    ]
