"""The identifier of a Bluesky record is a digest of the record, and of no other."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from typing import Any

import libipld
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.channels.bluesky.identifier import check_identifier, cid_of, dag_cbor
from parapet.domain.source import Result

#: The published fixtures of the AT Protocol's data model.
FIXTURES: list[tuple[dict[str, Any], str]] = [
    (
        {
            "string": "abc", "unicode": "a~öñ©⽘☎𓋓😀👨\u200d👩\u200d👧\u200d👧", "integer": 123, "bool": True, "null": None,
            "array": ["abc", "def", "ghi"],
            "object": {"string": "abc", "number": 123, "bool": True, "arr": ["abc", "def", "ghi"]},
        },
        "bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq",
    ),
    (
        {
            "a": {"$link": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"},
            "b": {"$bytes": "nFERjvLLiw9qm45JrqH9QTzyC2Lu1Xb4ne6+sBrCzI0"},
            "c": {
                "$type": "blob", "ref": {"$link": "bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity"},
                "mimeType": "image/jpeg", "size": 10000,
            },
        },
        "bafyreihldkhcwijkde7gx4rpkkuw7pl6lbyu5gieunyc7ihactn5bkd2nm",
    ),
    (
        {"a": {"b": [{
            "d": [{"$link": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}] * 2,
            "e": [{"$bytes": "nFERjvLLiw9qm45JrqH9QTzyC2Lu1Xb4ne6+sBrCzI0"}, {"$bytes": "iE+sPoHobU9tSIqGI+309LLCcWQIRmEXwxcoDt19tas"}],
        }]}},
        "bafyreid3imdulnhgeytpf6uk7zahjvrsqlofkmm5b5ub2maw4kqus6jp4i",
    ),
]  # fmt: skip
POST = {
    "$type": "app.bsky.feed.post", "text": "Hello, doctor", "createdAt": "2026-09-14T10:00:00.000Z", "langs": ["en"],
    "reply": {"root": {"uri": "at://did:plc:x/app.bsky.feed.post/1", "cid": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}},
}  # fmt: skip
_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=40)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=6), max_leaves=20
)


@pytest.mark.parametrize(("value", "cid"), FIXTURES)
def test_the_published_records_give_their_published_identifiers(value, cid):
    assert cid_of(value) == cid


def _as_libipld(value: Any) -> bool:
    """libipld takes a text that reads as a CID for a link, and a `$link` for a map: neither occurs in what is made here."""
    return not isinstance(value, dict) or not {"$link", "$bytes"} & value.keys()


@given(st.dictionaries(st.text(max_size=9), _values, max_size=6).filter(_as_libipld))
def test_libipld_reads_what_is_written_and_writes_the_same(value):
    written = dag_cbor(value)
    assert libipld.decode_dag_cbor(written) == value
    assert libipld.encode_dag_cbor(value) == written


def told(record: Any, cid: Any) -> Result:
    found = check_identifier(json.dumps({"uri": "at://x", "cid": cid, "record": record}).encode())
    assert found is not None
    return found.result


def _changes(value: Any) -> Any:
    """Every copy of `value` with one field changed, removed or added."""
    for key in value if isinstance(value, dict) else ():
        for new in (
            (value[key] + "x",) if isinstance(value[key], str) else ([*value[key], "x"],) if isinstance(value[key], list) else ()
        ):
            yield {**value, key: new}
        yield {name: part for name, part in value.items() if name != key}
        for inner in _changes(value[key]):
            yield {**value, key: inner}
    if isinstance(value, dict):
        yield {**value, "more": None}


def test_any_changed_field_no_longer_gives_it():
    cid = cid_of(POST)
    assert told(POST, cid) is Result.MATCH
    changed = list(_changes(copy.deepcopy(POST)))
    assert len(changed) > 12
    assert {told(one, cid) for one in changed} == {Result.MISMATCH}


@pytest.mark.parametrize(
    "shape",
    [lambda r, c: {"record": r, "cid": c}, lambda r, c: {"value": r, "cid": c}, lambda r, c: {"commit": {"record": r, "cid": c}}],
)
def test_every_shape_in_which_records_arrive(shape):
    raw = json.dumps(shape(POST, cid_of(POST))).encode()
    assert check_identifier(raw).result is Result.MATCH


def test_the_order_of_the_fields_and_the_blanks_are_of_no_account():
    turned = dict(reversed(POST.items()))
    assert check_identifier(json.dumps({"cid": cid_of(POST), "record": turned}, indent=3).encode()).result is Result.MATCH


def test_a_whole_number_written_with_a_point_is_one_number():
    assert cid_of({"size": 10000.0}) == cid_of({"size": 10000})


@pytest.mark.parametrize("cid", [None, "", 7, []])
def test_a_record_without_an_identifier(cid):
    assert told(POST, cid) is Result.ABSENT


@pytest.mark.parametrize("record", [{"n": 2**70}, {"a": {"$link": "Qm"}}, {"a": {"$bytes": "!"}}])
def test_a_record_for_which_the_data_model_has_no_place_does_not_match(record):
    assert told(record, "bafy") is Result.MISMATCH


def test_depth_and_noise_end_it_calmly():
    deep = b'{"cid":"x","record":{"a":' + b"[" * 500 + b"]" * 500 + b"}}"
    assert check_identifier(deep).result is Result.MISMATCH
    for noise in (b"", b"[]", b"\xff", b'{"record": 3}', b"[" * 100_000, b'{"commit": []}'):
        assert check_identifier(noise) is None


def test_the_digest_is_that_of_the_bytes_and_can_be_made_with_nothing_but_a_hash():
    digest = hashlib.sha256(dag_cbor(POST)).digest()
    assert base64.b32decode(cid_of(POST)[1:].upper() + "=" * 6)[4:] == digest
