"""Where messages are reported: every desk says how, why and by which page; and no stranger's address leads anywhere else."""

from __future__ import annotations

from datetime import date

import pytest

from parapet.channels.contract import channels
from parapet.channels.filing import can_file
from parapet.channels.reports import desks, desks_for, proposed
from parapet.domain.items import Account, Item, ItemKind
from parapet.domain.judgement import Harm
from parapet.domain.reporting import GRAVEST_FIRST, Desk, Seen, host_of

DESKS = sorted(desks().items())


def item(channel: str, url: str = "") -> Item:
    return Item(channel, "u:1", ItemKind.POST, Account(channel), "text", url=url)


def links(desk: Desk) -> list[tuple[str, Seen | None]]:
    """Every address that a desk names, and what bears it out."""
    named = [(desk.source, desk.seen), (desk.form, desk.form_seen), *((each.link, each.seen) for each in desk.reasons)]
    return [(link, seen) for link, seen in named if link]


@pytest.mark.parametrize(("code", "desk"), DESKS, ids=[code for code, _ in DESKS])
def test_a_desk_is_whole(code: str, desk: object) -> None:
    desk = desks()[code]
    assert desk.code == code and desk.reasons and desk.max_chars >= 500
    assert len({each.code for each in desk.reasons}) == len(desk.reasons)
    for said in (desk.title, desk.how, desk.answers, *(s for each in desk.reasons for s in (each.label, each.rule))):
        assert said.en.strip() and said.fr.strip()
    for link, _ in links(desk):
        assert host_of(link), link
    seen = [desk.seen, desk.form_seen, *(each.seen for each in desk.reasons)]
    assert all(each is None or each.on >= date(2026, 1, 1) for each in seen)
    assert desk.form or desk.form_seen is None, "what is not there was not seen"
    assert all(each.link or each.seen is None for each in desk.reasons)
    assert set(desk.channels) <= {*channels(), "instagram", "facebook"}
    assert set(desk.langs) <= {"en", "fr"} and desk.langs
    for harm in Harm:
        found = desk.fitting({harm})
        assert found is None or harm in found.harms
    assert proposed(desk, set(Harm)) == next(
        (found.code for harm in GRAVEST_FIRST if (found := desk.fitting({harm})) is not None), ""
    )


def test_what_no_page_bears_out_is_said_to_be_unchecked() -> None:
    from parapet.web.reports.said import desk_said

    unchecked = {(code, link) for code, desk in DESKS for link, seen in links(desk) if seen is None}
    assert unchecked == {("x", "https://help.x.com/en/forms/safety-and-sensitive-content")}, (
        "and nothing new without a look at a page"
    )
    assert desk_said(desks()["x"])["form_seen"] == "", "the page then says that it was not checked"
    told = [desk_said(desks()[code])[what].replace("\xa0", " ") for code, what in (("reddit", "form_seen"), ("mastodon", "seen"))]
    assert told == ["a stored copy, seen on 30 Nov 2026", "a stored copy of 2024-07, seen on 30 Nov 2026"]


def test_what_fits_none_of_the_reasons_is_said_to_fit_none() -> None:
    assert proposed(desks()["x"], {Harm.REPUTATION}) == ""
    assert proposed(desks()["mail"], {Harm.REPUTATION}) == "" and proposed(desks()["mail"], ()) == ""


def test_the_reasons_of_bluesky_are_those_of_its_lexicon() -> None:
    from atproto_client.models.tools.ozone.report import defs

    known = {value for name in dir(defs) if name.startswith("Reason") for value in getattr(getattr(defs, name), "__args__", ())}
    assert {each.code for each in desks()["bluesky"].reasons} <= known


def test_a_program_sends_only_where_a_platform_lets_it() -> None:
    sending = {code for code, desk in DESKS if desk.sends}
    assert sending == {"mastodon", "bluesky"}, "X forbids it, and the others have no such door"
    assert can_file("mastodon") and can_file("bluesky") and not can_file("x") and not can_file("../x")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (item("x", "https://x.com/a/status/1"), ["x", "dsa"]),
        (item("x"), ["x"]),
        (item("mail"), ["mail"]),
        (item("spoken"), []),
        (item("complaint"), []),
        (item("table", "https://www.reddit.com/r/a/comments/b"), ["reddit", "dsa"]),
        (item("table", "https://old.reddit.com.evil.example/r/a"), ["host", "dsa"]),
        (item("table", "https://twitter.com/a/status/1"), ["x", "dsa"]),
        (item("table", "https://forum.example/t/1"), ["host", "dsa"]),
        (item("table", "http://forum.example/t/1"), []),
        (item("table", "javascript:alert(1)"), []),
    ],
)
def test_a_message_goes_to_whoever_can_take_it_down(message: Item, expected: list[str]) -> None:
    assert [desk.code for desk in desks_for(message)] == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com@evil.example/", "https://evil.example/x.com", "https://evilx.com/", "https://x.com.evil.example/",
        "https://x.com:444/", "http://x.com/", "https://x.com\\@evil.example/", "https://xn--/ x", "//x.com/", "https://x.com/\n",
        "https://х.com/a",
    ],
)  # fmt: skip
def test_an_address_that_only_looks_like_the_platform_is_not_its_own(url: str) -> None:
    assert not desks()["x"].holds(url)
