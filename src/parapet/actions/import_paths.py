"""Import files and folders that a person named on the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from django.db import Error as DatabaseError

from parapet.actions.enrol_advocates import enrol_advocates
from parapet.actions.give_up_intake import give_up_intake
from parapet.actions.reread import only_advocate
from parapet.actions.sign_checkpoint import sign_checkpoint
from parapet.actions.take_in import Delivery, take_in
from parapet.domain.errors import ReferenceUnknown
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.profiles import Profile, profile_of


def import_paths(
    paths: Sequence[Path],
    *,
    advocates: Path | None = None,
    advocate: str = "",
    mapping: dict[str, str] | None = None,
    person: models.Person | None = None,
    role: str = "helper",
    progress: Callable[[models.Intake], None] = lambda _intake: None,
) -> models.Intake:
    """Take in everything under `paths`; returns the ended import.

    advocates  a file that says who is protected; its folder is where their data folders are looked for
    advocate   whose files these are, by reference or public name; "" when content and folder must tell
    person     who imports, and may then act for those whom `advocates` enrols, with `role`

    Raises RequestRefused, ReferenceUnknown, HomeUnwritable.
    """
    if advocates is not None:
        enrol_advocates(advocates, person=person, role=role)
    folder = _folders(advocates.parent) if advocates is not None else _fixed(_named(advocate) if advocate else only_advocate())
    if advocate:
        folder = _fixed(_named(advocate))
    intake = models.Intake.objects.create(person=person)
    try:
        take_in([Delivery(path) for path in paths], intake, folder=folder, mapping=mapping, progress=progress)
    except BaseException:
        with suppress(DatabaseError):  # it may be what failed; its error is the one to tell
            give_up_intake(intake.number)
        raise
    sign_checkpoint()
    return intake


def _fixed(number: int | None) -> Callable[[Path], int | None]:
    return lambda _path: number


def _named(reference: str) -> int:
    for row in _everybody():
        if reference in (row.id, profile_of(row).reference, profile_of(row).name):
            return row.number
    raise ReferenceUnknown(_("No advocate of this home has that reference."))


def _folders(base: Path) -> Callable[[Path], int | None]:
    """Whose data folder a file lies in: the longest that holds it; nobody's outside `base`."""
    base = base.resolve()
    owned = [(_under(base, profile_of(row)), row.number) for row in _everybody() if profile_of(row).folder]
    owned.sort(key=lambda pair: len(pair[0].parts), reverse=True)

    def owner(path: Path) -> int | None:
        there = Path(os.path.abspath(path)).resolve()  # noqa: PTH100 - also for paths that are gone
        return next((number for folder, number in owned if there.is_relative_to(folder)), None)

    return owner


def _under(base: Path, profile: Profile) -> Path:
    return (base / profile.folder).resolve()


def _everybody() -> list[models.Advocate]:
    """In the order in which they were enrolled: of two of one name, the first is meant."""
    return list(models.Advocate.objects.exclude(number=models.Advocate.UNMATCHED).order_by("made_at", "number"))
