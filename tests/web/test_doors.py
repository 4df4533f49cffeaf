"""Who may come in: every address in the map, for nobody and for a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from flow.test_access import batched, channelled, complained, drafted, organisations, shut_out, supported
from support.homes import Homes
from support.paired import paired
from support.watched import shielded, watched

from parapet.domain.belonging import Role

#: Open to everybody; they say nothing about anybody.
OPEN = {"healthz", "language", "login", "enter", "leave", "help", "second", "at-institution", "from-institution"}
#: What servers read of this home, where it has a name: tests/flow/test_watching_bluesky.py.
SERVERS = {"bluesky-client"}
#: For other programs and for browsers, with keys of their own: tests/api, tests/web/test_browsers.py. They look at no cookie.
SCORES = {"perspective_analyze", "perspective_suggestscore", "perspective_discovery"}
SCHEMA = {"api-schema"}
HANDING_IN = {"api-browsers", "api-captures"}
PROGRAMS = SCORES | HANDING_IN | SCHEMA | SERVERS


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for each in (resolver or get_resolver("parapet.web.urls")).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


#: By which names things are asked for that are not there.
ABSENT = {
    "advocate_id": "adv_0000000000000",
    "item_id": "itm_0000000000000",
    "subject_id": "itm_0000000000000",
    "case_id": "cas_0000000000000",
    "intake_id": "int_0000000000000",
    "helper_id": "per_0000000000000",
    "alert_id": "alr_0000000000000",
    "referral_id": "ref_0000000000000",
    "request_id": "emg_0000000000000",
    "connection_id": "con_0000000000000",
    "browser_id": "brw_0000000000000",
    "door_id": "con_0000000000000",
    "mail_id": "dml_0000000000000",
    "report_id": "rep_0000000000000",
    "batch_id": "bat_0000000000000",
    "block_id": "blk_0000000000000",
    "plan_id": "pln_0000000000000",
    "complaint_id": "cpl_0000000000000",
    "channel_id": "chn_0000000000000",
    "letter_id": "ltr_0000000000000",
    "organisation_id": "org_0000000000000",
    "member_id": "per_0000000000000",
    "membership_id": "mem_0000000000000",
    "supporter_id": "sup_0000000000000",
    "call_id": "cal_0000000000000",
}
#: Who belongs to an organisation sees its page; nothing of these is an advocate's.
BELONGING = {"organisation_id", "member_id", "membership_id"}
NAMES = sorted(str(each.name) for each in patterns() if each.name not in PROGRAMS)
CLOSED = [name for name in NAMES if name not in OPEN]


def test_every_view_asks_who_is_there_unless_it_is_listed_as_open():
    for each in patterns():
        assert getattr(each.callback, "needs_sign_in", False) or each.name in OPEN | PROGRAMS, each.name


@pytest.fixture
def address(home: Any, homes: Homes, cast: Any) -> Any:
    """`address(name)`: the address of a view, about things that exist and belong to `cast.owner`."""
    known = homes.fill(home, "doors", lambda: things(cast))

    def made(name: str, **instead: str) -> str:
        [converters] = {tuple(each.pattern.converters) for each in patterns() if each.name == name}
        return reverse(name, kwargs={key: {**known, **instead}[key] for key in converters})

    return made


def things(cast: Any) -> dict[str, Any]:
    """One of each that an address can name, by the name that addresses have for it."""
    from datetime import UTC, datetime

    from django.db import transaction

    from parapet.access import intakes
    from parapet.access.referrals import preview
    from parapet.actions.allow import allow
    from parapet.actions.break_glass import ask_to_be_let_in
    from parapet.actions.name_for_emergency import name_for_emergency
    from parapet.actions.open_case import open_case
    from parapet.actions.refer import refer_case
    from parapet.records import models
    from parapet.records.numbers import number_of

    helper = models.Person.objects.named("A helper")
    with transaction.atomic():
        allow(helper, models.Advocate.objects.get(number=number_of("adv", cast.advocate_id)), "helper")
    case = open_case(cast.owner, cast.advocate_id, "A case", [cast.items["grave"]])
    shown = preview(cast.owner, case).shown
    referral = refer_case(
        cast.owner, case, [cast.items["grave"]], to=models.Person.objects.named("Officer").id, purpose="p", shown=shown
    )
    near = [models.Person.objects.named(name) for name in ("Near One", "Near Two")]
    name_for_emergency(cast.owner, cast.advocate_id, [each.id for each in near])
    request = ask_to_be_let_in(near[0], cast.advocate_id, reason="She does not answer.")
    alert = models.Alert.objects.create(advocate_id=number_of("adv", cast.advocate_id), urgency=3, opened_at=datetime.now(UTC))
    organisation = organisations(cast.owner, helper)
    return {
        "organisation_id": organisation,
        "member_id": helper.id,
        "membership_id": models.Membership.objects.get(person=helper).id,
        "advocate_id": cast.advocate_id,
        "item_id": cast.items["grave"],
        "subject_id": cast.items["grave"],
        "case_id": case,
        "referral_id": referral,
        **dict(zip(("supporter_id", "call_id"), supported(cast.owner, cast.advocate_id), strict=True)),
        "intake_id": intakes.recent(cast.owner)[0].id,
        "helper_id": helper.id,
        "alert_id": alert.id,
        "request_id": request,
        "report_id": drafted(cast.owner, cast.items["grave"]).id,
        "complaint_id": complained(cast.owner, case),
        "batch_id": batched(cast.owner, cast.items["grave"]),
        **dict(zip(("block_id", "plan_id"), shut_out(cast.owner, cast.items["grave"]), strict=True)),
        **dict(zip(("channel_id", "letter_id"), channelled(cast.owner, case, helper.id), strict=True)),
        "connection_id": watched(number_of("adv", cast.advocate_id) or 0),
        **dict(zip(("door_id", "mail_id"), shielded(number_of("adv", cast.advocate_id) or 0), strict=True)),
        "browser_id": paired(cast.owner, cast.advocate_id)[0],
        "token": "nonsense",
        "ticket": "nonsense",
        "index": 0,
        "institution": "nowhere",
        "service": "nowhere",
    }


def test_nobody_gets_the_same_answer_for_what_exists_and_what_does_not(address, browser_of):
    nobody = browser_of()
    for name in CLOSED:
        for method in (nobody.get, nobody.post):
            there = method(address(name))
            assert (there.status_code, there.get("Location")) == (302, reverse("login")), name
            nowhere = method(address(name, **{each: there.removesuffix("0" * 12) for each, there in ABSENT.items()}))
            assert (nowhere.status_code, nowhere.get("Location")) == (302, reverse("login")), name


def test_a_stranger_sees_nothing_and_is_not_told_whether_it_exists(address, browser_of, cast):
    for name in CLOSED:
        client = browser_of(cast.stranger)  # anew: what a page tells her once, the next does not
        about_somebody = address(name) != address(name, **ABSENT)
        for method in (client.get, client.post):
            there, nowhere = method(address(name)), method(address(name, **ABSENT))
            assert there.status_code == nowhere.status_code, name
            assert there.status_code != 302 or there["Location"] != reverse("login"), f"{name}: she is signed in all the while"
            if about_somebody:
                assert there.status_code in {404, 405}, name
                assert there.content == nowhere.content, name


@pytest.fixture
def personas(address, cast):
    """Everybody who might be thought to see something of hers: a stranger; people of her organisation, in every role, and of another
    one; a former helper; and who keeps the instance."""
    from django.db import transaction

    from parapet.actions.allow import allow, take_back
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation
    from parapet.records import models
    from parapet.records.numbers import number_of

    person, hers = models.Person.objects.named, address("organisation").split("/")[2]
    made = {role: person(role) for role in (Role.ADMINISTRATOR, Role.SECURITY, Role.SUPPORTER, Role.ANALYST)}
    for role, who in made.items():
        invite_member(cast.owner, hers, who.id, role)
        join_organisation(who, hers)
    made |= {"elsewhere": person("elsewhere"), "instance": person("instance"), "former helper": person("former helper")}
    organisations(made["elsewhere"], person("an officer there"))
    with transaction.atomic():
        allow(made["instance"], models.Advocate.objects.get(number=models.Advocate.UNMATCHED), "unmatched")
        her = models.Advocate.objects.get(number=number_of("adv", cast.advocate_id))
        allow(made["former helper"], her, "helper")
        take_back(made["former helper"], her, by=cast.owner)
    return {"stranger": cast.stranger, **made}


@pytest.mark.slow
def test_no_role_alone_opens_a_page(address, browser_of, cast, personas):
    """Every address in the map: what is about hers has the one answer, and what is about nobody shows nothing of hers."""
    about = {name for name in NAMES if name not in OPEN and address(name) != address(name, **ABSENT)}
    of_belonging = {
        name for name in about if address(name) == address(name, **{k: v for k, v in ABSENT.items() if k not in BELONGING})
    }
    assert len(about - of_belonging) >= 90
    hers = {
        cast.advocate_id,
        *cast.items.values(),
        "Ada Moreau",
        *(address(name).split("/")[2] for name in ("case", "referral-add", "progress")),
    }
    for who, persona in personas.items():
        client = browser_of(persona)
        nowhere = client.get(reverse("inbox", args=["adv_0000000000000"]))
        assert nowhere.status_code == 404
        for name in sorted(about - (of_belonging if who in set(Role) else set())):
            for ask in (client.get, client.post):
                there = ask(address(name))
                assert there.status_code in {404, 405}, (who, name)
                assert there.status_code == 405 or there.content == nowhere.content, (who, name)
        for name in sorted(set(NAMES) - about - {"leave"}):
            page = client.get(address(name))
            shown = b"".join(page.streaming_content) if page.streaming else page.content
            assert not [each for each in hers if each.encode() in shown], (who, name)


def test_what_programs_may_ask_is_what_its_schema_says_and_no_session_opens_more(browser_of, personas, monkeypatch):
    """The document from which other programs build their calls names every address of theirs; who is signed in is nobody there."""
    import json

    import attrs
    from django.conf import settings

    monkeypatch.setattr(settings, "ENVIRONMENT", attrs.evolve(settings.ENVIRONMENT, perspective="keys"))
    nobody = browser_of()
    schema = json.loads(nobody.get(reverse("perspective_discovery")).content)
    methods = schema["resources"]["comments"]["methods"].values()
    told = {f"/{each['path']}" for each in methods}
    assert told | {reverse("perspective_discovery")} == {reverse(name) for name in SCORES}
    assert {each["httpMethod"] for each in methods} == {"POST"}
    for persona in personas.values():
        client = browser_of(persona)
        for path in told:
            asked = {"path": path, "data": b"{}", "content_type": "application/json"}
            there, closed = client.post(**asked), nobody.post(**asked)
            assert (there.status_code, there.content) == (closed.status_code, closed.content)
            assert there.status_code in {400, 403}
        for path in map(reverse, HANDING_IN):
            there, closed = (each.post(path, b"{}", content_type="application/json") for each in (client, nobody))
            assert (there.status_code, there.content) == (closed.status_code, closed.content)
            assert there.status_code in {400, 401, 403, 422}


def test_a_stranger_cannot_name_what_is_not_hers_in_a_form(cast, browser_of, address):
    from parapet.access.cases import mine, page

    client, item = browser_of(cast.stranger), cast.items["grave"]
    tried = [
        (reverse("assign"), {"item": item, "advocate": cast.other_advocate_id}),
        (reverse("assign"), {"item": item, "advocate": cast.advocate_id}),
        (reverse("case-choose", args=[cast.other_advocate_id]), {"item": item}),
        (reverse("case-open", args=[cast.other_advocate_id]), {"item": item, "title": "Mine"}),
        (reverse("case-add"), {"item": item, "case": address("case").split("/")[2]}),
        (reverse("case-add"), {"item": item, "case": ""}),
        (
            reverse("said"),
            {"advocate": cast.advocate_id, "words": "w", "at": "2026-09-14T10:00", "how": "phone", "heard_by": "h"},
        ),
    ]
    for url, form in tried:
        assert client.post(url, form).status_code == 404, url
    for case in mine(cast.stranger, cast.other_advocate_id):
        assert page(cast.stranger, case.id).rows == ()


def test_a_fragment_for_somebody_signed_out_moves_the_whole_page(cast, browser_of):
    answer = browser_of().post(reverse("item-text", args=[cast.items["grave"]]), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("login")
    assert answer.content == b""


def test_changes_need_a_form_of_our_own(address, browser_of, cast):
    client = browser_of(cast.owner, csrf=True)
    for name in NAMES:
        if name == "enter":
            continue
        answer = client.post(address(name), {"item": cast.items["grave"]})
        assert answer.status_code in {403, 405}, name
        if answer.status_code == 403:
            assert "grown old" in answer.content.decode(), name


def test_no_answer_may_be_kept_and_none_lets_a_script_in(address, browser_of, cast):
    client = browser_of(cast.owner)
    for name in NAMES:
        answer = client.get(address(name))
        if name == "healthz" or (answer.status_code == 405 and name in {"language", "leave"}):
            continue  # nothing is in it
        assert "no-store" in answer["Cache-Control"], name
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy, name
    assert client.get(address("inbox")).status_code == 200, "she is signed in all the while"


class TestSignIn:
    def test_a_link_is_redeemed_by_its_button_and_not_by_a_preview(self, cast, browser_of):
        from parapet.actions.sign_in import make_link

        url = reverse("enter", args=[make_link(cast.owner)])
        for _ in range(3):
            assert browser_of().get(url).status_code == 200
        client = browser_of()
        assert client.post(url)["Location"] == reverse("start")
        assert client.get(reverse("start"))["Location"] == reverse("inbox", args=[cast.advocate_id])

    def test_a_link_works_once(self, cast, browser_of):
        from parapet.actions.sign_in import make_link

        url = reverse("enter", args=[make_link(cast.owner)])
        browser_of().post(url)
        second = browser_of().post(url)
        assert second.status_code == 410
        assert "has been used" in second.content.decode()

    def test_a_link_of_one_person_ends_the_session_of_another(self, cast, browser_of):
        from parapet.actions.sign_in import make_link

        client = browser_of(cast.owner)
        client.get(reverse("inbox", args=[cast.advocate_id]))
        client.post(reverse("enter", args=[make_link(cast.stranger)]))
        assert client.get(reverse("inbox", args=[cast.advocate_id])).status_code == 404
        assert client.get(reverse("start"))["Location"] == reverse("inbox", args=[cast.other_advocate_id])

    def test_signing_out_ends_the_session(self, cast, browser_of):
        client = browser_of(cast.owner)
        assert client.post(reverse("leave"))["Location"] == reverse("login")
        assert client.get(reverse("preferences")).status_code == 302

    def test_the_language_can_be_chosen_before_signing_in(self, home, browser_of):
        client = browser_of()
        client.post(reverse("language"), {"language": "fr-ca"})
        assert "Votre session est fermée" in client.get(reverse("login")).content.decode()
        client.post(reverse("language"), {"language": "../../etc"})
        assert "Votre session est fermée" in client.get(reverse("login")).content.decode()


def test_the_health_check_says_nothing_else(home, browser_of):
    answer = browser_of().get(reverse("healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")
