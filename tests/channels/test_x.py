"""X archives: JavaScript is data, the owner's own words are context, strangers are known by number."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.social import check_places, found, read, read_zip, refusals, spoiled

from parapet.channels.contract import About
from parapet.channels.x.manifest import MANIFEST
from parapet.domain.items import Flag, ItemKind
from parapet.domain.parsed import Passed

AT = "2026-10-01T12:00:00.000Z"
ACCOUNT = b'window.YTD.account.part0 = [{"account":{"accountId":"100","username":"doc","accountDisplayName":"Dr. D"}}]'
THAR = b'window.__THAR_CONFIG = {"userInfo":{"accountId":"100","userName":"doc","displayName":"Dr. D"}}'


def ytd(name: str, value: Any, part: int = 0) -> bytes:
    return f"window.YTD.{name}.part{part} = {json.dumps(value, indent=2)}".encode()


def message(text: str = "hello", sender: str = "200", recipient: str | None = "100", **more: Any) -> dict[str, Any]:
    created = {"id": "900", "senderId": sender, "text": text, "createdAt": AT, "mediaUrls": [], "urls": [], **more}
    return {"messageCreate": created | ({"recipientId": recipient} if recipient else {})}


def conversations(*messages: dict[str, Any], name: str = "direct_messages") -> bytes:
    return ytd(name, [{"dmConversation": {"conversationId": "100-200", "messages": [*messages]}}])


def about(**files: bytes) -> About:
    held = {f"data/{name.replace('_js', '.js')}": body for name, body in files.items()}
    return About(member="data/direct-messages.js", sibling=held.get)


def test_a_message_names_both_ends_and_its_conversation() -> None:
    (one,) = found(read(conversations(message()), about=about(account_js=ACCOUNT)))
    item = one.item
    assert (item.uri, item.aliases, item.kind) == ("x:dm:900", ("900",), ItemKind.MESSAGE)
    assert item.author.key == "x:200"
    assert [aim.value for aim in item.aimed_at] == ["x:100"]
    assert item.thread == "x:conversation:100-200"
    assert not item.own


@pytest.mark.parametrize("files", [{"account_js": ACCOUNT}, {"manifest_js": THAR}])
def test_the_owner_s_own_messages_are_context(files: dict[str, bytes]) -> None:
    (one,) = found(read(conversations(message(sender="100", recipient="200")), about=about(**files)))
    assert one.item.own
    assert (one.item.author.handle, one.item.author.name) == ("doc", "Dr. D")


def test_without_the_account_file_nothing_is_taken_for_own() -> None:
    (one,) = found(read(conversations(message(sender="100", recipient="200"))))
    assert not one.item.own


def test_in_a_group_the_owner_is_a_recipient() -> None:
    body = conversations(message(recipient=None), {"joinConversation": {}}, name="direct_messages_group")
    parsed = read(body, about=about(account_js=ACCOUNT))
    assert [aim.value for aim in found(parsed)[0].item.aimed_at] == ["x:100"]
    assert [one.kind for one in parsed if isinstance(one, Passed)] == ["joinConversation"]


def test_own_posts_are_unescaped_once_and_named_by_their_number() -> None:
    tweet = {
        "id_str": "77",
        "full_text": "@who A &amp; B &amp;lt;",
        "created_at": "Thu Oct 01 12:00:00 +0000 2026",
        "lang": "en",
        "entities": {"user_mentions": [{"screen_name": "who", "id_str": "200"}]},
        "in_reply_to_status_id_str": "76",
    }
    (one,) = found(read(ytd("tweets", [{"tweet": tweet}], part=3) + b";\n", about=about(account_js=ACCOUNT)))
    assert (one.item.uri, one.item.text, one.item.own) == ("77", "@who A & B &lt;", True)
    assert one.item.kind is ItemKind.REPLY
    assert one.item.sent_at is not None
    assert [aim.normalised() for aim in one.item.aimed_at] == ["native_id:x:200", "screen_name:x:who"]
    assert one.item.url == "https://x.com/doc/status/77"


def test_other_members_are_passed_over() -> None:
    assert [one.kind for one in read(ACCOUNT)] == ["account"]  # type: ignore[union-attr]
    assert [one.kind for one in read(THAR)] == ["thar_config"]  # type: ignore[union-attr]
    assert [one.kind for one in read(ytd("like", [{"like": {}}] * 2))] == ["like"] * 2  # type: ignore[union-attr]
    assert [one.kind for one in read(b"<!doctype html><title>Your archive</title>")] == ["viewer"]  # type: ignore[union-attr]


def test_code_is_never_run(nasty: Path) -> None:
    parsed = read_zip(nasty / "executes_code.js.zip")
    assert refusals(parsed) == [("bad_syntax", "")]


def test_wrong_shapes_are_refused_and_the_rest_goes_on() -> None:
    body = conversations(message(), message(text=None), {"messageCreate": 5}, message(createdAt="soon"))  # type: ignore[arg-type]
    parsed = read(body)
    assert len(found(parsed)) == 2
    assert Flag.IMPLAUSIBLE_TIME in found(parsed)[1].item.flags
    assert refusals(parsed) == [("bad_record", f"/0/dmConversation/messages/{n}") for n in (1, 2)]


def test_an_archive_cut_off_says_so() -> None:
    body = conversations(message(), message())
    parsed = read(body[: len(body) * 2 // 3])
    assert len(found(parsed)) == 1
    assert refusals(parsed)[0][0] == "truncated"


@given(st.data())
def test_spoiled_members_never_raise(draw: st.DataObject) -> None:
    tweet = {"id_str": "77", "full_text": "t", "created_at": AT, "entities": {"user_mentions": [{"screen_name": "w"}]}}
    for body in (
        ytd("direct_messages", spoiled([{"dmConversation": {"conversationId": "1", "messages": [message()]}}], draw)),
        ytd("tweets", spoiled([{"tweet": tweet}], draw)),
    ):
        account = draw.draw(st.sampled_from([ACCOUNT, b"", b"window.YTD.account.part0 = [7", b"\xff" * 9]))
        parsed = list(MANIFEST.parse(io.BytesIO(body), about(account_js=account)))
        check_places(body, parsed)
