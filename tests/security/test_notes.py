"""Who can write the database but has no key changes the notes of a case: they are not shown, and no paper of it is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parapet.domain.errors import LogBroken, SealBroken

TEXTS = ["She called the police.", "File 26-118.", "File 26-118.", "Nothing more came."]


@pytest.fixture
def case(cast: Any) -> str:
    """A case with notes by two persons, two of them alike; and another with one."""
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    with transaction.atomic():
        allow(cast.stranger, Advocate.objects.get(number=number_of("adv", cast.advocate_id)), "helper")
    made = open_case(cast.owner, cast.advocate_id, "Letters", [cast.items["grave"]])
    for number, text in enumerate(TEXTS):
        write_note((cast.owner, cast.stranger)[number % 2], made, text)
    write_note(cast.owner, open_case(cast.owner, cast.advocate_id, "Beside", [cast.items["plain"]]), TEXTS[0])
    return made


def rows(case: str) -> list[Any]:
    from parapet.records.models import Note
    from parapet.records.numbers import number_of

    return list(Note.objects.filter(case_id=number_of("cas", case)).order_by("log_index"))


def shown(cast: Any, case: str) -> Any:
    from parapet.access.cases import page

    return page(cast.owner, case)


def test_notes_are_shown_as_written(cast: Any, case: str, tmp_path: Path) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.evidence.verify import verify

    page = shown(cast, case)
    assert [(n.who, n.text) for n in page.notes] == list(zip(["Owner One", "Stranger Two"] * 2, TEXTS, strict=True))
    assert page.notes_broken is None
    assert verify(export_bag(cast.owner, case, "en", tmp_path)).sound


def exchange(column: str) -> Callable[[list[Any]], None]:
    """Give two notes each other's value of one column."""

    def deed(notes: list[Any]) -> None:
        one, other = notes[0], notes[1]
        first, second = getattr(one, column), getattr(other, column)
        type(one).objects.filter(pk=one.pk).update(**{column: second})
        type(one).objects.filter(pk=other.pk).update(**{column: first})

    return deed


def exchange_whole(notes: list[Any]) -> None:
    for column in ("sealed_text", "person_id", "at"):
        exchange(column)(notes)


def add_copy(notes: list[Any]) -> None:
    note = notes[0]
    note.pk = None
    note.save(force_insert=True)


def hide_writer(notes: list[Any]) -> None:
    type(notes[0]).objects.filter(pk=notes[0].pk).update(person=None)


def drop_number(notes: list[Any]) -> None:
    type(notes[0]).objects.filter(pk=notes[0].pk).update(log_index=None)


def drop_leaf(notes: list[Any]) -> None:
    from parapet.records.models import LogEntry

    LogEntry.objects.filter(index=notes[0].log_index).update(kind="view")


def bring_from_beside(notes: list[Any]) -> None:
    from parapet.records.models import Note

    other = Note.objects.exclude(case_id=notes[0].case_id).get()
    Note.objects.filter(pk=notes[0].pk).update(sealed_text=other.sealed_text, log_index=other.log_index, at=other.at)


DEEDS = {
    "words exchanged": exchange("sealed_text"),
    "writers exchanged": exchange("person_id"),
    "times exchanged": exchange("at"),
    "all but the number exchanged": exchange_whole,
    "numbers exchanged": exchange("log_index"),
    "taken away": lambda notes: notes[0].delete(),
    "added again": add_copy,
    "without its writer": hide_writer,
    "without its number": drop_number,
    "its leaf hidden": drop_leaf,
    "another case's in its place": bring_from_beside,
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_note_that_is_not_what_was_written_stops_page_and_papers(
    cast: Any, case: str, browser_of: Any, tmp_path: Path, deed: Any
) -> None:
    from parapet.actions.export_bag import export_bag
    from parapet.actions.make_dossier import make_dossier

    deed(rows(case))
    page = shown(cast, case)
    assert (page.notes, type(page.notes_broken), len(page.rows)) == ((), SealBroken, 1)
    for papers in (lambda: make_dossier(cast.owner, case, "en"), lambda: export_bag(cast.owner, case, "en", tmp_path)):
        with pytest.raises((SealBroken, LogBroken)):  # of a row of the log that was changed, the log tells first
            papers()
    assert list(tmp_path.rglob("bagit.txt")) == []
    client = browser_of(cast.owner)
    answer = client.get(reverse("case", args=[case]))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "The notes are not shown" in said and "Restore it from a backup" in said and "evidence.seal_broken" in said
    assert not any(text in said for text in TEXTS) and "Monday 14" in said, "the messages are there as ever"
    asked = client.post(reverse("case-bag", args=[case]), {"lang": "fr"})
    assert (asked.status_code, re.findall(r"evidence\.(?:seal|log)_broken", asked.content.decode()) != []) == (503, True)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_other_value_in_any_column_of_a_note_is_believed(cast: Any, case: str, data: st.DataObject) -> None:
    from datetime import timedelta

    note = data.draw(st.sampled_from(rows(case)))
    sealed = bytes(note.sealed_text)
    at, bit = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(0, 7))
    flipped = bytearray(sealed)
    flipped[at] ^= 1 << bit
    column, value = data.draw(
        st.one_of(
            st.just(("sealed_text", bytes(flipped))),
            st.tuples(st.just("sealed_text"), st.binary(max_size=100)),
            st.tuples(st.just("sealed_text"), st.sampled_from([bytes(n.sealed_text) for n in rows(case) if n.pk != note.pk])),
            st.tuples(st.just("at"), st.integers(1, 10**12).map(lambda us: note.at + timedelta(microseconds=us))),
            st.tuples(st.just("log_index"), st.integers(0, 100).filter(lambda index: index != note.log_index)),
            st.tuples(st.just("person_id"), st.sampled_from([p.number for p in (cast.owner, cast.stranger)])),
        )
    )
    before = getattr(note, column)
    if before == value:
        return
    type(note).objects.filter(pk=note.pk).update(**{column: value})
    try:
        assert shown(cast, case).notes_broken is not None
    finally:
        type(note).objects.filter(pk=note.pk).update(**{column: before})
    assert shown(cast, case).notes_broken is None


def test_the_notes_of_a_person_who_left_stay_without_her_name(cast: Any, case: str) -> None:
    cast.stranger.delete()
    page = shown(cast, case)
    assert [(n.who, n.text) for n in page.notes] == list(zip(["Owner One", ""] * 2, TEXTS, strict=True))


def test_a_notice_in_french(cast: Any, case: str, browser_of: Any) -> None:
    cast.owner.language = "fr-ca"
    cast.owner.save()
    DEEDS["taken away"](rows(case))
    with translation.override("fr-ca"):  # what the page speaks must not stay behind for other tests
        said = browser_of(cast.owner).get(reverse("case", args=[case])).content.decode()
    assert "Les notes ne sont pas affichées" in said
