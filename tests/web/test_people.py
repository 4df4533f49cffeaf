"""Who can see what: letting in, changing, taking back, giving back; and no button of what a helper may not do."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from web.test_doors import NAMES, OPEN, address  # noqa: F401  # every address, about what is the owner's

from parapet.domain.rights import GIVEABLE, Right

ABSENT = {
    "advocate_id": "adv_0000000000000", "item_id": "itm_0000000000000", "case_id": "cas_0000000000000",
    "intake_id": "int_0000000000000", "subject_id": "itm_0000000000000", "helper_id": "per_0000000000000", "alert_id": "alr_0000000000000",
    "referral_id": "ref_0000000000000", "organisation_id": "org_0000000000000", "member_id": "per_0000000000000",
    "membership_id": "mem_0000000000000", "request_id": "emg_0000000000000", "connection_id": "con_0000000000000", "report_id": "rep_0000000000000",
    "batch_id": "bat_0000000000000",
    "block_id": "blk_0000000000000", "plan_id": "pln_0000000000000",
    "browser_id": "brw_0000000000000",
    "door_id": "con_0000000000000",
    "mail_id": "dml_0000000000000",
}  # fmt: skip
#: About organisations, to which no grant lets: tests/web/test_organisations.py.
BELONGING = {name for name in NAMES if name.startswith(("organisation", "member-"))}
#: What a helper who may only read is answered, by method; everything else about the advocate is not there.
READS = {
    "get": {
        "inbox",
        "item",
        "cases",
        "case",
        "case-timeline",
        "tasks",
        "alert",
        "care",
        "care-help",
        "care-days",
        "shield",
        "shield-settings",
        "custody",
        "custody-table",
        "emergency-request",
        "reports",
        "report",
        "report-batch",
        "blocks",
        "block",
        "block-plan",
        "complaint",
        "complaint-ground",
        "complaints",
    },
    "post": {
        "inbox",
        "item-text",
        "item-compare",
        "item-original",
        "give-back",
        "care",
        "care-pause",
        "case-private",
        "complaint",
        "complaint-ground",
        "emergency-end",
    },
}


def let_in(cast: Any, rights: Collection[Right], **more: Any) -> Any:
    from parapet.actions.invite import invite
    from parapet.records.models import Person

    invite(cast.owner, cast.advocate_id, "Helping Hand", frozenset(rights), **more)
    return Person.objects.latest("made_at")


def answers(client: Any, name: str, address: Any) -> dict[str, tuple[Any, Any]]:  # noqa: F811
    """By method, the answers for what is hers and for what is nowhere."""
    methods = {"get": client.get, "post": client.post}
    return {how: (ask(address(name)), ask(address(name, **ABSENT))) for how, ask in methods.items()}


def about_her(address: Any) -> list[str]:  # noqa: F811
    return [name for name in NAMES if name not in OPEN | BELONGING and address(name) != address(name, **ABSENT)]


@pytest.mark.parametrize("how", ["over", "revoked", "on call"])
def test_who_holds_nothing_gets_the_answer_for_what_does_not_exist(how: str, cast: Any, address: Any, browser_of: Any) -> None:  # noqa: F811
    from parapet.actions.change_grant import revoke

    now = datetime.now(UTC)
    if how == "over":
        helper = let_in(cast, GIVEABLE, until=now - timedelta(hours=1), now=now - timedelta(days=1))
    else:
        helper = let_in(cast, {Right.ALERT} if how == "on call" else GIVEABLE)
    client = browser_of(helper)
    if how == "revoked":
        assert client.get(reverse("inbox", args=[cast.advocate_id])).status_code == 200
        revoke(cast.owner, cast.advocate_id, helper.id)
    for name in set(about_her(address)) - {"give-back"} - ({"alert", "shield"} if how == "on call" else set()):
        for there, nowhere in answers(client, name, address).values():
            assert there.status_code == nowhere.status_code and there.status_code in {404, 405}, name
            assert there.content == nowhere.content, name
    page = client.get(reverse("start"), follow=True).content.decode()
    assert ("act for nobody" in page) is (how == "revoked")
    assert not [text for text in (f'href="{reverse("inbox", args=[cast.advocate_id])}"', 'href="/add/"') if text in page]


def test_who_may_only_read_sees_no_button_of_what_she_may_not(cast: Any, address: Any, browser_of: Any) -> None:  # noqa: F811
    client = browser_of(let_in(cast, {Right.READ}))
    for name in about_her(address):
        for how, (there, nowhere) in answers(client, name, address).items():
            if name in READS[how]:
                assert there.status_code in {200, 302, 400}, (name, how)
                continue
            assert there.status_code in {404, 405} and there.content == nowhere.content, (name, how)
        if name == "give-back":
            client = browser_of(let_in(cast, {Right.READ}))
    for name in READS["get"]:
        page = client.get(address(name)).content.decode()
        posts = set(re.findall(r'<form[^>]* method="post" action="([^"#]*)', page))
        allowed = {reverse("leave"), *(address(each) for each in READS["post"])}
        assert posts <= allowed, (name, posts - allowed)
        links = [link for link in re.findall(r'href="(/[^"?]*)', page) if not link.startswith("/static/")]
        assert not [link for link in links if client.get(link).status_code == 404], name


#: What a helper with a part is answered about a message of it, with all that can be given for a part; no case is named.
OF_A_PART = {
    "get": {"inbox", "item", "queue"},
    "post": {
        "inbox", "item-text", "item-compare", "item-original", "give-back", "queue-next", "queue-take", "queue-done",
        "queue-again", "queue-back",
    },
}  # fmt: skip


def test_who_sees_a_part_finds_it_and_no_door_beside_it(cast: Any, address: Any, browser_of: Any) -> None:  # noqa: F811
    from parapet.actions.change_grant import change_rights
    from parapet.domain.judgement import Harm
    from parapet.domain.scopes import Scope

    rights = {Right.READ, Right.SORT, Right.ALERT}
    helper = let_in(cast, rights, scope=Scope(harms=frozenset({Harm.THREAT})))
    client = browser_of(helper)
    for name in OF_A_PART["get"]:
        page = client.get(address(name)).content.decode()
        links = [link for link in re.findall(r'href="(/[^"?]*)', page) if not link.startswith("/static/")]
        assert not [link for link in links if client.get(link).status_code == 404], name
        for action in set(re.findall(r'<form[^>]* method="post" action="([^"#]*)', page)) - {reverse("leave")}:
            assert action in {address(each) for each in OF_A_PART["post"] | {"queue-over", "item-judge"}}, (name, action)
    for name in sorted(about_her(address)):
        for how, (there, nowhere) in answers(client, name, address).items():
            if name in OF_A_PART[how]:
                assert there.status_code in {200, 302, 400}, (name, how)
            else:
                assert there.status_code in {404, 405} and there.content == nowhere.content, (name, how)
        if name == "give-back":
            helper = let_in(cast, rights, scope=Scope(harms=frozenset({Harm.THREAT})))
            client = browser_of(helper)
    change_rights(cast.owner, cast.advocate_id, helper.id, rights, scope=Scope(channels=frozenset({"x"})))
    for name in set(about_her(address)) - {"inbox", "queue", "queue-next", "give-back"}:
        for there, nowhere in answers(client, name, address).values():
            assert there.status_code in {404, 405} and there.content == nowhere.content, name
    assert client.get(reverse("inbox", args=[cast.advocate_id])).status_code == 200


def test_the_form_gives_a_part_and_never_all_of_it_by_mistake(cast: Any, browser_of: Any) -> None:
    from parapet.access.seers import who_may
    from parapet.domain.judgement import Harm
    from parapet.domain.scopes import Scope

    hers = browser_of(cast.owner)
    page_of, invite = (reverse(name, args=[cast.advocate_id]) for name in ("people", "person-invite"))
    form = {"name": "Dr. Lena Roy", "rights": ["read", "sort"], "language": "en"}
    for wrong in (
        {"part": "part"},
        {"part": "all", "harms": ["threat"]},
        {"harms": ["threat"]},
        {"part": "part", "channels": ["nowhere at all"]},
        {"part": "part", "cases": ["cas_0000000000zzz"]},
        {"part": "part", "from_day": "soon"},
        {"part": "part", "from_day": "2026-10-02", "to_day": "2026-10-01"},
        {"part": "part", "harms": ["threat"], "rights": ["read", "export"]},
    ):
        answer = hers.post(invite, {**form, **wrong})
        assert answer.status_code == 400 and "error" in answer.content.decode(), wrong
    part = {"part": "part", "channels": ["mail"], "harms": ["threat", "doxing"], "from_day": "2026-09-01", "to_day": "2026-09-30"}
    assert hers.post(invite, {**form, **part})["Location"] == page_of
    helper = who_may(cast.owner, cast.advocate_id)[-1]
    assert isinstance(helper.scope, Scope) and helper.scope.harms == {Harm.THREAT, Harm.DOXING}
    shown = hers.get(page_of).content.decode().replace("\xa0", " ")
    assert "Only a part. Channels: E-mail · Kinds of harm: Threat" in shown and "Up to the end of 30 Sept 2026" in shown
    change = reverse("person-change", args=[cast.advocate_id, helper.id])
    kept = {"rights": ["read", "sort"], **part}
    assert "It is so already" in hers.post(change, kept, follow=True).content.decode(), "the form shows what is held"
    assert hers.post(change, {**kept, "part": "all"}).status_code == 400
    assert hers.post(change, {"rights": ["read"], "part": "all"})["Location"] == page_of
    assert who_may(cast.owner, cast.advocate_id)[-1].scope is None


def test_the_solo_doctor_lets_in_her_first_helper(cast: Any, browser_of: Any) -> None:
    """And changes her mind: what she may do, until when, and at last whether."""
    from parapet.records.models import LoginLink, Person

    hers, page_of = browser_of(cast.owner), reverse("people", args=[cast.advocate_id])
    assert f'href="{page_of}"' in hers.get(reverse("inbox", args=[cast.advocate_id])).content.decode()
    assert f'href="{page_of}"' in hers.get(reverse("protected")).content.decode()
    form = {"name": "Dr. Lena Roy", "rights": ["read", "annotate"], "until": "2099-01-31", "language": "fr-ca"}
    invite = reverse("person-invite", args=[cast.advocate_id])
    for wrong in (
        {"name": " "},
        {"rights": []},
        {"rights": ["grant"]},
        {"until": "soon"},
        {"until": "2001-01-01"},
        {"rights": ["sort"]},
    ):
        answer = hers.post(invite, {**form, **wrong})
        assert answer.status_code == 400 and "error" in answer.content.decode(), wrong
    assert Person.objects.filter(invited_by__isnull=False).count() == 0 and not LoginLink.objects.exists()
    assert hers.post(invite, form)["Location"] == page_of
    shown = hers.get(page_of).content.decode()
    [link] = re.findall(r'id="made-link">(http://127\.0\.0\.1[^<]*/enter/[^<]*)<', shown)
    assert "/enter/" not in hers.get(page_of).content.decode(), "it is shown once"
    assert "the end of 31 Jan 2099" in shown.replace("\xa0", " ") and "none yet" in shown
    helper = browser_of()
    helper.post(link.removeprefix("http://127.0.0.1"))
    text = reverse("item-text", args=[cast.items["plain"]])
    assert "Thank you for the clear" in helper.post(text).content.decode()
    own = helper.get(reverse("protected")).content.decode().replace("\xa0", " ")
    assert "Vous pouvez : Lire, Prendre des notes" in own and "31 janv. 2099" in own and "/protected/new/" not in own
    person = Person.objects.get(invited_by__isnull=False)
    assert "none yet" not in hers.get(page_of).content.decode()
    change = reverse("person-change", args=[cast.advocate_id, person.id])
    assert hers.post(change, {"rights": []}).status_code == 400
    assert hers.post(change, {"rights": ["alert"]})["Location"] == page_of
    assert helper.post(text).status_code == 404
    again = reverse("person-link", args=[cast.advocate_id, person.id])
    assert hers.post(again)["Location"] == page_of and "/enter/" in hers.get(page_of).content.decode()
    hers.post(reverse("person-revoke", args=[cast.advocate_id, person.id]))
    told = hers.get(page_of).content.decode()
    assert "Access taken back: Dr. Lena Roy" in told and "by Owner One" in told and f"{person.id}" not in told


def test_a_helper_gives_it_back(cast: Any, browser_of: Any) -> None:
    from parapet.access.people import advocates_of

    helper = let_in(cast, {Right.READ})
    client = browser_of(helper)
    assert reverse("give-back", args=[cast.advocate_id]) in client.get(reverse("protected")).content.decode()
    client.post(reverse("give-back", args=[cast.advocate_id]))
    assert advocates_of(helper) == ()
    assert browser_of(cast.owner).post(reverse("give-back", args=[cast.advocate_id])).status_code == 404
