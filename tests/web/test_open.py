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
    lost = reverse("open") + "?sheet=lost#sheet"
    assert f'href="{lost}"' in hers.get(item).content.decode() and 'id="sheet" open' in hers.get(lost).content.decode()
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


def test_a_second_proof_keeps_her_key_shut_only_until_it_is_right(cast: Any, browser_of: Any) -> None:
    from web.test_signing_in import code_now

    from parapet.actions.passphrases import set_passphrase
    from parapet.actions.second_factors import add_app, new_app

    name = "ada.moreau@clinic.example"
    hers = browser_of(cast.owner)
    made(hers)
    hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
    set_passphrase(cast.owner, WORDS, name=name)
    secret, asked = new_app(cast.owner)
    codes = add_app(cast.owner, asked, code_now(secret))
    item = reverse("item", args=[cast.items["plain"]])
    half = browser_of()
    assert half.post(reverse("login"), {"name": name, "passphrase": WORDS})["Location"] == reverse("second")
    cookie = half.cookies["parapet_open"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    assert half.get(item)["Location"] == reverse("login"), "half way in opens nothing"
    assert half.post(reverse("second"), {"code": "nonsense"}).status_code == 400
    elsewhere = browser_of()
    elsewhere.post(reverse("login"), {"name": name, "passphrase": WORDS})
    elsewhere.cookies["parapet_open"] = cookie.value  # another session's half is of no use
    elsewhere.post(reverse("second"), {"code": codes[0]})
    assert elsewhere.get(item).status_code == 403
    assert half.post(reverse("second"), {"code": codes[1]})["Location"] == reverse("start")
    assert half.get(item).status_code == 200


def test_a_new_sheet_opens_and_the_one_of_before_does_not(cast: Any, browser_of: Any) -> None:
    hers, elsewhere = browser_of(cast.owner), browser_of(cast.owner)
    before = made(hers)
    assert hers.post(reverse("open-new-sheet"), {"passphrase": OTHER}).status_code == 400
    page = hers.post(reverse("open-new-sheet"), {"passphrase": WORDS}).content.decode()
    after = "\n".join(re.findall(r"<code>([0-9A-Z ]{19})</code>", page))
    assert len(after.splitlines()) == 5 and not set(after.splitlines()) & set(before.splitlines())
    assert after.splitlines()[0] not in hers.get(reverse("open")).content.decode()
    asked = {"passphrase": OTHER, "again": OTHER}
    refused = elsewhere.post(reverse("open-sheet"), {**asked, "lines": before})
    assert refused.status_code == 400 and "not the sheet of your key" in refused.content.decode()
    assert elsewhere.post(reverse("open-sheet"), {**asked, "lines": after}).status_code == 302
    assert browser_of(cast.stranger).post(reverse("open-new-sheet"), {"passphrase": WORDS}).status_code == 400


def test_an_import_that_stopped_after_its_file_was_closed_is_read_anew_by_who_opens_it(cast: Any, browser_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from web.conftest import mail

    from parapet.actions.close_sources import close_read
    from parapet.actions.run_intake import run_intake
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Intake, Source
    from parapet.records.source_keys import is_closed_source

    hers, shut = browser_of(cast.owner), browser_of(cast.owner)
    made(hers)
    hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
    letter = SimpleUploadedFile("new.eml", mail("new", "Good afternoon.", sender="n@example.net"))
    address = shut.post(reverse("intake"), {"files": [letter]})["Location"]
    intake = Intake.objects.latest("started_at")

    def is_closed() -> bool:
        return is_closed_source(bytes(Source.objects.latest("sealed_at").wrapped_key))

    run_intake(intake.number)
    assert is_closed()
    Intake.objects.filter(number=intake.number).update(state="failed")
    OutboxEntry.objects.filter(kind="run_intake").update(done_at=None, failed_code="vault.key_closed")
    assert "Open your material, then try again" in shut.get(address).content.decode()
    again = reverse("intake-again", args=[intake.id])
    assert shut.post(again).status_code == 403 and is_closed()
    assert hers.post(again)["Location"] == address
    Source.objects.update(sealed_at="2020-01-01T00:00:00Z")
    close_read()
    assert not any(is_closed_source(bytes(each.wrapped_key)) for each in Source.objects.filter(intakefile__intake=intake.number))
    run_intake(intake.number)
    OutboxEntry.objects.filter(kind="run_intake").update(done_at="2026-01-01T00:00:00Z")
    close_read()
    assert all(is_closed_source(bytes(each.wrapped_key)) for each in Source.objects.filter(intakefile__intake=intake.number))
    assert "All taken in" in shut.get(address).content.decode()


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


def test_she_opens_it_to_the_home_again_by_herself_and_may_close_it_anew(cast: Any, browser_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from support.homes import let_go
    from web.conftest import mail

    from parapet.access.opening import leaf_bytes, locker_of
    from parapet.actions.check_home import check_home
    from parapet.actions.rotate_keys import renew_advocate
    from parapet.actions.run_intake import run_intake
    from parapet.evidence.canonical import read_leaf
    from parapet.records.models import Advocate, EarlierKey, Intake, KeyShare, LogEntry, Source
    from parapet.records.numbers import number_of
    from parapet.records.source_keys import is_closed_source

    def advocate() -> Any:
        return Advocate.objects.get(number=number_of("adv", cast.advocate_id))

    def bring(subject: str, text: str) -> None:
        letter = SimpleUploadedFile(f"{subject}.eml", mail(subject, text, sender="n@example.net"))
        shut.post(reverse("intake"), {"files": [letter]})
        run_intake(Intake.objects.latest("started_at").number)

    hers, shut = browser_of(cast.owner), browser_of(cast.owner)
    item, unclose = reverse("item", args=[cast.items["plain"]]), reverse("open-unclose", args=[cast.advocate_id])
    made(hers)
    assert "Open it to this Parapet again" not in hers.get(reverse("open")).content.decode()
    for round_number in range(2):
        hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
        bring(f"late{round_number}", "Good evening.")  # sealed while nobody was there
        assert shut.get(item).status_code == 403
        stale = locker_of(advocate())  # as a process holds it that read the row before
        assert stale.closed
        assert browser_of(cast.stranger).post(unclose, {"passphrase": WORDS}).status_code == 404
        assert shut.post(unclose, {"passphrase": OTHER}).status_code == 400
        assert shut.get(item).status_code == 403
        assert shut.post(unclose, {"passphrase": WORDS})["Location"] == reverse("open")
        assert shut.get(item).status_code == 200
        assert TEXTS["plain"] in shut.post(reverse("item-text", args=[cast.items["plain"]]), {"why": "asked"}).content.decode()
        opens = locker_of(advocate())
        assert not opens.closed and opens.unlock(stale.lock(b"meanwhile", about=b"x"), about=b"x") == b"meanwhile"
        assert not KeyShare.objects.exists() and not EarlierKey.objects.exists()
        assert not any(is_closed_source(bytes(each.wrapped_key)) for each in Source.objects.all())
        entry = LogEntry.objects.filter(kind="unclose").latest("index")
        assert read_leaf(leaf_bytes(entry, opens))["actor"] == cast.owner.id
        bring(f"later{round_number}", "Good morning.")
        health = check_home()
        assert (health.faults, health.closed) == ([], 0)
    assert hers.post(unclose, {"passphrase": WORDS}).status_code == 302  # pressed again, nothing happens
    assert LogEntry.objects.filter(kind="unclose").count() == 2
    let_go()
    renew_advocate("all")
    let_go()
    health = check_home()
    assert (health.faults, health.closed) == ([], 0)
    assert hers.get(item).status_code == 200
