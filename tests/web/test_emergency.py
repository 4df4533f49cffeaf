"""Naming people for an emergency, asking, agreeing and ending, and who did what: without scripts, in both languages."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

import pytest
from django.urls import reverse

from parapet.domain.rights import Right


def seen(answer: Any) -> str:
    return html.unescape(answer.content.decode()).replace("\xa0", " ")


@pytest.fixture
def near(cast: Any) -> tuple[Any, Any]:
    """Two people with accounts of their own."""
    from parapet.records.models import Person

    return Person.objects.named("Lena Roy"), Person.objects.named("Omar Haddad")


def test_what_is_wrong_is_said_and_what_is_right_goes_through(cast: Any, browser_of: Any, near: tuple[Any, Any]) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.records.models import EmergencyRequest

    hers, stranger, first, second = (browser_of(who) for who in (cast.owner, cast.stranger, *near))
    plan, start = reverse("emergency-plan", args=[cast.advocate_id]), reverse("emergency")
    assert f'href="{plan}"' in hers.get(reverse("people", args=[cast.advocate_id])).content.decode()
    assert "Nobody has named you" in seen(first.get(start)) and near[0].id in seen(first.get(start))
    for wrong in (near[0].id, "per_nonsense nobody", f"{near[0].id} {cast.owner.id}"):
        answer = hers.post(plan, {"code": wrong})
        assert answer.status_code == 400 and 'role="alert"' in seen(answer), wrong
    ask = reverse("emergency-ask", args=[cast.advocate_id])
    assert first.get(ask).status_code == 404
    assert hers.post(plan, {"code": f"{near[0].id} {near[1].id}"})["Location"] == plan
    assert seen(hers.get(plan)).count(" checked") == 2
    assert "You named: Lena Roy, Omar Haddad." in seen(hers.get(reverse("people", args=[cast.advocate_id])))
    assert f'href="{ask}"' in first.get(start).content.decode() and "Omar Haddad" in seen(first.get(start))
    for form in (
        {"reason": "Short", "hours": "4"},
        {"reason": "x" * 501, "hours": "4"},
        {"reason": "Long enough a reason", "hours": "9"},
    ):
        answer = first.post(ask, form)
        assert answer.status_code == 400 and "error" in seen(answer), form
    assert not EmergencyRequest.objects.exists()
    one = first.post(ask, {"reason": "<b>She does not answer.</b>", "hours": "1"})["Location"]
    assert "&lt;b&gt;" in first.get(one).content.decode() and "Omar Haddad" in seen(first.get(one))
    assert first.post(ask, {"reason": "Another reason", "hours": "1"}).status_code == 400
    assert stranger.get(one).status_code == stranger.get(plan).status_code == 404
    assert stranger.post(one + "agree/").status_code == stranger.post(one + "end/").status_code == 404
    first.post(one + "agree/")
    item = f"{one}{cast.items['grave']}/"
    assert first.get(item).status_code == first.post(item + "text/").status_code == 404
    change_preferences(near[1], language="fr-ca", theme="system")
    assert "D’accord, ouvrir l’accès" in seen(second.get(one))
    assert second.post(one + "agree/")["Location"] == one
    assert "Vous avez donné votre accord" in seen(second.get(one)) and cast.items["grave"] not in seen(second.get(one))
    second.post(one + "agree/")
    page = seen(first.get(one))
    assert item in page and cast.items["plain"] not in page and "outside your house" not in page + seen(first.get(item))
    assert "outside your house" in seen(first.post(item + "text/"))
    assert first.get(f"{one}{cast.items['plain']}/").status_code == 404
    for name in ("inbox", "people"):
        assert "Lena Roy was let in" in seen(hers.get(reverse(name, args=[cast.advocate_id]))), name
    assert cast.items["grave"] in seen(hers.get(one)) and "End it now" in seen(hers.get(one))
    assert hers.post(one + "end/")["Location"] == one
    assert first.get(item).status_code == first.get(one).status_code == second.get(one).status_code == 404
    assert "Ended by a person" in seen(hers.get(one)) and hers.post(one + "end/").status_code == 404


def test_who_did_what_in_sentences_and_as_a_table(cast: Any, browser_of: Any) -> None:
    from parapet.access.items import opened
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.invite import invite
    from parapet.actions.open_case import open_case
    from parapet.records.models import Person

    invite(cast.owner, cast.advocate_id, "=HYPERLINK(1)", {Right.READ})
    helper = Person.objects.latest("made_at")
    case = open_case(cast.owner, cast.advocate_id, "Quokkatitle", [cast.items["plain"]])
    opened(helper, cast.items["grave"], why="triage")
    page, hers, theirs = reverse("custody", args=[cast.advocate_id]), browser_of(cast.owner), browser_of(helper)
    whole = seen(hers.get(page))
    assert "=HYPERLINK(1) opened the text of a message (E-mail, 14 Sept 2026" in whole
    assert "Owner One opened the case “Quokkatitle”." in whole and f'href="/c/{case}/"' in whole
    assert "Owner One let =HYPERLINK(1) in, to do this: Read." in whole
    assert not [word for word in ("kill", "knife", "Xander", "grave@", "example.net") if word in whole]
    only = seen(hers.get(page, {"group": "saw", "who": helper.id}))
    assert "opened the text" in only and "Quokkatitle" not in only
    assert "opened the text" in seen(hers.get(page, {"item": cast.items["grave"]}))
    assert "Taken in and sealed" in seen(hers.get(page, {"item": cast.items["grave"]}))
    assert "Nothing of this kind" in seen(hers.get(page, {"day": "2001-01-01"}))
    assert "Write a day" in seen(hers.get(page, {"day": "soon", "group": "nonsense", "before": "-1"}))
    assert hers.get(page, {"item": "itm_0000000000zzz"}).status_code == 404
    own = seen(theirs.get(page))
    assert "opened the text" in own and "Quokkatitle" not in own and '<select name="who"' not in own
    table = hers.get(reverse("custody-table", args=[cast.advocate_id]), {"group": "saw"})
    assert table["Content-Type"].startswith("text/csv") and "attachment" in table["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0][2] == "What happened" and all(len(row[4]) == 64 for row in rows[1:])
    assert any(row[2].startswith("'=HYPERLINK(1) opened") for row in rows[1:])
    change_preferences(cast.owner, language="fr-ca", theme="system")
    assert "a ouvert le texte d’un message (Courriel" in seen(hers.get(page))
