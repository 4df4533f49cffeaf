"""Imports: how far they are, and what became of each file."""

from __future__ import annotations

from parapet.access.views import IntakeCard, RefusalCard
from parapet.domain.errors import NotFound
from parapet.jobs import outbox
from parapet.records.keyring import keyring
from parapet.records.models import Intake, IntakeRefusal, Person
from parapet.records.naming import refusal_context
from parapet.records.numbers import number_of

_MAX_RECENT = 20
_MAX_REFUSALS = 500


def recent(person: Person) -> tuple[IntakeCard, ...]:
    """Her newest imports, without their refusals."""
    return tuple(_card(i, ()) for i in Intake.objects.filter(person=person).order_by("-started_at")[:_MAX_RECENT])


def card(person: Person, intake_id: str) -> IntakeCard:
    """One import of hers. Raises NotFound."""
    intake = _hers(person, intake_id)
    failures = outbox.failed("run_intake", {"intake": intake.number}) if intake.state == "failed" else []
    return _card(intake, refusals(intake), failures[-1].code if failures else "")


def number_for(person: Person, intake_id: str) -> int:
    """The number of an import of hers. Raises NotFound."""
    return _hers(person, intake_id).number


def _hers(person: Person, intake_id: str) -> Intake:
    number = number_of("int", intake_id)
    intake = Intake.objects.filter(number=number, person=person).first() if number is not None else None
    if intake is None:
        raise NotFound("There is nothing here.")
    return intake


def refusals(intake: Intake) -> tuple[RefusalCard, ...]:
    """What was refused, in order, at most 500."""
    rows = IntakeRefusal.objects.filter(intake=intake).select_related("file").order_by("pk")[:_MAX_REFUSALS]
    cards = []
    for row in rows:
        place, _, detail = keyring().unlock_text(bytes(row.sealed_place), about=refusal_context(intake.number)).partition("\0")
        file = row.file
        name = keyring().unlock_text(bytes(file.sealed_path), about=f"delivered:{file.number}".encode()) if file else ""
        cards.append(RefusalCard(name, place, row.reason, detail))
    return tuple(cards)


def _card(i: Intake, refused: tuple[RefusalCard, ...], failed_code: str = "") -> IntakeCard:
    return IntakeCard(
        id=i.id,
        started_at=i.started_at,
        state=i.state,
        files_total=i.files_total,
        files_done=i.files_done,
        found=i.found,
        new=i.new,
        versions=i.versions,
        already=i.already,
        refused=i.refused,
        own=i.own,
        unmatched=i.unmatched,
        passed=i.passed,
        gone=i.gone,
        refusals=refused,
        failed_code=failed_code,
    )


def intake_totals(intake: Intake) -> IntakeCard:
    """The account of an import for whoever started it from the command line, with its refusals."""
    return _card(intake, refusals(intake))
