"""Words that are withheld are found however they are dressed, and a mark tells nothing but why."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    shown, reasons = cutting(secret).cut("itm_1", content, b"", "message/rfc822")
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
    shown, reasons = cutting(ADDRESS).cut("itm_1", item(), raw, media_type)
    assert reasons == {"privacy"}
    assert shown.text == "hello"


def test_what_holds_none_of_it_stays_as_it_is():
    content = item()
    assert cutting(ADDRESS).cut("itm_1", content, b"hello", "text/plain") == (content, frozenset())


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"{" * 100_000, b"[" * 100_000, b"Content-Type: multipart/mixed\n\n", b"Subject: =?x?q?=\n\n\0"]
)
def test_a_broken_original_does_no_harm(raw):
    assert cutting(ADDRESS).cut("itm_1", item(), raw, "message/rfc822")[1] == frozenset()


def test_a_message_withheld_whole_keeps_its_channel_and_time_alone():
    redaction = read_spec('{"items": {"itm_1": "third_party"}}', "en")
    shown, reasons = redaction.cut("itm_1", item(subject="s", url="u"), b"", "text/plain")
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


def test_letters_that_unicode_holds_to_be_one_are_found_for_one_another():
    older, todays, kelvin = "12 \uf900", "12 \u8c48", "10 \u212a"
    for passage in (older, todays):
        for text in (older, todays):
            assert cutting(passage).cut_text(f"at {text}.")[0] == "at [withheld: privacy]."
    assert cutting("10 K").cut_text(kelvin)[0] == "[withheld: privacy]"
