"""The log's signed checkpoints, with what witnesses said of them."""

from __future__ import annotations

from parapet.domain.errors import ReferenceUnknown
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.cosignature import add_line
from parapet.records import models


def newest_checkpoint() -> models.Checkpoint | None:
    """The checkpoint of the largest tree; None while nothing was signed."""
    return models.Checkpoint.objects.order_by("-size").first()


def newest_cosigned() -> models.Checkpoint | None:
    """The newest checkpoint that at least one witness cosigned; None when there is none."""
    newest = models.Cosignature.objects.order_by("-size").first()
    return None if newest is None else models.Checkpoint.objects.filter(size=newest.size).first()


def cosigned_note(size: int) -> str:
    """The checkpoint of `size` as a note, the log's signature first, then those of all witnesses that cosigned it.

    Raises ReferenceUnknown when nothing was signed at this size.
    """
    checkpoint = models.Checkpoint.objects.filter(size=size).first()
    if checkpoint is None:
        raise ReferenceUnknown(_("No checkpoint was signed at this size."))
    note = checkpoint.note
    for row in models.Cosignature.objects.filter(size=size).order_by("witness"):
        note = add_line(note, row.line)
    return note


def witness_keys() -> list[str]:
    """The verifier keys of all witnesses whose cosignatures are kept here, sorted."""
    return sorted(set(models.Cosignature.objects.values_list("witness", flat=True)))
