"""Words said by phone or in person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filelike import items, parsed_of, reasons

from parapet.channels.spoken.parse import make
from parapet.domain.items import Flag, IdentifierKind, ItemKind

NOON = datetime(2026, 9, 16, 12, 30, tzinfo=UTC)


def call(**changes: Any) -> dict[str, Any]:
    return {
        "advocate_name": "Dr. Ada Example",
        "said_by": "a man, number withheld",
        "relation": "unknown",
        "heard_by": "Sam at the front desk",
        "words": "Tell her to watch the parking lot.",
        "at": NOON,
        "where": "clinic line 2",
        "how": "phone",
        **changes,
    }


def test_what_the_witness_wrote_comes_back_from_its_own_bytes(tmp_path: Path) -> None:
    item, raw = make(**call())
    (again,) = items(parsed_of(tmp_path / "call.json", raw))
    assert again == item
    assert item.kind is ItemKind.SPOKEN
    assert item.text == "Tell her to watch the parking lot."
    assert item.sent_at == NOON
    assert item.place == "phone, clinic line 2"
    assert [(one.kind, one.normalised()) for one in item.aimed_at] == [(IdentifierKind.NAME, "name:ada example")]
    assert b"Sam at the front desk" in raw


def test_corrected_words_of_one_call_are_a_new_version_and_another_witness_another_item() -> None:
    first, _ = make(**call())
    corrected, _ = make(**call(words="Tell her I watch the parking lot."))
    other, _ = make(**call(heard_by="Lee"))
    assert corrected.uri == first.uri
    assert corrected.content_digest() != first.content_digest()
    assert other.uri != first.uri


def test_a_call_at_an_unknown_time_says_so() -> None:
    item, _ = make(**call(at=None))
    assert item.sent_at is None
    assert Flag.IMPLAUSIBLE_TIME in item.flags


@pytest.mark.parametrize("changes", [{"words": "  \n"}, {"at": datetime(2026, 9, 16, 12, 30)}])  # noqa: DTZ001 - that it is naive is the point
def test_a_form_without_words_or_with_a_naive_time_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"words|zone"):
        make(**call(**changes))


def test_a_form_with_a_field_missing_is_refused(tmp_path: Path) -> None:
    _, raw = make(**call())
    assert reasons(parsed_of(tmp_path / "call.json", raw.replace(b'"heard_by"', b'"overheard"'))) == ["bad_record"]


@given(words=st.text(min_size=1).filter(lambda s: s.strip()), said_by=st.text(), where=st.text())
def test_any_words_make_a_form_that_reads_back(
    tmp_path_factory: pytest.TempPathFactory, words: str, said_by: str, where: str
) -> None:
    item, raw = make(**call(words=words, said_by=said_by, where=where))
    path = tmp_path_factory.mktemp("spoken") / "call.json"
    (again,) = items(parsed_of(path, raw))
    assert again.content_digest() == item.content_digest()
    assert again.uri == item.uri
