"""How a sealed file is read once more: as what, for whom, and on from where it stopped."""

from __future__ import annotations

import re
from pathlib import Path

from parapet.actions.take_in import Delivery, take_in
from parapet.records.delivered import delivered
from parapet.records.models import Advocate, Intake, IntakeFile, IntakeRefusal, Occurrence


def read_on(intake: Intake) -> None:
    """Read the files of a promised reading that were not read yet. Killed in the middle of one, it begins with that one again."""
    files = IntakeFile.objects.filter(intake=intake, source__isnull=False).exclude(source__pack="")
    if intake.state == "done":
        return
    begun = IntakeRefusal.objects.filter(intake=intake, file__ended=False)
    intake.refused, intake.found = intake.refused - (n := begun.count()), intake.found - n
    begun.delete()
    intake.state = "running"
    intake.save()
    places = {number: place for place, number in enumerate(files.order_by("number").values_list("number", flat=True), 1)}
    intake.files_done = files.filter(ended=True).count()
    waiting = files.filter(ended=False).select_related("source", "intake").order_by("number")
    take_in((delivery_of(file, places[file.number]) for file in list(waiting)), intake)


def delivery_of(file: IntakeFile, place: int) -> Delivery:
    """A file as it is read again: from the vault, as the channel by which it came, for whom it was."""
    return Delivery(plain_path(file, place), path_of(file), file, file.channel, owner_of(file), place)


def plain_path(file: IntakeFile, place: int) -> Path:
    """A name of its own that is no place on the disk. What came over a connection had none."""
    harmless = re.sub(r"[^A-Za-z0-9._-]", "_", Path(path_of(file)).name)[-80:].lstrip(".") or "file"
    return Path(str(place), "piece" if file.channel and file.channel != "web" else harmless)


def path_of(file: IntakeFile) -> str:
    """What the person called it."""
    return delivered(file)[0]


def channel_of(file: IntakeFile) -> str:
    """By which channel it came. Where nobody wrote that down, and it was no import of a person: the one of all that it brought."""
    if file.channel or file.intake.person_id is not None:
        return file.channel
    brought = Occurrence.objects.filter(source__intakefile=file).values_list("version__item__channel", flat=True).distinct()
    found = set(brought[:2])
    return found.pop() if len(found) == 1 else ""


def owner_of(file: IntakeFile) -> int | None:
    """Whose folder it lay in: as was said when it came; else whose all is that it brought; else hers who is the only one here."""
    if file.advocate_id is not None or file.intake.advocate_id is not None:
        return file.advocate_id or file.intake.advocate_id
    earlier = IntakeFile.objects.filter(source__intakefile=file, intake__advocate__isnull=False)
    said = set(earlier.values_list("intake__advocate_id", flat=True).distinct()) - {Advocate.UNMATCHED}
    brought = Occurrence.objects.filter(source__intakefile=file, version__item__own=False)
    found = said or set(brought.values_list("version__item__advocate_id", flat=True).distinct()[:3]) - {Advocate.UNMATCHED}
    return found.pop() if len(found) == 1 else only_advocate()


def only_advocate() -> int | None:
    """The number of this home's one advocate; None when there are several or none."""
    numbers = list(Advocate.objects.exclude(number=Advocate.UNMATCHED).values_list("number", flat=True)[:2])
    return numbers[0] if len(numbers) == 1 else None
