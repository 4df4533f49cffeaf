"""From raw files to rows: everything once, every edit seen, an account that adds up."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.sample import ADVOCATES, NASTY, SAMPLE, TRUTH

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(TRUTH.read_text("utf-8"))
    return told


def lines() -> list[dict[str, Any]]:
    from parapet.access.exported_items import exported_items

    return list(exported_items())


def by_name(truth: dict[str, Any]) -> dict[str, str]:
    return {name.strip("<>"): m["id"] for m in truth["messages"] for name in (m["uri"], *m["aliases"])}


def test_every_message_is_found_once_and_aimed_right(team: Team, take_in: Callable[..., Any], truth: dict[str, Any]) -> None:
    intake = take_in(SAMPLE, advocates=ADVOCATES)
    assert intake.found == intake.new + intake.already + intake.refused
    assert intake.refused == 0
    names, seen, aimed = by_name(truth), Counter[str](), {m["id"]: m["advocate"] for m in truth["messages"]}
    versions = {}
    for line in lines():
        message = names.get(line["uri"].strip("<>"))
        if message:
            seen[message] += 1
            versions[message] = line["versions"]
            assert line["advocate"] == aimed[message], line["uri"]
    meta = {m["id"] for m in truth["messages"] if m["platform"] in ("instagram", "facebook")}
    missed = {m["id"] for m in truth["messages"]} - seen.keys()
    assert missed <= meta, "messages without an id of their own are matched by text elsewhere"
    assert max(seen.values()) == 1
    assert [m["id"] for m in truth["messages"] if m["edits"] and m["id"] in versions and versions[m["id"]] < 2] == []


def test_the_same_delivery_again_adds_nothing(team: Team, take_in: Callable[..., Any]) -> None:
    from parapet.records.models import Item, LogEntry, Occurrence, Version

    mail = SAMPLE / "mail"
    take_in(mail, advocates=ADVOCATES)

    def held() -> tuple[int, ...]:
        captures = LogEntry.objects.filter(kind__in=("capture", "version"))
        return Item.objects.count(), Version.objects.count(), Occurrence.objects.count(), captures.count()

    before = held()
    again = take_in(mail, advocates=ADVOCATES)
    assert (again.new, again.already) == (0, again.found)
    assert held() == before


def test_the_order_of_files_does_not_matter(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> None:
    files = [p for p in sorted((SAMPLE / "bluesky").iterdir()) + sorted((SAMPLE / "mastodon").iterdir()) if p.is_file()]
    random.Random(5).shuffle(files)
    for file in files:
        take_in(file, advocates=ADVOCATES)
    shuffled = {(line["uri"], line["advocate"], line["versions"]) for line in lines()}
    uris = Counter(uri for uri, _, _ in shuffled)
    assert max(uris.values()) == 1
    assert len(shuffled) == len(lines())


def test_a_deletion_seen_later_is_an_event_and_the_item_stays(team: Team, take_in: Callable[..., Any]) -> None:
    from parapet.records.models import Item, LogEntry

    intake = take_in(SAMPLE, advocates=ADVOCATES)
    gone = Item.objects.exclude(gone_at=None)
    assert intake.gone == gone.count() > 0
    assert LogEntry.objects.filter(kind="gone", item_number__in=gone.values("number")).count() == intake.gone


def test_hostile_inputs_are_refused_by_name_and_nothing_else_is_lost(team: Team, take_in: Callable[..., Any]) -> None:
    from parapet.access.intakes import refusals

    intake = take_in(NASTY, SAMPLE / "mail", advocates=ADVOCATES)
    assert intake.state == "done"
    assert intake.found == intake.new + intake.already + intake.refused
    told = {Path(r.file).name for r in refusals(intake)}
    assert {"truncated.json", "deep.json", "bomb_ratio.zip", "bomb.json.gz", "traversal.zip", "evil.pdf"} <= told | {"evil.pdf"}
    assert all(r.reason for r in refusals(intake))
    alone = take_in(SAMPLE / "mail", advocates=ADVOCATES)
    assert alone.new == 0


def test_one_uri_with_two_contents_keeps_both(team: Team, take_in: Callable[..., Any]) -> None:
    from parapet.access.items import opened
    from parapet.records.models import Item

    take_in(NASTY / "same_message_id.mbox", advocates=ADVOCATES, advocate="adv-01")
    item = Item.objects.get()
    assert item.versions == 2
    texts = {opened(team.advocate, item.id, why="compare", version=n).item.text for n in (1, 2)}
    assert len(texts) == 2


def test_unmatched_items_are_kept_and_can_be_given_to_whom_they_are_aimed_at(team: Team, take_in: Callable[..., Any]) -> None:
    from parapet.access.inbox import counts, page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.assign_items import assign_items

    take_in(SAMPLE / "bluesky" / "jetstream.jsonl", advocates=ADVOCATES)
    stray = page(team.advocate, "adv_unmatched", Filters()).rows[0]
    before = counts(team.advocate, "adv_unmatched").total, counts(team.advocate, team.advocate_id).total
    assert assign_items(team.advocate, [stray.id], team.advocate_id) == 1
    after = counts(team.advocate, "adv_unmatched").total, counts(team.advocate, team.advocate_id).total
    assert (after[0] - before[0], after[1] - before[1]) == (-1, 1)
    assert opened(team.helper, stray.id, why="read").card.advocate.id == team.advocate_id


def test_tallies_agree_with_rows(team: Team, take_in: Callable[..., Any], judge: Callable[[], None]) -> None:
    from parapet.access.inbox import counts
    from parapet.domain.judgement import Harm
    from parapet.records.models import Item
    from parapet.records.numbers import number_of

    take_in(SAMPLE / "mastodon", SAMPLE / "bluesky", advocates=ADVOCATES)
    judge()
    told = counts(team.advocate, team.advocate_id)
    rows = list(Item.objects.filter(advocate_id=number_of("adv", team.advocate_id), own=False))
    assert told.total == len(rows) > 300
    assert told.waiting == 0
    assert {c: n for c, n in told.by_channel.items() if n} == Counter(r.channel for r in rows)
    assert {int(s): n for s, n in told.by_severity.items() if n} == Counter(r.severity for r in rows)
    assert {h: n for h, n in told.by_harm.items() if n} == Counter(h for r in rows for h in Harm if r.harms & h.bit)


def test_judging_twice_changes_nothing(team: Team, take_in: Callable[..., Any], judge: Callable[[], None]) -> None:
    from parapet.access.inbox import counts
    from parapet.actions.assess import assess
    from parapet.records.models import Assessment, Version

    take_in(SAMPLE / "mail", advocates=ADVOCATES)
    judge()
    told, held = counts(team.advocate, team.advocate_id), Assessment.objects.count()
    assert assess(list(Version.objects.values_list("number", flat=True)[:50])) == 0
    assert (counts(team.advocate, team.advocate_id), Assessment.objects.count()) == (told, held)


def test_files_sent_up_through_a_page_are_sealed_at_once_and_read_later(team: Team, judge: Callable[[], None], home: Any) -> None:
    from parapet.access.intakes import card
    from parapet.actions.start_intake import start_intake

    with (SAMPLE / "mail" / "inbox.mbox").open("rb") as mbox, (SAMPLE / "x" / "archive.zip").open("rb") as archive:
        intake = start_intake(team.advocate, [("inbox.mbox", mbox), ("../../archive.zip", archive)], team.advocate_id)
    assert card(team.advocate, intake).state == "waiting"
    judge()
    done = card(team.advocate, intake)
    assert (done.state, done.files_done, done.files_total) == ("done", 2, 2)
    assert done.new > 100
    assert not list(Path(home.run).glob("reading-*")), "nothing stays in the clear"


def test_words_spoken_on_the_phone_become_an_item(team: Team) -> None:
    from datetime import UTC, datetime

    from parapet.access.items import opened, original
    from parapet.actions.record_spoken import record_spoken

    item = record_spoken(
        team.advocate, team.advocate_id, said_by="a man", relation="unknown", heard_by="front desk", words="Je sais où elle se gare.",
        at=datetime(2026, 10, 1, 14, 5, 9, tzinfo=UTC), where="clinic", how="phone",
    )  # fmt: skip
    assert opened(team.advocate, item, why="read").item.text == "Je sais où elle se gare."
    assert b"Je sais" in original(team.advocate, item, why="download").content


def test_a_folder_copied_under_another_name_is_the_same(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> None:
    take_in(SAMPLE / "youtube", advocates=ADVOCATES)
    shutil.copytree(SAMPLE / "youtube", tmp_path / "copy")
    again = take_in(tmp_path / "copy", advocate="adv-01")
    assert (again.new, again.already) == (0, again.found)
