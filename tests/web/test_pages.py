"""Settings, help, and the pages that say what went wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

import parapet
from parapet.domain.errors import HomeBusy, RequestRefused
from parapet.web import answers

WEB = Path(parapet.__file__).parent / "web"


def test_language_and_theme_are_kept(cast: Any, browser_of: Any):
    client = browser_of(cast.owner)
    page = client.post(reverse("preferences"), {"language": "fr-ca", "theme": "dark"}, follow=True).content.decode()
    assert 'class="theme-dark"' in page and "Vos réglages sont enregistrés." in page
    assert "Boîte de réception" in client.get(reverse("inbox", args=[cast.advocate_id])).content.decode()


def test_settings_that_are_not_offered_are_refused(cast: Any, browser_of: Any):
    client = browser_of(cast.owner)
    for form in ({"language": "de", "theme": "dark"}, {"language": "en", "theme": "<x>"}, {}):
        answer = client.post(reverse("preferences"), form)
        assert answer.status_code == 400 and "Correct what is marked" in answer.content.decode()


def test_settings_say_what_a_witness_confirmed_and_what_it_refused(home: Any, cast: Any, browser_of: Any):
    from attrs import evolve
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.conf import settings
    from django.test import override_settings

    from parapet.evidence.cosignature import WitnessKey
    from parapet.records.models import WitnessState
    from parapet.settings.witnesses import KnownWitness

    client = browser_of(cast.owner)
    assert "Witnesses" not in client.get(reverse("preferences")).content.decode()
    key = str(WitnessKey.of("w.example.org", Ed25519PrivateKey.from_private_bytes(b"w" * 32)))
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, witnesses=(KnownWitness("http://127.0.0.1:9", key),))):
        page = client.get(reverse("preferences")).content.decode()
        assert "w.example.org" in page and "Nothing confirmed yet." in page
        WitnessState.objects.create(witness=key, trouble="rollback")
        assert "because it holds a longer one" in client.get(reverse("preferences")).content.decode()


def test_help_is_open_to_everybody_and_begins_with_safety(home: Any, browser_of: Any):
    page = browser_of().get(reverse("help")).content.decode()
    assert page.index("call 911") < page.index("What Parapet does for you")


@pytest.mark.parametrize(
    ("view", "status"), [(answers.bad_request, 400), (answers.forbidden, 403), (answers.csrf_failed, 403), (answers.failed, 500)]
)
def test_trouble_is_said_calmly_and_needs_no_database(view: Any, status: int):
    answer = view(RequestFactory().get("/x/"))
    page = answer.content.decode()
    assert answer.status_code == status and "<h1>" in page and "Traceback" not in page
    assert "no-store" in answer["Cache-Control"]


def test_our_own_errors_come_with_their_advice():
    request = RequestFactory().get("/x/")
    assert answers.refused(request, RequestRefused()).status_code == 400
    busy = answers.refused(request, HomeBusy("secret"))
    assert busy.status_code == 503 and "home.busy" in busy.content.decode() and "secret" not in busy.content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Choose at most 500 messages at once."), ("fr-ca", "Choisissez au plus 500 messages à la fois.")],
)
def test_a_request_that_is_refused_is_told_why(language: str, said: str, cast: Any, browser_of: Any):
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language=language)
    chosen = [f"itm_{n}" for n in range(501)]
    answer = browser_of(cast.owner).post(reverse("case-choose", args=[cast.advocate_id]), {"item": chosen})
    assert answer.status_code == 400 and said in answer.content.decode()


def test_a_page_that_is_not_there_says_so_in_words(cast: Any, browser_of: Any):
    answer = browser_of(cast.owner).get("/i/itm_nothing/")
    assert answer.status_code == 404 and "There is nothing here" in answer.content.decode()


TEMPLATES = sorted(WEB.glob("**/templates/**/*.html"))


def test_no_template_holds_a_script_a_style_or_an_address_elsewhere():
    assert len(TEMPLATES) > 100
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://|\|safe\b|autoescape off|hx-on|hx-vals",
            text,
        ), path.name
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.S)
        assert all("{% csrf_token %}" in form for form in forms), path.name


def test_styles_and_scripts_load_nothing_from_elsewhere():
    for path in (WEB / "static/parapet").glob("*.*s*"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|\beval\(|innerHTML|insertAdjacentHTML|document\.write", text), (
            path.name
        )


def test_what_the_pages_weigh():
    fonts = sum(path.stat().st_size for path in (WEB / "static/parapet/fonts").glob("*.woff2"))
    styles = (WEB / "static/parapet/parapet.css").stat().st_size
    script = (WEB / "static/parapet/parapet.js").stat().st_size
    assert fonts < 150_000 and styles < 30_000 and script < 12_000
