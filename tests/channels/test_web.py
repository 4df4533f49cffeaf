"""Captures of web pages: read whole or refused by name, whatever somebody put into the file."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.social import check_places, found, read, refusals, spoiled

from parapet.channels.containers import Source, parse_source, walk
from parapet.channels.contract import About, Head, recognise
from parapet.channels.readings import readings
from parapet.channels.web import container
from parapet.channels.web.container import MEDIA_TYPE, is_capture, read_capture, write_capture
from parapet.channels.web.manifest import MANIFEST
from parapet.domain.items import Flag, ItemKind
from parapet.domain.parsed import Parsed, Refused

PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLL", 13, b"IHDR", 1280, 900)
MAIN = {
    "url": "https://social.example/@who/1",
    "author": "Who Ever",
    "author_handle": "@who",
    "sent_at": "2026-10-01T11:00:00Z",
    "text": "the first",
    "platform": "mastodon",
    "is_main": True,
}
REPLY = MAIN | {"url": "https://social.example/@other/2", "author_handle": "@other", "text": "and another", "is_main": False}


def facts(**more: Any) -> dict[str, Any]:
    return {
        "url": "https://news.example/story?id=1#top",
        "final_url": "https://news.example/story",
        "captured_at": "2026-10-01T12:00:00Z",
        "by": "parapet",
        "agent": "Chromium 140",
        "title": "A story",
        "lang": "en-CA",
        "kind": "page",
        "text": "A story\nHello.",
        "posts": [],
        "links": ["https://news.example/"],
        **more,
    }


def files(**more: bytes) -> dict[str, bytes]:
    return {"screenshot.png": PICTURE, "page.html": b"<p>Hello.</p>", **more}


def zipped(*members: tuple[str, bytes], packed: int = zipfile.ZIP_STORED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, packed)
    return sink.getvalue()


def made_by_hand(said: Any, *members: tuple[str, bytes], packed: int = zipfile.ZIP_STORED) -> bytes:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return zipped(("capture.json", raw), *members, packed=packed)


def listed(*members: tuple[str, bytes], **more: Any) -> dict[str, Any]:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members}
    return {"format": "parapet-capture/1", **facts(), "files": digests, **more}


def only_refusal(body: bytes) -> Refused:
    [one] = MANIFEST.parse(io.BytesIO(body), About())
    assert isinstance(one, Refused)
    return one


def test_a_page_is_one_item_and_holds_the_whole_file() -> None:
    body = write_capture(facts(), files())
    [one] = found(read(body, channel="web"))
    assert one.raw == body and one.media_type == MEDIA_TYPE
    assert (one.item.kind, one.item.uri) == (ItemKind.CAPTURE, "https://news.example/story?id=1")
    assert (one.item.text, one.item.subject, one.item.lang) == ("A story\nHello.", "A story", "en")
    assert (one.item.author.key, one.item.sent_at, one.item.flags) == ("", None, frozenset())
    assert [each.name for each in one.item.attachments] == ["screenshot.png", "page.html"]


def test_posts_are_items_by_their_own_bytes_and_the_main_one_holds_the_file() -> None:
    body = write_capture(facts(kind="thread", posts=[MAIN, REPLY]), files())
    main, reply = found(read(body, channel="web"))
    assert (main.raw, main.item.uri, main.item.aliases) == (body, MAIN["url"], ("https://news.example/story?id=1",))
    assert (main.item.author.key, main.item.text) == ("mastodon:who", "the first")
    assert json.loads(reply.raw) == REPLY
    assert (reply.item.refers_to, reply.item.thread, reply.item.kind) == ((MAIN["url"],), MAIN["url"], ItemKind.COMMENT)
    page, *rest = found(read(write_capture(facts(posts=[REPLY, REPLY | {"url": "javascript:x"}]), {}), channel="web"))
    assert (page.item.kind, len(rest)) == (ItemKind.CAPTURE, 1)


def test_a_capture_in_a_folder_is_read_as_one_file(tmp_path: Path) -> None:
    (tmp_path / "anything.zip").write_bytes(write_capture(facts(), files()))
    [source] = [each for each in walk([tmp_path]) if isinstance(each, Source)]
    [one] = found(list(parse_source(source)))
    assert one.place.length == source.size_bytes


def test_what_is_to_be_withheld_is_found_in_it() -> None:
    mail_like = b"From: <Saved>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nle mot =C3=A9crit"
    body = write_capture(facts(text="a word\nanother"), {"page.html": b"<b>one</b> <i>two</i>", "page.mhtml": mail_like})
    texts = list(readings(body, MEDIA_TYPE))
    for wanted in ("a word\nanother", "one two", "le mot écrit"):
        assert any(wanted in text for text in texts)


HTML = ("page.html", b"<p>")


@pytest.mark.parametrize(
    ("body", "reason", "member"),
    [
        (made_by_hand(listed(HTML), ("page.html", b"<q>")), "damaged_member", "page.html"),
        (made_by_hand(listed(), HTML), "bad_record", "page.html"),
        (made_by_hand(listed(HTML)), "bad_record", "page.html"),
        (made_by_hand(listed(HTML), HTML, packed=zipfile.ZIP_DEFLATED), "unknown_format", "capture.json"),
        (made_by_hand(listed(HTML), HTML, ("PAGE.html", b"")), "duplicate_member", "PAGE.html"),
        (made_by_hand(listed(), ("../../etc/x", b"")), "unsafe_name", ""),
        (made_by_hand(listed(), ("/x", b"")), "unsafe_name", ""),
        (made_by_hand(listed(), (".hidden", b"")), "unsafe_name", ""),
        (made_by_hand(listed(("screenshot.png", b"<svg>")), ("screenshot.png", b"<svg>")), "bad_record", "screenshot.png"),
        (zipped(HTML, ("capture.json", json.dumps(listed(HTML)).encode())), "bad_record", ""),
        (made_by_hand(b'{"format":"parapet-capture/1","format":"parapet-capture/1"}'), "bad_syntax", "capture.json"),
        (made_by_hand(b'{"format":"parapet-capture/1","a":' + b"[" * 100_000), "bad_syntax", "capture.json"),
        (made_by_hand(b'{"format":"parapet-capture/1","a":NaN}'), "bad_syntax", "capture.json"),
        (made_by_hand(b'{"format":"parapet-capture/1","a":"\xff"}'), "bad_encoding", "capture.json"),
        (made_by_hand(b'["parapet-capture/1"]'), "bad_record", "capture.json"),
        (made_by_hand(listed(format="parapet-capture/2")), "bad_record", "capture.json"),
        (made_by_hand(listed(url="file:///etc/passwd")), "bad_record", "capture.json"),
        (made_by_hand(listed(url="https://" + "a" * 4000)), "bad_record", "capture.json"),
        (made_by_hand(listed(captured_at="yesterday")), "bad_record", "capture.json"),
        (made_by_hand(listed(by="somebody")), "bad_record", "capture.json"),
        (made_by_hand(listed(text="é" * 600_000)), "too_large", "capture.json"),
        (made_by_hand(listed(posts=[{}] * 501)), "bad_record", "capture.json"),
        (made_by_hand(listed(), *((f"f{n}.txt", b"") for n in range(401))), "too_large", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(body: bytes, reason: str, member: str) -> None:
    refused = only_refusal(body)
    assert (refused.reason.value, refused.place.member) == (reason, member)


def test_bombs_stop_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"\0" * 3_000_000
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("capture.json", json.dumps(listed(("page.html", zeros))))
        archive.writestr("page.html", zeros, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(container, "MAX_BYTES", 2_000_000)
    assert only_refusal(sink.getvalue()).reason.value == "too_large"
    # It claims to be small; what is claimed is all that is unpacked.
    lying = sink.getvalue().replace(struct.pack("<L", len(zeros)), struct.pack("<L", 100))
    assert only_refusal(lying).reason.value == "damaged_member"
    assert only_refusal(b"PK\x03\x04" + bytes(2_000_000)).reason.value == "too_large"


@given(at=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=300)
def test_a_flipped_bit_gives_the_same_items_or_a_refusal(at: int, bit: int) -> None:
    """What a checksum and a digest both hold is not changed in silence; the rest is the ZIP's own dates and marks."""
    body = bytearray(write_capture(facts(posts=[MAIN, REPLY]), files()))
    sound = [each.item for each in found(list(MANIFEST.parse(io.BytesIO(bytes(body)), About())))]
    body[at % len(body)] ^= 1 << bit
    parsed = list(MANIFEST.parse(io.BytesIO(bytes(body)), About()))
    check_places(bytes(body), parsed)
    assert all(isinstance(each, Refused) for each in parsed) or [each.item for each in found(parsed)] == sound


@given(data=st.data())
@settings(max_examples=100)
def test_absurd_facts_never_raise(data: st.DataObject) -> None:
    said = spoiled({"format": "parapet-capture/1", **facts(posts=[MAIN, REPLY]), "files": {}}, data)
    body = made_by_hand(said)
    parsed: list[Parsed] = list(MANIFEST.parse(io.BytesIO(body), About()))
    check_places(body, parsed)
    assert parsed


@given(body=st.binary(max_size=400))
@settings(max_examples=100)
def test_only_captures_are_recognised(body: bytes) -> None:
    start = write_capture(facts(), {})[:512]
    assert is_capture(start) and recognise(Head(start, 900)) is MANIFEST
    for other in (body, b"PK\x03\x04" + body, zipped(("letter.txt", body)), zipped(("capture.json", body))):
        assert not is_capture(other[:512])


def test_the_example_of_its_page_is_read() -> None:
    readme = Path(container.__file__).with_name("README.md").read_text("utf-8")
    [example] = re.findall(r"^```json\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    [one] = found(read(made_by_hand(example.encode()), channel="web"))
    assert one.item.text == "A story\nHello."


def test_an_oversize_picture_is_flagged_and_never_decoded() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + struct.pack(">L4sLL", 13, b"IHDR", 100_000, 100_000)
    [one] = found(read(write_capture(facts(), {"screenshot.png": picture})))
    assert one.item.flags == {Flag.OVERSIZE_IMAGE}
    assert read_capture(io.BytesIO(one.raw)).screenshots == ["screenshot.png"]


def test_a_post_without_an_address_is_refused_and_the_others_come_in() -> None:
    body = write_capture(facts(posts=[{"text": "x"}, MAIN, {"url": MAIN["url"]}]), {})
    parsed = read(body)
    assert [each.item.uri for each in found(parsed)] == [MAIN["url"]]
    assert [reason for reason, _ in refusals(parsed)] == ["bad_record", "bad_record"]
