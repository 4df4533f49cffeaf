"""How a person says how she is reached, who is called, and the page with the one button."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from support.receivers import webhook
from web.conftest import TEXTS, mail


@pytest.fixture
def told(cast: Any, tmp_path: Any) -> str:
    """An alert about a second threat to her, which a webhook took; its name."""
    from parapet.actions.assess import assess
    from parapet.actions.call_people import call_people
    from parapet.actions.change_reach import add_way
    from parapet.actions.import_paths import import_paths
    from parapet.actions.raise_alert import raise_alert
    from parapet.actions.send_alert import Call, send_alert
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Alert, Version

    with webhook() as hook:
        add_way(cast.owner, "webhook", hook.url)
        (tmp_path / "next.eml").write_bytes(mail("next", f"{TEXTS['grave']} Again."))
        import_paths([tmp_path / "next.eml"], person=cast.owner)
        assess(list(Version.objects.values_list("number", flat=True)))
        raise_alert(OutboxEntry.objects.get(kind="raise_alert").payload["versions"])
        call_people(Alert.objects.get().number, 0)
        send_alert(Call.of(OutboxEntry.objects.get(kind="send_alert").payload))
        assert len(hook.got) == 1
    return Alert.objects.get().id


def test_ways_are_added_tried_and_taken_away_and_never_shown(cast: Any, browser_of: Any) -> None:
    client, here = browser_of(cast.owner), reverse("reach")
    assert "you are told of nothing" in client.get(here).content.decode()
    with webhook(200, 401) as hook:
        page = client.post(here, {"do": "add", "kind": "webhook", "address": hook.url}, follow=True).content.decode()
        assert "127.0.0.1 …" in page and "SECRETPATH" not in page
        [way] = set(re.findall(r'value="(way_\w+)"', page))
        assert "The service took it." in client.post(here, {"do": "test", "way": way}, follow=True).content.decode()
        assert "Parapet: a test" in hook.texts[0]
        refused = client.post(here, {"do": "test", "way": way}, follow=True).content.decode()
        assert "(401): the address or its key is not accepted" in refused
    assert "No connection came about" in client.post(here, {"do": "test", "way": way}, follow=True).content.decode()
    assert browser_of(cast.stranger).post(here, {"do": "test", "way": way}).status_code == 404
    browser_of(cast.stranger).post(here, {"do": "remove", "way": way})
    assert "127.0.0.1 …" in client.get(here).content.decode()
    assert "127.0.0.1 …" not in client.post(here, {"do": "remove", "way": way}, follow=True).content.decode()


def test_what_is_wrong_in_a_form_is_said_and_nothing_is_lost(cast: Any, browser_of: Any) -> None:
    client, here = browser_of(cast.owner), reverse("reach")
    answer = client.post(here, {"do": "add", "kind": "slack", "address": "https://h.example/x"})
    assert answer.status_code == 400 and 'value="https://h.example/x"' in answer.content.decode()
    assert client.post(here, {"do": "add", "kind": "email", "address": "a@clinic.ca"}).status_code == 400, "no mail server"
    for form in (
        {"from": "22:00", "until": "", "zone": "UTC"},
        {"from": "25:00", "until": "07:00", "zone": "UTC"},
        {"from": "22:00", "until": "07:00", "zone": "../../etc/passwd"},
    ):
        assert client.post(here, {"do": "quiet", **form}).status_code == 400, form
    page = client.post(here, {"do": "quiet", "from": "22:00", "until": "07:00", "zone": "America/Halifax"}, follow=True)
    assert 'value="22:00"' in page.content.decode() and '"America/Halifax" selected' in page.content.decode()


def test_who_is_called_is_chosen_among_those_who_may_read(cast: Any, browser_of: Any) -> None:
    from parapet.records.models import Advocate, LogEntry
    from parapet.records.numbers import number_of
    from parapet.records.on_call import on_call

    client, here = browser_of(cast.owner), reverse("on-call", args=[cast.advocate_id])
    page = client.get(here).content.decode()
    assert "Owner One" in page and "Stranger Two" not in page and "Nobody would be told" in page
    form = {"person": [cast.owner.id], f"place_{cast.owner.id}": "1", "wait_min": "3", "called": "Ada"}
    assert "Who is called is kept." in client.post(here, form, follow=True).content.decode()
    said = on_call(Advocate.objects.get(number=number_of("adv", cast.advocate_id)))
    assert (said.people, said.wait_min, said.called) == ((cast.owner.number,), 3, "Ada")
    stranger = {"person": [cast.stranger.id], f"place_{cast.stranger.id}": "1", "wait_min": "3"}
    assert client.post(here, stranger).status_code == 404
    assert client.post(here, {**form, "wait_min": "0"}).status_code == 400
    assert LogEntry.objects.filter(kind="on_call").count() == 1


def test_one_button_takes_an_alert_and_a_stranger_finds_none(cast: Any, browser_of: Any, told: str) -> None:
    client, here = browser_of(cast.owner), reverse("alert", args=[told])
    inbox = reverse("inbox", args=[cast.advocate_id])
    assert "Nobody has said so far that they have it." in client.get(inbox).content.decode()
    page = client.get(here).content.decode()
    assert "I have it" in page and "A service took the alert" in page and "knife" not in page and "/i/itm_" in page
    for method in (browser_of(cast.stranger).get, browser_of(cast.stranger).post):
        assert method(here).status_code == 404
    assert browser_of().post(here)["Location"] == reverse("login")
    page = client.post(here, follow=True).content.decode()
    assert "You have it." in page and "Owner One has the alert" in page and "I have it" not in page
    assert here not in client.get(inbox).content.decode()


def test_the_inbox_says_when_nobody_would_be_told_of_danger(cast: Any, browser_of: Any) -> None:
    from parapet.actions.change_preferences import change_preferences

    inbox = reverse("inbox", args=[cast.advocate_id])
    assert "Nobody would be told of danger" in browser_of(cast.owner).get(inbox).content.decode()
    change_preferences(cast.owner, language="fr-ca")
    assert "Personne ne serait averti" in browser_of(cast.owner).get(inbox).content.decode()
    with webhook() as hook:
        form = {"do": "add", "kind": "webhook", "address": hook.url}
        assert "Le moyen est enregistré." in browser_of(cast.owner).post(reverse("reach"), form, follow=True).content.decode()
    assert "Personne ne serait averti" not in browser_of(cast.owner).get(inbox).content.decode()


def test_who_is_on_call_takes_it_unread_and_who_only_reads_does_not_take_it(cast: Any, browser_of: Any, told: str) -> None:
    from parapet.actions.invite import invite
    from parapet.domain.rights import Right
    from parapet.records.models import Person

    here = reverse("alert", args=[told])

    def helper(name: str, *rights: Right) -> Any:
        invite(cast.owner, cast.advocate_id, name, frozenset(rights))
        return browser_of(Person.objects.latest("made_at"))

    reader, called = helper("A Reader", Right.READ), helper("On Call", Right.ALERT)
    page = reader.get(here).content.decode()
    assert "/i/itm_" in page and "I have it" not in page and reader.post(here).status_code == 404
    page = called.get(here).content.decode()
    assert "I have it" in page and "do not read the messages" in page and "/i/itm_" not in page
    assert "On Call has the alert" in called.post(here, follow=True).content.decode()
