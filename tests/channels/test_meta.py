"""Instagram and Facebook exports: text is mended only when it must be, and messages without ids get stable names."""

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
from parapet.channels.meta.manifest import MANIFEST
from parapet.channels.meta.owner import undo_latin1
from parapet.domain.items import Flag
from parapet.domain.parsed import Gone, Passed

MEMBER = "your_instagram_activity/messages/inbox/ann_12/message_1.json"
PROFILE = "personal_information/personal_information/personal_information.json"


def escaped(text: str) -> str:
    """As the export writes it: each byte a character."""
    return text.encode("utf-8").decode("latin-1")


def said(content: str = "hello", sender: str = "Ann", at: Any = 1790856000000, **more: Any) -> dict[str, Any]:
    return {"sender_name": escaped(sender), "timestamp_ms": at, "content": escaped(content), **more}


def thread(*messages: Any, people: tuple[str, ...] = ("Ann", "Dr D"), **more: Any) -> bytes:
    names = [{"name": escaped(person)} for person in people]
    return json.dumps(
        {"participants": names, "messages": messages, "title": "Ann", "thread_path": "inbox/ann_12", **more}
    ).encode()


def about(name: str = "", user: str = "", member: str = MEMBER) -> About:
    told = {"Name": {"value": escaped(name)}, "Username": {"value": user}}
    profile = json.dumps({"profile_user": [{"string_map_data": told}]}).encode() if name else None
    return About(member=member, sibling=lambda path: profile if path.endswith(PROFILE) else None)


def test_a_message_is_named_by_thread_and_time() -> None:
    (one,) = found(read(thread(said("Ça va? ❤")), about=about("Dr D", "dr.d")))
    assert one.item.uri == "meta:instagram:inbox/ann_12:1790856000000"
    assert one.item.text == "Ça va? ❤"
    assert [aim.normalised() for aim in one.item.aimed_at] == ["name:d", "screen_name:instagram:dr.d"]
    assert one.item.author.key == "instagram:ann_12"


@given(st.text(st.characters(codec="utf-8")))
def test_text_survives_the_export_s_escaping(text: str) -> None:
    assert undo_latin1(escaped(text)) == text


@pytest.mark.parametrize("text", ["café", "œuvre", "Привет", "naïve – «ça»", "\ud83d", "Ã"])
def test_text_that_was_never_escaped_stays(text: str) -> None:
    assert undo_latin1(text) == text


def test_the_owner_s_messages_are_context_known_by_profile_or_place() -> None:
    body = thread(said(), said("thanks", "Dr D"))
    for known in (about("Dr D", "dr.d"), about(), About()):
        assert [one.item.own for one in found(read(body, about=known))] == [False, True]


def test_an_impersonator_with_the_owner_s_name_is_not_taken_for_the_owner() -> None:
    body = thread(said("I am you", "Dr D"), people=("Dr D", "Dr D"))
    for known in (about("Dr D", "dr.d"), about()):
        (one,) = found(read(body, about=known))
        assert not one.item.own
        assert [aim.normalised() for aim in one.item.aimed_at][0] == "name:d"


def test_messages_of_one_millisecond_are_told_apart_the_same_way_each_time() -> None:
    body = thread(said("one"), said("two"), said("three"))
    uris = [one.item.uri for one in found(read(body, about=about()))]
    assert len(set(uris)) == 3
    assert uris[0] == "meta:instagram:inbox/ann_12:1790856000000"
    assert uris == [one.item.uri for one in found(read(body, about=about()))]


def test_unsent_messages_are_gone_and_reactions_passed_over() -> None:
    body = thread(
        {"sender_name": "Ann", "timestamp_ms": 5, "is_unsent": True},
        said("Reacted 😡 to your message "),
        said("Reacted badly to your message"),
        said("", call_duration=5),
        said("", at=7),
    )
    parsed = read(body, about=about())
    assert [one.uri for one in parsed if isinstance(one, Gone)] == ["meta:instagram:inbox/ann_12:5"]
    assert [one.kind for one in parsed if isinstance(one, Passed)] == ["reaction", "call", "empty"]
    assert [one.item.text for one in found(parsed)] == ["Reacted badly to your message"]


def test_photos_and_shares_are_read_and_only_web_links_kept() -> None:
    shared = {"link": "javascript:alert(1)", "share_text": escaped("partagé")}
    body = thread(said("see", photos=[{"uri": "photos/../../a b.jpg"}], share=shared), said("", photos=[{"uri": "x.png"}], at=9))
    first, second = (one.item for one in found(read(body, about=about())))
    assert first.text == "see\npartagé"
    assert Flag.LINK_REMOVED in first.flags
    assert [a.name for a in first.attachments] == ["a b.jpg"]
    assert (second.text, [a.name for a in second.attachments]) == ("", ["x.png"])


def test_end_to_end_encrypted_exports_are_read_too() -> None:
    body = json.dumps(
        {
            "participants": ["Ann", "Dr D"],
            "threadName": "Ann_5",
            "messages": [{"senderName": "Ann", "text": "été", "timestamp": 1790856000000, "isUnsent": False}],
        }
    ).encode()
    (one,) = found(read(body, channel="meta"))
    assert (one.item.uri, one.item.text) == ("meta:facebook:Ann_5:1790856000000", "été")


def test_impossible_times_keep_the_message(nasty: Path) -> None:
    items = [one.item for one in found(read_zip(nasty / "meta_dates.zip"))]
    assert len({item.uri for item in items}) == 5
    assert all(item.sent_at is None and Flag.IMPLAUSIBLE_TIME in item.flags and item.text == "x" for item in items)
    assert [item.sent_at_as_given for item in items] == ["-1", "0", "99999999999999999", "1.5e+308", "soon"]


def test_the_profile_is_passed_over() -> None:
    assert [one.kind for one in read(b'{"profile_user": []}', channel="meta")] == ["profile"]  # type: ignore[union-attr]


def test_wrong_shapes_are_refused_and_the_rest_goes_on() -> None:
    parsed = read(thread(said(), None, 5, {"timestamp_ms": 1}, said(at=8)), about=about())
    assert len(found(parsed)) == 2
    assert refusals(parsed) == [("bad_record", f"/messages/{n}") for n in (1, 2, 3)]


@given(st.data())
def test_spoiled_threads_never_raise(draw: st.DataObject) -> None:
    value = json.loads(thread(said(photos=[{"uri": "a"}], share={"link": "x", "share_text": "y"}), said("b", at="soon")))
    body = json.dumps(spoiled(value, draw)).encode()
    parsed = list(MANIFEST.parse(io.BytesIO(body), about(draw.draw(st.sampled_from(["", "Dr D"])))))
    check_places(body, parsed)
    for one in found(parsed):
        one.item.uri.encode("utf-8")
        one.item.author.name.encode("utf-8")
