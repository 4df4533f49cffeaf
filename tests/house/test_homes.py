"""Homes of the tests: what was put in once is in each copy, and what one test did is in no other's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import homes as house
from support.homes import Homes


@pytest.mark.both_databases
def test_a_home_that_was_filled_once_is_copied_until_it_has_aged(
    homes: Homes, database: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.records.models import Person

    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    made: list[int] = []

    def put_in() -> Any:
        made.append(Person.objects.named("Somebody").number)
        return made[-1]

    def more() -> Any:
        return Person.objects.named("And another").number

    def people() -> list[int]:
        return sorted(Person.objects.values_list("number", flat=True))

    for turn in range(3):
        with homes.home(tmp_path / str(turn), server, like=("the same",) * (turn > 0)) as environment:
            first = homes.fill(environment, "somebody", put_in)
            second = homes.fill(environment, "another", more)
            assert people() == sorted([first, second]) and [first] == made
            Person.objects.named("Whom only this test knows")
    with homes.home(tmp_path / "other", server) as environment:
        own = Person.objects.named("Who was here before").number
        assert homes.fill(environment, "somebody", put_in) == made[1] and people() == sorted([own, made[1]])
    assert len(made) == 2, "in place, where there was somebody"
    monkeypatch.setattr(house, "AGED", timedelta(0))
    with homes.home(tmp_path / "aged", server, like=("the same",)) as environment:
        assert people() == []
        assert homes.fill(environment, "somebody", put_in) == made[2] and people() == [made[2]]
