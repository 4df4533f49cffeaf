"""Words that are withheld are found however they are dressed, and a mark tells nothing but why."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.channels.readings import readings
from parapet.domain.errors import RequestRefused
from parapet.domain.items import Account, Attachment, Item, ItemKind
from parapet.dossiers.redaction import MAX_PASSAGE, Redaction, read_spec

ADDRESS = "12 Élm Street"


def cutting(*passages: str, lang: str = "en") -> Redaction:
    return read_spec(json.dumps({"passages": [{"text": p, "reason": "privacy"} for p in passages]}), lang)


@pytest.mark.parametrize(
    "dressed",
    [
        ADDRESS,
        ADDRESS.upper(),
        "12   élm\nstreet",
        "12\u00a0Élm\u2003Street",
        "12 É\u200blm St\u00adreet",
        "12\u200b \u2060Élm Street",
        "12\u200bÉl\u200bm\u2060Street",
        "１２ Élm Ｓｔｒｅｅｔ",
        "12 Él𝐦 𝓢tr𝕖et",
        "12 Élm Ѕtrееt",
        "⑫ Élm Street".replace("⑫", "¹²"),
        unicodedata.normalize("NFD", ADDRESS),
    ],
)
def test_a_passage_is_found_however_it_is_dressed(dressed):
    text, reasons = cutting(ADDRESS).cut_text(f"She lives at {dressed}, you know.")
    assert text == "She lives at [withheld: privacy], you know."
    assert reasons == {"privacy"}


def test_a_mark_does_not_tell_the_length():
    marks = {cutting(words).cut_text(words)[0] for words in ("abc", "x" * 400)}
    assert marks == {"[withheld: privacy]"}
    assert cutting("abc", lang="fr").cut_text("abc")[0] == "[soustrait\u00a0: vie privée]"


def test_a_long_passage_goes_before_a_short_one_within_it():
    assert cutting("Elm", "12 Elm Street").cut_text("at 12 Elm Street")[0] == "at [withheld: privacy]"


@given(
    st.text(max_size=30),
    st.text(max_size=30),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Z", "C", "M"]), min_size=3, max_size=20),
)
def test_nothing_of_it_is_left(before, after, secret):
    text, _ = cutting(secret).cut_text(f"{before} {secret} {after}")
    assert (
        secret not in text.replace("[withheld: privacy]", "") or secret in f"{before} {after}" or secret in "[withheld: privacy]"
    )


def item(**given: object) -> Item:
    plain = {
        "channel": "mail",
        "uri": "<1@x>",
        "kind": ItemKind.MAIL,
        "author": Account("mail", "a@x", "", "Ann"),
        "text": "hello",
    }
    return Item(**{**plain, **given})


def test_every_field_is_cut():
    secret = "Élm-secret"
    content = item(
        text=secret, subject=secret, url=f"https://x/{secret}", uri=secret, place=secret, thread=secret, content_warning=secret,
        author=Account("mail", secret, secret, secret), aliases=(secret,), refers_to=(secret,), sent_at_as_given=secret,
        attachments=(Attachment(f"{secret}.pdf", "application/pdf", 4_711, "ab" * 32),), forwarded_by=secret,
    )  # fmt: skip
    shown, reasons = cutting(secret).cut("itm_1", content, ())
    assert reasons == {"privacy"}
    assert secret not in repr(shown)
    assert "4711" not in repr(shown)
    assert "ab" * 32 not in repr(shown)


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        (ADDRESS.encode(), "text/plain"),
        (ADDRESS.encode("utf-16"), "text/plain"),
        (ADDRESS.encode("latin-1"), "text/plain"),
        (json.dumps({"place": [{"of": ADDRESS}]}).encode(), "application/json"),
        (b"<p>12&nbsp;<b>&Eacute;lm</b> Street", "text/html"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nMTIgw4lsbSBTdHJlZXQ=\n", "message/rfc822"),
        (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n12 =C3=89lm=\n Street\n",
            "message/rfc822",
        ),
        (b"Subject: =?utf-8?q?12_=C3=89lm_Street?=\n\n", "message/rfc822"),
    ],
)
def test_it_is_found_in_an_original_whose_reader_would_not_see_it(raw, media_type):
    shown, reasons = cutting(ADDRESS).cut("itm_1", item(), readings(raw, media_type))
    assert reasons == {"privacy"}
    assert shown.text == "hello"


def test_what_holds_none_of_it_stays_as_it_is():
    content = item()
    assert cutting(ADDRESS).cut("itm_1", content, ["hello"]) == (content, frozenset())


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"{" * 100_000, b"[" * 100_000, b"Content-Type: multipart/mixed\n\n", b"Subject: =?x?q?=\n\n\0"]
)
def test_a_broken_original_does_no_harm(raw):
    assert cutting(ADDRESS).cut("itm_1", item(), readings(raw, "message/rfc822"))[1] == frozenset()


def test_a_message_withheld_whole_keeps_its_channel_and_time_alone():
    redaction = read_spec('{"items": {"itm_1": "third_party"}}', "en")
    shown, reasons = redaction.cut("itm_1", item(subject="s", url="u"), ())
    assert (shown.text, shown.subject, shown.url, shown.author.name, shown.uri) == ("[withheld: third party]", "", "", "", "")
    assert reasons == {"third_party"}


def test_an_attackers_text_does_not_make_the_search_slow():
    started = time.process_time()
    for text in ("1" + "\u200b" * 200_000, "12" + " \u200b" * 100_000, "12 " * 50_000):
        cutting("12 Elm Street", "a" * MAX_PASSAGE).cut_text(text)
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    "given",
    [
        "", "[]", "null", "{", '{"items": []}', '{"items": {"itm_1": "because"}}', '{"passages": [{"text": "ab", "reason": "privacy"}]}',
        '{"passages": [{"text": "abc"}]}', '{"passages": [{"text": 3, "reason": "privacy"}]}', '{"other": 1}', "[" * 100_000,
        '{"passages": [{"text": "abc", "reason": ["privacy"]}]}', '{"passages": [{"text": "' + "x" * 501 + '", "reason": "privacy"}]}',
        '{"passages": [{"text": "\\u200b\\u200b\\u200b", "reason": "privacy"}]}',
    ],
)  # fmt: skip
def test_a_spec_of_another_form_is_refused(given):
    with pytest.raises(RequestRefused):
        read_spec(given, "en")


#: Letters that Unicode holds to be the same one, which older programs and other keyboards write otherwise.
TWINS = [
    (c, t)
    for c in map(chr, range(0x80, 0x30000))
    if not "\ud800" <= c <= "\udfff" and (t := unicodedata.normalize("NFC", c)) != c and len(t) == 1
]


@given(st.sampled_from(TWINS), st.sampled_from(TWINS), st.integers(0, 7))
def test_no_letter_that_is_the_same_one_to_unicode_hides_a_passage(one, other, which):
    """Each of two letters of the passage may be written as either of its twins, here and there."""
    passage = f"x{one[which & 1]}y{other[which >> 1 & 1]}z"
    for first in one:
        for second in other:
            text, reasons = cutting(passage).cut_text(f"at x{first}y{second}z.")
            assert (text, reasons) == ("at [withheld: privacy].", {"privacy"})


#: Made of several, by Unicode: some of them with marks, some never written in one.
COMPOSED = [
    c
    for c in map(chr, range(0xC0, 0x30000))
    if not "\ud800" <= c <= "\udfff" and len(unicodedata.normalize("NFD", c)) > 1 and not unicodedata.combining(c)
]


@pytest.mark.parametrize(
    "passage",
    [
        "\u00c0\u00c0\u0f81",
        "x\u00c0\u0f81\u0f81",
        "\u00c0\u00c0\u0f93",
        "xy\u03b9\u0344\u0f73\u0f75",
        "xyz\u0301\u0302\u0303\u0304\u0305",
    ],
)
def test_marks_that_are_several_in_one_hide_no_passage(passage):
    """Tibetan and Greek have such; and more marks than anybody writes hide nothing."""
    for text in (passage, *(unicodedata.normalize(form, passage) for form in ("NFC", "NFD"))):
        for asked in (passage, text):
            assert cutting(asked).cut_text(f"at {text}.") == ("at [withheld: privacy].", {"privacy"}), (asked, text)


@given(st.lists(st.sampled_from(COMPOSED), min_size=3, max_size=6), st.data())
def test_no_way_of_putting_a_letter_together_hides_a_passage(letters, data):
    """Each letter in one character or in several, in the passage and in the text, whatever the others are."""
    passage, text = (
        "".join(
            unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), each) if data.draw(st.booleans()) else each
            for each in letters
        )
        for _ in range(2)
    )
    assert cutting(passage).cut_text(f"at {text}.") == ("at [withheld: privacy].", {"privacy"})


def test_two_hundred_long_passages_take_no_longer_than_a_person_waits():
    started = time.process_time()
    many = cutting(*(f"{n:03} " + "abcdé " * 80 for n in range(200)))
    many.cut_text("some words abcdé " * 20_000)
    assert time.process_time() - started < 40


def coded(inner: str, coding: str = "base64") -> bytes:
    import base64
    import quopri

    body = base64.encodebytes(inner.encode()) if coding == "base64" else quopri.encodestring(inner.encode())
    return (
        b'From: a@x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n'
        + f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {coding}\n\n".encode()
        + body
        + b"\n--b--\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        coded(f"From: b@x\nContent-Type: text/plain\n\nat {ADDRESS}\n"),
        coded(f"From: b@x\nSubject: at {ADDRESS}\n\nx\n", "quoted-printable"),
        coded(coded(f"From: b@x\nContent-Type: text/plain; charset=utf-8\n\nat {ADDRESS}\n").decode()),
        b"From: a@x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-16\nContent-Transfer-Encoding: base64\n\n"
        + __import__("base64").encodebytes(f"<p>at {ADDRESS}</p>".encode("utf-16"))
        + b"\n",
        b"From: a@x\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name=a.txt\nContent-Transfer-Encoding: base64\n\n"
        + __import__("base64").encodebytes(f"at {ADDRESS}".encode("cp1252"))
        + b"\n",
        b"From: a@x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: base64\n\n"
        + __import__("base64").encodebytes(f"at {ADDRESS}".encode())
        + b"\n",
    ],
)
def test_a_mail_is_searched_however_it_is_packed(raw):
    _, reasons = cutting(ADDRESS).cut("itm_1", item(), readings(raw, "message/rfc822"))
    assert reasons == {"privacy"}


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_search(raw):
    for kind in ("message/rfc822", "message/rfc822; encoding=base64", "application/json", "text/html"):
        cutting(ADDRESS).cut(
            "itm_1", item(), readings(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + raw, kind)
        )


HOSTILE = {
    "tags that never end": b"<" * 300_000,
    "comments in an address": b"From: " + b"(" * 100_000 + b"\n\nx",
    "a type without end": b"Content-Type: text/plain" + b";a" * 100_000 + b"\n\nx",
    "coded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50_000,
    "parts within parts": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
    "mails within mails": b"Content-Type: message/rfc822\n\n" * 3_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_no_mail_makes_the_search_take_longer_than_its_length(raw):
    """A sender could else keep every redacted copy of the case from being made."""
    started = time.process_time()
    cutting(ADDRESS).cut("itm_1", item(), readings(raw, "message/rfc822"))
    assert time.process_time() - started < 30


def test_the_same_file_attached_elsewhere_takes_that_message_along():
    from attrs import evolve

    other = item(attachments=(Attachment("photo.png", "image/png", 9, "f" * 64),))
    shown, reasons = evolve(cutting("nothing of it"), files={"f" * 64: "safety"}).cut("itm_2", other, ())
    assert reasons == {"safety"} and shown.attachments[0].sha256 == ""


def test_letters_that_unicode_holds_to_be_one_are_found_for_one_another():
    older, todays, kelvin = "12 \uf900", "12 \u8c48", "10 \u212a"
    for passage in (older, todays):
        for text in (older, todays):
            assert cutting(passage).cut_text(f"at {text}.")[0] == "at [withheld: privacy]."
    assert cutting("10 K").cut_text(kelvin)[0] == "[withheld: privacy]"
