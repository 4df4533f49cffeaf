"""Pages are asked for politely, whatever servers say and however many links wait; and what a look tells is never more than is plain."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.channels import pace
from parapet.channels.robots import EVERYTHING, NOTHING, rules_for
from parapet.channels.web.container import read_capture, write_capture
from parapet.channels.web.looking import kept_of, packed, told, unpacked, write_answer
from parapet.channels.web.standing import Standing, notice_in

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CHANCE = st.floats(0, 1, exclude_max=True)


@settings(max_examples=20, deadline=None)
@given(
    links=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 86_400)), min_size=1, max_size=120),
    answers=st.lists(st.tuples(st.sampled_from([200, 404, 429, 503, 500, 0]), st.none() | st.integers(0, 4_000)), min_size=1),
    chance=CHANCE,
    most=st.integers(1, 4),
)
def test_no_server_is_asked_in_a_burst_and_every_link_is_reached(
    links: list[tuple[int, int]], answers: list[tuple[int, int | None]], chance: float, most: int
) -> None:
    """Servers that refuse now and then: never two requests within the spacing, never before the time that a server named."""
    waiting = [(NOW + timedelta(seconds=after), host, number) for number, (host, after) in enumerate(links)]
    hosts: dict[int, pace.Host] = {}
    last: dict[int, tuple[datetime, float]] = {}
    now, asked, tries = NOW, 0, 0
    while waiting:
        chosen = pace.choose(waiting, hosts, now, most=most)
        assert len(chosen) <= most and len({host for host, _link in chosen}) == len(chosen), "one at a time on each server"
        for host, link in chosen:
            if host in last:
                assert (now - last[host][0]).total_seconds() >= max(pace.SPACING_S, last[host][1])
            status, after = answers[tries % len(answers)] if tries < 40 else (200, None)
            tries += 1
            standing = hosts.get(host, pace.Host(NOW))
            assert pace.claimed(standing, now).free_at > now
            hosts[host] = pace.after_answer(standing, now, status=status, retry_after_s=after, delay_s=0, chance=chance)
            last[host] = now, float(after or 0)
            if status in (200, 404) and after is None:
                waiting = [each for each in waiting if each[2] != link]
                asked += 1
        free = [max(due, hosts[host].free_at if host in hosts else due) for due, host, _link in waiting]
        now = max(now + timedelta(seconds=1), min(free, default=now))
    assert asked == len(links)


@given(chances=st.lists(CHANCE, min_size=41, max_size=41), late_s=st.integers(0, 40 * 86_400))
def test_looks_come_after_one_three_seven_and_fourteen_days_then_monthly_and_end(chances: list[float], late_s: int) -> None:
    at, now = [], NOW
    for chance in chances:
        due = pace.next_look(NOW, now, chance=chance)
        if due is None:
            assert now - NOW > pace.LONGEST
            break
        assert due > now, "what was missed is not caught up with"
        at.append((due - NOW).total_seconds() / 86_400)
        now = due + timedelta(seconds=late_s if len(at) == 3 else 0)
    if late_s < 86_400:
        assert [step <= day <= step * 1.25 for step, day in zip((1, 3, 7, 14), at, strict=False)] == [True] * 4
    assert all(b - a > 0.5 for a, b in pairwise(at))


@given(chances=st.lists(CHANCE, min_size=200, max_size=200, unique=True))
@settings(max_examples=5)
def test_what_was_reported_in_one_hour_is_not_looked_at_in_one_hour(chances: list[float]) -> None:
    due = sorted(pace.next_look(NOW, NOW, chance=chance) or NOW for chance in (n / 200 for n in range(200)))
    assert due[-1] - due[0] > timedelta(hours=5)
    assert all(pace.next_look(NOW, NOW, chance=chance) for chance in chances)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0), (" 7 ", 7.0), ("Tue, 01 Dec 2026 09:10:00 GMT", 600.0), ("Tue, 01 Dec 2020 09:10:00 GMT", 0.0), ("soon", None),
        ("", None), ("-5", None), ("Tue, 99 Dec 2026 09:10:00 GMT", None),
    ],
)  # fmt: skip
def test_what_a_server_asks_for_is_read_in_both_forms(said: str, seconds: float | None) -> None:
    assert pace.retry_after_s(said, NOW) == seconds


@given(said=st.text(max_size=60))
def test_nothing_that_a_server_may_say_keeps_it_alone_for_ever(said: str) -> None:
    after = pace.retry_after_s(said, NOW)
    host = pace.after_answer(pace.Host(NOW, 30), NOW, status=429, retry_after_s=after, delay_s=0, chance=0.99)
    assert timedelta(seconds=pace.SPACING_S) <= host.free_at - NOW <= timedelta(days=1.25)


def test_rules_for_programs_are_read_as_they_are_meant() -> None:
    ours_first = (
        b"\xef\xbb\xbfUser-agent: other\nUser-Agent: Parapet # us\nDisallow: /private\nAllow: /private/open$\nCrawl-delay: 40\n"
    )
    file = ours_first + b"\nUser-agent: *\nDisallow: /\n"
    ours = rules_for(200, file, "parapet")
    assert ours.allow("https://n.example/review/1") and ours.allow("https://n.example/private/open")
    assert not ours.allow("https://n.example/private/1") and not ours.allow("https://n.example/private/open/2")
    assert ours.delay_s == 40
    anybody = rules_for(200, file, "another")
    assert not anybody.allow("https://n.example/x") and anybody.allow("https://n.example/robots.txt") and anybody.delay_s == 0
    queries = rules_for(200, b"User-agent: *\nDisallow: /*?sort=\nDisallow: /*.pdf$", "parapet")
    assert not queries.allow("https://n.example/a?sort=new") and queries.allow("https://n.example/a?page=2")
    assert not queries.allow("https://n.example/a.pdf") and queries.allow("https://n.example/a.pdf.html")
    assert rules_for(404, b"", "parapet") is EVERYTHING and rules_for(503, b"", "parapet") is NOTHING


@given(body=st.binary(max_size=400), path=st.text(max_size=40))
def test_no_file_of_rules_breaks_the_reading(body: bytes, path: str) -> None:
    assert rules_for(200, b"User-agent: *\nDisallow: " + body, "parapet").allow(f"https://n.example/{path}") in (True, False)


WORDS = "Doctor Moreau should be ashamed of that interview and of herself"
AT = "https://n.example/p/1"
LONG = "Something else that stands on this page for everybody to read. " * 40


@pytest.mark.parametrize(
    ("status", "landed", "text", "ran", "standing", "why", "sure"),
    [
        (200, AT, f"top {WORDS} bottom", False, Standing.SAME, "words", True),
        (404, AT, "nothing", False, Standing.DELETED, "status", True),
        (200, AT, "", False, Standing.UNCLEAR, "not_seen", False),
        (200, AT, "", True, Standing.UNCLEAR, "not_seen", True),
        (200, AT, LONG, True, Standing.UNCLEAR, "not_seen", True),
        (200, AT, f"Doctor Moreau should be praised for that interview and for herself {LONG}", True, Standing.UNCLEAR, "not_seen", True),
        (200, AT, f"Doctor Moreau should be ashamed of that interview. {LONG}", True, Standing.EDITED, "other_words", True),
        (200, AT, "This post was removed by its author", False, Standing.DELETED, "notice", False),
        (200, AT, "This account has been suspended", True, Standing.SUSPENDED, "notice", True),
        (200, "https://n.example/login?next=1", "Sign in", False, Standing.LOGIN, "login", False),
        (401, AT, "no", False, Standing.LOGIN, "login", True),
        (403, AT, "no", False, Standing.UNREACHABLE, "status", False),
        (500, AT, "no", False, Standing.UNREACHABLE, "status", True),
    ],
)  # fmt: skip
def test_a_look_says_no_more_than_is_plain(
    status: int, landed: str, text: str, ran: bool, standing: Standing, why: str, sure: bool
) -> None:
    found = told(status=status, asked=AT, landed=landed, text=text, known=[WORDS], ran=ran)
    assert (found.standing, found.why, found.sure) == (standing, why, sure)


def test_a_message_of_few_words_is_not_said_to_be_changed() -> None:
    assert told(status=200, asked=AT, landed=AT, text=LONG, known=["Shame"], ran=True).why == "few_words"
    assert told(status=200, asked=AT, landed=AT, text=LONG, known=[], ran=True).standing is Standing.UNCLEAR


def test_the_words_of_a_site_are_its_own_and_nobody_elses() -> None:
    assert notice_in("This post by that horrible quack was deleted", Standing.DELETED) == "This post … deleted"
    assert notice_in("This post was deleted.", Standing.DELETED) == "This post was deleted"
    assert notice_in("Sorry. This account has been suspended!", Standing.SUSPENDED) == "account has been suspended"
    assert notice_in("all is well", Standing.DELETED) == ""


def test_what_is_kept_of_a_look_is_whole_where_something_changed() -> None:
    facts = {"url": AT, "final_url": AT, "captured_at": "2026-12-01T09:00:00Z", "by": "parapet", "agent": "", "title": "", "lang": "",
             "kind": "page", "text": WORDS, "posts": [], "links": [], "status": 200, "notes": [], "left_out": []}  # fmt: skip
    raw = write_capture(facts, {"page.html": b"<p>x", "archive.wacz": b"y" * 900, "screenshot.png": b"\x89PNG\r\n\x1a\n"})
    assert kept_of(raw, Standing.DELETED) == raw
    slim = read_capture(io.BytesIO(kept_of(raw, Standing.SAME)))
    assert set(slim.files) == {"page.html", "screenshot.png"} and slim.facts["left_out"] == ["archive.wacz"]
    assert zipfile.is_zipfile(io.BytesIO(raw))
    answer = write_answer(url=AT, status=404, at=NOW, headers=[("a", "b")], number="192.0.2.1", body=b"gone")
    assert unpacked(packed(answer)) == answer and answer.endswith(b"\ngone") and b'"status": 404' in answer
    with pytest.raises(ValueError, match="kept"):
        unpacked(b"no")
