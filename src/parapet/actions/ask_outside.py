"""At an export: have the bag's own checkpoint stamped and cosigned, if those outside answer in time."""

from __future__ import annotations

import structlog

from parapet.actions.ask_witnesses import ask_witnesses
from parapet.actions.stamp_checkpoints import authorities, stamp
from parapet.records import models

log = structlog.get_logger("parapet.anchors")


def ask_outside(checkpoint: models.Checkpoint) -> None:
    """Ask time authorities and witnesses about `checkpoint`. Bounded in time, and never raises: an export does not depend on them."""
    try:
        stamp(checkpoint, authorities())
        ask_witnesses()
    except Exception as error:  # whatever it is: the bag is made without, and says so by holding no such word
        log.warning("nobody outside attested the export", exc_info=error)
