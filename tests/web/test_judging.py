"""A person corrects what the program said: on the message's page, with a script or without, and nobody else does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

HX = {"HX-Request": "true"}


def said(page: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def item(cast: Any) -> str:
    return str(cast.items["grave"])


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


def seen(client: Any, item: str) -> str:
    return str(re.findall(r'name="seen" value="(-?\d+)"', client.get(reverse("item", args=[item])).content.decode())[0])


def send(client: Any, item: str, *, hx: bool = False, **given: Any) -> Any:
    form = {"version": "1", "seen": seen(client, item), "do": "set", **given}
    return client.post(reverse("item-judge", args=[item]), form, headers=HX if hx else {})


def test_not_abuse_in_one_click_and_back_without_a_script(client, cast, item):
    answer = send(client, item, do="nothing")
    assert (answer.status_code, answer["Location"]) == (302, reverse("item", args=[item]))
    page = said(client.get(reverse("item", args=[item])).content.decode())
    assert re.search(r"Changed. Now: not abusive. Before: [\w, ]*Threat", page)
    assert "Owner One" in page and "The program said: Threat" in page
    assert "Not abuse." in page and "No harm found" in page
    inbox = said(client.get(reverse("inbox", args=[cast.advocate_id])).content.decode())
    assert "needs a person now" not in inbox
    send(client, item, do="undo")
    page = said(client.get(reverse("item", args=[item])).content.decode())
    assert "Undone. What the program said stands again: Threat" in page and "Owner One said" not in page


def test_the_form_says_what_and_how_serious_and_why(client, item):
    page = send(
        client, item, harm=["insult", "reputation"], severity="medium", urgency="watch", reason="An <old> quarrel.", hx=True
    )
    html = page.content.decode()
    assert page.status_code == 200 and "<html" not in html
    assert "Now: Insult, False accusation (serious). Keep an eye on it." in said(html)
    assert "An &lt;old&gt; quarrel." in html
    assert 'id="item-head" hx-swap-oob="true"' in html and 'id="item-custody" hx-swap-oob="true"' in html
    assert "Judged otherwise than before" in said(html)
    form = client.get(reverse("item", args=[item])).content.decode()
    assert re.findall(r'name="harm" value="(\w+)" checked', form) == ["insult", "reputation"]
    assert '<option value="medium" selected>' in form and '<option value="watch" selected>' in form


def test_the_text_stays_under_its_veil(client, item):
    for answer in (
        send(client, item, do="nothing", hx=True),
        send(client, item, harm="insult", severity="low"),
        client.get(reverse("item-judge", args=[item]), {"version": "1"}),
    ):
        assert not any(word in answer.content.decode() for word in ("kill", "knife", "Quill"))


def test_what_makes_no_sense_comes_back_as_it_was_chosen(client, item):
    answer = send(client, item, severity="high", reason="Because.")
    page = answer.content.decode()
    assert answer.status_code == 400 and "Choose what kind of harm it is" in page
    assert "Because." in page and '<option value="high" selected>' in page and '<details class="fold" open>' in page
    assert send(client, item, severity="high", hx=True).status_code == 200, "or no script would show it"
    assert send(client, item, harm="nonsense", severity="low", urgency="y").status_code == 400


def test_the_second_of_two_is_told_and_her_choice_is_kept(client, item):
    before = seen(client, item)
    send(client, item, harm="insult", severity="low")
    late = send(client, item, seen=before, harm="sexual", severity="high", reason="As I see it.")
    page = late.content.decode()
    assert late.status_code == 409 and "was judged otherwise since you opened the page" in page
    assert re.findall(r'name="harm" value="(\w+)" checked', page) == ["sexual"] and "As I see it." in page
    assert "Said: Insult (mild)." in said(page), "and she sees what was said meanwhile"
    again = send(client, item, harm="sexual", severity="high", reason="As I see it.")
    assert again.status_code == 302
    assert "It is judged so already." in said(send(client, item, harm="sexual", severity="high", hx=True).content.decode())


@pytest.mark.parametrize(
    "given",
    [
        {"version": "7"},
        {"version": "x"},
        {"version": ""},
        {"seen": "x"},
        {"version": "0"},
        {"version": "9" * 30},
        {"do": ""},
        {"do": "x"},
        {"do": "set"},
        {"do": "set", "severity": "none"},
    ],
)
def test_what_no_form_of_ours_sends_is_not_there(client, item, given):
    assert send(client, item, **{"do": "nothing", **given}).status_code == 404


def test_a_stranger_gets_what_she_gets_for_nothing_at_all(cast, browser_of, client, item):
    from parapet.access.items import card

    stranger, own = browser_of(cast.stranger), seen(client, item)
    url, nothing = reverse("item-judge", args=[item]), reverse("item-judge", args=["itm_0000000000000"])
    form = {"version": "1", "seen": own, "do": "nothing"}
    answers = [stranger.post(each, form) for each in (url, nothing)] + [
        stranger.get(each, {"version": "1"}) for each in (url, nothing)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert browser_of().post(url, form).status_code == 302
    assert browser_of(cast.owner, csrf=True).post(url, form).status_code == 403
    assert card(cast.owner, item).judgements[0].person is None


def test_of_several_versions_each_can_be_corrected(client, cast, item, tmp_path):
    from web.conftest import mail

    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Version

    (tmp_path / "again.eml").write_bytes(mail("grave", "You are a quack and an idiot.", sender="grave@example.net"))
    import_paths([tmp_path / "again.eml"], person=cast.owner)
    assess(list(Version.objects.values_list("number", flat=True)))
    send(client, item, do="nothing")
    page = said(client.get(reverse("item", args=[item])).content.decode())
    assert "Version 1, by a person: not abusive." in page and "Version 2, by the program: Insult" in page
    assert "Another one is judged anew, and the gravest counts." in page
    assert "2 versions · 1 judged by a person" in rows(client, reverse("inbox", args=[cast.advocate_id]))[item]
    chosen = client.get(reverse("item-judge", args=[item]), {"version": "1"}).content.decode()
    assert "Correct how version 1 is judged" in chosen and "<html" in chosen
    fragment = client.get(reverse("item-judge", args=[item]), {"version": "2"}, headers=HX).content.decode()
    assert "<html" not in fragment and "Not abuse (version 2)" in said(fragment)
    send(client, item, version="2", do="nothing")
    assert "judged by a person · 2 versions" in rows(client, reverse("inbox", args=[cast.advocate_id]))[item]
    assert "No harm found" in said(client.get(reverse("item", args=[item])).content.decode())


def rows(client: Any, url: str) -> dict[str, str]:
    """The rows of a page by the public name of their message, as a reader sees them."""
    entries = re.findall(r'<li class="row.*?</li>', client.get(url).content.decode(), re.DOTALL)
    return {str(re.findall(r'class="row-title" href="/i/([^/"]+)/"', each)[0]): said(each) for each in entries}


def test_lists_tell_what_a_person_judged(client, cast, item):
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.open_case import open_case

    case = open_case(cast.owner, cast.advocate_id, "A case")
    add_to_case(cast.owner, case, [item, cast.items["plain"]])
    lists = (reverse("inbox", args=[cast.advocate_id]), reverse("case", args=[case]))
    assert not any("by a person" in row for url in lists for row in rows(client, url).values())
    send(client, item, do="nothing")
    for url in lists:
        marked = {name for name, row in rows(client, url).items() if "judged by a person" in row}
        assert marked == {item}, "hers, and no other"
        assert "No harm found" in rows(client, url)[item]
    change_preferences(cast.owner, language="fr-ca", theme="system")
    assert all("évalué par une personne" in rows(client, url)[item] for url in lists)
    change_preferences(cast.owner, language="en", theme="system")
    send(client, item, do="undo")
    assert not any("by a person" in row for url in lists for row in rows(client, url).values()), "the program's word stands again"
    send(client, item, harm="threat", severity="critical", urgency="immediate")
    assert "judged by a person" in rows(client, lists[0])[item], "whatever the program says of it too"


def test_a_list_asks_once_for_all_that_people_judged(client, cast, item):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    inbox, asked = reverse("inbox", args=[cast.advocate_id]), []
    for name in cast.items.values():
        send(client, name, do="nothing")
        send(client, name, harm="insult", severity="low")
        with CaptureQueriesContext(connection) as told:
            marked = [row for row in rows(client, inbox).values() if "judged by a person" in row]
        asked.append((len(marked), len(told)))
    assert [n for n, _ in asked] == [1, 2, 3]
    assert asked[2][1] <= asked[0][1], "no more statements for three than for one"


def test_a_word_that_was_tampered_with_is_no_mark_and_stops_no_list(client, cast, item):
    from parapet.records.models import Correction

    send(client, item, do="nothing")
    Correction.objects.update(sealed=b"nothing that opens, and long enough to be a sealed word")
    inbox = rows(client, reverse("inbox", args=[cast.advocate_id]))
    assert len(inbox) == 3 and not any("by a person" in row for row in inbox.values())


def test_in_french(client, cast, item):
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language="fr-ca", theme="system")
    page = said(send(client, item, do="nothing", hx=True).content.decode())
    assert "Maintenant\u00a0: non malveillant." in page.replace("&nbsp;", "\u00a0") or "Maintenant : non malveillant." in page
    assert "Le logiciel avait dit" in page and "Corriger cette évaluation" in page


def test_what_is_not_as_the_log_tells_is_said(client, cast, item):
    from parapet.records.models import Correction

    send(client, item, do="nothing")
    Correction.objects.all().delete()
    page = said(client.get(reverse("item", args=[item])).content.decode())
    assert "What people said of this message is not what the log tells of" in page
    assert "Correct this judgement" not in page
