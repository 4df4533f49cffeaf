"""Mailboxes and messages, well formed and not."""

from __future__ import annotations

import base64
import email.message
import io
import mailbox
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.filelike import by_name, hits, items, parsed_of, same, truth

from parapet.channels.contract import About
from parapet.channels.mail.parse import parse
from parapet.channels.mail_headers import decoded, mailboxes
from parapet.channels.text import clean
from parapet.domain.items import Flag, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found

HEAD = (
    "From: Pat Example <pat@mailbox.example>\nTo: Dr. Ada Example <ada@clinic.example>\n"
    "Subject: {subject}\nDate: Thu, 01 Oct 2026 12:00:00 -0400\nMessage-ID: <1@mailbox.example>\n"
    "MIME-Version: 1.0\n"
)


def mail(rest: str | bytes, subject: str = "hello") -> bytes:
    return HEAD.format(subject=subject).encode() + (rest if isinstance(rest, bytes) else rest.encode())


def one(tmp_path: Path, body: bytes) -> Item:
    (item,) = items(parsed_of(tmp_path / "a.eml", body))
    return item


def multipart(kind: str, *parts: str, closed: bool = True) -> str:
    return (
        f'Content-Type: multipart/{kind}; boundary="=_b"\n\npreamble\n'
        + "".join(f"--=_b\n{part}\n" for part in parts)
        + ("--=_b--\n" if closed else "")
    )


def test_every_message_of_the_scenario_is_found_in_every_file_that_holds_it() -> None:
    names = by_name("mail")
    for message in truth("mail"):
        found = hits(message, names)
        assert {file for file, _ in found} == {file for file, _ in message["occurrences"]}
        assert {one.item.uri for _, one in found} == {message["uri"]}
        for _, one in found:
            # Only seconds go into a mail's date.
            assert one.item.sent_at == datetime.fromisoformat(message["created_at"]).replace(microsecond=0)
            assert message["needs_context"] or same(one.item.text) == same(message["text"])
            assert message["subject"] is None or one.item.subject == same(message["subject"])


def test_a_message_is_the_same_in_a_mailbox_and_as_a_file() -> None:
    for message in truth("mail"):
        assert len({one.item.content_digest() for _, one in hits(message, by_name("mail"))}) == 1


def test_a_forwarded_message_is_an_item_that_knows_who_forwarded_it() -> None:
    names = by_name("mail")
    embedded = [message for message in truth("mail") if message["form"] == "embedded"]
    assert embedded
    for message in embedded:
        for _, one in hits(message, names):
            assert one.item.forwarded_by in {location.rpartition(">>")[0] + ">" for _, location in message["occurrences"]}


def test_a_mail_says_who_to_whom_and_in_answer_to_what(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        mail(
            'Cc: "Chief, Staff" <chief@clinic.example>, desk: front@clinic.example;\n'
            "Delivered-To: ada@clinic.example\nIn-Reply-To: <p@x.example>\n"
            "References: <root@x.example> <p@x.example>\n\nHi.\n"
        ),
    )
    assert item.kind is ItemKind.MAIL
    assert item.author.key == "mail:pat@mailbox.example"
    assert [a.value for a in item.aimed_at if a.kind is IdentifierKind.EMAIL] == [
        "ada@clinic.example",
        "chief@clinic.example",
        "front@clinic.example",
    ]
    assert [a.value for a in item.aimed_at if a.kind is IdentifierKind.NAME] == ["Dr. Ada Example", "Chief, Staff"]
    assert item.refers_to == ("<p@x.example>", "<root@x.example>")
    assert item.thread == "<root@x.example>"
    assert item.sent_at == datetime(2026, 10, 1, 16, tzinfo=UTC)
    assert item.aliases == ("mid:1@mailbox.example",)


def test_a_mailbox_is_unquoted_for_reading_and_kept_as_it_lies(tmp_path: Path) -> None:
    body = (
        b"From a@x.example Thu Oct  1 12:00:00 2026\nFrom: a@x.example\nMessage-ID: <1@x>\n\n"
        b">From here on I know.\n>>From there too.\n\nFrom the hip, not a new message.\n\n"
        b"From b@x.example Thu Oct  1 12:01:00 2026\nFrom: b@x.example\nMessage-ID: <2@x>\n\nsecond\n"
    )
    parsed = parsed_of(tmp_path / "a.mbox", body)
    first, second = items(parsed)
    assert first.text == "From here on I know.\n>From there too.\n\nFrom the hip, not a new message."
    assert second.text == "second"
    raws = [each.raw for each in parsed if isinstance(each, Found)]
    assert raws[0].startswith(b"From: a@x.example")
    assert raws[0].endswith(b"not a new message.\n")
    assert [each.place.pointer for each in parsed] == ["message 1", "message 2"]


def test_the_mailbox_of_another_program_is_cut_the_same_way(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "other.mbox")
    for number in range(40):
        message = email.message.EmailMessage()
        message["From"], message["Message-ID"] = "a@x.example", f"<{number}@x>"
        message.set_content("From my window.\n\nFrom me to you.\n" * number)
        box.add(message)
    box.close()
    got = items(parsed_of(tmp_path / "copy.mbox", (tmp_path / "other.mbox").read_bytes()))
    assert [item.uri for item in got] == [f"<{number}@x>" for number in range(40)]
    assert got[3].text == ("From my window.\n\nFrom me to you.\n" * 3).strip()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_message_without_an_id_has_one_name_however_its_lines_end(tmp_path: Path, end: str) -> None:
    plain = one(tmp_path, mail("\nHi.\n").replace(b"Message-ID: <1@mailbox.example>\n", b""))
    other = one(tmp_path, mail("\nHi.\n").replace(b"Message-ID: <1@mailbox.example>\n", b"").replace(b"\n", end.encode()))
    assert plain.uri.startswith("mid:sha256:")
    assert other.uri == plain.uri


IDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="<>"), min_size=1, max_size=80) | st.builds(
    "{}{}".format, st.sampled_from(["mid:", "mid:sha256:", "sha256:", "at://", "%3a"]), st.sampled_from(["a" * 64, "1@x.example"])
)


@given(one_id=IDS, other_id=IDS)
def test_no_id_claims_another_mails_name(one_id: str, other_id: str) -> None:
    """Neither that of a mail with another id, nor that of a mail without one."""

    def names(body: str) -> set[str]:
        (found,) = (each.item for each in parse(io.BytesIO(body.encode()), About()) if isinstance(each, Found))
        return {found.uri, *found.aliases}

    mails = [f"From: a@x.example\nMessage-ID: <{each}>\n\nHi.\n" for each in (one_id, other_id)]
    ids = [re.findall(r"<(.*)>", each)[0] for each in mails]
    (bare,) = names("From: a@x.example\n\nHi.\n")
    assert bare.startswith("mid:sha256:")
    assert not names(mails[0]) & names(mails[1]) or clean(ids[0])[0] == clean(ids[1])[0]
    assert all(not each.startswith("mid:sha256:") for each in names(mails[0]))


def test_html_alone_is_read_as_text(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        mail(
            "Content-Type: text/html\n\n"
            "<p>You are <b>done</b>.</p><style>p{}</style><blockquote><p>one</p><p>two</p></blockquote><p>end</p>\n"
            ""
        ),
    )
    assert [row for row in item.text.split("\n") if row] == ["You are done.", "> one", "> two", "end"]
    assert Flag.HTML_ONLY in item.flags


def test_the_html_alternative_is_shown_too_when_it_says_something_else(tmp_path: Path) -> None:
    plain, rich = (
        "Content-Type: text/plain\n\nPlease enable HTML.",
        "Content-Type: text/html\n\n<p>I know which bus your daughter takes every morning.</p>",
    )
    item = one(tmp_path, mail(multipart("alternative", plain, rich)))
    assert "Please enable HTML." in item.text
    assert "which bus your daughter takes" in item.text
    same_words = "Content-Type: text/html\n\n<p>Please enable <i>HTML</i>.</p>"
    assert one(tmp_path, mail(multipart("alternative", plain, same_words))).text == "Please enable HTML."


def test_several_parts_of_text_are_all_read(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        mail(
            multipart(
                "mixed", "Content-Type: text/plain\n\nabove", "Content-Type: image/png\n\nx", "Content-Type: text/plain\n\nbelow"
            )
        ),
    )
    assert item.text == "above\n\nbelow"
    assert len(item.attachments) == 1


def test_a_letter_that_is_only_attached_as_text_is_read(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        mail(multipart("mixed", 'Content-Type: text/plain; name="a.txt"\nContent-Disposition: attachment\n\nI will come.')),
    )
    assert item.text == "I will come."
    assert item.attachments[0].name == "a.txt"


@pytest.mark.parametrize(
    ("charset", "body", "words", "flags"),
    [
        ("iso-8859-1", "Café “quoted”".encode("cp1252"), "Café “quoted”", set()),
        ("us-ascii", "Café".encode(), "Café", {Flag.DAMAGED_CHARSET}),
        ("us-ascii", "Café".encode("cp1252"), "Café", {Flag.DAMAGED_CHARSET}),
        ("utf-8", "Caf\xe9 déjà".encode("cp1252"), "Café déjà", {Flag.DAMAGED_CHARSET}),
        ("iso-8859-1", "déjà vu à côté".encode(), "déjà vu à côté", {Flag.DAMAGED_CHARSET}),
        ("", "Café".encode("cp1252"), "Café", {Flag.GUESSED_CHARSET}),
        ("", b"plain", "plain", set()),
        ("koi8-r", "привет".encode("koi8-r"), "привет", set()),
        ("x-klingon", "Café".encode(), "Café", {Flag.UNKNOWN_CHARSET}),
        ("zlib", b"hello", "hello", {Flag.UNKNOWN_CHARSET}),
        ("unicode_escape", rb"\x41", r"\x41", {Flag.UNKNOWN_CHARSET}),
        ("utf-16", "Café".encode("utf-16"), "Café", set()),
        ("", "I know where you live, doctor.".encode("utf-16-le"), "I know where you live, doctor.", {Flag.GUESSED_CHARSET}),
    ],
)
def test_charsets_are_read_as_well_as_they_can_be_and_doubt_is_said(
    tmp_path: Path, charset: str, body: bytes, words: str, flags: set[Flag]
) -> None:
    declared = f"; charset={charset}" if charset else ""
    item = one(
        tmp_path,
        mail(f"Content-Type: text/plain{declared}\nContent-Transfer-Encoding: base64\n\n".encode() + base64.encodebytes(body)),
    )
    assert item.text == words
    assert item.flags == flags


@pytest.mark.parametrize(
    ("encoding", "body", "words", "damaged"),
    [
        ("quoted-printable", "caf=C3=A9 =\ngoes on", "café goes on", False),
        ("quoted-printable", "half =C3=A9 =ZZ done", "half é =ZZ done", True),
        ("base64", "aGVsbG8=", "hello", False),
        ("base64", "aGVs*bG8", "hello", True),
        ("base64", "aGVsbG8gdGhlcmU", "hello there", False),
        ("x-unknown", "as it is", "as it is", False),
    ],
)
def test_damaged_transfer_encodings_give_what_they_can(
    tmp_path: Path, encoding: str, body: str, words: str, damaged: bool
) -> None:
    item = one(tmp_path, mail(f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"))
    assert item.text == words
    assert (Flag.MALFORMED in item.flags) is damaged


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?Y2Fmw6k=?= =?utf-8?q?_noir?=", "café noir"),
        ("=?utf-8?b?Y2Fmww==?=\n =?utf-8?b?qQ==?=", "café"),  # a character split between two words
        ("=?iso-8859-1?q?d=E9j=E0?= vu", "déjà vu"),
        ("=?utf-8?b?!!!?= stays", "=?utf-8?b?!!!?= stays"),
        ("=?utf-8*fr?q?=C3=A9t=C3=A9?=", "été"),
        ("Café brut", "Café brut"),
        ("hi =?utf-8?q?=0D=0ABcc:_all@clinic.example?=", "hi Bcc: all@clinic.example"),
    ],
)
def test_subjects_are_decoded_to_one_line(tmp_path: Path, subject: str, words: str) -> None:
    assert one(tmp_path, mail("\nx\n", subject)).subject == words


def test_a_message_within_base64_is_opened_too(tmp_path: Path) -> None:
    inner = b"From: c@x.example\nMessage-ID: <inner@x>\nContent-Type: text/plain\n\ninside\n"
    part = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner).decode()
    outer, embedded = items(parsed_of(tmp_path / "a.eml", mail(multipart("mixed", "Content-Type: text/plain\n\noutside", part))))
    assert (outer.text, embedded.text, embedded.forwarded_by) == ("outside", "inside", outer.uri)


def test_pictures_that_would_fill_memory_are_flagged_and_not_decoded(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    part = 'Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n\n' + base64.encodebytes(png).decode()
    assert Flag.OVERSIZE_IMAGE in one(tmp_path, mail(multipart("mixed", "Content-Type: text/plain\n\nsee", part))).flags


def test_a_name_in_pieces_is_put_together(tmp_path: Path) -> None:
    part = (
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''pi%C3%A8ce; "
        "filename*1*=%20jointe.pdf\n\nx"
    )
    assert (
        one(tmp_path, mail(multipart("mixed", "Content-Type: text/plain\n\nsee", part))).attachments[0].name == "pièce jointe.pdf"
    )


def test_a_threat_in_odd_bytes_is_not_hidden_as_binary(tmp_path: Path) -> None:
    item = one(tmp_path, mail(b"Content-Type: text/plain\n\n" + b"I will find you on Friday night.\x00\x01\x02\n" * 20))
    assert "I will find you on Friday night." in item.text
    assert Flag.BINARY not in item.flags
    assert Flag.CONTROL_CHARACTERS in item.flags


def test_a_thousand_parts_and_a_hundred_levels_are_bounded(tmp_path: Path) -> None:
    flat = one(tmp_path, mail(multipart("mixed", *["Content-Type: text/plain\n\nx"] * 5000)))
    assert Flag.TOO_DEEP in flat.flags
    deep = "Content-Type: text/plain\n\ncore"
    for level in range(100):
        deep = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n{deep}\n--b{level}--\n'
    assert Flag.TOO_DEEP in one(tmp_path, mail(deep)).flags


def test_hostile_address_fields_take_no_time(tmp_path: Path) -> None:
    for value in (
        b"(" * 60_000,
        b'"' * 60_001,
        b"<" * 60_000,
        b"a@b.example," * 20_000,
        b"\\" * 60_000,
        b"=?utf-8?q?" * 6_000,
        b"a" * 60_000 + b"@",
    ):
        assert len(mailboxes(value)) <= 200
        decoded(value)
        item = one(tmp_path, HEAD.format(subject="x").encode().replace(b"From: ", b"From: " + value, 1) + b"\nHi.\n")
        assert item.text == "Hi."


@pytest.mark.parametrize(
    "rest",
    [
        b'Content-Type: multipart/mixed; boundary="--"\n\n' + b"-" * 2_000_000,
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n" * 500_000,
        b"Content-Type: text/html\n\n" + b"<blockquote " * 150_000,
        b"Content-Transfer-Encoding: quoted-printable\n\n=" + b" " * 2_000_000,
        b"\n" + b"To the Registrar, College of suspension\n" * 50_000,
    ],
    ids=["dashes", "boundaries", "quotations", "spaces", "letters"],
)
def test_hostile_bodies_take_no_more_time_than_their_length(rest: bytes) -> None:
    started = time.process_time()
    assert list(parse(io.BytesIO(mail(rest, "complaint to the College")), About()))
    assert time.process_time() - started < 90


@settings(max_examples=300)
@given(
    body=st.binary(max_size=600),
    lead=st.sampled_from(
        [b"", b"From a 12:00 2026\n", HEAD.encode(), HEAD.encode() + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n']
    ),
)
def test_any_bytes_are_mail_whose_places_are_theirs(body: bytes, lead: bytes) -> None:
    whole = lead + body
    for each in parse(io.BytesIO(whole), About()):
        place = each.place
        assert 0 <= place.offset <= place.offset + place.length <= len(whole)
        if isinstance(each, Found):
            assert each.raw == whole[place.offset : place.offset + place.length]


pieces = st.lists(
    st.sampled_from(
        [
            *(
                b"--b\n",
                b"--b--\n",
                b"\n",
                b"Content-Type: message/rfc822\n",
                b'Content-Type: multipart/mixed; boundary="b"\n',
                b">From here\n",
            ),
            *(
                b"Content-Transfer-Encoding: base64\n",
                b"Message-ID: <x@y>\n",
                b"text\n",
                b"\r\n",
                b"From a 12:00 2026\n",
                b"Content-Type: text/html\n",
            ),
        ]
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(pieces=pieces)
def test_any_order_of_the_pieces_of_mail_is_mail_whose_places_are_theirs(pieces: list[bytes]) -> None:
    whole = b"From a 12:00 2026\nFrom: a@b.example\n" + b"".join(pieces)
    for each in parse(io.BytesIO(whole), About()):
        place = each.place
        assert 0 <= place.offset <= place.offset + place.length <= len(whole)
        if isinstance(each, Found):
            assert each.raw == whole[place.offset : place.offset + place.length]
