"""A person's own key in the browser: made, closed with, opened with, and of no use without the browser that opened it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from web.conftest import TEXTS

WORDS, OTHER = "seven quiet herons by the lake", "nine brave otters in the rain"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched less than they are for people."""
    from parapet.evidence import keyfile

    whole = keyfile.Stretch
    monkeypatch.setattr(keyfile, "Stretch", lambda *said: whole(*said) if said else whole(64, 1, 1))


def made(browser: Any, words: str = WORDS) -> str:
    """She makes her key; the text of her sheet."""
    page = browser.post(reverse("open-make"), {"passphrase": words, "again": words})
    assert page.status_code == 200
    return "\n".join(re.findall(r"<code>([0-9A-Z ]{19})</code>", page.content.decode()))


def test_what_is_closed_opens_with_the_passphrase_and_in_that_browser_alone(cast: Any, browser_of: Any) -> None:
    hers, elsewhere = browser_of(cast.owner), browser_of(cast.owner)
    item = reverse("item", args=[cast.items["plain"]])
    refused = hers.post(reverse("open-make"), {"passphrase": "too short", "again": "too short"})
    assert refused.status_code == 400
    assert "at least 12 characters" in refused.content.decode()
    sheet = made(hers)
    assert len(sheet.splitlines()) == 5
    assert sheet.splitlines()[0] not in hers.get(reverse("open")).content.decode()
    assert hers.post(reverse("open-close", args=[cast.advocate_id])).status_code == 400  # not ticked
    assert hers.get(item).status_code == 200
    hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
    assert hers.get(item).status_code == 200
    shown = hers.post(reverse("item-text", args=[cast.items["plain"]]), {"why": "asked"})
    assert TEXTS["plain"] in shown.content.decode()

    cookie = hers.cookies["parapet_open"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    closed = elsewhere.get(item)  # signed in as well, without the cookie
    assert closed.status_code == 403
    assert "Open your material" in closed.content.decode()
    elsewhere.cookies["parapet_open"] = cookie.value  # another session's half is of no use
    assert elsewhere.get(item).status_code == 403
    assert elsewhere.post(reverse("open"), {"passphrase": OTHER}).status_code == 400
    assert elsewhere.post(reverse("open"), {"passphrase": WORDS, "on": "on"})["Location"] == reverse("start")
    assert elsewhere.get(item).status_code == 200
    for name in ("inbox", "cases", "care", "people", "care-days"):
        assert elsewhere.get(reverse(name, args=[cast.advocate_id])).status_code == 200, name

    hers.post(reverse("open-shut"))
    assert hers.get(item).status_code == 403
    fragment = hers.get(item, headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == reverse("open")
    for name in ("inbox", "cases", "care", "people", "care-days", "intake", "preferences"):
        args = [] if name in ("intake", "preferences") else [cast.advocate_id]
        assert hers.get(reverse(name, args=args)).status_code in (200, 403), name
    asked = {"lines": sheet, "passphrase": OTHER, "again": OTHER}
    assert hers.post(reverse("open-sheet"), {**asked, "lines": sheet[:-4] + "0000"}).status_code == 400
    assert hers.post(reverse("open-sheet"), asked).status_code == 302
    assert hers.get(item).status_code == 200


def test_a_helper_waits_is_let_in_and_is_out_at_once(cast: Any, browser_of: Any) -> None:
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    helper = Person.objects.named("A helper", language="fr-ca")
    with transaction.atomic():
        allow(helper, Advocate.objects.get(number=number_of("adv", cast.advocate_id)), "helper")
    hers, helping = browser_of(cast.owner), browser_of(helper)
    item = reverse("item", args=[cast.items["plain"]])
    made(hers)
    hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
    assert "waiting for her key" in hers.get(reverse("open")).content.decode()
    made(helping, OTHER)
    waiting = helping.get(item)
    assert waiting.status_code == 403
    assert "n’a pas encore été admise" in waiting.content.decode()
    page = hers.get(reverse("open")).content.decode()
    number = re.search(r'name="number" value="([0-9 ]{29})"', page)
    assert number is not None
    assert number[1] in helping.get(reverse("open")).content.decode()  # what they compare
    let_in = reverse("open-let-in", args=[cast.advocate_id, helper.id])
    assert hers.post(let_in, {"number": "1" + number[1]}).status_code == 400
    hers.post(let_in, {"number": number[1]})
    assert helping.get(item).status_code == 200
    hers.post(reverse("person-revoke", args=[cast.advocate_id, helper.id]))
    assert helping.get(item).status_code == 404
    assert hers.get(item).status_code == 200


def test_the_passphrase_that_she_signs_in_with_opens_her_key_when_it_is_the_same(cast: Any, browser_of: Any) -> None:
    from parapet.actions.passphrases import set_passphrase

    made(browser_of(cast.owner))
    for words, opens in ((WORDS, True), (OTHER, False)):
        set_passphrase(cast.owner, words, name="ada.moreau@clinic.example")
        answer = browser_of().post(reverse("login"), {"name": "ada.moreau@clinic.example", "passphrase": words})
        assert answer.status_code == 302
        assert ("parapet_open" in answer.cookies) is opens


def test_her_key_is_not_guessed_at_for_long(cast: Any, browser_of: Any) -> None:
    from parapet.actions.guesses import LIMITS

    hers = browser_of(cast.owner)
    made(hers)
    hers.post(reverse("open-shut"))
    for _ in range(LIMITS["key"].tries):
        assert "not the passphrase of your key" in hers.post(reverse("open"), {"passphrase": OTHER}).content.decode()
    last = hers.post(reverse("open"), {"passphrase": WORDS})
    assert last.status_code == 400
    assert "Try again in 15 min" in last.content.decode()


def test_a_passphrase_is_the_same_on_every_keyboard(cast: Any, browser_of: Any) -> None:
    import unicodedata

    words = "sept hérons blancs au bord d’un étang"
    hers, elsewhere = browser_of(cast.owner), browser_of(cast.owner)
    made(hers, unicodedata.normalize("NFC", words))
    apart = unicodedata.normalize("NFD", words)
    assert apart != unicodedata.normalize("NFC", words)
    assert elsewhere.post(reverse("open"), {"passphrase": apart}).status_code == 302
