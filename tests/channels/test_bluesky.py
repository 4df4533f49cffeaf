"""Bluesky: whichever way a post arrives it is the same item; hostile files are refused in part, never in silence."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.social import check_places, found, read, refusals, spoiled

from parapet.channels.bluesky.manifest import MANIFEST
from parapet.channels.contract import About
from parapet.domain.items import Flag, ItemKind
from parapet.domain.parsed import Gone, Parsed, Passed

WRITER, DOCTOR = "did:plc:writer0000000000000000", "did:plc:doctor0000000000000000"
URI = f"at://{WRITER}/app.bsky.feed.post/3kaaaaaaaaaaa"
POST = f"at://{DOCTOR}/app.bsky.feed.post/3kbbbbbbbbbbb"
AT = "2026-10-01T12:00:00.000Z"


def post(text: str = "A word with you.", **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "createdAt": AT, "langs": ["en-CA"], "text": text, **more}


def view(record: dict[str, Any], uri: str = URI, **more: Any) -> dict[str, Any]:
    author = {"did": uri.split("/")[2], "handle": "writer.example.test", "displayName": "W."}
    return {"uri": uri, "cid": "bafyreiaaa", "author": author, "record": record, "indexedAt": AT, **more}


def notification(record: dict[str, Any], reason: str = "mention", **more: Any) -> dict[str, Any]:
    return view(record, reason=reason, **more)


def frame(record: dict[str, Any] | None, operation: str = "create", collection: str = "app.bsky.feed.post", **more: Any) -> bytes:
    commit = {
        "rev": "r",
        "operation": operation,
        "collection": collection,
        "rkey": "3kaaaaaaaaaaa",
        "cid": "bafyreiaaa",
    }
    if record is not None:
        commit["record"] = record  # type: ignore[assignment]
    return json.dumps({"did": WRITER, "time_us": 1790856000000000, "kind": "commit", "commit": commit, **more}).encode() + b"\n"


def page(*notifications: Any) -> bytes:
    return json.dumps([{"notifications": notifications, "cursor": "c"}]).encode()


def thread(root: dict[str, Any], *replies: dict[str, Any]) -> bytes:
    kind = "app.bsky.feed.defs#threadViewPost"
    return json.dumps([{"thread": {"$type": kind, "post": root, "parent": None, "replies": [*replies]}}]).encode()


REPLY = post(
    "Hello @doctor.example.test",
    reply={"parent": {"uri": POST, "cid": "c"}, "root": {"uri": POST, "cid": "c"}},
    facets=[
        {
            "index": {"byteStart": 6, "byteEnd": 26},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": DOCTOR}],
        }
    ],
)


def test_one_post_through_three_doors_is_one_item() -> None:
    (noted,) = found(read(page(notification(REPLY, "reply"))))
    threaded = found(read(thread(view(post("mine"), POST), {"post": view(REPLY), "replies": []})))[1]
    (streamed,) = found(read(frame(REPLY)))
    items = [one.item for one in (noted, threaded, streamed)]
    assert {item.uri for item in items} == {URI}
    assert len({item.content_digest() for item in items}) == 1
    assert len({(i.kind, i.aimed_at, i.refers_to, i.sent_at, i.revision, i.aliases, i.lang, i.author.key) for i in items}) == 1
    assert items[0].kind is ItemKind.REPLY
    assert [aim.value for aim in items[0].aimed_at] == [DOCTOR]
    assert items[0].refers_to == (POST,)
    assert items[0].lang == "en"
    assert (noted.delivered, streamed.delivered) == (True, False)


def test_an_update_in_the_stream_is_the_same_post_with_other_content() -> None:
    before, after = found(read(frame(post("before")) + frame(post("after"), "update")))
    assert before.item.uri == after.item.uri
    assert before.item.content_digest() != after.item.content_digest()


def test_a_deletion_names_what_is_gone_and_when() -> None:
    (gone,) = read(frame(None, "delete"))
    assert isinstance(gone, Gone)
    assert (gone.uri, gone.at is not None) == (URI, True)


def test_a_repost_is_an_item_without_words() -> None:
    record = {"$type": "app.bsky.feed.repost", "createdAt": AT, "subject": {"uri": POST, "cid": "c"}}
    (one,) = found(read(frame(record, collection="app.bsky.feed.repost")))
    assert (one.item.kind, one.item.text, one.item.refers_to) == (ItemKind.REPOST, "", (POST,))


@pytest.mark.parametrize("reason", ["like", "follow", "repost", "verified", "starterpack-joined"])
def test_what_is_no_message_is_counted_and_passed_over(reason: str) -> None:
    (one,) = read(page(notification({"$type": "x"}, reason)))
    assert isinstance(one, Passed)
    assert one.kind == reason


def test_a_stream_that_begins_in_the_middle_of_a_line_is_read_from_the_next() -> None:
    parsed = read(frame(post("lost"))[40:] + frame(post("kept")))
    assert refusals(parsed) == [("bad_syntax", "line 1")]
    assert [one.item.text for one in found(parsed)] == ["kept"]


def test_likes_and_identity_changes_in_the_stream_are_passed_over() -> None:
    body = frame({"subject": {}}, collection="app.bsky.feed.like") + frame(None, "delete", "app.bsky.feed.like")
    body += b'{"did":"did:plc:x","time_us":1,"kind":"identity","identity":{"did":"did:plc:x"}}\n'
    assert [type(one) for one in read(body)] == [Passed, Passed, Passed]


def test_a_quoted_post_is_an_item_of_its_own_with_its_own_bytes() -> None:
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": POST,
        "cid": "q",
        "author": {"did": DOCTOR},
        "value": post("quoted words"),
    }
    record = post("look at this", embed={"$type": "app.bsky.embed.record", "record": {"uri": POST, "cid": "q"}})
    for embed in ({"record": quoted}, {"record": {"record": quoted}, "media": {}}):
        outer, inner = found(read(thread(view(record, embed=embed))))
        assert (outer.item.kind, outer.item.refers_to, [a.value for a in outer.item.aimed_at]) == (
            ItemKind.QUOTE,
            (POST,),
            [DOCTOR],
        )
        assert (inner.item.uri, inner.item.text, inner.item.forwarded_by) == (POST, "quoted words", URI)
        assert json.loads(inner.raw) == quoted


def test_posts_that_are_gone_or_blocked_are_told_apart_in_a_thread() -> None:
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": URI, "notFound": True}
    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "uri": URI, "blocked": True, "author": {"did": WRITER}}
    parsed = read(thread(view(post("mine"), POST), gone, blocked))
    assert [type(one) for one in parsed[1:]] == [Gone, Passed]


def test_a_parent_chain_above_the_post_is_read() -> None:
    body = json.dumps({"thread": {"post": view(REPLY), "parent": {"post": view(post("mine"), POST)}}}).encode()
    assert [one.item.uri for one in found(read(body))] == [URI, POST]


def test_pictures_are_named_by_their_description_and_digest() -> None:
    link = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"  # CIDv1, raw, of the empty string
    image = {"alt": "a  map", "image": {"$type": "blob", "ref": {"$link": link}, "mimeType": "image/png", "size": 0}}
    (one,) = found(read(page(notification(post("see", embed={"$type": "app.bsky.embed.images", "images": [image]})))))
    (attachment,) = one.item.attachments
    assert (attachment.name, attachment.media_type) == ("a map", "image/png")
    assert attachment.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_search_results_and_feeds_are_read_too() -> None:
    assert len(found(read(json.dumps({"posts": [view(post("a"))]}).encode()))) == 1
    assert len(found(read(json.dumps({"feed": [{"post": view(post("a"))}], "cursor": ""}).encode()))) == 1


# ------------------------------------------------------------------------------------------------------ hostile inputs


def hostile(nasty: Path, name: str) -> list[Parsed]:
    return read((nasty / name).read_bytes(), channel="bluesky")


def test_a_cut_off_file_gives_what_is_whole_and_says_so(nasty: Path) -> None:
    parsed = hostile(nasty, "truncated.json")
    assert len(found(parsed)) == 26
    assert refusals(parsed) == [("truncated", "/0/notifications/26")]
    parsed = hostile(nasty, "truncated.jsonl")
    assert [one.item.text for one in found(parsed)] == ["ok"]
    assert refusals(parsed) == [("truncated", "line 2")]


def test_depth_and_digits_are_limited(nasty: Path) -> None:
    (deep,) = hostile(nasty, "deep.json")
    assert refusals([deep])[0][0] == "too_deep"
    assert refusals(hostile(nasty, "huge_int.json")) == [("number_too_large", "/0/cursor")]


def test_utf16_is_accepted_with_its_own_bytes(nasty: Path) -> None:
    (one,) = found(hostile(nasty, "utf16.json"))
    assert one.item.text == "utf-16 café"
    assert json.loads(one.raw.decode("utf-16-le"))["record"]["text"] == "utf-16 café"


def test_impossible_dates_keep_the_text(nasty: Path) -> None:
    items = [one.item for one in found(hostile(nasty, "dates.json"))]
    assert [item.text for item in items] == [f"date {n}" for n in range(9)]
    assert all(item.sent_at is None and Flag.IMPLAUSIBLE_TIME in item.flags for item in items)
    assert items[6].sent_at_as_given == "yesterday"


def test_one_name_with_two_texts_gives_both(nasty: Path) -> None:
    first, second = found(hostile(nasty, "same_id_two_texts.json"))
    assert first.item.uri == second.item.uri
    assert first.item.content_digest() != second.item.content_digest()
    assert first.item.revision != second.item.revision


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("lone_surrogate.json", [{Flag.LONE_SURROGATES}]),
        ("nul_and_controls.json", [{Flag.CONTROL_CHARACTERS}]),
        ("rtl_zero_width.json", [{Flag.HIDDEN_CHARACTERS}, {Flag.HOMOGLYPHS}, set()]),
        ("100k_chars.json", [set()]),
        ("prompt_injection.json", [set()]),
    ],
)
def test_odd_texts_are_kept_flagged_and_storable(nasty: Path, name: str, flags: list[set[Flag]]) -> None:
    items = [one.item for one in found(hostile(nasty, name))]
    assert [item.flags for item in items] == flags
    for item in items:
        item.content_digest()
        item.text.encode("utf-8")
        assert "\0" not in item.text


def test_a_threat_behind_100_000_characters_is_still_there(nasty: Path) -> None:
    (one,) = found(hostile(nasty, "100k_chars.json"))
    assert one.item.text.endswith("hurt you.")


def test_records_of_wrong_shape_are_refused_one_by_one(nasty: Path) -> None:
    parsed = hostile(nasty, "wrong_type.json")
    assert refusals(parsed) == [
        ("bad_record", "/0/notifications"),
        *[("bad_record", f"/1/notifications/{n}") for n in range(5)],
        ("bad_record", "/2"),
    ]


@given(st.data())
def test_spoiled_records_never_raise(draw: st.DataObject) -> None:
    quoted = {"uri": POST, "cid": "q", "author": {"did": DOCTOR}, "value": post("q")}
    value = spoiled(view(REPLY, reason="reply", embed={"record": quoted}), draw)
    for body in (
        json.dumps([{"notifications": [value]}]).encode(),
        json.dumps([{"thread": {"post": value, "replies": [value]}}]).encode(),
        json.dumps(spoiled(json.loads(frame(REPLY)), draw)).encode(),
    ):
        parsed = list(MANIFEST.parse(io.BytesIO(body), About()))
        check_places(body, parsed)
        for one in found(parsed):
            one.item.text.encode("utf-8")
            one.item.author.name.encode("utf-8")
            assert one.item.uri.isprintable()
