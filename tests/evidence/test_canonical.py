"""Leaves: one value, one sequence of bytes, for this program and every other."""

import contextlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from parapet.evidence.canonical import leaf, read_leaf, salt
from parapet.evidence.reader import notes

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = text | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none()
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(text, v, max_size=4), max_leaves=20)
bodies = st.dictionaries(text, values, max_size=8)


@given(body=bodies)
def test_bytes_are_those_of_rfc_8785(body):
    """The reference package agrees on every key, escape and order, beyond the basic plane too."""
    assert leaf(body) == rfc8785.dumps(body)
    assert read_leaf(leaf(body)) == body


@given(body=st.dictionaries(st.text("abcxyzABC_09", max_size=5), values, max_size=8))
def test_the_one_file_verifier_reads_what_is_written(body):
    """It recomputes the canonical form with the standard library alone."""

    def ascii_keys(value):
        if isinstance(value, dict):
            return all(key.isascii() and ascii_keys(part) for key, part in value.items())
        return not isinstance(value, list) or all(map(ascii_keys, value))

    body["v"] = 1
    if ascii_keys(body):
        assert notes.read_leaf(leaf(body)) == body


@pytest.mark.parametrize(
    "bad",
    [1.0, float("nan"), 2**53, -(2**53), "\ud800", {1: "x"}, {"\udfff": 1}, b"bytes", [1, [2.5]], {"a": {"b": 0.1}}, {1, 2}],
)
def test_what_two_programs_might_write_differently_is_refused(bad):
    with pytest.raises(ValueError, match=r"leaf|keys"):
        leaf({"x": bad, "é": "after it"})


@pytest.mark.parametrize(
    "spelling",
    [
        b'{"v": 1}',
        b'{"v":1} ',
        b'{"b":1,"a":2,"v":1}',
        b'{"a":1,"a":1,"v":1}',
        b'{"a":1.0,"v":1}',
        b'{"a":"\\u0061","v":1}',
        b'{"a":NaN,"v":1}',
        b"[1]",
        b'"v"',
        b"",
        b"\xff",
        b'{"a":"\\ud800","v":1}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"v":' + b"9" * 10_000 + b"}",
    ],
)
def test_another_spelling_of_a_leaf_is_not_a_leaf(spelling):
    for read in (read_leaf, notes.read_leaf):
        with pytest.raises((ValueError, RecursionError)):
            read(spelling)
    with pytest.raises(ValueError):
        notes.read_leaf(spelling)


def test_no_depth_is_too_much_for_the_readers():
    """Just where the parser gives up, and the encoder a little before it."""
    for depth in range(300, 1_100, 7):
        deep = b'{"a":' * depth + b"1" + b"}" * depth
        for read in (read_leaf, notes.read_leaf):
            with contextlib.suppress(ValueError):
                read(deep)


def test_salts_are_fresh():
    assert len({salt() for _ in range(1000)}) == 1000
    assert len(bytes.fromhex(salt())) == 16


def test_known_bytes():
    """Golden: a change here orphans every leaf ever written."""
    body = {"b": "été\n\u2028\x7f😀", "a": [1, True, None], "v": 1, "A": {}}
    golden = '{"A":{},"a":[1,true,null],"b":"été\\n\u2028\x7f😀","v":1}'
    assert leaf(body) == golden.encode()
    assert json.loads(golden) == body
