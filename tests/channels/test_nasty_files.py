"""The hostile files that reach archives, mail, tables and letters: each behaves as its README says."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.filelike import NASTY, items, nasty, read, reasons

from parapet.domain.items import MAX_TEXT_CHARS, Flag
from parapet.domain.parsed import Found, Refused

LONG_LINE_BYTES = 30_000_000


def refused(name: str) -> list[tuple[str, str]]:
    return [(one.reason.value, one.place.member) for one in nasty(name) if isinstance(one, Refused)]


@pytest.fixture(scope="session")
def long_line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mailbox of two messages, the first of one line of 30 MB that ends in a threat."""
    path = tmp_path_factory.mktemp("long") / "line_30MB.mbox"
    with path.open("wb") as file:
        file.write(
            b"From a@mailbox.example Thu Oct  1 12:00:00 2026\nFrom: a@mailbox.example\nSubject: long\n"
            b"Message-ID: <long@mailbox.example>\n\n"
        )
        file.write(b"a" * LONG_LINE_BYTES + b" I will find you on Friday.")
        file.write(
            b"\n\nFrom b@mailbox.example Thu Oct  1 12:01:00 2026\nFrom: b@mailbox.example\nSubject: after\n"
            b"Message-ID: <after@mailbox.example>\n\nsecond message\n"
        )
    return path


def test_archives_that_expand_without_end_are_stopped() -> None:
    assert refused("bomb_ratio.zip") == [("bomb", "data/tweets.js")]
    assert refused("bomb.json.gz") == [("bomb", "")]


def test_archives_within_archives_are_not_opened() -> None:
    assert refused("bomb_nested.zip") == [("nested_archive", f"n{number:02}.zip") for number in range(12)]


def test_names_that_lead_out_and_links_are_refused_by_name() -> None:
    before = {Path("/tmp/pwned.txt").exists(), Path("/etc/cron.d/pwned").exists()}
    bad = [member for reason, member in refused("traversal.zip") if reason == "unsafe_name"]
    assert bad == ["../../../../tmp/pwned.txt", "/etc/cron.d/pwned", "data\\..\\..\\evil.js", "C:\\evil.js", "data/link.js"]
    assert before == {False}
    assert not Path("/tmp/pwned.txt").exists()


def test_two_members_of_one_name_are_ambiguous() -> None:
    assert refused("duplicate_members.zip") == [("duplicate_member", "data/tweets.js")]


def test_a_damaged_member_is_named() -> None:
    assert refused("bad_crc.zip") == [("damaged_member", "data/account.js")]


def test_code_in_an_archive_is_never_run() -> None:
    assert {reason for reason, _ in refused("executes_code.js.zip")} <= {"bad_syntax", "bad_record"}
    assert not items(nasty("executes_code.js.zip"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *(
            ("empty.json", "empty"),
            ("empty.mbox", "empty"),
            ("empty.zip", "nothing_found"),
            ("empty_header_only.csv", "nothing_found"),
        ),
        *(("not_a_zip.zip", "bad_syntax"), ("bomb.png", "unknown_format")),
    ],
)
def test_what_holds_nothing_is_refused_plainly(name: str, reason: str) -> None:
    assert refused(name) == [(reason, "")]


def test_a_pictures_claim_is_read_without_decoding_it() -> None:
    (one,) = nasty("bomb.png")
    assert isinstance(one, Refused)
    assert one.detail == "a picture of 60000 x 60000"


def test_a_line_of_30_megabytes_is_cut_for_display_and_kept_whole(long_line: Path) -> None:
    started = time.process_time()
    (each,), turned = read(long_line)
    first, second = items(each.parsed)
    assert not turned
    assert time.process_time() - started < 90
    assert len(first.text) <= MAX_TEXT_CHARS
    assert first.text.endswith("I will find you on Friday.")
    assert Flag.CUT_FOR_DISPLAY in first.flags
    assert second.text == "second message"
    assert [len(one.raw) > LONG_LINE_BYTES for one in each.parsed if isinstance(one, Found)] == [True, False]


def test_active_content_leaves_nothing_but_words() -> None:
    (item,) = items(nasty("active.html.eml"))
    assert item.text.split() == ["Hi", "x"]
    assert not item.attachments


def test_formulas_stay_text() -> None:
    got = items(nasty("formula.csv"))
    assert [item.text for item in got] == ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "=1+1"]
    assert got[0].author.name == '=HYPERLINK("http://evil.example","x")'


def test_bad_rows_are_named_and_the_rest_is_taken() -> None:
    parsed = nasty("ragged.csv")
    assert [one.place.pointer for one in parsed if isinstance(one, Refused)] == ["row 2", "row 3", "row 4", "row 5"]
    (item,) = items(parsed)
    assert item.text == "x" * 200_000


def test_windows_1252_is_detected() -> None:
    (item,) = items(nasty("wrong_encoding.csv"))
    assert item.text == "Médecin épouvantable, «à fuir»"
    assert Flag.GUESSED_CHARSET in item.flags


def test_a_charset_that_lies_is_read_leniently_and_marked() -> None:
    (item,) = items(nasty("charset_lies.eml"))
    assert item.text == "Café “quoted” ÿþ"
    assert item.flags == {Flag.DAMAGED_CHARSET}


def test_an_unknown_charset_is_no_crash() -> None:
    (item,) = items(nasty("unknown_charset.eml"))
    assert item.text == "hello"
    assert item.subject == "ÿ =?utf-8?b?!!!?="
    assert Flag.UNKNOWN_CHARSET in item.flags


def test_a_date_that_cannot_be_is_kept_as_words() -> None:
    (item,) = items(nasty("dates.eml"))
    assert item.sent_at is None
    assert item.sent_at_as_given == "Fri, 32 Smarch 2099 99:99:99 +9999"
    assert Flag.IMPLAUSIBLE_TIME in item.flags


def test_one_id_with_two_bodies_is_two_versions() -> None:
    first, second = items(nasty("same_message_id.mbox"))
    assert first.uri == second.uri == "<same@mailbox.example>"
    assert first.content_digest() != second.content_digest()


def test_binary_that_claims_to_be_text_is_not_shown() -> None:
    parsed = nasty("binary_as_text.eml")
    (item,) = items(parsed)
    assert item.text == ""
    assert Flag.BINARY in item.flags
    assert [one.raw for one in parsed if isinstance(one, Found)] == [(NASTY / "binary_as_text.eml").read_bytes()]


def test_a_drawing_is_listed_and_never_read() -> None:
    (item,) = items(nasty("svg_entity_bomb.eml"))
    assert item.text == "see drawing"
    assert [(each.name, each.media_type) for each in item.attachments] == [("d.svg", "image/svg+xml")]


def test_names_of_attachments_are_words() -> None:
    (item,) = items(nasty("attachment_names.eml"))
    assert [each.name for each in item.attachments] == ["../../../../tmp/pwned.sh", "CON"]
    assert not Path("/tmp/pwned.sh").exists()


def test_messages_within_messages_end_at_the_limit() -> None:
    got = items(nasty("nested_rfc822.eml"))
    assert len(got) == 11
    assert [item.subject for item in got[:3]] == ["matryoshka", "level 149", "level 148"]
    assert [Flag.TOO_DEEP in item.flags for item in got] == [False] * 10 + [True]
    assert [item.forwarded_by for item in got[1:]] == [item.uri for item in got[:-1]]
    assert len({item.uri for item in got}) == 11


def test_a_message_that_is_never_closed_is_read_and_marked() -> None:
    (item,) = items(nasty("no_end_boundary.eml"))
    assert item.text == "I am never closed"
    assert Flag.MALFORMED in item.flags


def test_a_subject_cannot_smuggle_a_header() -> None:
    (item,) = items(nasty("header_injection.eml"))
    assert item.subject == "hi Bcc: all@clinic.example"


def test_no_hostile_file_stops_a_parser_by_surprise() -> None:
    reads, turned = read(NASTY)
    every = [one for each in reads for one in each.parsed] + [each.refused for each in turned]
    assert not [one for one in every if isinstance(one, Refused) and "stopped" in one.detail]
    files = {Path(each.source.file).name for each in reads} | {Path(each.file).name for each in turned}
    assert files == {path.name for path in NASTY.iterdir()}


MEASURE = """
import re, resource, sys
from pathlib import Path
from parapet.channels.containers import NotOpened, parse_source, walk
from parapet.channels.contract import channels
def peak_kb():
    # Not ru_maxrss: a process begins with its parent's, which here is the whole of the tests before.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
channels()
before = peak_kb()
for each in walk(Path(path) for path in sys.argv[1:]):
    if not isinstance(each, NotOpened):
        for _ in parse_source(each):
            pass
readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # those of PDFs
print(before // 1024, peak_kb() // 1024, readers // 1024)
"""


def test_memory_stays_bounded_over_all_hostile_files(long_line: Path) -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE, str(NASTY), str(long_line)], capture_output=True, text=True, check=True)
    before_mb, peak_mb, readers_mb = map(int, done.stdout.split())
    assert peak_mb < 250, done.stdout
    assert peak_mb - before_mb < 160, done.stdout
    assert readers_mb < 400, done.stdout


def test_reasons_name_the_place(tmp_path: Path) -> None:
    assert reasons(nasty("truncated.jsonl")) == ["truncated"]
