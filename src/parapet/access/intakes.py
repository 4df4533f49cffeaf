"""Imports: how far they are, and what became of each file."""

from __future__ import annotations

from attrs import evolve

from parapet.access.views import IntakeCard, RefusalCard
from parapet.domain.errors import NotFound
from parapet.domain.parsed import counted
from parapet.jobs import outbox
from parapet.records.delivered import delivered
from parapet.records.models import Intake, IntakeRefusal, Person
from parapet.records.numbers import number_of
from parapet.records.refusals import spot_of

_MAX_RECENT = 20
_MAX_REFUSALS = 500


def recent(person: Person) -> tuple[IntakeCard, ...]:
    """Her newest imports, without their refusals."""
    return tuple(_card(i, ()) for i in Intake.objects.filter(person=person).order_by("-started_at")[:_MAX_RECENT])


def card(person: Person, intake_id: str) -> IntakeCard:
    """One import of hers. Raises NotFound."""
    intake = _hers(person, intake_id)
    failures = outbox.failed("run_intake", {"intake": intake.number}) if intake.state == "failed" else []
    left = IntakeRefusal.objects.filter(intake=intake, file__superseded=False, file__source__isnull=False)
    readable = intake.state == "done" and left.exclude(file__source__pack="").exists()
    return evolve(_card(intake, refusals(intake), failures[-1].code if failures else ""), readable=readable)


def number_for(person: Person, intake_id: str) -> int:
    """The number of an import of hers. Raises NotFound."""
    return _hers(person, intake_id).number


def _hers(person: Person, intake_id: str) -> Intake:
    number = number_of("int", intake_id)
    intake = Intake.objects.filter(number=number, person=person).first() if number is not None else None
    if intake is None:
        raise NotFound("There is nothing here.")
    return intake


def refusals(intake: Intake, *, most: int | None = _MAX_REFUSALS) -> tuple[RefusalCard, ...]:
    """What was refused, in order, at most `most`; all that were written down when that is None."""
    rows = IntakeRefusal.objects.filter(intake=intake).select_related("file__source").order_by("pk")[:most]
    cards = []
    for row in rows:
        file, spot = row.file, spot_of(bytes(row.sealed_place), intake.number)
        cards.append(
            RefusalCard(
                file=delivered(file)[0] if file else "",
                place=", ".join(part for part in (spot.name, spot.pointer) if part),
                reason=row.reason,
                detail=spot.detail,
                delivery=spot.delivery,
                within=spot.file,
                member=spot.member,
                spots=tuple(counted(spot.pointer)),
                size_bytes=file.source.size_bytes if file and file.source else None,
            )
        )
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
        again=i.again,
        missing=i.missing,
        refusals=refused,
        failed_code=failed_code,
    )


def intake_totals(intake: Intake) -> IntakeCard:
    """The account of an import for whoever started it from the command line, with every refusal that was written down."""
    return _card(intake, refusals(intake, most=None))
