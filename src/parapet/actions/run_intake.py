"""Take in the sealed files of an import that a page started."""

from __future__ import annotations

import re
from pathlib import Path

from parapet.actions.reread import only_advocate, read_on
from parapet.actions.take_in import Delivery, take_in
from parapet.records import models
from parapet.records.delivered import delivered


def run_intake(number: int) -> None:
    """Read every file of the import `number` and receive what is in it. Run again after a crash, it starts afresh:
    what was taken in the first time is found already there, and the account is that of the last run."""
    intake = models.Intake.objects.get(number=number)
    if intake.state == "done":
        return
    if intake.again:
        read_on(intake)
        return
    models.IntakeRefusal.objects.filter(intake=intake).delete()
    files = list(
        models.IntakeFile.objects.filter(intake=intake, source__isnull=False)
        .exclude(source__pack="")  # erased since
        .select_related("source")
        .order_by("number")
    )
    fresh = models.Intake(
        number=intake.number,
        person_id=intake.person_id,
        advocate_id=intake.advocate_id,
        started_at=intake.started_at,
        files_total=len(files),
    )
    fresh._state.adding = False
    # Now, not with the first batch: whatever stops this run, nobody is told that it has not begun.
    fresh.state = "running"
    fresh.save()
    owner = _owner(intake)
    take_in([_delivery(place, file) for place, file in enumerate(files)], fresh, folder=lambda _path: owner)


def _owner(intake: models.Intake) -> int | None:
    """Whose files they are: as said; or hers who is the only one here."""
    if intake.advocate_id is not None:
        return intake.advocate_id
    return only_advocate()


def _delivery(place: int, file: models.IntakeFile) -> Delivery:
    """A file as it is read: from the vault, under a name of its own that is no place on the disk."""
    name, _beside = delivered(file)
    harmless = re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name)[-80:].lstrip(".") or "file"
    return Delivery(Path(str(place), harmless), name, file)
