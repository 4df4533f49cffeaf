"""What lists of a queue rest on: indexes that are used, and batches that lose nothing between files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from flow.conftest import Team
from support.sample import SAMPLE

if TYPE_CHECKING:
    from parapet.records.models import Intake
    from parapet.settings.environment import Environment

MAIL = b"From: x@one.example\r\nTo: y@two.example\r\nMessage-ID: <1@one.example>\r\nSubject: hm\r\n\r\nWho is this for?\r\n"


@pytest.mark.both_databases
def test_the_migration_of_lists_keeps_every_row(team: Team, take_in: Callable[..., Intake]) -> None:
    """Back to before the indexes and forward again, with messages in the home."""
    from parapet.records.models import Item, LogEntry

    take_in(SAMPLE / "mail", SAMPLE / "reviews")
    before = (set(Item.objects.values_list("number", "lang")), LogEntry.objects.count())
    assert before[0]
    call_command("migrate", "records", "0002", verbosity=0)
    call_command("migrate", "records", verbosity=0)
    assert before == (set(Item.objects.values_list("number", "lang")), LogEntry.objects.count())


def test_the_models_and_the_migrations_agree(team: Team) -> None:
    """Nobody's next `makemigrations` finds anything to do."""
    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    "asked", [{}, {"channel": "mail"}, {"lang": "fr"}, {"own": True}], ids=["plain", "channel", "language", "own"]
)
def test_a_page_reads_an_index_in_order(team: Team, asked: dict[str, Any]) -> None:
    """On SQLite too: sorting a whole queue for fifty rows is what makes a large one slow."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from parapet.access.inbox import page
    from parapet.access.views import Filters

    with CaptureQueriesContext(connection) as said:
        page(team.advocate, team.advocate_id, Filters(**asked))
    [queue] = [each["sql"] for each in said if "ORDER BY sent_at DESC" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queue}")
        # The step that reads items; what comes after it sorts no more than a page.
        [plan] = [row[3] for row in cursor.fetchall() if "records_item" in row[3]]
    assert "USING INDEX item_" in plan
    assert "SCAN" not in plan


@pytest.mark.both_databases
def test_a_message_seen_first_in_nobodys_file_is_hers_within_one_batch(
    home: Environment, take_in: Callable[..., Intake], tmp_path: Path
) -> None:
    """Two files of one delivery hold the same message; only the folder of the second tells whose it is."""
    from parapet.records.models import Advocate, Item, ItemName, Tally

    (tmp_path / "hers").mkdir()
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "hers" / "b.eml").write_bytes(MAIL)
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": "a1", "name": "Dr. Ada Moreau", "data_dir": "hers"}]))
    intake = take_in(tmp_path / "a.eml", tmp_path / "hers", advocates=people)
    assert (intake.found, intake.new, intake.already, intake.unmatched) == (2, 1, 1, 0)
    item = Item.objects.get()
    assert item.advocate_id != Advocate.UNMATCHED
    assert set(ItemName.objects.values_list("advocate_id", flat=True)) == {item.advocate_id}
    assert Tally.objects.get(facet="all", items=1).advocate_id == item.advocate_id
