"""A home with the sample scenario in it, and people who may and may not see it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from support.dying import Mortal, mortal
from support.homes import Homes
from support.postgres import Postgres
from support.sample import ADVOCATES

if TYPE_CHECKING:
    from parapet.records.models import Intake, Person
    from parapet.settings.environment import Environment


@frozen
class Team:
    """The three of every flow: her, somebody she chose, and a stranger."""

    advocate: Person
    helper: Person
    stranger: Person
    advocate_id: str


@pytest.fixture
def judge() -> Callable[[], None]:
    """Does all promised work in this process, as a worker would."""

    def run() -> None:
        import parapet.work.handlers  # noqa: F401
        from parapet.jobs.models import OutboxEntry

        while entries := list(OutboxEntry.objects.filter(done_at=None).order_by("id")):
            for entry in entries:
                _do(entry)

    return run


def _do(entry: object) -> None:
    from django.utils import timezone

    from parapet.jobs.handlers import handler_for

    found = handler_for(entry.kind)  # type: ignore[attr-defined]
    assert found is not None
    found.run(entry.payload)  # type: ignore[attr-defined]
    entry.done_at = timezone.now()  # type: ignore[attr-defined]
    entry.save()  # type: ignore[attr-defined]


@pytest.fixture
def take_in(home: Environment) -> Callable[..., Intake]:
    """Import paths into the home, as the command does."""

    def run(*paths: Path, **kwargs: object) -> Intake:
        from parapet.actions.import_paths import import_paths

        return import_paths(list(paths), **kwargs)  # type: ignore[arg-type]

    return run


@pytest.fixture
def team(home: Environment, homes: Homes) -> Team:
    """Enrolled from the sample: the first advocate, a helper of hers, and somebody with an account and no grant."""
    from parapet.records.models import Person

    told = homes.fill(home, "team", enrol_team)
    return Team(*(Person.objects.get(number=number) for number in told["people"]), told["advocate_id"])


def enrol_team() -> dict[str, Any]:
    """`Team`, in numbers."""
    from django.db import transaction

    from parapet.actions.enrol_advocates import allow, enrol_advocates
    from parapet.actions.make_home import open_home
    from parapet.actions.welcome import owner
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    open_home()
    advocate = owner("Amara")
    first, *_ = enrol_advocates(ADVOCATES, person=advocate, role="advocate")
    helper, stranger = Person.objects.named("Helping Colleague"), Person.objects.named("Stranger")
    with transaction.atomic():
        allow(helper, Advocate.objects.get(number=number_of("adv", first)), "helper")
    return {"people": [each.number for each in (advocate, helper, stranger)], "advocate_id": first}


@pytest.fixture
def empty_url(database: str, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """What PARAPET_DATABASE_URL says for a new, empty database of a kind: "" for SQLite, in the home."""
    names: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return ""
        server: Postgres = request.getfixturevalue("postgres")
        names.append(f"r_{uuid.uuid4().hex}")
        server.create(names[-1])
        return server.url(names[-1])

    yield make
    for name in names:
        request.getfixturevalue("postgres").drop(name)


@pytest.fixture(scope="module")
def dying() -> Iterator[Mortal]:
    """Runs commands, and kills them at a step."""
    with mortal() as made:
        yield made


@pytest.fixture
def receive(team: Team, take_in: Any, judge: Any, tmp_path: Path) -> Any:
    """Take in posts and mails in one batch, and judge them."""
    taken = iter(range(1_000_000))

    def run(*messages: dict[str, Any] | bytes) -> None:
        folder = tmp_path / f"in{next(taken)}"
        folder.mkdir()
        posts = [each for each in messages if isinstance(each, dict)]
        (folder / "notifications.json").write_text(json.dumps(posts))
        for n, each in enumerate(each for each in messages if isinstance(each, bytes)):
            (folder / f"{n}.eml").write_bytes(each)
        take_in(folder)
        judge()

    return run
