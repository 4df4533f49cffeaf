"""Single sign-on against a real OpenID provider on the loopback: whom it lets in, and what of its word is not believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from attrs import evolve
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import override_settings
from django.urls import reverse
from support.openid import CLIENT, Provider, named, provider, sent_back

from parapet.settings.institutions import read_institutions


@pytest.fixture
def hospital(home: Any, tmp_path: Path) -> Iterator[Provider]:
    with provider() as made:
        institutions = read_institutions(named(made, tmp_path))
        with override_settings(ENVIRONMENT=evolve(home, institutions=institutions)):
            yield made


def enter(client: Any) -> Any:
    """The button at the door, the institution, and back; what came of it."""
    there = client.get(reverse("at-institution", args=["hospital"]))
    return client.get(sent_back(there["Location"]))


def go(client: Any, name: str, form: dict[str, str] | None = None) -> Any:
    """A form of somebody signed in, the page with its one link, the institution, and back."""
    page = client.post(reverse(name, args=["hospital"]), form or {})
    there = page.content.decode().split('class="button button-main" href="')[1].split('"')[0].replace("&amp;", "&")
    return client.get(sent_back(there))


def test_only_who_made_the_account_her_own_is_let_in(hospital: Provider, cast: Any, browser_of: Any) -> None:
    from parapet.records.models import InstitutionAccount, LogEntry

    stranger = browser_of()
    answer = enter(stranger)
    assert answer.status_code == 403 and "does not open Parapet here" in answer.content.decode()
    assert stranger.get(reverse("preferences")).status_code == 302
    assert go(browser_of(cast.owner), "institution-link")["Location"] == reverse("signing-in")
    client = browser_of()
    assert "Central Hospital" in client.get(reverse("login")).content.decode()
    assert enter(client)["Location"] == reverse("start")
    assert client.get(reverse("inbox", args=[cast.advocate_id])).status_code == 200
    assert set(hospital.asked[-1]["scope"].split()) == {"openid"}, "nothing is asked for but who it is"
    assert [entry.person_number for entry in LogEntry.objects.filter(kind__in=["factor", "sign_in"])] == [cast.owner.number] * 2
    [row] = InstitutionAccount.objects.all()
    assert b"u-1001" not in bytes(row.sealed) + bytes(row.digest)
    # The same account is not a second person's, and a row moved to another person lets nobody in.
    other = browser_of(cast.stranger)
    assert "already signs somebody else in" in other.get(go(other, "institution-link")["Location"]).content.decode()
    InstitutionAccount.objects.update(person=cast.stranger)
    assert enter(browser_of()).status_code == 403
    InstitutionAccount.objects.update(person=cast.owner)
    hospital.signs_in = "u-2002"
    assert enter(browser_of()).status_code == 403, "another account there"


def other_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), algorithm="RS256", headers={"kid": "k1"})


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})


def by_the_public_key(made: Provider) -> Any:
    """The old trick: the public key, taken as a shared secret."""
    pem = made.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(claims: dict[str, Any]) -> str:
        parts = [json.dumps({"alg": "HS256", "kid": "k1"}), json.dumps(claims)]
        text = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
        code = base64.urlsafe_b64encode(hmac.new(pem, text.encode(), hashlib.sha256).digest()).decode().rstrip("=")
        return f"{text}.{code}"

    return sign


def test_a_word_that_does_not_hold_lets_nobody_in(hospital: Provider, cast: Any, browser_of: Any) -> None:
    go(browser_of(cast.owner), "institution-link")
    now = int(time.time())
    false: list[dict[str, Any]] = [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another-client"}, {"aud": [CLIENT, "another"]}, {"azp": "another-client"},
        {"iss": "http://127.0.0.1:1/realm"}, {"exp": now - 600}, {"exp": None}, {"sub": None}, {"sub": ""}, {"sub": 7},
        {"iat": now + 3_600},
    ]  # fmt: skip
    for claims in false:
        hospital.says = claims
        client = browser_of()
        answer = enter(client)
        assert answer.status_code == 400, claims
        assert client.get(reverse("preferences")).status_code == 302, claims
    hospital.says = {}
    for sign in (other_key, unsigned, by_the_public_key(hospital), lambda claims: "nonsense"):
        hospital.signs = sign
        assert enter(browser_of()).status_code == 400
    hospital.signs = hospital.sign
    # The answer belongs to the browser that went there, is used once, and says for what it is.
    client = browser_of()
    back = sent_back(client.get(reverse("at-institution", args=["hospital"]))["Location"])
    assert browser_of().get(back).status_code == 400, "another browser"
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get(back.replace("code=", "code=x")).status_code == 400
    assert client.get(back.replace("iss=http", "iss=https")).status_code == 400
    assert client.get(back.split("?")[0]).status_code == 400
    assert client.get(back)["Location"] == reverse("start")
    assert client.get(back).status_code in {302, 400} and enter(browser_of())["Location"] == reverse("start")
    assert browser_of().get(reverse("at-institution", args=["elsewhere"])).status_code == 404


def test_a_fresh_proof_there_counts_and_an_old_one_does_not(hospital: Provider, cast: Any, browser_of: Any) -> None:
    client = browser_of(cast.owner)
    go(client, "institution-link")
    invite = reverse("person-invite", args=[cast.advocate_id])
    form = {"name": "Lena", "rights": ["read"], "language": "en"}
    asked = client.post(invite, form)
    assert asked.context["held"].to == invite and "you write it once more" in asked.content.decode()
    page = reverse("people", args=[cast.advocate_id])
    hospital.says = {"auth_time": int(time.time()) - 3_600}
    assert go(client, "institution-prove", {"back": page})["Location"] == reverse("proof")
    hospital.says = {"auth_time": None}
    assert go(client, "institution-prove", {"back": page})["Location"] == reverse("proof")
    hospital.says, hospital.signs_in = {}, "u-2002"
    assert go(client, "institution-prove", {"back": page})["Location"] == reverse("proof"), "somebody else there"
    hospital.signs_in = "u-1001"
    assert go(client, "institution-prove", {"back": page})["Location"] == page
    assert hospital.asked[-1]["prompt"] == "login"
    assert client.post(invite, form)["Location"] == page


@pytest.mark.parametrize(
    "listed", ["hospital", "Hospital https://i.example c FILE T", "h http://i.example c FILE T", "h https://i.example c /none T",
               "h https://i.example c FILE T; h https://j.example c FILE T", "h https://u@i.example c FILE T"]
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(listed: str, tmp_path: Path) -> None:
    from parapet.domain.errors import SettingRefused

    (tmp_path / "secret").write_text("s")
    assert read_institutions(f"h https://i.example c {tmp_path / 'secret'} Central Hospital")[0].title == "Central Hospital"
    with pytest.raises(SettingRefused):
        read_institutions(listed.replace("FILE", str(tmp_path / "secret")))
