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
