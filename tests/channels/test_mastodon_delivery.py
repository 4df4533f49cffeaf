"""What watching a Mastodon account brings: one message each, named so that no other server's number is taken for it."""

from __future__ import annotations

import json
from typing import Any

from channels.test_mastodon import AT, notification, status
from hypothesis import given, settings
from hypothesis import strategies as st
from support.social import JUNK, found, read, spoiled

from parapet.channels.mastodon.delivery import EARLIER, GONE, NOTIFICATION, OWN, REPOST, REQUEST, THREAD, delivery
from parapet.domain.items import ItemKind
from parapet.domain.parsed import Gone, Passed

SERVER = "https://home.example"


def brought(seen_in: str, view: Any, **more: Any) -> list[Any]:
    beside = {key: json.dumps(value).encode() if key == "status" else value for key, value in more.items()}
    return read(delivery(SERVER, "7", seen_in, AT, json.dumps(view).encode(), **beside), channel="mastodon")


def test_a_message_is_the_same_wherever_it_was_seen_and_its_number_is_its_servers() -> None:
    [noted] = found(brought(NOTIFICATION, notification(in_reply_to_id="41")))
    [asked] = found(brought(REQUEST, {"id": "3", "account": status()["account"], "last_status": status(in_reply_to_id="41")}))
    [below] = found(brought(THREAD, status(in_reply_to_id="41")))
    assert noted.item == asked.item == below.item
    assert noted.item.aliases == (f"{SERVER}/api/v1/statuses/42", "https://far.example/@who/9")
    assert noted.item.refers_to == (f"{SERVER}/api/v1/statuses/41",)
    assert noted.item.author.native_id == "" and noted.item.author.key == "mastodon:who@far.example"
    assert [aim.normalised() for aim in noted.item.aimed_at] == ["acct:doc@home.example"]


def test_her_own_earlier_versions_reposts_and_what_is_gone() -> None:
    mine = {**status(), "account": {"id": "7", "acct": "doc", "url": "https://home.example/@doc"}}
    [own] = found(brought(OWN, mine))
    assert own.item.own and not found(brought(OWN, status()))[0].item.own
    whole = status(content="<p>Now kind</p>", edited_at="2026-10-01T13:00:00.000Z")
    first = {"content": "<p>I will find you</p>", "spoiler_text": "for her", "created_at": AT, "account": status()["account"]}
    [was] = found(brought(EARLIER, first, status=whole))
    assert (was.item.text, was.item.content_warning, was.item.revision, was.item.uri) == (
        "I will find you",
        "for her",
        "",
        whole["uri"],
    )
    [then] = found(brought(EARLIER, {**first, "created_at": "2026-10-01T12:30:00.000Z"}, status=whole))
    assert then.item.revision == "2026-10-01T12:30:00.000Z"
    [shown] = found(brought(REPOST, {"id": "5", "acct": "friend"}, uri=whole["uri"], status=whole))
    assert shown.item.kind is ItemKind.REPOST and shown.item.refers_to == (whole["uri"],) and shown.item.text == ""
    [gone] = brought(GONE, {"error": "Record not found"}, uri=whole["uri"])
    assert isinstance(gone, Gone) and gone.uri == whole["uri"] and gone.channel == "mastodon"
    [warned] = brought(NOTIFICATION, {"id": "1", "type": "moderation_warning", "created_at": AT})
    assert isinstance(warned, Passed)


@settings(max_examples=30)
@given(st.data(), st.sampled_from([NOTIFICATION, REQUEST, THREAD, OWN, EARLIER, REPOST, GONE, "what is this"]))
def test_whatever_a_server_says_is_read_or_refused(draw: st.DataObject, seen_in: str) -> None:
    view = spoiled(notification() if draw.draw(st.booleans()) else status(), draw)
    brought(seen_in, view, status=spoiled(status(), draw), uri=draw.draw(st.sampled_from(["", "https://far.example/9"])))
    brought(seen_in, draw.draw(JUNK))
