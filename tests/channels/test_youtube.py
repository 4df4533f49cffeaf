"""YouTube: comments and replies are items of their own, by their own bytes."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.social import check_places, found, read, refusals, spoiled

from parapet.channels.contract import About
from parapet.channels.youtube.manifest import MANIFEST
from parapet.domain.items import Flag, ItemKind

AT = "2026-10-01T12:00:00Z"


def comment(comment_id: str = "Ugx", text: str = "hello", **more: Any) -> dict[str, Any]:
    snippet = {
        "channelId": "UCdoc",
        "videoId": "vid-1",
        "textDisplay": text,
        "textOriginal": text,
        "authorDisplayName": "@who",
        "authorChannelId": {"value": "UCwho"},
        "publishedAt": AT,
        "updatedAt": AT,
        **more,
    }
    return {"kind": "youtube#comment", "id": comment_id, "snippet": snippet}


def thread(top: Any, *replies: Any) -> dict[str, Any]:
    value: dict[str, Any] = {
        "kind": "youtube#commentThread",
        "id": "Ugx",
        "snippet": {"channelId": "UCdoc", "videoId": "vid-1", "topLevelComment": top},
    }
    return value | ({"replies": {"comments": [*replies]}} if replies else {})


def response(*items: Any) -> bytes:
    return json.dumps([{"kind": "youtube#commentThreadListResponse", "items": items}], indent=1).encode()


def test_a_comment_and_its_reply_are_two_items() -> None:
    reply = comment("Ugx.1", "and you", parentId="Ugx", authorChannelId={"value": "UCother"})
    top, below = found(read(response(thread(comment(), reply)), channel="youtube"))
    assert json.loads(top.raw) == comment()
    assert json.loads(below.raw) == reply
    assert top.item.uri == "https://www.youtube.com/watch?v=vid-1&lc=Ugx"
    assert top.item.aliases == ("Ugx",)
    assert top.item.kind is ItemKind.COMMENT
    assert [aim.value for aim in top.item.aimed_at] == ["vid-1", "UCdoc"]
    assert [aim.value for aim in below.item.aimed_at] == ["vid-1", "UCdoc", "UCwho"]
    assert below.item.refers_to == (top.item.uri,)
    assert below.place.pointer == "/0/items/0/replies/comments/0"


def test_shown_html_and_typed_text_read_the_same() -> None:
    link = "https://e.example/a?b=1&c=2"
    shown = f'one<br>A &amp; B <a href="{link.replace("&", "&amp;")}">{link.replace("&", "&amp;")}</a>'
    typed = comment(text=f"one\nA & B {link}")
    displayed = comment(textDisplay=shown)
    del displayed["snippet"]["textOriginal"]
    first, second = found(read(response(thread(typed), thread(displayed))))
    assert first.item.content_digest() == second.item.content_digest()


def test_an_edited_comment_has_a_revision() -> None:
    later = "2026-10-02T08:00:00Z"
    first, second = found(read(response(thread(comment()), thread(comment("Ugy", updatedAt=later)))))
    assert (first.item.revision, second.item.revision) == ("", later)


def test_a_list_of_replies_is_read_too() -> None:
    body = json.dumps({"kind": "youtube#commentListResponse", "items": [comment("Ugx.2", parentId="Ugx")]}).encode()
    (one,) = found(read(body, channel="youtube"))
    assert one.item.thread.endswith("lc=Ugx")


def test_wrong_shapes_are_refused_and_the_rest_goes_on() -> None:
    body = response(thread(5), thread(comment(), 7, {"id": "a"}), None, thread(comment("Ugz", publishedAt="soon")))
    parsed = read(body)
    assert [one.item.aliases for one in found(parsed)] == [("Ugx",), ("Ugz",)]
    assert Flag.IMPLAUSIBLE_TIME in found(parsed)[1].item.flags
    assert [reason for reason, _ in refusals(parsed)] == ["bad_record"] * 4


def test_utf16_files_are_read_with_their_own_bytes() -> None:
    body = json.dumps(
        json.loads(response(thread(comment(text="été 🙂"), comment("Ugx.1", "là", parentId="Ugx")))), ensure_ascii=False
    ).encode("utf-16")
    assert [one.item.text for one in found(read(body))] == ["été 🙂", "là"]


@given(st.data())
def test_spoiled_threads_never_raise(draw: st.DataObject) -> None:
    body = response(spoiled(thread(comment(), comment("Ugx.1", parentId="Ugx")), draw))
    check_places(body, list(MANIFEST.parse(io.BytesIO(body), About())))
