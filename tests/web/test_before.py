"""The page of a message tells what its account sent before, in numbers and plain words, and nothing that a stranger wrote."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from web.conftest import TEXTS, mail

DAYS = ("Tue, 25 Aug", "Fri, 11 Sep", "Sat, 12 Sep", "Mon, 14 Sep")


def write_again(folder: Path) -> str:
    """Four mails from one address are taken in and judged, the first kind, then two threats, then an insult; the last one's public name."""
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Item, Version

    folder.mkdir()
    texts = (TEXTS["plain"], TEXTS["grave"], TEXTS["grave"], "You are an idiot and a quack.")
    for n, (day, text) in enumerate(zip(DAYS, texts, strict=True)):
        written = mail(f"again{n}", text, sender="again@example.net").replace(b"Mon, 14 Sep", day.encode())
        (folder / f"{n}.eml").write_bytes(written)
    before = set(Item.objects.values_list("number", flat=True))
    import_paths([folder])
    assess(list(Version.objects.values_list("number", flat=True)))
    new = Item.objects.exclude(number__in=before).order_by("sent_at")
    assert new.count() == 4
    return new[3].id


def said(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


def test_how_many_came_before_how_grave_and_why_it_counts(client: Any, cast: Any, tmp_path: Path) -> None:
    item = write_again(tmp_path / "again")
    page = said(client.get(reverse("item", args=[item])).content.decode()).replace("\u00a0", " ")
    assert "What this account sent before" in page
    assert "Message number 4 from this account. The first came on 25 Aug 2026, 19:54." in page
    assert "Of those before it, 2 were abusive." in page
    assert "2 of them were grave: threats, sexual harassment, or private facts exposed." in page
    assert "Before it came: 0 within 24 hours, 2 within 7 days, 3 within 30 days." in page
    assert "Anybody can write this address as theirs." in page
    assert "From this account, messages come more often and are graver than before." in page
    assert "Needs a person today" in page
    assert not any(word in page for word in ("again@", "again3", "idiot", "Xander")), "the veil stays"
    first = said(client.get(reverse("item", args=[cast.items["grave"]])).content.decode())
    assert "This is the first message from this account that is held here." in first


def test_in_french(client: Any, cast: Any, tmp_path: Path) -> None:
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language="fr-ca", theme="system")
    item = write_again(tmp_path / "again")
    page = said(client.get(reverse("item", args=[item])).content.decode()).replace("\u00a0", " ")
    assert "Message numéro 4 de ce compte. Premier message : 25 août 2026, 19 h 54." in page
    assert "2 d’entre eux étaient graves : menaces, harcèlement sexuel ou renseignements privés exposés." in page
    assert "Avant lui : 0 en 24 heures, 2 en 7 jours, 3 en 30 jours." in page
    assert "De ce compte, les messages viennent plus souvent et sont plus graves qu’avant." in page
    for english in ("Message number", "Of those", "within", "Anybody"):
        assert english not in page


@pytest.mark.parametrize("number", [0, 1, 2, 100])
@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_every_count_has_its_sentence(number: int, language: str) -> None:
    from datetime import UTC, datetime

    from django.utils import translation

    from parapet.domain.judgement import FAR_BACK, History, Sent
    from parapet.web.item.before import before

    counted = Sent(number, number // 2, number // 4)
    history = History(True, counted, counted, counted, counted, datetime(2026, 9, 1, tzinfo=UTC) if number else None)
    with translation.override(language):
        told = before(history)
    assert told and all(sentence.endswith(".") and "%" not in sentence for sentence in told)
    assert any(word in told[0] for word in ("At least 100 ", "Au moins 100 ")) == (number >= FAR_BACK)
    assert f" {number + 1} " in told[0] or number in (0, FAR_BACK)
