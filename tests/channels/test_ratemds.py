"""RateMDs ratings: windows-1252, semicolons, day first, decimal commas, nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.filelike import by_name, hits, items, parsed_of, same, truth

from parapet.domain.items import Flag, IdentifierKind

HEADER = "Rating ID;Doctor;Posted;Staff;Punctuality;Helpfulness;Knowledge;Overall;Comment;Flagged;URL\r\n"


def test_every_rating_of_the_scenario_is_found_with_its_words() -> None:
    names = by_name("reviews")
    for message in truth("ratemds"):
        found = hits(message, names)
        assert {file for file, _ in found} == {file for file, _ in message["occurrences"]}
        for _, one in found:
            assert same(one.item.text) == same(message["text"])
            assert one.item.uri == message["uri"]
            assert one.item.sent_at is not None
            assert abs((one.item.sent_at - datetime.fromisoformat(message["created_at"])).total_seconds()) < 2 * 86_400


def test_a_rating_is_read_as_canadian_tools_write_it(tmp_path: Path) -> None:
    body = (
        HEADER + '12;Dre Ada Example;07/09/2026;1;2;1;1;"1,5";"Médecin pressée; «à fuir»";;https://ratings.example/ada?rid=12\r\n'
    )
    (item,) = items(parsed_of(tmp_path / "r.csv", body.encode("cp1252")))
    assert item.text == "Médecin pressée; «à fuir»"
    assert item.rating == 1.5
    assert item.sent_at == datetime(2026, 9, 7, tzinfo=UTC)
    assert item.sent_at_as_given == "07/09/2026"
    assert [(one.kind, one.normalised()) for one in item.aimed_at] == [(IdentifierKind.NAME, "name:ada example")]
    assert item.author.key == ""
    assert item.aliases == ("12",)
    assert Flag.GUESSED_CHARSET in item.flags


@pytest.mark.parametrize(
    ("posted", "day"),
    [("07/09/2026", (2026, 9, 7)), ("09/25/2026", (2026, 9, 25)), ("7-9-2026", (2026, 9, 7)), ("2026-09-07", (2026, 9, 7))],
)
def test_days_are_read_day_first_unless_that_cannot_be(tmp_path: Path, posted: str, day: tuple[int, int, int]) -> None:
    (item,) = items(parsed_of(tmp_path / "r.csv", (HEADER + f"1;Dr A;{posted};1;1;1;1;1,0;Hm.;;\r\n").encode()))
    assert item.sent_at == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("posted", ["31/02/2026", "yesterday", "", "00/00/0000", "07/09/1066"])
def test_a_day_that_cannot_be_is_kept_as_words(tmp_path: Path, posted: str) -> None:
    (item,) = items(parsed_of(tmp_path / "r.csv", (HEADER + f"1;Dr A;{posted};1;1;1;1;9,0;Hm.;;\r\n").encode()))
    assert item.sent_at is None
    assert item.sent_at_as_given == posted
    assert Flag.IMPLAUSIBLE_TIME in item.flags
    assert item.rating == 1.0  # "9,0" is no rating: the mean of the four categories stands in
