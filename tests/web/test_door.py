"""The pages of a shielded address: opened, changed, what is held there, and passing it on; and no word of a mail on any of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from support.door import DOMAIN, OWN, her_server, letter, opened, send, with_door

GRAVE = "I will kill you on Friday. I am outside your house now with a knife."


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_an_address_is_opened_and_what_is_held_there_goes_on_by_a_press(
    cast: Any, browser_of: Any, home: Any, language: str
) -> None:
    from parapet.actions.judge_mail import judge_arrived
    from parapet.actions.pass_on import pass_on_waiting
    from parapet.records.models import Connection, DoorMail, Item

    cast.owner.language = language
    cast.owner.save()
    french = language != "en"
    browser, new = browser_of(cast.owner), reverse("new-door", args=[cast.advocate_id])
    here = reverse("connections", args=[cast.advocate_id])
    assert browser.get(new).status_code == 404 and new not in browser.get(here).content.decode(), "there is no door"
    with her_server() as hers, opened(home, beyond=hers.port) as port:
        assert new in browser.get(here).content.decode() and DOMAIN in browser.get(new).content.decode()
        typed = {"local": "dr", "to": OWN, "hold": "grave"}
        for wrong, word in (({"to": ""}, ""), ({"to": "x"}, ""), ({"local": "a b"}, ""), ({"hold": "x"}, "")):
            answer = browser.post(new, {**typed, **wrong})
            assert answer.status_code == 400 and word in answer.content.decode() and 'role="alert"' in answer.content.decode(), (
                wrong
            )
        assert not Connection.objects.exists()
        page = browser.post(new, typed, follow=True).content.decode()
        assert f"dr@{DOMAIN}" in page and ("L’adresse est ouverte" if french else "The address is open") in page
        name = Connection.objects.get().id
        again = browser.post(reverse("connection", args=[name]), {**typed, "hold": "abusive", "hold_unsure": "1"}, follow=True)
        assert ("Enregistré" if french else "Kept.") in again.content.decode()

        send(port, f"dr@{DOMAIN}", letter("held", GRAVE))
        send(port, f"dr@{DOMAIN}", b"")
        judge_arrived()
        mails = reverse("door-mails", args=[name])
        listed = browser.get(mails).content.decode()
        assert (
            listed.count("Le transmettre<" if french else "Pass it on<") == 2 and "knife" not in listed and "anon@" not in listed
        )
        assert ("quelque chose de grave" if french else "something grave") in listed
        assert ("n’a pas pu être lu" if french else "could not be read") in listed
        item = Item.objects.order_by("number").last()
        of_item = browser.get(reverse("item", args=[item.id]) + "?more=1").content.decode()
        assert reverse("item-pass-on", args=[item.id]) in of_item and "knife" not in of_item
        assert ("Retenus : 2" if french else "Held: 2") in browser.get(here).content.decode().replace("\u00a0", " ")

        # A stranger is told nothing, and nothing goes.
        stranger = browser_of(cast.stranger)
        held = DoorMail.objects.order_by("number").first()
        for address in (reverse("door-pass-on", args=[held.id]), reverse("item-pass-on", args=[item.id])):
            assert stranger.post(address).status_code == 404
        assert stranger.get(mails).status_code == 404 == stranger.get(new).status_code
        assert browser.get(reverse("door-pass-on", args=[held.id])).status_code == 405

        browser.post(reverse("item-pass-on", args=[item.id]), follow=True)
        browser.post(reverse("door-pass-on", args=[DoorMail.objects.order_by("number").last().id]), follow=True)
        assert browser.post(reverse("door-pass-on", args=[held.id])).status_code == 404, "once"
        pass_on_waiting()
        assert len(hers.got) == 2
        told = browser.get(mails).content.decode()
        assert ("Tout ce qui est arrivé a été transmis" if french else "Everything that came was passed on") in told
        ended = browser.post(reverse("connection-end", args=[name]), follow=True).content.decode()
        assert ("ne prend plus de courrier" if french else "takes no more mail") in ended


def test_who_runs_the_home_is_told_what_is_missing(home: Any) -> None:
    from parapet.cli.door import faults_of

    environment = with_door(home, port=1)
    assert len(list(faults_of(environment))) == 2 and not list(faults_of(home))
