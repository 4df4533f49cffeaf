"""At an export: have the bag's own checkpoint stamped and cosigned, if those outside answer in time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import structlog

from parapet.actions.ask_witnesses import keep_cosignatures, to_be_asked
from parapet.actions.stamp_checkpoints import authorities, keep_tokens, was_just_silent
from parapet.anchors.at_once import talk_with_all
from parapet.anchors.time_authority import ask_for_time
from parapet.evidence.timestamp import stamped_text
from parapet.records import models

log = structlog.get_logger("parapet.anchors")


def ask_outside(checkpoint: models.Checkpoint) -> None:
    """Ask time authorities and witnesses about `checkpoint`, all at once: a few seconds in all, however many are silent.

    Never raises: an export does not depend on them.
    """
    now = datetime.now(UTC)
    try:
        named = [each for each in authorities() if not was_just_silent(each.name, now)]
    except (OSError, ValueError) as error:
        log.warning("the certificates of a time authority cannot be read", exc_info=error)
        named = []
    try:
        witnesses = to_be_asked(checkpoint, now, for_export=True)
        text = stamped_text(checkpoint.note)
        talks: list[Any] = [*(ask_for_time(each, text) for each in named), *(each.talk for each in witnesses)]
        outcomes = talk_with_all(talks)
        keep_tokens(checkpoint, named, outcomes[: len(named)])
        keep_cosignatures(witnesses, outcomes[len(named) :], now=now)
    except Exception as error:  # whatever it is: the bag is made without, and says so by holding no such word
        log.warning("nobody outside attested the export", exc_info=error)
