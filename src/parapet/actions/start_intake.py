"""Accept files through a page: seal each as it comes, and promise to read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from django.db import transaction

from parapet.access.people import advocate_for, may_add
from parapet.actions.seal_source import seal_source
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.naming import delivered_context

#: Longest name kept of a file sent up; it is shown, never used as a path.
_MAX_NAME_CHARS = 200


def start_intake(person: models.Person, files: Iterable[tuple[str, BinaryIO]], advocate_id: str = "") -> str:
    """Seal `files` (name and seekable content) and promise to take them in; returns the import's public name.

    advocate_id  whose files these are; "" when their content must tell

    Raises NotFound for an advocate for whom she may not sort; in an account that was made for helping, also without one
    when there is nobody for whom she may.
    """
    advocate = advocate_for(person, advocate_id, Right.SORT) if advocate_id else None
    if advocate is None and not may_add(person):
        raise NotFound("There is nothing here.")
    # Kept with its promise only: when the disk is full at the second file, no import waits for ever that nobody will begin.
    intake = models.Intake(person=person, advocate=advocate)
    rows = []
    for name, stream in files:
        source, _ = seal_source(stream)
        row = models.IntakeFile(intake=intake, source=source)
        row.sealed_path = keyring().lock_text(name[-_MAX_NAME_CHARS:], about=delivered_context(row.number))
        rows.append(row)
    with transaction.atomic():
        intake.files_total = len(rows)
        intake.save(force_insert=True)
        models.IntakeFile.objects.bulk_create(rows)
        outbox.put("run_intake", {"intake": intake.number})
    return intake.id
