"""The screens of organisations: inviting, joining, choosing by name, leaving, in the words of who looks."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from flow.test_access import organisations

from parapet.domain.belonging import Role


def page_of(client: Any, name: str, *args: str) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode().replace("\xa0", " "))


def code_on(client: Any) -> str:
    [code] = re.findall(r'<p class="hash">(per_\w{13})</p>', page_of(client, "organisations"))
    return str(code)


def belong(administrator: Any, hospital: str, client: Any, role: Role) -> None:
    form = {"code": code_on(client), "role": role}
    assert administrator.post(reverse("member-invite", args=[hospital]), form).status_code == 302
    assert client.post(reverse("organisation-join", args=[hospital])).status_code == 302


def test_an_advocate_joins_chooses_by_name_and_leaves(cast: Any, browser_of: Any) -> None:
    from parapet.access.cases import mine as mine_of
    from parapet.access.people import advocates_of
    from parapet.actions.open_case import open_case
    from parapet.records.models import Person

    admin, first = Person.objects.named("Wombatadmin"), Person.objects.named("Wombatfirst")
    hospital = organisations(admin, first)
    officer = Person.objects.named("Wombatofficer", language="fr-ca")
    his, hers, theirs = browser_of(admin), browser_of(cast.owner), browser_of(officer)
    invite, people = reverse("member-invite", args=[hospital]), reverse("people", args=[cast.advocate_id])
    for wrong in ({"code": "per_0000000000zzz", "role": "officer"}, {"code": code_on(theirs), "role": "owner"}):
        answer = his.post(invite, wrong)
        assert answer.status_code == 400 and "notice-error" in answer.content.decode()
    assert 'id="let-in"' not in page_of(hers, "people", cast.advocate_id)
    belong(his, hospital, hers, Role.MEMBER)
    his.post(invite, {"code": code_on(theirs), "role": "security"})
    assert officer.id in (waiting := page_of(his, "organisation", hospital)) and "Wombatofficer" not in waiting
    there = theirs.get(reverse("start"))
    assert there["Location"] == reverse("organisations"), "where an answer is waited for"
    assert "Vous avez une invitation : Sécurité" in page_of(theirs, "organisations")
    assert theirs.post(reverse("organisation-join", args=[hospital])).status_code == 302
    mine = page_of(hers, "organisation", hospital)
    assert "Wombatofficer" in mine and "Wombatfirst" in mine and "Owner One" not in mine.partition("<main")[2]
    assert reverse("member-invite", args=[hospital]) not in mine and "End membership" not in mine
    # A grant, by name.
    assert "Wombatofficer" in page_of(hers, "people", cast.advocate_id)
    let_in = reverse("person-let-in", args=[cast.advocate_id])
    value = f"{officer.id}:{hospital}"
    assert hers.post(let_in, {"to": value}).status_code == 400
    assert hers.post(let_in, {"to": f"{cast.stranger.id}:{hospital}", "rights": ["read"]}).status_code == 404
    # A part of her messages, as with anybody whom she lets in: what makes no sense is refused, and shown again.
    part = {"to": value, "rights": ["read"], "part": "part"}
    refused = hers.post(let_in, {**part, "rights": ["read", "export"], "harms": ["threat"]})
    assert refused.status_code == 400 and "only reading, sorting, notes" in refused.content.decode()
    assert re.search(r'name="harms" value="threat" checked', refused.content.decode()), "what she ticked is still ticked"
    assert hers.post(let_in, part).status_code == 400
    assert hers.post(let_in, {**part, "harms": ["threat"]})["Location"] == people
    assert advocates_of(officer) == (), "a door that knows nothing of parts treats it as none"
    assert [card.scope.parts for card in advocates_of(officer, scoped=True) if card.scope] == [("harm:threat",)]
    assert "Only a part." in page_of(hers, "people", cast.advocate_id)
    hers.post(reverse("person-revoke", args=[cast.advocate_id, officer.id]))
    assert advocates_of(officer, scoped=True) == ()
    assert hers.post(let_in, {"to": value, "rights": ["read"]})["Location"] == people
    assert [card.id for card in advocates_of(officer)] == [cast.advocate_id]
    assert "Ends when one of you leaves it." in page_of(hers, "people", cast.advocate_id)
    # A case, by name.
    case = open_case(cast.owner, cast.advocate_id, "Quokkatitle", [cast.items["plain"]])
    choosing = page_of(hers, "refer", case)
    assert f'value="{first.id}:{hospital}"' in choosing and "<span>Wombatadmin" not in choosing
    form = {"item": cast.items["plain"], "to": f"{first.id}:{hospital}", "purpose": "Advice"}
    confirm = hers.post(reverse("refer", args=[case]), form).content.decode()
    assert "Wombatfirst" in confirm
    [shown] = re.findall(r'name="shown" value="(\w+)"', confirm)
    offered = hers.post(reverse("refer", args=[case]), {**form, "shown": shown, "step": "offer", "agreed": "1"})
    assert offered["Location"] == reverse("case", args=[case])
    assert "it ends when one of you leaves" in page_of(hers, "case", case)
    assert "Quokkatitle" in page_of(browser_of(first), "referred")
    # What would end, and ends.
    leaving = page_of(hers, "organisation-leave", hospital)
    assert "Access of Wombatofficer to what is yours" in leaving and "1 case that was referred to Wombatfirst" in leaving
    assert reverse("gather", args=[cast.advocate_id]) in leaving
    hers.post(reverse("gather", args=[cast.advocate_id]))
    gathered = [each for each in mine_of(cast.owner, cast.advocate_id) if each.title.startswith("Everything else held")]
    assert [each.items for each in gathered] == [2], "what is in no case, so that nothing is left out"
    hers.post(reverse("organisation-leave", args=[hospital]))
    told = page_of(hers, "organisations")
    assert "You left Organisation of Wombatadmin." in told and "Access of Wombatofficer to what is yours" in told
    assert advocates_of(officer) == () and "Quokkatitle" not in page_of(browser_of(first), "referred")
    [away] = re.findall(r'action="(/belonged/[^"]*)"', told)
    hers.post(away)
    assert "You left" not in page_of(hers, "organisations")
    assert "Ended: one of you left the organisation" in page_of(hers, "case", case)


def test_an_administrator_sees_who_belongs_and_ends_it(cast: Any, browser_of: Any) -> None:
    from parapet.records.models import Person

    admin, officer = Person.objects.named("Wombatadmin"), Person.objects.named("Wombatofficer")
    hospital = organisations(admin, officer)
    his, theirs = browser_of(admin), browser_of(officer)
    belong(his, hospital, browser_of(cast.owner), Role.MEMBER)
    shown = page_of(his, "organisation", hospital)
    assert "Owner One" in shown and "Wombatofficer" in shown and cast.advocate_id not in shown
    his.post(reverse("member-invite", args=[hospital]), {"code": cast.stranger.id, "role": "analyst"})
    his.post(reverse("member-withdraw", args=[hospital, cast.stranger.id]))
    assert "Join" not in page_of(browser_of(cast.stranger), "organisations").partition("<main")[2]
    assert his.post(reverse("member-sign-out", args=[hospital, officer.id])).status_code == 302
    assert theirs.get(reverse("organisations")).status_code == 302
    assert his.post(reverse("member-end", args=[hospital, officer.id])).status_code == 302
    theirs = browser_of(officer)
    assert "an administrator there ended it" in page_of(theirs, "organisations")
    assert theirs.get(reverse("organisation", args=[hospital])).status_code == 404


def test_each_role_is_told_what_it_may_and_what_it_may_not(cast: Any, browser_of: Any) -> None:
    from parapet.records.models import Person

    admin = Person.objects.named("Wombatadmin")
    hospital = organisations(admin, Person.objects.named("Wombatofficer"))
    said = {Role.SUPPORTER: "You see no message and no case", Role.ANALYST: "protected statistics only"}
    for role, words in said.items():
        client = browser_of(Person.objects.named(f"Some {role}"))
        belong(browser_of(admin), hospital, client, role)
        assert words in page_of(client, "organisations") and words in page_of(client, "organisation", hospital)
        assert client.get(reverse("start"))["Location"] == reverse("organisations")
