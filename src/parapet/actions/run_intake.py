"""Take in the sealed files of an import that a page started."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parapet.actions.plain_place import plain_place
from parapet.actions.seal_source import open_source
from parapet.actions.take_in import Delivery, file_context, take_in
from parapet.records import models
from parapet.records.keyring import keyring


def run_intake(number: int) -> None:
    """Read every file of the import `number` and receive what is in it. Run again after a crash, it starts afresh:
    what was taken in the first time is found already there, and the account is that of the last run."""
    intake = models.Intake.objects.get(number=number)
    if intake.state == "done":
        return
    models.IntakeRefusal.objects.filter(intake=intake).delete()
    files = list(models.IntakeFile.objects.filter(intake=intake, source__isnull=False).select_related("source"))
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
    with _unsealed(files) as deliveries:
        take_in(deliveries, fresh, folder=lambda _path: owner)


def _owner(intake: models.Intake) -> int | None:
    """Whose files they are: as said; or hers who is the only one here."""
    if intake.advocate_id is not None:
        return intake.advocate_id
    return only_advocate()


def only_advocate() -> int | None:
    """The number of this home's one advocate; None when there are several or none."""
    numbers = list(models.Advocate.objects.exclude(number=models.Advocate.UNMATCHED).values_list("number", flat=True)[:2])
    return numbers[0] if len(numbers) == 1 else None


@contextmanager
def _unsealed(files: list[models.IntakeFile]) -> Iterator[list[Delivery]]:
    """The files in the clear, inside the home and for this user only, while they are read."""
    with plain_place() as folder:
        deliveries = []
        for place, file in enumerate(files):
            name = keyring().unlock_text(bytes(file.sealed_path), about=file_context(file.number))
            inner = folder / str(place)
            inner.mkdir(mode=0o700)
            path = inner / (re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name)[-80:].lstrip(".") or "file")
            assert file.source is not None
            with open_source(file.source) as sealed, path.open("xb") as plain:
                shutil.copyfileobj(sealed, plain, 1 << 20)
            deliveries.append(Delivery(path, name, file))
        yield deliveries
