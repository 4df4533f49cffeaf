"""The signature of a Bluesky message's writer: what holds is believed, what was touched in any place is not, and others agree.

`tests/data/bluesky/` is what Bluesky's own servers gave, on this machine: an invented account and message.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.social import found, read

from parapet.channels.bluesky.delivery import Proof, check_delivery, delivery
from parapet.channels.bluesky.keys import handle_of, keys_of, server_of, verifies
from parapet.channels.bluesky.repository import BadProof, read_proof, record_in
from parapet.domain.parsed import Gone, Reason, Refused
from parapet.domain.source import Method, Result

FOLDER = Path(__file__).parents[1] / "data" / "bluesky"
CAR, NONE = (FOLDER / "record.car").read_bytes(), (FOLDER / "none.car").read_bytes()
DOCUMENT, LOG = (FOLDER / "document.json").read_bytes(), (FOLDER / "log.json").read_bytes()
TOLD = json.loads((FOLDER / "record.json").read_bytes())
DID, URI, CID = TOLD["did"], TOLD["uri"], TOLD["cid"]
PATH = URI.removeprefix(f"at://{DID}/")
RECORD = record_in(CAR, CID)
VIEW = json.dumps({"uri": URI, "cid": CID, "author": {"did": DID, "handle": "stranger.test"}, "record": RECORD}).encode()
WHOLE = Proof("https://pds.example", CAR, DOCUMENT, LOG)


def made(view: bytes = VIEW, proof: Proof = WHOLE, seen_in: str = "thread") -> bytes:
    return delivery("did:plc:doctor0000000000000000", seen_in, "2026-11-30T12:00:00.000000Z", view, uri=URI, proof=proof)


def result(raw: bytes) -> tuple[str, str]:
    check = check_delivery(raw)
    assert check is not None
    return check.method, check.result


def test_a_signed_message_is_believed_and_says_by_which_key() -> None:
    check = check_delivery(made())
    assert check is not None and (check.method, check.result) == (Method.COMMIT, Result.MATCH)
    assert check.learned["cid"] == check.learned["computed"] == CID and check.learned["commit"] == TOLD["commit"]["cid"]
    assert check.learned["key_proven"] and check.learned["key"].startswith("did:key:z")
    without_log = check_delivery(made(proof=Proof("", CAR, DOCUMENT)))
    assert without_log is not None and without_log.result is Result.MATCH and not without_log.learned["key_proven"]
    [item] = found(read(made(), channel="bluesky"))
    assert item.item.uri == URI and item.item.text == RECORD["text"] and item.raw == made()


def test_others_read_the_same_out_of_the_same_bytes() -> None:
    import libipld
    from atproto_core.did_doc import DidDocument  # type: ignore[import-untyped]
    from atproto_crypto.verify import verify_signature  # type: ignore[import-untyped]

    header, blocks = libipld.decode_car(CAR)
    kept = read_proof(CAR, did=DID, path=PATH)
    [key] = keys_of(DID, json.loads(DOCUMENT), None).held
    assert libipld.decode_cid(kept.commit.cid) == libipld.decode_cid(header["roots"][0])
    assert kept.cid == CID and record_in(CAR, CID) == blocks[_key(blocks, CID)]
    assert DidDocument.from_dict(json.loads(DOCUMENT)).get_did_key() == key, "the key in its form of before 2023"
    assert verify_signature(key, kept.commit.unsigned, kept.commit.signature) and kept.commit.is_signed_by(key)
    assert (server_of(DID, json.loads(DOCUMENT))[:17], handle_of(json.loads(DOCUMENT))) == ("http://localhost:", "stranger.test")


def _key(blocks: Any, cid: str) -> Any:
    raw = base64.b32decode(cid[1:].upper() + "=" * (-(len(cid) - 1) % 8))
    return next(key for key in blocks if bytes(key).endswith(raw))


def test_a_repository_signs_that_it_has_no_such_record() -> None:
    kept = read_proof(NONE, did=DID, path="app.bsky.feed.post/nope")
    [key] = keys_of(DID, json.loads(DOCUMENT), json.loads(LOG)).held
    assert kept.cid is None and kept.commit.is_signed_by(key)
    gone = json.dumps({"uri": URI}).encode()
    [parsed] = read(made(gone, Proof("", NONE, DOCUMENT, LOG), "gone"), channel="bluesky")
    assert isinstance(parsed, Gone) and parsed.uri == URI


@given(at=st.integers(0, len(CAR) - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_proof_can_be_changed(at: int, bit: int) -> None:
    car = bytearray(CAR)
    car[at] ^= 1 << bit
    assert result(made(proof=Proof("", bytes(car), DOCUMENT, LOG)))[1] != Result.MATCH or _is_idle(bytes(car))


def _is_idle(car: bytes) -> bool:
    """Whether what changed is part of no block that was needed: such a block may be there or not."""
    kept = read_proof(car, did=DID, path=PATH)
    return kept == read_proof(CAR, did=DID, path=PATH)


@given(st.binary(max_size=400))
def test_bytes_of_anybody_are_no_proof(car: bytes) -> None:
    assert result(made(proof=Proof("", car or b"x", DOCUMENT, LOG)))[1] == Result.MISMATCH
    with pytest.raises(BadProof):
        read_proof(CAR[: len(CAR) // 2] + car, did=DID, path=PATH)


def test_other_words_another_account_and_another_name_are_refused() -> None:
    other = json.loads(VIEW)
    other["record"] = {**RECORD, "text": "Something milder."}
    assert check_delivery(made(json.dumps(other).encode())).learned["fault"] == "another_record"  # type: ignore[union-attr]
    stranger = json.loads(VIEW) | {"uri": URI.replace(DID, "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")}
    assert check_delivery(made(json.dumps(stranger).encode())).learned["fault"] == "another_repository"  # type: ignore[union-attr]
    renamed = json.loads(VIEW) | {"uri": URI[:-1] + ("a" if URI[-1] != "a" else "b")}
    assert result(made(json.dumps(renamed).encode()))[1] == Result.MISMATCH


def test_a_log_must_begin_at_the_did_and_hold_throughout() -> None:
    log = json.loads(LOG)
    assert keys_of(DID, json.loads(DOCUMENT), log).proven
    operation = log[0]["operation"]
    methods = {"atproto": "did:key:zQ3shother"}
    for spoilt in (
        {**log[0], "operation": {**operation, "verificationMethods": methods}},
        {**log[0], "operation": {**operation, "sig": "A" * 86}},
        {**log[0], "operation": {**operation, "prev": "bafyreiaaa"}},
        {**log[0], "nullified": True},
        {"nullified": False},
    ):
        assert keys_of(DID, json.loads(DOCUMENT), [spoilt]).held == ()
    assert keys_of("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", None, log).held == ()
    odds: list[Any] = [[], {}, None, "x", [None], [log[0], log[0]], [[]]]
    for odd in odds:
        assert not keys_of(DID, odd, odd if odd is not None else []).held
    assert result(made(proof=Proof("", CAR, DOCUMENT, b"[]")))[1] == Result.NO_KEY
    assert result(made(proof=Proof("", CAR)))[1] == Result.NO_KEY


def test_a_signature_has_one_form_and_a_key_one_too() -> None:
    [key] = keys_of(DID, json.loads(DOCUMENT), None).held
    commit = read_proof(CAR, did=DID, path=PATH).commit
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = commit.signature[:32] + (order - int.from_bytes(commit.signature[32:], "big")).to_bytes(32, "big")
    assert verifies(key, commit.unsigned, commit.signature) and not verifies(key, commit.unsigned, high)
    for odd in ("", "did:key:", "did:key:z", "did:key:zO0", f"{key}1", "did:key:z" + "1" * 300, "did:web:x"):
        assert not verifies(odd, commit.unsigned, commit.signature)


@given(st.dictionaries(st.sampled_from(["view", "seen_in", "uri", "car", "audit_log", "did_document", "account", "seen_at"]),
                       st.one_of(st.none(), st.text(max_size=20), st.lists(st.integers(), max_size=2), st.just({"uri": URI, "record": RECORD}))))  # fmt: skip
def test_a_delivery_of_any_shape_is_read_or_refused(told: dict[str, Any]) -> None:
    raw = b'{"parapet_delivery":"bluesky/1",' + json.dumps(told).encode()[1:]
    read(raw if told else b'{"parapet_delivery":"bluesky/1","view":{}}', channel="bluesky")
    check_delivery(raw)


def test_a_direct_message_is_an_item_and_its_deletion_is_noted() -> None:
    def said(kind: str, message: dict[str, Any]) -> bytes:
        log = {"$type": f"chat.bsky.convo.defs#{kind}", "rev": "r", "convoId": "c1", "message": message}
        return delivery(
            "did:plc:doctor", "chat", "2026-11-30T12:00:00Z", json.dumps(log).encode(), proof=Proof(document=DOCUMENT)
        )

    message = {"id": "m1", "rev": "r1", "text": "Watch out.", "sender": {"did": DID}, "sentAt": "2026-11-30T12:00:00.000Z"}
    [one] = found(read(said("logCreateMessage", message), channel="bluesky"))
    assert (one.item.kind, one.item.text, one.item.author.native_id, one.item.own) == ("message", "Watch out.", DID, False)
    assert one.item.author.handle == "stranger.test"
    [gone] = read(said("logDeleteMessage", {"id": "m1", "sentAt": "2026-11-30T12:00:00.000Z"}), channel="bluesky")
    assert isinstance(gone, Gone) and gone.uri == one.item.uri
    [odd] = read(said("logCreateMessage", {"id": "m2"}), channel="bluesky")
    assert isinstance(odd, Refused) and odd.reason is Reason.BAD_RECORD
