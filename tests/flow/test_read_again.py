"""`parapet reparse`, and the same on the screen: what was left over is read when the program can, once, and nothing that was there changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.grown import chirp
from support.watched import watched


def export(*chirps: Any) -> bytes:
    return json.dumps({"chirps": chirps}).encode()


def said(n: int, text: str = "I will find you, number {n}.", **other: Any) -> dict[str, Any]:
    author = {"handle": f"a{n}", "id": str(n)}
    return {"id": n, "text": text.format(n=n), "at": "2026-10-01T12:00:00Z", "author": author, **other}


def uris() -> dict[str, int]:
    """By item: how many versions."""
    from parapet.access.exported_items import exported_items

    return {line["uri"]: line["versions"] for line in exported_items()}


def held() -> list[tuple[Any, ...]]:
    """Evidence: rows that nothing may change."""
    from parapet.records.models import Assessment, Item, Source, Version

    rows: list[tuple[Any, ...]] = []
    for model in (Source, Version, Assessment):
        rows += [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in model.objects.values_list()]
    return [*rows, *Item.objects.values_list("number", "advocate_id", "severity", "versions", "sorted_at")]


def read_again(judge: Callable[[], None], *which: str, channel: str = "") -> Any:
    """As the command does, in this process."""
    from parapet.actions.read_again import left_over, of_channel, promise_reading, readable, rehearse
    from parapet.actions.welcome import owner

    files = readable() if which else left_over()
    files = of_channel(files, channel) if channel else files
    before = held()
    told = rehearse(files)
    assert held() == before, "a rehearsal keeps nothing"
    intake = promise_reading(files, person=owner())
    judge()
    intake.refresh_from_db()
    assert intake.state == "done" and intake.found == intake.new + intake.already + intake.refused
    assert (told.files, told.found, told.new + told.versions, told.refused, told.missing) == (
        intake.files_total, intake.found, intake.new, intake.refused, intake.missing,
    )  # fmt: skip
    return intake


def test_what_was_not_understood_is_taken_in_when_a_channel_has_come(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.actions.read_again import left_over
    from parapet.records.models import Assessment, IntakeRefusal, Item, LogEntry, Source

    (tmp_path / "new.json").write_bytes(export(said(1), said(2)))
    (tmp_path / "odd.bin").write_bytes(b"\0\1\2")
    first = take_in(tmp_path / "new.json", tmp_path / "odd.bin", advocate=team.advocate_id)
    judge()
    assert (first.new, first.refused) == (0, 2) and left_over().count() == 2
    refused = list(IntakeRefusal.objects.filter(intake=first).values_list())
    with chirp(tmp_path / "grown"):
        again = read_again(judge)
        assert (again.new, again.already, again.refused, again.missing) == (2, 0, 1, 0)
        assert uris() == {"chirp:1": 1, "chirp:2": 1} and Assessment.objects.count() == 2
        hers = {item.advocate.id for item in Item.objects.select_related("advocate")}
        assert hers == {team.advocate_id}, "for whom the file was"
        before = held()
        assert left_over().count() == 1, "what is still not understood"
        once_more = read_again(judge, "all")
        assert (once_more.new, once_more.already, once_more.refused) == (0, 2, 1) and held() == before
    assert list(IntakeRefusal.objects.filter(intake=first).values_list()) == refused, "the account of the first reading stays"
    assert Source.objects.count() == 2
    assert LogEntry.objects.filter(kind="read_again").count() == 4


@pytest.mark.both_databases
def test_a_channel_that_names_its_messages_otherwise_doubles_none_and_tells_what_it_misses(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.actions.mark_sorted import mark_sorted
    from parapet.records.models import Item

    (tmp_path / "new.json").write_bytes(export(said(1), said(2), said(3, extra="<b>"), said(4)))
    with chirp(tmp_path / "old"):
        take_in(tmp_path / "new.json", advocate=team.advocate_id)
        judge()
    numbers = set(Item.objects.values_list("number", flat=True))
    first = Item.objects.order_by("number").first()
    assert first is not None
    mark_sorted(team.advocate, first.id, "nothing")

    def renamed(code: str) -> str:
        """Other names; texts with a mark; and of the fourth it makes nothing any more."""
        code = code.replace('uri=f"chirp:{needed(', 'uri=f"https://chirp.example/{needed(')
        code = code.replace(
            "    author = record(", '    if chirp.get("id") == 4:\n        raise Misshapen("no text")\n    author = record('
        )
        return code.replace("text=shown,", 'text=shown + str(chirp.get("extra", "")),')

    before = held()
    with chirp(tmp_path / "newer", renamed):
        again = read_again(judge, "all", channel="chirp")
    assert (again.new, again.versions, again.already, again.refused, again.missing) == (1, 1, 2, 1, 1)
    assert set(Item.objects.values_list("number", flat=True)) == numbers
    assert sorted(uris().values()) == [1, 1, 1, 2]
    now = held()
    kept = [row for row in before if len(row) != 5]  # rows of evidence; an item's counts grow with its versions
    assert all(row in now for row in kept)
    assert Item.objects.get(number=first.number).sorted_at is not None
    (tmp_path / "other.json").write_bytes(export(said(77), said(1)))
    with chirp(tmp_path / "other", renamed):
        other = take_in(tmp_path / "other.json", advocate=team.advocate_id)
        assert (other.new, other.already) == (1, 1), "it is known by its new name in other files too"
    with chirp(tmp_path / "newest", renamed):
        again = read_again(judge, "all")
    assert (again.new, again.already, again.missing) == (0, 5, 1), "and nothing more is new"


def test_two_where_there_was_one_are_two_and_one_thing_does_not_become_another(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "new.json").write_bytes(export(said(1)))
    with chirp(tmp_path / "old"):
        take_in(tmp_path / "new.json", advocate=team.advocate_id)
    code = '            yield Found(_item(record(found.value)), found.raw, found.place, "application/json")\n'

    def twice(text: str) -> str:
        both = code + code.replace("_item(record(found.value))", '_item({**record(found.value), "id": 99})')
        return text.replace(code, both)

    with chirp(tmp_path / "newer", twice):
        again = read_again(judge, "all")
    assert (again.new, again.already, again.missing) == (1, 1, 0)
    assert uris() == {"chirp:1": 1, "chirp:99": 1}


def test_killed_at_any_step_it_goes_on_where_it_was_and_doubles_nothing(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.actions import take_in as taking
    from parapet.actions.read_again import left_over, promise_reading
    from parapet.actions.run_intake import run_intake
    from parapet.records.models import Intake, Item, LogEntry

    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(8):
        (folder / f"{n}.json").write_bytes(export(said(2 * n), said(2 * n + 1)))
    take_in(folder, advocate=team.advocate_id)
    monkeypatch.setattr(taking, "BATCH_FILES", 2)

    class Killed(BaseException):
        pass

    steps = iter(range(1_000))
    die_at = -1

    def dying(act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            if next(steps) == die_at:
                raise Killed
            done = act(*args, **kwargs)
            if next(steps) == die_at:
                raise Killed
            return done

        return run

    with chirp(tmp_path / "grown"):
        intake = promise_reading(left_over(), person=team.advocate)
        for name in ("receive", "note_reading", "close_read"):
            monkeypatch.setattr(taking, name, dying(getattr(taking, name)))
        deaths = 0
        for step in range(40):  # each time a step later, from wherever it was
            die_at, steps = step, iter(range(1_000))
            try:
                run_intake(intake.number)
            except Killed:
                deaths += 1
                continue
            break
        intake = Intake.objects.get(number=intake.number)
        assert deaths >= 5 and intake.state == "done" and intake.files_done == 8
        assert intake.found == intake.new + intake.already == 16 or intake.already > 0
        assert Item.objects.filter(channel="chirp").count() == 16 and set(uris().values()) == {1}
        run_intake(intake.number)
        assert LogEntry.objects.filter(kind="read_again").count() == 2, "asked, and done, once"
    judge()


def test_on_the_screen_only_who_may_reads_again_and_a_stranger_learns_nothing(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.access import intakes
    from parapet.access.connections import connection
    from parapet.actions.read_again import read_connection_again, read_import_again
    from parapet.actions.seal_source import seal_source
    from parapet.actions.start_intake import start_intake
    from parapet.domain.errors import NotFound, RequestRefused
    from parapet.records.keyring import keyring
    from parapet.records.models import Connection, Intake, IntakeFile, IntakeRefusal
    from parapet.records.naming import delivered_context
    from parapet.records.numbers import number_of
    from parapet.records.refusals import Spot, seal_spot

    (tmp_path / "new.json").write_bytes(export(said(1)))
    with (tmp_path / "new.json").open("rb") as stream:
        started = start_intake(team.advocate, [("new.json", stream)], team.advocate_id)
    judge()
    for name in (started, "int_0000000000000", ""):
        with pytest.raises(NotFound):
            read_import_again(team.stranger, name)
    made = watched(number_of("adv", team.advocate_id) or 0)
    with pytest.raises(NotFound):
        read_connection_again(team.stranger, made)
    with pytest.raises(RequestRefused):
        read_connection_again(team.advocate, made)  # nothing was left over
    with chirp(tmp_path / "grown"):
        again = read_import_again(team.advocate, started)
        judge()
        card = intakes.card(team.advocate, again)
        assert (card.again, card.new, card.refused, card.missing) == (True, 1, 0, 0)
        with pytest.raises(NotFound):
            intakes.card(team.stranger, again)

        # Over a connection: what is built to look like another channel's export is read as what it came by.
        row = Connection.objects.get()
        (tmp_path / "piece").write_bytes(export(said(5)))
        with (tmp_path / "piece").open("rb") as stream:
            source, _mark = seal_source(stream)
        day = Intake.objects.create(connection=row, advocate=row.advocate, state="done", refused=1, found=1)
        file = IntakeFile(intake=day, source=source, channel="bluesky", ended=True)
        file.sealed_path = keyring().lock_text("post, 1.json", about=delivered_context(file.number))
        file.save()
        IntakeRefusal.objects.create(intake=day, file=file, reason="bad_record", sealed_place=seal_spot(Spot(1), day.number))
        assert connection(team.advocate, made).odd == 1
        read_connection_again(team.advocate, made)
        judge()
        assert connection(team.advocate, made).odd == 1, "it was not a chirp by the door that it came through"
        IntakeFile.objects.filter(source=source).update(channel="chirp")
        again = read_connection_again(team.advocate, made)
        judge()
        assert connection(team.advocate, made).odd == 0 and intakes.card(team.advocate, again).new == 1
