"""Exact bytes of JSON elements: offsets always agree with the file, nothing raises, memory stays flat."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.channels import json_bytes
from parapet.channels.json_stream import Element, Tree, elements, fields, lines
from parapet.domain.parsed import Reason, Refused

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=30,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
PATHS = st.sampled_from([("*",), ("*", "a", "*"), ("*", "a"), ("a", "*"), (), ("*", Tree("post", ("replies", "parent")))])


def taken(body: bytes, path: Any, **options: Any) -> list[Element]:
    return [one for one in elements(io.BytesIO(body), path, **options) if isinstance(one, Element)]


def refused(body: bytes, path: Any = ("*",)) -> list[Reason]:
    return [one.reason for one in elements(io.BytesIO(body), path) if isinstance(one, Refused)]


def check_ranges(body: bytes, path: Any) -> None:
    for one in elements(io.BytesIO(body), path):
        place = one.place
        assert 0 <= place.offset <= place.offset + place.length <= len(body)
        if isinstance(one, Element):
            assert one.raw == body[one.offset : one.offset + len(one.raw)]


@given(st.lists(VALUES, max_size=8), ENCODINGS, st.sampled_from([None, 1, 4]), st.booleans())
def test_elements_are_what_the_json_module_gives(values: list[Any], encoding: str, indent: int | None, ascii_only: bool) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode(encoding, "surrogatepass")
    found = taken(body, ("*",))
    assert [json.dumps(one.value) for one in found] == [json.dumps(value) for value in values]
    assert [one.pointer for one in found] == [f"/{n}" for n in range(len(values))]
    plain = "utf-8" if encoding == "utf-8-sig" else {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    for one in found:
        assert one.raw == body[one.offset : one.offset + len(one.raw)]
        assert json.dumps(json.loads(one.raw.decode(plain, "surrogatepass"))) == json.dumps(one.value)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(VALUES, max_size=3), max_size=3), max_size=5))
def test_inner_elements_are_what_the_json_module_gives(pages: list[dict[str, list[Any]]]) -> None:
    body = json.dumps(pages).encode()
    found = taken(body, ("*", "a", "*"), context=("b",))
    assert [one.value for one in found] == [value for page in pages for value in page.get("a", [])]
    check_ranges(body, ("*", "a", "*"))


@given(st.binary(max_size=300) | VALUES.map(lambda v: json.dumps(v).encode()), PATHS)
def test_arbitrary_bytes_never_raise(body: bytes, path: Any) -> None:
    check_ranges(body, path)
    list(lines(io.BytesIO(body)))
    fields(io.BytesIO(body), ("a", "b"))


@given(st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), max_size=4), st.data())
def test_damage_anywhere_never_raises(pages: list[Any], data: st.DataObject) -> None:
    body = bytearray(json.dumps(pages, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check_ranges(bytes(body), ("*",))


@given(st.lists(VALUES, min_size=1, max_size=6), st.data())
def test_a_document_that_is_cut_gives_its_complete_leading_elements(values: list[Any], data: st.DataObject) -> None:
    body = json.dumps(values).encode()
    cut = body[: data.draw(st.integers(1, len(body) - 1))]
    found = [json.dumps(one.value) for one in taken(cut, ("*",))]
    whole = [json.dumps(value) for value in values]
    # A number at the very end may be the beginning of a longer one, so it is not given.
    assert found == whole[: len(found)]
    assert refused(cut)[-1:] == [Reason.TRUNCATED]


@settings(max_examples=40)
@given(st.lists(VALUES, max_size=8), ENCODINGS, st.integers(1, 40))
def test_chunk_borders_change_nothing(values: list[Any], encoding: str, chunk: int) -> None:
    body = json.dumps(values, ensure_ascii=False).encode(encoding, "surrogatepass")
    want = [(one.offset, one.raw) for one in taken(body, ("*",))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_bytes.Window.fill, "__defaults__", (chunk,))
        patch.setattr(json_bytes, "CHUNK_BYTES", chunk)
        assert [(one.offset, one.raw) for one in taken(body, ("*",))] == want


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (b"", [Reason.EMPTY]),
        (b" \n\t", [Reason.EMPTY]),
        (b"\xef\xbb\xbf", [Reason.EMPTY]),
        (b"[1,2", [Reason.TRUNCATED]),
        (b"[1,", [Reason.TRUNCATED]),
        (b'["a', [Reason.TRUNCATED]),
        (b"[1 2]", [Reason.BAD_SYNTAX]),
        (b"[1,]", [Reason.BAD_SYNTAX]),
        (b"[tru]", [Reason.BAD_SYNTAX]),
        (b"[f()]", [Reason.BAD_SYNTAX]),
        (b"[1] x", [Reason.BAD_SYNTAX]),
        (b'["no end]', [Reason.TRUNCATED]),
        (b"[{},{a:1},{}]", [Reason.BAD_SYNTAX]),
        (b"[" + b"9" * 5000 + b",1]", [Reason.NUMBER_TOO_LARGE]),
        (b'[{"n":' + b"9" * 5000 + b"},1]", [Reason.NUMBER_TOO_LARGE]),
        (b"[" + b"[" * 100 + b"]" * 100 + b",1]", [Reason.TOO_DEEP]),
        (b"[" * 200_000, [Reason.TRUNCATED]),
        (b'{"a":' * 200_000, [Reason.TRUNCATED]),
        ('[{"x":1}]'.encode("utf-16")[:-1], [Reason.BAD_ENCODING]),
    ],
)
def test_each_fault_has_its_reason(body: bytes, reasons: list[Reason]) -> None:
    assert refused(body)[-1:] == reasons


def test_what_is_too_deep_or_too_large_is_stepped_over() -> None:
    large = b'"' + b"x" * (json_bytes.MAX_ELEMENT_BYTES + 1) + b'"'
    body = b"[1," + b'{"a":' * 90_000 + b"1" + b"}" * 90_000 + b",2," + large + b",3]"
    got = [one.reason if isinstance(one, Refused) else one.value for one in elements(io.BytesIO(body), ("*",))]
    assert got == [1, Reason.TOO_DEEP, 2, Reason.TOO_LARGE, 3]


def test_a_tree_is_followed_as_deep_as_a_platform_makes_it() -> None:
    node: dict[str, Any] = {"post": {"n": 0}}
    for n in range(1, 400):
        node = {"post": {"n": n}, "replies": [node, {"uri": f"gone-{n}", "notFound": True}]}
    body = dumped({"thread": node})
    found = taken(body, ("*", "thread", Tree("post", ("replies",))))
    assert sorted(one.value["n"] for one in found if "n" in one.value) == list(range(400))
    assert len([one for one in found if one.value.get("notFound")]) == 399
    check_ranges(body, ("*", "thread", Tree("post", ("replies",))))


def dumped(value: Any) -> bytes:
    """`json.dumps` for values nested deeper than it goes."""
    words: list[str] = []
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Mark):
            words.append(one)
        elif isinstance(one, dict):
            parts: list[Any] = [Mark("{")]
            for n, (key, inner) in enumerate(one.items()):
                parts += [Mark("," if n else ""), Mark(json.dumps(key) + ":"), inner]
            todo += reversed([*parts, Mark("}")])
        elif isinstance(one, list):
            parts = [Mark("[")]
            for n, inner in enumerate(one):
                parts += [Mark("," if n else ""), inner]
            todo += reversed([*parts, Mark("]")])
        else:
            words.append(json.dumps(one))
    return "".join(words).encode()


class Mark(str):
    """A piece of JSON that stands as it is."""


class Long(io.RawIOBase):
    """A document of any length, made as it is read: `before`, then `unit` so many times, then `after`."""

    def __init__(self, before: bytes, unit: bytes, times: int, after: bytes) -> None:
        self.before, self.unit, self.after = before, unit, after
        self.body = len(unit) * times
        self.size = len(before) + self.body + len(after)
        self.at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset if whence == 0 else self.size
        return self.at

    def read(self, size: int = -1) -> bytes:
        start, end = self.at, min(self.at + size, self.size)
        self.at = end
        pieces = []
        for first, text, length in (
            (0, self.before, len(self.before)),
            (len(self.before), self.unit, self.body),
            (len(self.before) + self.body, self.after, len(self.after)),
        ):
            low, high = max(start, first) - first, min(end, first + length) - first
            if low < high:
                skipped = low // len(text) * len(text)
                copies = text * ((high - skipped) // len(text) + 1)
                pieces.append(copies[low - skipped : high - skipped])
        return b"".join(pieces)


PAGE = b'{"skipped":"' + b"y" * 5000 + b'","a":[' + b",".join([b'{"t":"' + b"z" * 900 + b'"}'] * 50) + b"]},"


@pytest.mark.parametrize(
    ("path", "before", "unit", "after"),
    [
        (("*", "a", "*"), b"[", PAGE, b'{"a":[]}]'),
        (("*", "a", "*"), b'[{"skipped":"', b"x" * 9_000, b'","a":[1]}]'),
        (("*", "a", "*"), b'[{"skipped":[', (b'["' + b"x" * 900 + b'"],{},') * 9, b'0],"a":[1]}]'),
        (("*", Tree("post", ("replies",))), b'[{"replies":[', (b'{"post":"' + b"x" * 900 + b'"},') * 9, b'{"post":2}]}]'),
        (("*", Tree("post", ("replies",))), b'[{"junk":"', b"x" * 9_000, b'","post":1}]'),
    ],
)
def test_memory_stays_flat_however_long_the_document(path: Any, before: bytes, unit: bytes, after: bytes) -> None:
    def peak(mib: int) -> int:
        tracemalloc.start()
        times = (mib << 20) // len(unit)
        for one in elements(Long(before, unit, times, after), path):  # type: ignore[arg-type]
            assert isinstance(one, Element)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short, long = peak(6), peak(36)
    assert long < short * 1.2
    assert long < 12 << 20


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b'"' * 400_000,
        b"[" + b'"\\' * 200_000,
        b"[" + b"{" * 400_000,
        b"[" + b'{"' * 200_000,
        b"[" + b"[]," * 80_000,
        b"[" + b'{"a":"' * 100_000,
        b"[" + b"1" * 3_000_000,
        b'[{"a":[' + b"[" * 300_000 + b"]" * 300_000 + b"]}]",
        b'[{"' + b"k" * 3_000_000 + b'":1}]',
    ],
)
def test_no_input_takes_long(body: bytes) -> None:
    started = time.process_time()
    for path in (("*",), ("*", "a", "*"), ("*", Tree("post", ("a",)))):
        list(elements(io.BytesIO(body), path))
    assert time.process_time() - started < 60


def test_lines_are_told_by_number_and_a_cut_last_one_is_named() -> None:
    body = b'\xef\xbb\xbf{"a":1}\r\n\n{"a":\n{"a":2}\n{"a":'
    got = list(lines(io.BytesIO(body)))
    assert [(one.place.pointer, getattr(one, "reason", None)) for one in got] == [
        ("line 1", None),
        ("line 3", Reason.BAD_SYNTAX),
        ("line 4", None),
        ("line 5", Reason.TRUNCATED),
    ]
    for one in got:
        if isinstance(one, Element):
            assert one.raw == body[one.offset : one.offset + len(one.raw)]


def test_lines_in_another_encoding_are_refused_as_a_whole() -> None:
    body = '{"a":1}\n{"a":2}\n'.encode("utf-16")
    (one,) = lines(io.BytesIO(body))
    assert isinstance(one, Refused)
    assert (one.reason, one.place.length) == (Reason.BAD_ENCODING, len(body))


def test_an_endless_line_is_stepped_over() -> None:
    body = b'"' + b"x" * (json_bytes.MAX_ELEMENT_BYTES + 100) + b'"\n{"a":1}\n'
    got = list(lines(io.BytesIO(body)))
    assert isinstance(got[0], Refused) and got[0].reason is Reason.TOO_LARGE
    assert isinstance(got[1], Element) and got[1].value == {"a": 1}


def test_context_is_what_stood_around_and_before() -> None:
    body = b'[{"id":"one","big":"' + b"x" * 70_000 + b'","m":[1,2]},{"m":[3],"id":"late"}]'
    seen = [
        dict(one.context)
        for one in elements(io.BytesIO(body), ("*", "m", "*"), context=("id", "big"))
        if isinstance(one, Element)
    ]
    assert seen == [{"id": "one"}, {"id": "one"}, {}]
    assert fields(io.BytesIO(body[1 : body.index(b"},") + 1]), ("id", "m")) == {"id": "one", "m": [1, 2]}


def test_bytes_outside_utf8_are_shown_as_damaged_and_kept() -> None:
    (one,) = taken(b'[{"t":"caf\xe9"}]', ("*",))
    assert one.value == {"t": "caf\ufffd"}
    assert [flag.value for flag in one.flags] == ["damaged_charset"]
    assert one.raw == b'{"t":"caf\xe9"}'
