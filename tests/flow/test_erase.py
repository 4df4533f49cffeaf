"""What is erased is gone for good, everything else stays as it was, and the log says who did it and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.state import check_whole
from support.sample import ADVOCATES, SAMPLE

from parapet.domain.errors import NotFound

pytestmark = pytest.mark.both_databases


@pytest.fixture
def held(team: Team, take_in: Callable[..., Any], judge: Callable[[], None]) -> list[str]:
    """The public names of her messages, newest first."""
    from parapet.access.inbox import page
    from parapet.access.views import Filters

    take_in(SAMPLE / "bluesky", advocates=ADVOCATES)
    judge()
    return [row.id for row in page(team.advocate, team.advocate_id, Filters(), size=200).rows]


def faults() -> list[Any]:
    from parapet.actions.check_home import check_home

    return check_home().faults


def test_an_erased_item_is_gone_and_the_rest_is_whole(
    team: Team, held: list[str], judge: Callable[[], None], database: str
) -> None:
    from parapet.access import items
    from parapet.access.inbox import counts, page
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item

    before = counts(team.advocate, team.advocate_id)
    erase_item(team.advocate, held[0], reason="private")
    with pytest.raises(NotFound):
        items.card(team.advocate, held[0])
    after = counts(team.advocate, team.advocate_id)
    assert after.total == before.total - 1
    assert sum(after.by_severity.values()) == sum(before.by_severity.values()) - 1
    assert held[0] not in [row.id for row in page(team.advocate, team.advocate_id, Filters(), size=200).rows]
    assert items.opened(team.advocate, held[1], why="read").item.text
    judge()
    check_whole()
    health = check_home()
    assert not health.faults
    assert health.erased >= 3, "its capture, its judgement and the file's own leaf"


def sound(bag: Path) -> Any:
    from parapet.evidence.verify import verify

    report = verify(bag)
    assert report.state == "sound", report.as_text()
    return report


def test_the_bag_of_a_case_with_an_erased_item_is_complete(team: Team, held: list[str], tmp_path: Path) -> None:
    from parapet.access import items
    from parapet.actions.erase import erase_item
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case

    case = open_case(team.advocate, team.advocate_id, "Three", held[:3])
    items.opened(team.advocate, held[0], why="case")
    before = sound(export_bag(team.advocate, case, "en", tmp_path / "before"))
    erase_item(team.advocate, held[0], reason="asked")
    bag = export_bag(team.advocate, case, "en", tmp_path / "after")
    after = sound(bag)
    assert (before.facts["items"], after.facts["items"], after.facts["erased"]) == (3, 2, 1)
    folder = bag / "data" / "items" / held[0]
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["erased.json", "item.json", "proof.tlog-proof"]
    assert list((bag / "data" / "custody").glob("*/erased.json"))
    assert "erased by a person's decision" in after.as_text()
