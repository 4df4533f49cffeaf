"""What a report says, whatever a stranger wrote: within the limit, on lines of ours, with no live link; and files that programs read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.schema import faults

from parapet.channels.reports import desks
from parapet.domain.judgement import Indicator, Urgency
from parapet.dossiers.report_files import Reporter, abuse_address, arf, is_address, xarf
from parapet.dossiers.report_text import MAX_PASSAGE_CHARS, Facts, passage_of, quotable, report_text, tidy_note

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
REPORTER = Reporter("Dr. Ada Moreau", "ada@clinic.example")
HOSTILE = st.text() | st.sampled_from(
    ["\r\nBcc: all@evil.example\r\n\r\n", "=HYPERLINK(\"https://evil.example\")", "](javascript:alert(1))", "</textarea><script>",
     "\u202egnp.exe", "https://evil.example/ www.evil.example mailto:a@b.c", "“” « » \" `", "\x00\x1b[31m", "{rule} {} %s", "-" * 700]
)  # fmt: skip
SCHEMAS = Path(__file__).parent.parent / "data" / "xarf"


@given(words=HOSTILE)
@example(words="https://evil.example/x")
def test_a_strangers_words_become_one_line_that_does_nothing(words: str) -> None:
    line = quotable(words)
    assert len(line.splitlines()) <= 1 and (line.isprintable() or not line)
    assert "://" not in line and "www." not in line.lower()
    assert not set(line) & set('“”«»"`\u202e\u200b')
    assert quotable(line) == line


@given(
    text=HOSTILE,
    note=HOSTILE,
    quote=st.booleans(),
    lang=st.sampled_from(["en", "fr", "xx"]),
    code=st.sampled_from(sorted(desks())),
    pick=st.integers(-1, 20),
    url=st.sampled_from(["", "https://x.com/a/status/1", "https://x.com/" + "a" * 900, "javascript:x", "https://a b"]),
)
def test_a_report_is_never_longer_than_its_desk_takes_and_always_can_be_found_again(
    text: str, note: str, quote: bool, lang: str, code: str, pick: int, url: str
) -> None:
    desk = desks()[code]
    reason = desk.reasons[pick] if 0 <= pick < len(desk.reasons) else None
    facts = Facts("rep_0123456789abc", passage_of(text, ()), url, NOON, (40, 39))
    made = report_text(desk, reason, facts, tidy_note(note)[:1000], lang=lang, quote=quote)
    assert len(made) <= desk.max_chars
    assert "rep_0123456789abc" in made
    assert "javascript:x" not in made and "\r" not in made and "\0" not in made


def test_the_words_that_triggered_are_quoted_and_are_cut_first() -> None:
    text = "a word " * 200 + "I will come on Friday" + " another word" * 200
    found = Indicator("stated_date", "on Friday", text.index("on Friday"), text.index("on Friday") + 9, Urgency.IMMEDIATE)
    passage = passage_of(text, [found])
    assert "on Friday" in passage and len(passage) <= MAX_PASSAGE_CHARS
    assert passage_of(text, ()).startswith("a word") and passage_of("short", [found]) == "short"
    desk, facts = desks()["youtube"], Facts("rep_0123456789abc", passage, "https://www.youtube.com/watch?v=1", NOON)
    made = report_text(desk, desk.reasons[0], facts, "Please look at the whole thread.", lang="fr", quote=True)
    assert "Please look at the whole thread." in made and "https://www.youtube.com/watch?v=1" in made and len(made) <= 500
    assert "I will" not in report_text(desk, None, facts, "", lang="en", quote=False)


@given(email=st.text() | st.emails() | st.sampled_from(["a@b.c\r\nBcc: x@y.z", "a@b", "<a@b.c>", "a b@c.d", "a@b.c, d@e.f"]))
def test_an_address_is_one_plain_address(email: str) -> None:
    if is_address(email):
        assert email.count("@") >= 1 and email.isprintable() and " " not in email and "," not in email.rpartition("@")[2]


@given(
    sender=HOSTILE,
    body=st.binary(max_size=400) | st.sampled_from([b"--=_\r\n--\r\n", b"\r\n--x--\r\n", "é".encode() * 9, b"\r" * 9]),
    text=HOSTILE,
    name=HOSTILE,
)
def test_a_feedback_report_holds_three_parts_and_the_mail_octet_for_octet(sender: str, body: bytes, text: str, name: str) -> None:
    raw = b"From: " + sender.encode("utf-8", "replace") + b" <x@evil.example>\r\nSubject: s\r\n\r\n" + body
    made = arf(
        raw,
        text.encode("utf-8", "replace").decode(),
        Reporter(name, "ada@clinic.example"),
        "abuse@evil.example",
        at=NOON,
        reference="rep_1",
    )
    read = BytesParser(policy=policy.default).parsebytes(made)
    assert read.get_content_type() == "multipart/report" and read.get_param("report-type") == "feedback-report"
    assert set(map(str.lower, read.keys())) == {"from", "to", "subject", "date", "message-id", "mime-version", "content-type"}
    assert str(read["To"]) == "abuse@evil.example" and [each.addr_spec for each in read["From"].addresses] == [
        "ada@clinic.example"
    ]
    boundary = str(read.get_boundary()).encode()
    parts = made.split(b"\r\n--" + boundary)
    assert len(parts) == 5 and parts[4].strip() == b"--"
    kinds = [part.split(b"\r\n")[1] for part in parts[1:4]]
    assert kinds == [
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Type: message/feedback-report",
        b"Content-Type: message/rfc822",
    ]
    assert parts[3].partition(b"\r\n\r\n")[2] == raw
    feedback = dict(line.split(": ", 1) for line in parts[2].partition(b"\r\n\r\n")[2].decode("ascii").splitlines() if line)
    assert feedback["Feedback-Type"] == "abuse" and feedback["Version"] == "1" and feedback["User-Agent"]
    assert set(feedback) <= {"Feedback-Type", "User-Agent", "Version", "Original-Mail-From", "Reported-Domain", "Received-Date"}


def test_the_address_for_abuse_is_that_of_the_named_domain_or_none() -> None:
    assert abuse_address(b"From: A <a@Evil.example>\r\n\r\n") == "abuse@evil.example"
    for header in (
        b"",
        b"From: \r\n\r\n",
        b"From: a@b, c@d.example\r\n\r\n",
        b"From: nobody\r\n\r\n",
        b"\xff\xfe",
        b"From: a@ev il\r\n\r\n",
    ):
        assert abuse_address(header) == "", header


@given(description=HOSTILE, name=HOSTILE)
def test_a_report_of_exposed_facts_is_valid_by_the_published_schema(description: str, name: str) -> None:
    made = json.loads(
        xarf(
            "https://paste.example/x?y=1",
            description,
            Reporter(name, "ada@clinic.example"),
            at=NOON,
            sent_at=NOON,
            reference="rep_1",
        )
    )
    schema = json.loads((SCHEMAS / "content-exposed-data.json").read_text("utf-8"))
    assert list(faults(made, schema, SCHEMAS, schema)) == []
    assert list(faults({**made, "category": "messaging"}, schema, SCHEMAS, schema)), "and the check refuses what is not"
    assert list(faults({k: v for k, v in made.items() if k != "url"}, schema, SCHEMAS, schema)) or "url" not in schema


@pytest.mark.parametrize("url", ["http://a.example/", "https://a@b.example/", "", "ftp://x"])
def test_what_has_no_address_gets_no_such_report(url: str) -> None:
    with pytest.raises(ValueError, match="none"):
        xarf(url, "", REPORTER, at=NOON, sent_at=NOON, reference="r")
    with pytest.raises(ValueError, match="none"):
        arf(b"From: a\r\n\r\n", "", Reporter("", "a\r\nb@c.d"), "abuse@a.example", at=NOON, reference="r")
