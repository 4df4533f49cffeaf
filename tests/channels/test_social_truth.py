"""Against the scenario's truth: every message found, by its name, with its words; every edit a second content."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from support.social import files_of, found, read, read_zip

from parapet.domain.items import Item
from parapet.domain.parsed import Found, Gone, Parsed, Refused

FILES = {
    "bluesky": (("bluesky",), ["bluesky/notifications.json", "bluesky/threads.json", "bluesky/jetstream.jsonl"]),
    "mastodon": (("mastodon",), ["mastodon/notifications.json", "mastodon/notifications_later.json"]),
    "youtube": (("youtube",), ["youtube/commentThreads.json"]),
    "x": (("x",), ["x/archive.zip"]),
    "meta": (("instagram", "facebook"), ["meta/instagram.zip", "meta/facebook.zip"]),
}


@pytest.fixture(scope="module", params=FILES)
def platform(
    request: pytest.FixtureRequest, scenario: Path, truth: dict[str, Any]
) -> tuple[str, list[dict[str, Any]], list[Parsed]]:
    """A channel, the truth's messages on it, and all that the channel makes of their files."""
    platforms, names = FILES[request.param]
    parsed: list[Parsed] = []
    for path in files_of(scenario, *names):
        parsed += read_zip(path) if path.suffix == ".zip" else read(path.read_bytes(), channel=request.param)
    return request.param, [m for m in truth["messages"] if m["platform"] in platforms], parsed


def by_name(parsed: list[Parsed]) -> dict[str, list[Found]]:
    named: dict[str, list[Found]] = defaultdict(list)
    for one in found(parsed):
        for name in (one.item.uri, *one.item.aliases):
            named[name].append(one)
    return named


def folded(text: str) -> str:
    return " ".join(text.split())


def comparable(one: Found) -> str:
    """The item's text without what a channel rightly keeps and the truth leaves out."""
    text = one.item.text
    if one.item.channel == "mastodon":
        text = re.sub(r"^@\w+ ", "", text)  # the mention that addresses it
    if one.item.channel == "x":  # t.co links stand for longer ones
        for url in json.loads(one.raw).get("messageCreate", {}).get("urls", []):
            text = text.replace(url["url"], url["expanded"])
    return folded(text)


def test_every_message_is_found_with_its_words(platform: tuple[str, list[dict[str, Any]], list[Parsed]]) -> None:
    _, messages, parsed = platform
    named = by_name(parsed)
    assert messages
    for message in messages:
        seen = named.get(message["uri"]) or named.get(message["aliases"][0])
        assert seen, message["uri"]
        texts = {comparable(one) for one in seen}
        allowed = [message["text"], *(edit["text"] for edit in message["edits"])]
        assert texts <= {folded(text) for text in allowed}
        assert message["edits"] or texts == {folded(message["text"])}


def test_the_time_of_sending_is_right(platform: tuple[str, list[dict[str, Any]], list[Parsed]]) -> None:
    _, messages, parsed = platform
    named = by_name(parsed)
    for message in messages:
        for one in named[message["uri"]]:
            assert one.item.sent_at is not None
            told = one.item.sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            assert told[:19] == message["created_at"][:19]


def test_one_message_has_one_content_unless_it_was_edited(
    platform: tuple[str, list[dict[str, Any]], list[Parsed]],
) -> None:
    """The same post through different doors agrees; an edit that the files show is a second content."""
    channel, messages, parsed = platform
    digests: dict[str, set[bytes]] = defaultdict(set)
    for one in found(parsed):
        digests[one.item.uri].add(one.item.content_digest())
    edited = {m["uri"] for m in messages if m["edits"]}
    for uri, contents in digests.items():
        if uri not in edited:
            assert len(contents) == 1, uri
        elif channel in ("bluesky", "mastodon"):
            assert len(contents) == 2, uri


def test_an_edited_comment_says_so(platform: tuple[str, list[dict[str, Any]], list[Parsed]]) -> None:
    """YouTube shows the last text only; the time of the edit is its revision."""
    channel, messages, parsed = platform
    if channel != "youtube":
        return
    edited = {m["uri"] for m in messages if m["edits"]}
    assert {one.item.uri for one in found(parsed) if one.item.revision} == edited


def test_nothing_sound_is_refused_and_nothing_is_found_twice_in_one_place(
    platform: tuple[str, list[dict[str, Any]], list[Parsed]],
) -> None:
    _, _, parsed = platform
    assert not [one for one in parsed if isinstance(one, Refused)]


def test_no_message_of_a_stranger_is_taken_for_the_advocate_s_own(
    platform: tuple[str, list[dict[str, Any]], list[Parsed]],
) -> None:
    _, messages, parsed = platform
    named = by_name(parsed)
    for message in messages:
        assert not any(one.item.own for one in named[message["uri"]])


def test_each_message_says_whom_it_is_aimed_at(platform: tuple[str, list[dict[str, Any]], list[Parsed]], scenario: Path) -> None:
    """By an identifier of the advocate, or, where the platform has none (untagged posts), by name in the text."""
    _, messages, parsed = platform
    named = by_name(parsed)
    for advocate in json.loads((scenario / "advocates.json").read_text("utf-8")):
        known = known_as(advocate)
        for message in messages:
            if message["advocate"] != advocate["id"] or message["form"] in ("untagged", "repost", "quote_dox"):
                continue
            for one in named[message["uri"]]:
                if not message["edits"]:
                    assert {aim.normalised() for aim in one.item.aimed_at} & known, one.item.uri


def known_as(advocate: dict[str, Any]) -> set[str]:
    handles = advocate["handles"]
    return {
        f"did:{handles['bluesky']['did']}".casefold(),
        f"acct:{handles['mastodon']['acct']}",
        f"native_id:mastodon:{handles['mastodon']['id']}",
        f"native_id:x:{handles['x']['id']}",
        f"screen_name:instagram:{handles['instagram']}",
        f"name:{advocate['name'].removeprefix('Dr. ').casefold()}",
        f"channel_id:{handles['youtube']['channel']}".casefold(),
    }


def test_deletions_that_the_firehose_tells_are_seen(scenario: Path, truth: dict[str, Any]) -> None:
    body = (scenario / "bluesky/jetstream.jsonl").read_bytes()
    parsed = read(body, channel="bluesky")
    gone = {one.uri for one in parsed if isinstance(one, Gone)}
    streamed = {one.item.uri for one in found(parsed)}
    deleted = {m["uri"] for m in truth["messages"] if m["platform"] == "bluesky" and m["deleted_at"]}
    assert deleted & streamed <= gone
    assert not any(one.delivered for one in found(parsed))


def test_own_posts_and_messages_are_context(scenario: Path, truth: dict[str, Any]) -> None:
    items: list[Item] = [one.item for path in files_of(scenario, "x/archive.zip") for one in found(read_zip(path))]
    own = {name for item in items if item.own for name in (item.uri, *item.aliases)}
    tweets = {uri for uri in truth["context_uris"] if uri.isdigit() and uri in {i.uri for i in items}}
    assert tweets and tweets <= own
    assert all(item.author.handle for item in items if item.own)
