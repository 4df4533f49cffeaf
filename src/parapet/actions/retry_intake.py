"""Begin an import anew that was given up."""

from __future__ import annotations

from django.db import transaction

from parapet.access.intakes import number_for
from parapet.access.people import advocate_for
from parapet.actions.close_sources import open_for_reading
from parapet.domain.rights import Right
from parapet.jobs import outbox
from parapet.records import models


def retry_intake(person: models.Person, intake_id: str) -> None:
    """Promise once more to read the sealed files of her import. Raises NotFound.

    Nothing happens when it is under way or done (the button was pressed twice), and none comes of an import by command:
    its files may never have been sealed. A file that was closed meanwhile is opened for the reading, as it was the first time, by
    the key of who is present: KeyClosed when nobody is who opens it. It is closed again once it was read.
    """
    number = number_for(person, intake_id)
    aimed = models.Intake.objects.get(number=number)
    if aimed.advocate is not None:
        advocate_for(person, aimed.advocate.id, Right.SORT)
    promise = {"intake": number}
    with transaction.atomic():
        failed = models.Intake.objects.filter(number=number, state="failed")
        if outbox.failed("run_intake", promise) and failed.update(state="waiting", ended_at=None):
            files = models.IntakeFile.objects.filter(intake=number)
            if not aimed.again:  # which goes on where it stopped
                files.update(ended=False)
            open_for_reading(files.values_list("source_id", flat=True))
            outbox.put_anew("run_intake", promise)
