"""The page of a message tells that many accounts sent nearly the same words, and leads to them, under the veil."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from web.conftest import mail

SAME = "The school board of Rivercrest meets on Thursday evening about classroom ventilation filters"


def write(folder: Path) -> str:
    """Six mails in nearly the same words are taken in and judged, the last one without an insult; its public name."""
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Item, Version

    folder.mkdir()
    for n in range(6):
        text = f"{SAME}, see you there." if n == 5 else f"{SAME}, you idiot and quack."
        (folder / f"{n}.eml").write_bytes(mail(f"same{n}", text, sender=f"w{n}@example.net").replace(b"19:54", b"19:5%d" % n))
    import_paths([folder])
    assess(list(Version.objects.values_list("number", flat=True)))
    [mild] = Item.objects.filter(as_copies=True)
    return mild.id


def said(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split())).replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_how_many_since_when_and_where_they_are(cast: Any, browser_of: Any, tmp_path: Path, language: str) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.records.models import Item

    client = browser_of(cast.owner)
    assert "Nearly the same words" not in client.get(reverse("item", args=[cast.items["grave"]])).content.decode()
    item = write(tmp_path / "same")
    change_preferences(cast.owner, language=language, theme="system")
    page = client.get(reverse("item", args=[item])).content.decode()
    for sentence in {
        "en": (
            "Nearly the same words came from 6 accounts since 14 Sept 2026, 19:50.",
            "copies from 5 other accounts had been judged: by their words, those of 5 were abusive.",
            "Its words alone are not abusive. It is judged like most messages with nearly the same words.",
        ),
        "fr-ca": (
            "Des mots presque identiques sont venus de 6 comptes depuis le 14 sept. 2026, 19 h 50.",
            "les copies de 5 autres comptes étaient jugées : par leurs mots, celles de 5 étaient malveillantes.",
            "Ses seuls mots n’ont rien de malveillant. Il est jugé comme la plupart des messages presque identiques.",
        ),
    }[language]:
        assert sentence in said(page)
    others = [other.id for other in Item.objects.filter(sender__isnull=False).exclude(number=0) if other.id != item]
    assert sum(reverse("item", args=[other]) in page for other in others) >= 5
    assert not any(word in page for word in ("idiot", "Rivercrest", "example.net")), "the veil stays"
    assert client.get(reverse("item", args=[item])).status_code == 200
    assert browser_of(cast.stranger).get(reverse("item", args=[item])).status_code == 404


def write_campaign(folder: Path) -> list[str]:
    """Six accounts send two texts each within minutes; two copies of the first are abusive. The public names of the other ten."""
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Item, Version

    folder.mkdir()
    other = "Parents waiting outside hospitals deserve answers about another expensive vaccine billboard before autumn begins"
    for n in range(6):
        text = f"{SAME}, you idiot and quack." if n < 2 else f"{SAME}, see you there."
        for minute, said_here in ((10 + n, text), (30 + n, other)):
            raw = mail(f"m{minute}", said_here, sender=f"w{n}@example.net").replace(b"19:54", b"19:%02d" % minute)
            (folder / f"{minute}.eml").write_bytes(raw)
    import_paths([folder])
    assess(list(Version.objects.values_list("number", flat=True)))
    return [item.id for item in Item.objects.filter(as_copies=True).order_by("sent_at")]


_TOLD = {
    "en": (
        (
            "It is judged like the campaign that it belongs to, of accounts that seem to act together.",
            "6 accounts seem to act together: from 14 Sept 2026, 19:10 to 14 Sept 2026, 19:35 "
            "they sent 12 messages that repeat one another, and 6 of the accounts sent more than one.",
            "At its densest, 6 accounts sent them within two hours.",
            "2 of the accounts sent some that are abusive by their words alone, or as a person said.",
        ),
        "one of many alike",
    ),
    "fr-ca": (
        (
            "Il est jugé comme la campagne dont il fait partie, celle de comptes qui semblent agir ensemble.",
            "6 comptes semblent agir ensemble : du 14 sept. 2026, 19 h 10 au 14 sept. 2026, 19 h 35, "
            "ils ont envoyé 12 messages qui se répètent, et 6 de ces comptes en ont envoyé plusieurs.",
            "Au plus fort, 6 comptes en ont envoyé en deux heures.",
            "2 de ces comptes en ont envoyé qui sont malveillants par leurs seuls mots, ou d’après une personne.",
        ),
        "parmi d’autres semblables",
    ),
}


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_a_campaign_is_told_on_the_page_and_in_the_inbox_without_a_word_of_it(
    cast: Any, browser_of: Any, tmp_path: Path, language: str
) -> None:
    from parapet.actions.change_preferences import change_preferences

    client = browser_of(cast.owner)
    items = write_campaign(tmp_path / "campaign")
    assert len(items) == 10
    change_preferences(cast.owner, language=language, theme="system")
    page = client.get(reverse("item", args=[items[-1]])).content.decode()
    inbox = client.get(reverse("inbox", args=[cast.advocate_id])).content.decode()
    expected, mark = _TOLD[language]
    for sentence in expected:
        assert sentence in said(page)
    assert said(inbox).count(mark) == 10
    assert not any(word in page + inbox for word in ("idiot", "Rivercrest", "billboard", "example.net")), "the veil stays"
    assert browser_of(cast.stranger).get(reverse("item", args=[items[-1]])).status_code == 404
