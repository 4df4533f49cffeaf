"""Mastodon: HTML becomes words, an edit is another content, and active content stays inert."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.social import check_places, found, read, refusals, spoiled

from parapet.channels.contract import About
from parapet.channels.mastodon.manifest import MANIFEST
from parapet.domain.items import Flag, ItemKind
from parapet.domain.parsed import Passed

AT = "2026-10-01T12:00:00.000Z"
DOCTOR = {"id": "7", "username": "doc", "acct": "doc", "url": "https://home.example/@doc"}


def status(content: Any = "<p>Hello</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": "42",
        "uri": "https://far.example/users/who/statuses/9",
        "url": "https://far.example/@who/9",
        "created_at": AT,
        "edited_at": None,
        "visibility": "public",
        "language": "en",
        "spoiler_text": "",
        "content": content,
        "account": {
            "id": "11",
            "username": "who",
            "acct": "who@far.example",
            "display_name": "Who",
            "url": "https://far.example/@who",
        },
        "mentions": [DOCTOR],
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        **more,
    }


def notification(kind: str = "mention", **more: Any) -> dict[str, Any]:
    return {"id": "1", "type": kind, "created_at": AT, "account": status()["account"], "status": status(**more)}


def dumps(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_a_notification_a_status_in_a_list_and_one_alone_give_the_same_item() -> None:
    (noted,) = found(read(dumps([notification()]), channel="mastodon"))
    (listed,) = found(read(dumps([status()]), channel="mastodon"))
    (alone,) = found(read(dumps(status()), channel="mastodon"))
    assert noted.item == listed.item == alone.item
    assert noted.item.aliases == ("42", "https://far.example/@who/9")
    assert noted.item.author.handle == "who@far.example"
    assert [aim.normalised() for aim in noted.item.aimed_at] == ["acct:doc@home.example", "native_id:mastodon:7"]


def test_favourites_boosts_and_follows_are_passed_over() -> None:
    parsed = read(dumps([notification("favourite"), notification("reblog"), notification("follow"), notification()]))
    assert [one.kind for one in parsed if isinstance(one, Passed)] == ["favourite", "reblog", "follow"]
    assert len(found(parsed)) == 1


def test_the_content_warning_the_poll_and_the_pictures_are_read() -> None:
    more: dict[str, Any] = {
        "spoiler_text": "health",
        "poll": {"options": [{"title": "yes"}, {"title": "no"}]},
        "media_attachments": [{"type": "image", "description": "a chart"}, {"type": "video", "description": None}],
    }
    (one,) = found(read(dumps([notification(content="<p>Which?</p>", **more)])))
    assert one.item.text == "Which?\n- yes\n- no"
    assert one.item.content_warning == "health"
    assert [(a.name, a.media_type) for a in one.item.attachments] == [("a chart", "image"), ("media 2", "video")]


def test_an_edit_is_the_same_post_with_other_content_and_its_own_revision() -> None:
    edited = notification("update", content="<p>Gone</p>", edited_at=AT)
    before, after = found(read(dumps([notification(), edited])))
    assert before.item.uri == after.item.uri
    assert before.item.content_digest() != after.item.content_digest()
    assert (before.item.revision, after.item.revision) == ("", AT)


def test_kinds_follow_visibility_and_context() -> None:
    kinds: list[tuple[dict[str, Any], ItemKind]] = [
        ({"visibility": "direct"}, ItemKind.MESSAGE),
        ({"in_reply_to_id": "5", "in_reply_to_account_id": "7"}, ItemKind.REPLY),
        ({"quote": {"state": "accepted", "quoted_status": status()}}, ItemKind.QUOTE),
        ({"reblog": status()}, ItemKind.REPOST),
        ({}, ItemKind.POST),
    ]
    items = [one.item for one in found(read(dumps([status(**more) for more, _ in kinds])))]
    assert [item.kind for item in items] == [kind for _, kind in kinds]
    assert items[1].refers_to == ("5",)
    assert items[3].text == ""


def test_active_content_stays_inert(nasty: Path) -> None:
    (one,) = found(read((nasty / "active_status.json").read_bytes(), channel="mastodon"))
    assert one.item.text == "hi"
    assert one.item.url == ""
    assert Flag.LINK_REMOVED in one.item.flags
    assert one.item.author.handle.startswith('x">')  # kept as a word; whoever shows it escapes it
    assert not any("javascript:" in alias for alias in one.item.aliases)


def test_wrong_shapes_are_refused_and_the_rest_goes_on() -> None:
    body = dumps(
        [
            notification(),
            None,
            5,
            [],
            {"type": "mention", "account": {"acct": "a"}, "status": {"uri": ""}},
            status(content=None),
            notification(),
        ]
    )
    parsed = read(body)
    assert len(found(parsed)) == 2
    assert refusals(parsed) == [("bad_record", f"/{n}") for n in range(1, 6)]


@given(st.data())
def test_spoiled_records_never_raise(draw: st.DataObject) -> None:
    body = dumps([spoiled(notification(quote={"quoted_status": status()}, reblog=None), draw) for _ in range(3)])
    parsed = list(MANIFEST.parse(io.BytesIO(body), About()))
    check_places(body, parsed)
    for one in found(parsed):
        one.item.text.encode("utf-8")
        one.item.author.key.encode("utf-8")
