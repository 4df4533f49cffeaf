"""Signing in with a passphrase, codes and links; proving anew; and where one is signed in."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import parapet.web
from parapet.web.carried import SECRETS

SCREENS = Path(parapet.web.__file__).parent

NAME, PASSPHRASE = "ada.moreau@clinic.example", "tulip ladder otter granite"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: Any) -> None:
    """The same hashes with less memory: what they cost is not what is tried here."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 1_024)


@pytest.fixture
def hers(cast: Any) -> Any:
    """The owner, who signs in with a passphrase."""
    from parapet.actions.passphrases import set_passphrase

    set_passphrase(cast.owner, PASSPHRASE, name=NAME)
    return cast.owner


def typed(client: Any, name: str = NAME, passphrase: str = PASSPHRASE) -> Any:
    return client.post(reverse("login"), {"name": name, "passphrase": passphrase})


def kinds(kind: str) -> int:
    from parapet.records.models import LogEntry

    return LogEntry.objects.filter(kind=kind).count()


def said(answer: Any, name: str) -> str:
    """A page without what differs from one to the next of itself."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    text = re.sub(r'(name="ticket" value|data-options)="[^"]*"', "", text)
    return text.replace(f'value="{name}"', "")


def code_now(secret: str, at: float | None = None) -> str:
    """What an app shows: RFC 6238, written out here once more."""
    import base64

    step = int(time.time() if at is None else at) // 30
    made = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = made[-1] & 15
    return f"{(int.from_bytes(made[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_passphrase_opens_and_nothing_asks_for_one_before_it_is_chosen(cast: Any, browser_of: Any) -> None:
    assert 'name="passphrase"' not in browser_of().get(reverse("login")).content.decode()
    client = browser_of(cast.owner)
    assert client.get(reverse("passphrase")).status_code == 200
    form = {"name": NAME, "new": PASSPHRASE, "again": PASSPHRASE}
    assert client.post(reverse("passphrase"), form)["Location"] == reverse("signing-in")
    other = browser_of()
    assert 'name="passphrase"' in other.get(reverse("login")).content.decode()
    assert typed(other, " Ada.Moreau@CLINIC.example ")["Location"] == reverse("start")
    assert other.get(reverse("preferences")).status_code == 200
    assert kinds("passphrase") == kinds("sign_in") == 1


def test_an_unknown_name_and_a_wrong_passphrase_have_one_answer_and_take_one_hash_each(
    hers: Any, browser_of: Any, monkeypatch: Any
) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from parapet.actions import passphrases

    passphrases._nobodys()
    counted: list[str] = []
    true = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda self, *a: counted.append(a[1][:50]) or true(self, *a))
    answers = []
    for name, given in ((NAME, "not what she chose"), ("nobody@clinic.example", PASSPHRASE), (NAME, "x" * 5_000)):
        counted.clear()
        answer = typed(browser_of(), name, given)
        answers.append((answer.status_code, said(answer, name), len(counted)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 400 and answers[0][2] == 1
    assert "argon2id" in counted[0]


def test_guesses_are_stopped_for_a_name_whether_somebody_has_it_or_not_and_a_link_still_opens(hers: Any, cast: Any) -> None:
    from parapet.actions.enter import enter_by_passphrase
    from parapet.actions.guesses import admit
    from parapet.actions.sign_in import make_link, redeem

    def guess(name: str, given: str, at: datetime = NOW, address: str = "192.0.2.1") -> Any:
        return enter_by_passphrase(name, given, address, now=at)

    for name in (NAME, "nobody@clinic.example"):
        waits = [admit("name", name, NOW).wait_s for _ in range(8)]  # as eight guesses are, without their hashes
        assert [*waits, guess(name, "a wrong one, long").wait_s, guess(name, "a wrong one, long").wait_s] == [0] * 10
        assert guess(name, PASSPHRASE).wait_s == 15 * 60  # even the right one, and another address helps nobody
        assert guess(name, PASSPHRASE, address="192.0.2.7").wait_s == 15 * 60
    assert kinds("guesses") == 1, "of those that somebody has, once a round"
    assert redeem(make_link(hers)) == hers
    later = NOW + timedelta(minutes=16)
    assert [admit("name", NAME, later).wait_s for _ in range(10)] == [0] * 10
    assert guess(NAME, PASSPHRASE, later).wait_s == 30 * 60, "rounds grow"
    calm = later + timedelta(days=2)
    entry = guess(NAME, PASSPHRASE, calm)
    assert (entry.person, entry.wait_s) == (hers, 0)


def test_guesses_are_stopped_for_an_address(home: Any) -> None:
    from parapet.actions.guesses import LIMITS, admit, was_right

    waits = [admit("address", "192.0.2.1", NOW).wait_s for _ in range(LIMITS["address"].tries + 1)]
    assert waits[-2:] == [0, 900]
    assert admit("address", "192.0.2.2", NOW).wait_s == 0
    was_right("address", "192.0.2.1")
    assert admit("address", "192.0.2.1", NOW).wait_s == 0, "what was no guess is taken off, one by one"
    assert admit("address", "192.0.2.1", NOW).wait_s == 900


def test_behind_a_proxy_the_address_is_what_the_proxy_added(home: Any) -> None:
    from attrs import evolve
    from django.test import RequestFactory, override_settings

    from parapet.web.proof import address_of

    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="10.9.9.9, 192.0.2.77", REMOTE_ADDR="127.0.0.1")
    assert address_of(request) == "127.0.0.1", "without a proxy that was named, nobody's header is believed"
    with override_settings(ENVIRONMENT=evolve(home, public_url="https://parapet.example.ca")):
        assert address_of(request) == "192.0.2.77"


@pytest.mark.parametrize("new", ["short", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaa", f"x{NAME}x", "y" * 201])
def test_a_weak_passphrase_is_refused(cast: Any, new: str) -> None:
    from parapet.actions.passphrases import check_passphrase, set_passphrase
    from parapet.domain.errors import RequestRefused

    with pytest.raises(RequestRefused):
        set_passphrase(cast.owner, new, name=NAME)
    assert not check_passphrase(cast.owner, new)


def test_no_name_no_secret_and_no_code_lies_in_the_database(hers: Any, browser_of: Any, home: Any) -> None:
    from django.db import connection

    from parapet.actions.second_factors import add_app, new_app

    secret, asked = new_app(hers)
    codes = add_app(hers, asked, code_now(secret))
    typed(browser_of())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = (home.home / "parapet.sqlite3").read_bytes()
    for word in (NAME, "ada.moreau", PASSPHRASE, "argon2", secret, *codes):
        assert word.encode() not in held, word


def test_who_writes_rows_without_the_key_is_not_let_in(hers: Any, cast: Any, browser_of: Any) -> None:
    from parapet.actions.passphrases import set_passphrase
    from parapet.records.models import SignIn

    hers_row = SignIn.objects.get(person=hers)
    set_passphrase(cast.stranger, "another long one of mine", name="ben")
    theirs = SignIn.objects.get(person=cast.stranger)
    # The stranger's passphrase under the owner's name: the digests are exchanged, then the sealed values.
    SignIn.objects.filter(person=cast.stranger).update(name_digest=None)
    SignIn.objects.filter(person=hers).update(name_digest=theirs.name_digest)
    SignIn.objects.filter(person=cast.stranger).update(name_digest=hers_row.name_digest)
    assert typed(browser_of(), NAME, "another long one of mine").status_code == 400
    assert typed(browser_of(), "ben", "another long one of mine").status_code == 400
    SignIn.objects.filter(person=hers).update(sealed=theirs.sealed)
    assert typed(browser_of(), "ben", "another long one of mine").status_code == 400
    SignIn.objects.filter(person=hers).update(name_digest=None)
    SignIn.objects.filter(person=cast.stranger).update(name_digest=theirs.name_digest)
    assert typed(browser_of(), "ben", "another long one of mine")["Location"] == reverse("start"), "as it was, it opens"


def test_an_app_asks_for_its_code_and_paper_stands_in_each_once(hers: Any, browser_of: Any) -> None:
    client = browser_of()
    typed(client)
    page = client.get(reverse("app")).content.decode()
    secret = re.sub(r"\s", "", re.search(r'id="secret">([^<]+)<', page)[1])  # type: ignore[index]
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]  # type: ignore[index]
    refused = client.post(reverse("app"), {"ticket": ticket, "code": "000000"})
    assert refused.status_code == 400 and re.sub(r"(.{4})", r"\1 ", secret).strip() in refused.content.decode()
    used = code_now(secret)
    assert client.post(reverse("app"), {"ticket": ticket, "code": used})["Location"] == reverse("signing-in")
    first, second = client.get(reverse("signing-in")).content.decode(), client.get(reverse("signing-in")).content.decode()
    codes = re.findall(r'<li class="hash">([^<]+)</li>', first)
    assert len(codes) == 10 and codes[0] not in second

    def step(code: str) -> Any:
        fresh = browser_of()
        assert typed(fresh)["Location"] == reverse("second")
        assert fresh.get(reverse("preferences"))["Location"] == reverse("login"), "half way in is not in"
        return fresh.post(reverse("second"), {"code": code}), fresh

    assert step(used)[0].status_code == 400, "a code counts once"
    later = code_now(secret, time.time() + 30)
    assert step(later)[0]["Location"] == reverse("start")
    assert step(codes[3].upper().replace("-", " "))[0]["Location"] == reverse("start")
    assert step(codes[3])[0].status_code == 400
    assert step("")[0].status_code == 400
    fresh = browser_of()
    assert fresh.post(reverse("second"), {"code": codes[4]})["Location"] == reverse("login"), (
        "without the first proof there is no second"
    )


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, in six digits."""
    import base64

    from parapet.signon.one_time import code_at, step_of

    secret = base64.b32encode(b"12345678901234567890").decode()
    for at, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert code_at(secret, at // 30) == code
        moment = datetime.fromtimestamp(at, UTC)
        assert step_of(secret, f" {code[:3]} {code[3:]}", moment) == at // 30
        assert step_of(secret, code, moment + timedelta(seconds=70)) is None
        assert step_of(secret, code, moment, after=at // 30) is None


def aged(client: Any) -> Any:
    """Her session, in which she proved herself an hour ago."""
    session = client.session
    session["proved"] = time.time() - 3_600
    session.save()
    return client


def test_what_hands_over_or_cannot_be_undone_takes_a_fresh_proof(hers: Any, cast: Any, browser_of: Any) -> None:
    from parapet.records.models import Person

    client = browser_of()
    typed(client)
    aged(client)
    invite = reverse("person-invite", args=[cast.advocate_id])
    form = {"name": "Lena", "rights": ["read"], "language": "en"}
    protected = [
        (invite, form),
        (reverse("erase-item", args=[cast.items["plain"]]), {"reason": "asked"}),
        (reverse("erase-advocate", args=[cast.advocate_id]), {}),
        (reverse("keep-rule", args=[cast.advocate_id]), {"days": "30", "severity": "none", "set": "1"}),
        (reverse("signing-in"), {"do": "codes"}),
        (reverse("passphrase"), {}),
        (reverse("app"), {}),
    ]
    for address, sent in protected:
        answer = client.post(address, sent, headers={"Referer": "http://127.0.0.1/settings/"})
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
        assert answer.context["held"].to == address and answer.context["back"] == "/settings/"
        in_part = client.post(address, sent, headers={"Referer": "http://127.0.0.1/settings/", "HX-Request": "true"})
        assert in_part["HX-Redirect"] == "/proof/?back=%2Fsettings%2F&again=1", address
    assert not Person.objects.filter(invited_by__isnull=False).exists()
    assert client.post(reverse("proof"), {"passphrase": "not what she chose"}).status_code == 400
    answer = client.post(reverse("proof"), {"passphrase": PASSPHRASE, "back": "//evil.example/"})
    assert answer["Location"] == reverse("start"), "no address leads out"
    aged(client)
    page = reverse("people", args=[cast.advocate_id])
    assert client.post(reverse("proof"), {"passphrase": PASSPHRASE, "back": page})["Location"] == page
    assert client.post(invite, form)["Location"] == page
    assert Person.objects.filter(invited_by__isnull=False).exists()


def hidden(page: str) -> dict[str, list[str]]:
    """What the one form of a page sends without being typed."""
    [form] = re.findall(r'<form class="fields" method="post" .*?</form>', page, re.S)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        if name != "csrfmiddlewaretoken":
            found.setdefault(unescape(name), []).append(unescape(value))
    return found


def test_what_she_wrote_comes_along_through_the_proof(hers: Any, cast: Any, browser_of: Any) -> None:
    from parapet.records.models import Person

    client = browser_of()
    typed(client)
    aged(client)
    invite = reverse("person-invite", args=[cast.advocate_id])
    name = 'Léna "of <b>the</b>\r\nward'
    form = {"name": name, "rights": ["read", "sort"], "language": "fr-ca"}
    asked = client.post(invite, form).content.decode()
    assert "<b>the" not in asked and f'<form class="fields" method="post" action="{reverse("proof")}">' in asked
    carried = {each: values[0] for each, values in hidden(asked).items()}
    wrong = client.post(reverse("proof"), {**carried, "passphrase": "not what she chose"})
    assert wrong.status_code == 400 and hidden(wrong.content.decode())["carried"] == [carried["carried"]], "also after a slip"
    right = client.post(reverse("proof"), {**carried, "passphrase": PASSPHRASE}).content.decode()
    assert f'action="{invite}"' in right and "<b>the" not in right
    again = hidden(right)
    assert again == {"name": [name], "rights": ["read", "sort"], "language": ["fr-ca"]}
    assert not Person.objects.filter(invited_by__isnull=False).exists(), "one press before it"
    client.post(invite, again)
    assert Person.objects.filter(invited_by__isnull=False).exists()
    aged(client)
    for bad in ("", "[", "{}", '"x"', "[[1, 2]]", '[["a"]]', "[" * 100_000):
        led = client.post(reverse("proof"), {"to": invite, "carried": bad, "passphrase": PASSPHRASE, "back": "/settings/"})
        assert led["Location"] == "/settings/", bad[:10]
    out = client.post(reverse("proof"), {"to": "//evil.example/", "carried": "[]", "passphrase": PASSPHRASE})
    assert "evil" not in out.content.decode()
    aged(client)
    for name in SECRETS:
        secret = client.post(invite, {**form, name: "typed unseen"}, headers={"Referer": "http://127.0.0.1/settings/"})
        assert secret["Location"] == "/proof/?back=%2Fsettings%2F&again=1", "no page holds it"
    shown = {
        each for file in SCREENS.rglob("*.html") for each in re.findall(r'type="password" name="(\w+)"', file.read_text("utf-8"))
    }
    assert shown <= SECRETS and "passphrase" in shown
    much = client.post(invite, {**form, "name": "x" * 600_000}, headers={"Referer": "http://127.0.0.1/settings/"})
    assert much["Location"] == "/proof/?back=%2Fsettings%2F&again=1", "more than the page could carry"


def test_who_has_links_alone_is_never_asked(cast: Any, browser_of: Any) -> None:
    client = aged(browser_of(cast.owner))
    answer = client.post(
        reverse("person-invite", args=[cast.advocate_id]), {"name": "Lena", "rights": ["read"], "language": "en"}
    )
    assert answer["Location"] == reverse("people", args=[cast.advocate_id])


def test_sessions_are_listed_and_ended_and_a_new_passphrase_ends_the_others(hers: Any, cast: Any, browser_of: Any) -> None:
    one, two, three = (browser_of() for _ in range(3))
    for client, agent in (
        (one, "Mozilla (X11; Linux) Firefox/1"),
        (two, "(Windows NT) Chrome/1 Edg/1"),
        (three, "(iPhone) Safari/1"),
    ):
        client.post(reverse("login"), {"name": NAME, "passphrase": PASSPHRASE}, headers={"User-Agent": agent})
    other = browser_of(cast.stranger)
    page = one.get(reverse("signing-in")).content.decode()
    assert "Firefox · Linux" in page and "Edge · Windows" in page and "with a passphrase" in page
    ids = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    assert len(ids) == 2
    other.post(reverse("signing-in"), {"do": "end", "session": ids[0]})
    assert {each.get(reverse("preferences")).status_code for each in (one, two, three)} == {200}, "nobody ends another's"
    one.post(reverse("signing-in"), {"do": "end", "session": ids[0]})
    assert sorted(each.get(reverse("preferences")).status_code for each in (two, three)) == [200, 302]
    new = {"name": NAME, "old": PASSPHRASE, "new": "lantern pebble quorum fjord", "again": "lantern pebble quorum fjord"}
    assert one.post(reverse("passphrase"), {**new, "old": "not it at all"}).status_code == 400
    assert one.post(reverse("passphrase"), new)["Location"] == reverse("signing-in")
    assert [each.get(reverse("preferences")).status_code for each in (one, two, three, other)] == [200, 302, 302, 200]
    assert kinds("sessions_end") == 2
    assert typed(browser_of()).status_code == 400


def test_a_guest_chooses_a_way_in_or_says_later(cast: Any, browser_of: Any) -> None:
    from parapet.actions.invite import invite
    from parapet.actions.sign_in import make_link
    from parapet.domain.rights import Right
    from parapet.records.models import Person

    made = invite(cast.owner, cast.advocate_id, "Lena Roy", {Right.READ})
    helper = browser_of()
    assert helper.post(reverse("enter", args=[made.token]))["Location"] == reverse("welcome")
    assert helper.get(reverse("welcome")).status_code == 200
    assert helper.post(reverse("welcome"), {"do": "later"})["Location"] == reverse("start")
    person = Person.objects.get(invited_by__isnull=False)
    again = browser_of()
    assert again.post(reverse("enter", args=[make_link(person)]))["Location"] == reverse("start"), "asked once"
    form = {"name": "lena", "new": PASSPHRASE, "again": PASSPHRASE}
    assert again.post(reverse("welcome"), form)["Location"] == reverse("start")
    assert typed(browser_of(), "Lena")["Location"] == reverse("start")
    owner = browser_of()
    assert owner.post(reverse("enter", args=[make_link(cast.owner)]))["Location"] == reverse("start"), (
        "a laptop asks its person nothing"
    )


def test_a_link_is_the_way_back_for_who_lost_the_passphrase(hers: Any, browser_of: Any) -> None:
    from parapet.actions.sign_in import make_link

    client = browser_of()
    client.post(reverse("enter", args=[make_link(hers)]))
    new = "lantern pebble quorum fjord"
    assert client.post(reverse("passphrase"), {"name": NAME, "new": new, "again": new})["Location"] == reverse("signing-in")
    assert typed(browser_of(), NAME, new)["Location"] == reverse("start")
    taken = client.post(reverse("signing-in"), {"do": "remove-passphrase", "old": new})
    assert taken["Location"] == reverse("signing-in")
    assert typed(browser_of(), NAME, new).status_code == 400


def test_how_she_came_in_is_told_to_herself_alone_in_sentences(hers: Any, cast: Any, browser_of: Any) -> None:
    from web.test_doors import organisations

    from parapet.actions.end_sessions import end_other_sessions
    from parapet.actions.enter import signed_in
    from parapet.actions.guesses import log_guesses
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation
    from parapet.actions.sign_out_member import sign_out_member
    from parapet.domain.belonging import Role
    from parapet.records.models import LogEntry, Person

    keeper = Person.objects.named("Wombatkeeper")
    organisation = organisations(keeper, Person.objects.named("Officer"))
    invite_member(keeper, organisation, hers.id, Role.MEMBER)
    join_organisation(hers, organisation)
    client = browser_of()
    typed(client, passphrase="not it at all")
    typed(client)
    signed_in(hers, "passkey")
    signed_in(cast.stranger, "link")
    log_guesses(hers, NOW)
    browser_of(hers), browser_of(hers)
    assert end_other_sessions(hers, client.session.session_key) == 2
    assert sign_out_member(keeper, organisation, hers.id) == 1
    page = browser_of(hers).get(reverse("sign-ins")).content.decode()
    for sentence in (
        "You chose a passphrase.", "You signed in with a passphrase. 1 wrong passphrase was typed before.", "You signed in with a passkey.",
        "Somebody guessed at your passphrase 10 times, and was stopped.", "You signed 2 browsers out.",
        "Wombatkeeper, of your organisation, signed you out of 1 browser.",
    ):  # fmt: skip
        assert page.count(sentence) == 1, sentence
    assert "by a link" not in page and "Only you see this." in page
    # Another sees none of it, nor does the page of who did what.
    theirs = browser_of(cast.stranger).get(reverse("sign-ins")).content.decode()
    assert theirs.count("You signed in by a link.") == 1 and "passkey." not in theirs and "Wombat" not in theirs
    assert "passkey" not in browser_of(hers).get(reverse("custody", args=[cast.advocate_id])).content.decode()
    # A page at a time; what is no place is the beginning; and an entry that was changed says so.
    for _ in range(60):
        signed_in(hers, "passphrase")
    first = browser_of(hers).get(reverse("sign-ins")).content.decode()
    [older] = re.findall(r'href="(\?before=\d+)">Older', first)
    assert (
        "You chose a passphrase." not in first
        and "You chose a passphrase." in browser_of(hers).get(reverse("sign-ins") + older).content.decode()
    )
    assert browser_of(hers).get(reverse("sign-ins") + "?before=x").content.decode().count("<li>") == first.count("<li>")
    LogEntry.objects.filter(kind="passphrase", person_number=hers.number).update(person_number=cast.stranger.number)
    assert "nothing of it can be believed" in browser_of(cast.stranger).get(reverse("sign-ins")).content.decode()
