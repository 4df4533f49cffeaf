"""The contract of `parapet triage --jsonl`: a line in, a line out, in order, as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.triage import Triage
from parapet.triage.stream import triage_lines

JUDGE = Triage.load()
FIELDS = {"id", "abusive", "probabilities", "labels", "severity", "urgency", "indicators", "abstain", "lang", "reason", "model"}


def answers(*lines: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in triage_lines(JUDGE, lines)]


def test_a_line_gives_the_fields_of_the_contract() -> None:
    [said] = answers(b'{"id": "m1", "text": "I will kill you tomorrow", "lang": "en", "channel": "mail"}\n')
    assert set(said) == FIELDS
    assert said["id"] == "m1"
    assert said["severity"] == "critical"
    assert said["urgency"] == "immediate"
    assert said["labels"] == ["threat"] or "threat" in str(said["labels"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense", "not_json"),
        (b"[1]", "not_an_object"),
        (b'{"id": "a"}', "text_missing"),
        (b'{"id": "a", "text": 5}', "text_not_text"),
        (b'{"id": {}, "text": "x"}', "id_not_text_or_number"),
        (b"\xff\xfe", "not_json"),
        (b'{"id":' + b"[" * 100_000, "not_json"),
    ],
)
def test_a_bad_line_says_so_in_its_place_and_the_stream_goes_on(line: bytes, code: str) -> None:
    good = b'{"id": 1, "text": "hello"}'
    first, bad, last = answers(good, line, good)
    assert set(first) == set(last) == FIELDS
    assert bad["error"] == {"line": 2, "code": code}


def test_no_line_is_taken_before_the_last_answer_was() -> None:
    taken: list[int] = []

    def source() -> Iterator[bytes]:
        for n in range(5):
            taken.append(n)
            yield b'{"id": %d, "text": "hello"}' % n

    stream = triage_lines(JUDGE, source())
    next(stream)
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.binary(max_size=80) | st.text(max_size=40).map(lambda t: json.dumps({"id": t, "text": t}).encode()), max_size=10)
)
def test_every_line_that_is_not_empty_gets_one_answer_in_order(lines: list[bytes]) -> None:
    said = answers(*lines)
    asked = [line for line in lines if line.strip()]
    assert len(said) == len(asked)
    for line, answer in zip(asked, said, strict=True):
        assert ("error" in answer) or json.loads(line)["id"] == answer["id"]


def test_lone_surrogates_come_back_as_valid_utf_8() -> None:
    [said] = answers(b'{"id": "s", "text": "I will kill you \\ud800 tonight"}')
    assert "error" in said or said["severity"] == "critical"
