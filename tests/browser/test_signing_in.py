"""From a link to a passkey, a passphrase and back in, in a real browser with an authenticator of its own, in both languages."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from attrs import frozen
from browser.conftest import Enter
from browser.test_screens import LOOKS, faults
from playwright.sync_api import expect
from web.test_signing_in import NAME, PASSPHRASE, kinds, quick_hashes  # noqa: F401  # the same quick hashes

SAID = {
    "en": {
        "make": "Make a passkey", "use": "Use a passkey", "call": "What do you call it?", "mine": "my phone", "name": "Name to sign in with",
        "new": "New passphrase", "again": "Once more", "keep": "Keep the passphrase", "out": "Sign out", "known": "Name or e-mail address",
        "words": "Passphrase", "in": "Sign in", "still": "Is it still you?", "you": "It is you", "go": "Go on", "people": "Who can see what",
        "set_up": "Set an app up",
    },
    "fr-ca": {
        "make": "Créer une clé d’accès", "use": "Utiliser une clé d’accès", "call": "Comment l’appelez-vous?", "mine": "mon téléphone",
        "name": "Nom pour entrer", "new": "Nouvelle phrase de passe", "again": "Encore une fois", "keep": "Enregistrer la phrase de passe",
        "out": "Fermer la session", "known": "Nom ou adresse courriel", "words": "Phrase de passe", "in": "Ouvrir une session",
        "still": "Est-ce toujours vous?", "you": "C’est bien vous", "go": "Continuer", "people": "Qui peut voir quoi", "set_up": "Configurer une application",
    },
}  # fmt: skip


@frozen
class Named:
    """The same server, by the name that passkeys need."""

    port: int

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"


def authenticator(page: Any) -> None:
    """A device that has a finger on it."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("language", "look"), [("en", "wide"), ("fr-ca", "phone-dark-french")])
def test_a_passkey_a_passphrase_and_a_fresh_proof(
    language: str, look: str, cast: Any, chromium: Any, site: Any, browser_of: Any
) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.records.sessions import SessionStore

    said, found, here = SAID[language], {}, Named(site.port)
    change_preferences(cast.owner, language=language, theme="system")
    enter = Enter(chromium, here)  # type: ignore[arg-type]
    settings = {**LOOKS[look], "locale": "fr-CA" if language == "fr-ca" else "en-CA"}
    page = enter(cast.owner, **settings)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data) if "answer=" in (request.post_data or "") else None)
    authenticator(page)

    page.goto(here.url("/welcome/"))
    found["welcome"] = faults(page)
    page.goto(here.url("/settings/signing-in/"))
    page.get_by_label(said["call"]).fill(said["mine"])
    page.get_by_role("button", name=said["make"]).click()
    expect(page.locator("strong", has_text=said["mine"])).to_be_visible()
    page.goto(here.url("/settings/signing-in/passphrase/"))
    found["passphrase"] = faults(page)
    page.get_by_label(said["name"]).fill(NAME)
    page.get_by_label(said["new"]).fill(PASSPHRASE)
    page.get_by_label(said["again"]).fill(PASSPHRASE)
    page.get_by_role("button", name=said["keep"]).click()
    page.wait_for_url("**/settings/signing-in/")
    page.locator("form:has(input[value=codes]) button").click()
    expect(page.locator("#codes li")).to_have_count(10)
    found["settings"] = faults(page)
    page.get_by_role("link", name=said["set_up"]).click()
    expect(page.locator("svg.square")).to_be_visible()
    found["app"] = faults(page)

    page.get_by_role("button", name=said["out"]).click()
    page.wait_for_url("**/enter/")
    found["door"] = faults(page)
    page.get_by_role("button", name=said["use"]).click()
    page.wait_for_url(f"**/a/{cast.advocate_id}/")
    # What opened once opens nothing again, in no browser.
    again = {name: values[0] for name, values in parse_qs(sent[-1]).items()}
    assert browser_of().post("/enter/", again, headers={"host": f"localhost:{site.port}"}).status_code == 400
    assert kinds("sign_in") == 1

    page.get_by_role("button", name=said["out"]).click()
    page.get_by_label(said["known"]).fill(NAME)
    page.get_by_label(said["words"], exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name=said["in"]).click()
    page.wait_for_url("**/enter/second/")
    found["second"] = faults(page)
    page.get_by_role("button", name=said["use"]).click()
    page.wait_for_url(f"**/a/{cast.advocate_id}/")

    cookie = next(each["value"] for each in page.context.cookies() if each["name"] == "parapet_session")
    session = SessionStore(cookie)
    session["proved"] = time.time() - 3_600
    session.save()
    page.goto(here.url(f"/a/{cast.advocate_id}/people/"))
    page.locator("#invite input[name=name]").fill("Dr. Lena Roy")
    page.locator("#invite .button-main").click()
    expect(page.locator("h1")).to_have_text(said["still"])
    found["proof"] = faults(page)
    page.get_by_role("button", name=said["use"]).click()
    expect(page.locator("h1")).to_have_text(said["you"])
    found["proved"] = faults(page)
    page.get_by_role("button", name=said["go"]).click()
    expect(page.locator("h1")).to_have_text(said["people"])
    expect(page.locator("h2", has_text="Dr. Lena Roy")).to_have_count(2)
    for window in enter.windows:
        window.close()
    assert enter.complaints == []
    assert {name: each for name, each in found.items() if each} == {}
