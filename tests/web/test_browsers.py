"""Browsers that hand in captures: connected through the page by a code, told apart from strangers, and ended."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import frozen
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.paired import capture_file, paired

CHROME = "chrome-extension://" + "abcdefghijklmnop" * 2
FIREFOX = "moz-extension://01234567-89ab-cdef-0123-456789abcdef"


@frozen
class Door:
    """The door as a browser with this token comes by."""

    token: str = ""
    origin: str = CHROME

    def _headers(self, **more: str) -> dict[str, str]:
        given = {"HTTP_ORIGIN": self.origin, "HTTP_AUTHORIZATION": f"Bearer {self.token}", **more}
        return {name: value for name, value in given.items() if value}

    def may(self) -> Any:
        return Client().get("/api/v1/captures", **self._headers())

    def hand_in(self, body: bytes, digest: str = "") -> Any:
        said = digest or hashlib.sha256(body).hexdigest()
        return Client().post("/api/v1/captures", body, "application/zip", **self._headers(HTTP_X_PARAPET_SHA256=said))

    def pair(self, said: Any) -> Any:
        body = said if isinstance(said, bytes) else json.dumps(said)
        return Client().post("/api/v1/browsers", body, "application/json", **self._headers())


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    from parapet.web.browsers import door

    door.meter._came.clear()


def taken_in() -> list[str]:
    """What the worker would do now; the texts of what came over browsers."""
    from parapet.access.opening import face, item_key, locker_of
    from parapet.actions.run_intake import run_intake
    from parapet.records.models import Intake, Version

    for intake in Intake.objects.filter(state="waiting"):
        run_intake(intake.number)
    rows = Version.objects.filter(item__channel="web").select_related("item__advocate").order_by("number")
    return [face(row, item_key(row.item, locker_of(row.item.advocate))).text for row in rows]


def test_a_browser_is_connected_through_the_page_hands_in_and_is_ended(cast: Any, browser_of: Callable[..., Any]) -> None:
    from parapet.records.models import Browser, Intake, Item, LogEntry

    person = browser_of(cast.owner)
    here = reverse("browsers", args=[cast.advocate_id])
    assert here in person.get("/add/").content.decode(), "from the page where messages are added"
    page = person.get(here)
    assert "No browser is connected so far" in page.content.decode() and page["Cache-Control"] == "no-store, private"

    answer = person.post(here, {"name": "  "})
    assert answer.status_code == 400 and "in at most 60 characters" in answer.content.decode()
    page = person.post(here, {"name": "Clinic laptop"}).content.decode()
    [code] = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)
    assert "http://127.0.0.1" in page and "No browser is connected so far" in page, "a code is no browser yet"
    assert code not in person.get(here).content.decode(), "shown once"

    made = Door().pair({"code": f" {code.lower().replace('0', 'o').replace('1', 'l')} "})
    assert made.status_code == 201 and list(made.json()) == ["token"]
    assert Door().pair({"code": code}).status_code == 401, "a code is good once"
    door = Door(made.json()["token"])
    assert (door.may().status_code, door.may().content) == (204, b"")

    body = capture_file()
    first, again = door.hand_in(body), door.hand_in(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {}, "nothing can be read here"
    assert taken_in() == ["They say that she lies."]
    assert door.hand_in(body).status_code == 200 and Intake.objects.filter(person=cast.owner, advocate__isnull=False).count() == 1
    assert Item.objects.get(channel="web").advocate.id == cast.advocate_id

    page = person.get(here).content.decode()
    assert "Clinic laptop" in page and "handed in: 1" in page and "last used" in page
    row = Browser.objects.get()
    assert token_free(door.token, row) and b"Clinic" not in bytes(row.sealed_name)
    assert "The browser is ended" in person.post(reverse("browser-end", args=[row.id]), follow=True).content.decode()
    assert (door.may().status_code, door.hand_in(capture_file("more")).status_code) == (401, 401)
    assert taken_in() == ["They say that she lies."], "what it handed in stays"
    assert LogEntry.objects.filter(kind="browser").count() == 2


def token_free(token: str, row: Any) -> bool:
    """Nothing of the secret stands in the row."""
    secret = token.partition(".")[2].encode()
    return all(secret not in bytes(column) for column in (row.digest, row.sealed_name))


def test_a_helper_who_was_sent_away_hands_in_nothing_and_is_told_why(cast: Any) -> None:
    from parapet.actions.allow import allow
    from parapet.actions.change_grant import revoke
    from parapet.domain.rights import Right
    from parapet.records.models import Advocate, Browser, Intake, Person
    from parapet.records.numbers import number_of

    helper = Person.objects.named("A helper")
    helper.language = "fr-ca"
    helper.save()
    advocate = Advocate.objects.get(number=number_of("adv", cast.advocate_id))
    from django.db import transaction

    with transaction.atomic():
        allow(helper, advocate, "helper", rights=frozenset({Right.READ, Right.SORT}))
    _id, token = paired(helper, cast.advocate_id)
    assert Door(token).may().status_code == 204
    before = Intake.objects.count()
    revoke(cast.owner, cast.advocate_id, helper.id)
    for answer in (Door(token).may(), Door(token).hand_in(capture_file())):
        assert answer.status_code == 403
        assert answer.json()["reason"].startswith("Vous ne pouvez plus ajouter")
    assert Intake.objects.count() == before and Browser.objects.get().taken == 0
    helper.is_active = False
    helper.save()
    assert Door(token).may().status_code == 401


def test_the_advocate_sees_and_ends_the_browsers_of_all_and_a_helper_only_her_own(
    cast: Any, browser_of: Callable[..., Any]
) -> None:
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.records.models import Advocate, Browser, Person
    from parapet.records.numbers import number_of

    helper = Person.objects.named("A helper")
    with transaction.atomic():
        allow(helper, Advocate.objects.get(number=number_of("adv", cast.advocate_id)), "helper")
    hers, _ = paired(cast.owner, cast.advocate_id, "Her own one")
    other, token = paired(helper, cast.advocate_id, "Of the helper")
    here = reverse("browsers", args=[cast.advocate_id])
    page = browser_of(cast.owner).get(here).content.decode()
    assert "Her own one" in page and "Of the helper" in page and "of A helper" in page
    page = browser_of(helper).get(here).content.decode()
    assert "Her own one" not in page and "Of the helper" in page
    for person, browser in ((helper, hers), (cast.stranger, hers), (cast.stranger, "brw_0000000000zzz")):
        assert browser_of(person).post(reverse("browser-end", args=[browser])).status_code == 404
    assert Browser.objects.count() == 2
    browser_of(cast.owner).post(reverse("browser-end", args=[other]))
    assert Door(token).may().status_code == 401


def test_strangers_get_one_answer_whatever_they_bring(cast: Any) -> None:
    browser, token = paired(cast.owner, cast.advocate_id)
    known = Door("nonsense").may()
    assert (known.status_code, known.content, known["WWW-Authenticate"]) == (401, b"{}", "Bearer")
    name, _, secret = token.partition(".")
    for other in (
        "", browser, f"{name}.", f"{name}.{secret[:-1]}", f"{name}.{secret}x", f"brw_0000000000zzz.{secret}", secret, token * 3, "\0", "é",
    ):  # fmt: skip
        for answer in (Door(other).may(), Door(other).hand_in(capture_file())):
            assert (answer.status_code, answer.content, answer.headers["Cache-Control"]) == (401, b"{}", known["Cache-Control"])
    for method in ("put", "delete", "patch"):
        assert getattr(Client(), method)("/api/v1/captures", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 405
    # A session is no token: what is signed in hands in nothing here, and a page of another site gains nothing by it.
    client = Client()
    client.force_login(cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/captures").status_code == 401
    for said in (b"", b"{", b"[]", b'"x"', b'{"code": 5}', b'{"code": null}', b"[" * 900, {"code": ""}, {"code": "0" * 90}, {}):
        answer = Door().pair(said)
        assert (answer.status_code, answer.content) == (401, b"{}")
    assert Door().pair(b"x" * 5_000).status_code == 413


def test_other_origins_are_turned_away_unheard_and_extensions_are_let_in(cast: Any) -> None:
    _id, token = paired(cast.owner, cast.advocate_id)
    for origin in ("https://evil.example", "null", "http://127.0.0.1", "https://chrome-extension.example", CHROME + "q", CHROME.upper(),
                   "chrome-extension://evil", FIREFOX + ".evil.example", "moz-extension://x", f"https://x/?{CHROME}"):  # fmt: skip
        for answer in (
            Door(token, origin).may(),
            Door(token, origin).hand_in(capture_file()),
            Door(token, origin).pair({"code": "x"}),
        ):
            assert (answer.status_code, answer.content) == (403, b"{}")
            assert not any(name.startswith("Access-Control") for name in answer.headers)
    for origin in (CHROME, FIREFOX):
        asked = Client().options("/api/v1/captures", HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST")
        answer = Door(token, origin).may()
        for each in (asked, answer):
            assert each.status_code == 204 and each["Access-Control-Allow-Origin"] == origin and "Origin" in each["Vary"]
            assert "Access-Control-Allow-Credentials" not in each.headers
        assert "Authorization" in asked["Access-Control-Allow-Headers"]
    assert Door(token, "").may().status_code == 204, "a program that is no browser has no origin; its token counts"


def test_what_is_no_capture_is_refused_with_the_reason_and_nothing_is_kept(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from parapet.records.models import Intake, Source
    from parapet.web.browsers import door as room

    _id, token = paired(cast.owner, cast.advocate_id)
    door, before = Door(token), (Intake.objects.count(), Source.objects.count())
    sound = capture_file()
    for body in (
        b"",
        b"x",
        b"From: a\n\nb",
        sound[:-30],
        sound.replace(b"She lies", b"she lies"),
        b"PK\x03\x04" + sound,
        capture_file(by="parapet"),
    ):
        if body == sound:
            continue
        answer = door.hand_in(body)
        assert (answer.status_code, answer.json()) == (422, {"reason": "This capture could not be read."})
    assert door.hand_in(sound, "0" * 64).json() == {"reason": "This capture arrived damaged."}
    monkeypatch.setattr(room, "MAX_CAPTURE_BYTES", 1_000)
    for answer in (door.hand_in(b"x" * 1_001), door.hand_in(b"x" * 100_000)):
        assert (answer.status_code, answer.json()["reason"]) == (413, "This capture is larger than 64 MB.")
    assert (Intake.objects.count(), Source.objects.count()) == before


def test_a_browser_that_comes_too_often_waits_and_another_need_not(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from parapet.web.browsers import door as room

    monkeypatch.setattr(room, "PER_MINUTE", 2)
    now = [1_000.0]
    monkeypatch.setattr(room, "meter", room.Meter(clock=lambda: now[0]))
    (_, one), (_, two) = paired(cast.owner, cast.advocate_id, "One"), paired(cast.owner, cast.advocate_id, "Two")
    assert [Door(one).hand_in(b"x").status_code for _try in range(3)] == [422, 422, 429]
    late = Door(one).hand_in(b"x")
    assert late["Retry-After"] == "60" and "tried again by itself" in late.json()["reason"]
    assert Door(two).hand_in(b"x").status_code == 422 and Door(one).may().status_code == 204
    now[0] += 61
    assert Door(one).hand_in(b"x").status_code == 422
    for _place in range(room.PLACES):
        room._places.acquire()
    try:
        assert Door(two).hand_in(b"x")["Retry-After"] == "5"
    finally:
        for _place in range(room.PLACES):
            room._places.release()


def test_codes_end_are_replaced_and_cannot_be_guessed(cast: Any) -> None:
    from parapet.actions.pair_browser import CODE_LIFE, offer_code, pair

    now = datetime.now(UTC)
    first = offer_code(cast.owner, cast.advocate_id, "One", now=now)
    second = offer_code(cast.owner, cast.advocate_id, "Two", now=now)
    of_another = offer_code(cast.stranger, cast.other_advocate_id, "Three", now=now)
    assert pair(first, "192.0.2.1", now=now) == ("", 0), "one code a person"
    assert pair(second, "192.0.2.1", now=now + CODE_LIFE + timedelta(seconds=1)) == ("", 0)
    assert pair(second, "192.0.2.1", now=now + CODE_LIFE - timedelta(seconds=1))[0]
    assert pair(of_another, "192.0.2.1", now=now)[0]
    for n in range(60):
        assert pair(f"{n:010d}", "192.0.2.9", now=now) == ("", 0)
    good = offer_code(cast.owner, cast.advocate_id, "Four", now=now)
    token, wait_s = pair(good, "192.0.2.9", now=now)
    assert not token and wait_s > 0, "who guessed too often waits, also with the right one"
    assert pair(good, "192.0.2.1", now=now)[0], "and nobody else does"


@pytest.mark.parametrize("column", ["person_id", "advocate_id", "number"])
def test_a_token_is_of_one_person_and_one_advocate_whatever_is_written_into_the_row(cast: Any, column: str) -> None:
    """Who can write the table gains no entry in another's name."""
    from parapet.actions.hand_in import browser_of
    from parapet.records.models import Browser
    from parapet.records.numbers import number_of, public

    _id, token = paired(cast.owner, cast.advocate_id)
    assert browser_of(token) is not None
    other = {"person_id": cast.stranger.number, "advocate_id": number_of("adv", cast.other_advocate_id), "number": 7}[column]
    Browser.objects.update(**{column: other})
    assert browser_of(token) is None
    assert browser_of(f"{public('brw', Browser.objects.get().number)}.{token.partition('.')[2]}") is None
    # Nor is a code of hers made into a token by taking its end away.
    from parapet.actions.pair_browser import offer_code

    code = offer_code(cast.owner, cast.advocate_id, "x").replace("-", "")
    row = Browser.objects.latest("made_at")
    Browser.objects.filter(number=row.number).update(expires_at=None)
    assert browser_of(f"{row.id}.{code}") is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0), bit=st.integers(0, 7), cut=st.integers(0, 40))
def test_a_damaged_capture_never_breaks_the_door(cast: Any, at: int, bit: int, cut: int) -> None:
    from parapet.actions.hand_in import NoCapture, browser_of, hand_in

    if not hasattr(cast.owner, "token"):
        cast.owner.token = paired(cast.owner, cast.advocate_id)[1]
    browser = browser_of(cast.owner.token)
    assert browser is not None
    body = bytearray(capture_file())
    body[at % len(body)] ^= 1 << bit
    import io

    try:
        hand_in(browser, io.BytesIO(bytes(body[: len(body) - cut])))
    except NoCapture as fault:
        assert fault.reason.value


def test_the_extension_comes_from_the_page_as_one_file_for_both_browsers(cast: Any, browser_of: Callable[..., Any]) -> None:
    import io
    import zipfile

    answer = browser_of(cast.owner).get(reverse("extension"))
    assert answer["Content-Type"] == "application/zip" and "parapet-extension-" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {"manifest.json", "background.js", "_locales/fr/messages.json", "recipes/x.json"} <= set(archive.namelist())
        assert "README.md" not in archive.namelist()
