"""The outbox lies in the clear, so nothing that could be text gets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.jobs.models import ID_LENGTH, new_id
from parapet.jobs.outbox import check_payload


@given(st.text(min_size=1).filter(lambda text: any(c.isspace() or not c.isascii() for c in text)))
def test_words_are_refused(text):
    for payload in ({"item": text}, {"items": [text]}):
        with pytest.raises(ValueError, match="ids and numbers"):
            check_payload(payload)


@given(st.text().filter(lambda key: not key.islower()))
def test_keys_are_names(key):
    with pytest.raises(ValueError, match="key"):
        check_payload({key: 1})


@pytest.mark.parametrize("value", [None, 1.5, {"a": 1}, [["a"]], b"x", "a" * 81])
def test_other_shapes_are_refused(value):
    with pytest.raises(ValueError, match="ids and numbers"):
        check_payload({"item": value})


@given(st.lists(st.integers()), st.from_regex(r"[A-Za-z0-9_.:\-]{0,80}", fullmatch=True))
def test_ids_and_numbers_pass(numbers, reference):
    check_payload({"items": numbers, "case": reference, "nothing": []})


def test_ids_sort_by_time_and_never_repeat(monkeypatch):
    made = [new_id() for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {ID_LENGTH}
    milliseconds = [one[:10] for one in made]
    assert milliseconds == sorted(milliseconds)
