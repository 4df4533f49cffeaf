"""A case is offered after a look at exactly what goes, worked on behind the veil, and taken back; in both languages, without scripts."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import reverse
from web.test_doors import NAMES, OPEN, address  # noqa: F401  # every address, about what is the owner's
from web.test_people import ABSENT

OFFICERS = {name for name in NAMES if name.startswith("referred")}


def seen(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def hidden(answer: Any) -> dict[str, list[str]]:
    """The hidden fields of a page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()):
        found.setdefault(name, []).append(html.unescape(value))
    return found


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.actions.open_case import open_case

    return open_case(cast.owner, cast.advocate_id, "Quokkatitle", [cast.items["grave"]])


def offered(cast: Any, browser_of: Any, case: str, **more: Any) -> Any:
    """Somebody new has the case: her account."""
    from parapet.records.models import Person

    client = browser_of(cast.owner)
    form = {"to": "new", "name": "Constable Reyes", "purpose": "A safety plan", "language": "en", "item": cast.items["grave"]}
    shown = client.post(reverse("refer", args=[case]), {**form, **more})
    assert "This would go" in seen(shown) and "Constable Reyes" in seen(shown) and "A safety plan" in seen(shown)
    fields = hidden(shown)
    refused = client.post(reverse("refer", args=[case]), fields)
    assert refused.status_code == 400 and "Say that you agree" in seen(refused)
    assert client.post(reverse("refer", args=[case]), {**fields, "agreed": "1"}).status_code == 302
    page = client.get(reverse("refer", args=[case]))
    assert "/enter/" in seen(page) and "/enter/" not in seen(client.get(reverse("refer", args=[case])))
    return Person.objects.latest("made_at")


def test_a_case_is_offered_accepted_worked_on_and_taken_back(cast: Any, browser_of: Any, case: str) -> None:
    from parapet.access.referred import referred_to
    from parapet.actions.add_to_case import add_to_case

    officer = offered(cast, browser_of, case, notes="1", export="1")
    her, owner = browser_of(officer), browser_of(cast.owner)
    [card] = referred_to(officer)
    assert her.get(reverse("start"))["Location"] == reverse("referred")
    assert "Quokkatitle" in seen(her.get(reverse("referred"))) and "Your code" not in seen(her.get(reverse("referred")))
    page = reverse("referred-case", args=[card.id])
    item = reverse("referred-item", args=[card.id, cast.items["grave"]])
    text = reverse("referred-text", args=[card.id, cast.items["grave"]])
    assert "Accept" in seen(her.get(page)) and her.get(item).status_code == 404
    assert her.post(reverse("referred-decline", args=[card.id])).status_code == 400
    her.post(reverse("referred-accept", args=[card.id]))
    assert item in seen(her.get(page)) and "The text is veiled" in seen(her.get(item))
    assert 'class="theirs"' not in seen(her.get(item)) and 'class="theirs"' in seen(her.post(text, {"why": "safety"}))
    her.post(reverse("referred-note", args=[card.id]), {"text": "Walk her to the car."})
    assert "Walk her to the car." in seen(owner.get(reverse("case", args=[case])))
    made = her.post(reverse("referred-dossier", args=[card.id]), {"lang": "fr"})
    assert made.content.startswith(b"%PDF")
    other = next(item for name, item in cast.items.items() if item != cast.items["grave"])
    add_to_case(cast.owner, case, [other])
    assert other not in seen(her.get(page)) and "not part of it: 1 message" in seen(owner.get(reverse("case", args=[case])))
    shown = owner.get(reverse("referral-add", args=[card.id]))
    owner.post(reverse("referral-add", args=[card.id]), hidden(shown))
    assert other in seen(her.get(page))
    people = seen(owner.get(reverse("people", args=[cast.advocate_id])))
    assert "Constable Reyes" in people and "Accepted" in people
    owner.post(reverse("referral-end", args=[card.id]))
    assert {her.get(url).status_code for url in (page, item)} == {404} and her.post(text).status_code == 404
    assert "Taken back" in seen(owner.get(reverse("case", args=[case])))


def test_an_officer_finds_nothing_at_any_other_address(cast: Any, browser_of: Any, case: str, address: Any) -> None:  # noqa: F811
    from parapet.access.referred import referred_to
    from parapet.actions.answer_referral import accept_referral, hand_back_referral

    officer = offered(cast, browser_of, case)
    [card] = referred_to(officer)
    accept_referral(officer, card.id)
    client = browser_of(officer)
    for name in set(NAMES) - OPEN - OFFICERS:
        there, nowhere = address(name), address(name, **ABSENT)
        if there == nowhere:
            continue
        for ask in (client.get, client.post):
            assert ask(there).status_code == ask(nowhere).status_code and ask(there).status_code in {404, 405}, name
    officer.language = "fr-ca"
    officer.save()
    page = seen(client.get(reverse("referred-case", args=[card.id])))
    assert "Rendre le dossier" in page and "Hand" not in page
    hand_back_referral(officer, card.id, words="")
    assert client.get(reverse("referred-case", args=[card.id])).status_code == 404
