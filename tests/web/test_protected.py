"""Who is protected: enrolling oneself or somebody else, and correcting it, without taking anything from anybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parapet.domain.items import Identifier, IdentifierKind

ALL = {
    "who": "me",
    "name": "Dr. Zoë Faraday",
    "specialty": "family physician",
    "workplace": "North Clinic",
    "city": "Exampleville",
    "emails": "zoe@clinic.example\nz.faraday@home.example",
    "bluesky_handle": "@zoe.bsky.example",
    "bluesky_did": "did:plc:abc123",
    "mastodon": "zoe@social.example",
    "x_name": "@DrZoe",
    "x_id": "1000001",
    "instagram": "dr.zoe",
    "facebook": "Dr Zoë Faraday",
    "youtube": "UCabcdefghijklmnopqrstuv",
    "private_home": "12 Quiet Lane",
    "private_phone": "514 555-0147",
}


@pytest.fixture
def newcomer(home: Any) -> Any:
    from parapet.records import models

    return models.Person.objects.named("Newcomer")


def known(advocate_id: str) -> Any:
    """The sealed profile, as the home has it."""
    from parapet.access.people import advocate_number
    from parapet.records.models import Advocate
    from parapet.records.profiles import profile_of

    return profile_of(Advocate.objects.get(number=advocate_number(advocate_id)))


def found_by(kind: IdentifierKind, value: str) -> list[str]:
    """Whom a message that names `value` would be aimed at."""
    from parapet.records.keyring import keyring
    from parapet.records.models import Identity

    digest = keyring().digest("identity", Identifier(kind, value).normalised())
    return [each.advocate.id for each in Identity.objects.filter(digest=digest).select_related("advocate")]


def test_who_acts_for_nobody_is_led_to_enrol_and_may_skip_it(newcomer: Any, browser_of: Any):
    from django.db import transaction

    from parapet.actions.enrol_advocates import allow
    from parapet.records.models import Advocate

    client = browser_of(newcomer)
    for _ in range(2):  # also with what is aimed at nobody known
        answer = client.get(reverse("start"), follow=True)
        assert answer.redirect_chain[-1][0] == reverse("protected")
        page = answer.content.decode()
        assert "Whom shall Parapet protect?" in page and "Is this you?" in page
        assert f'href="{reverse("intake")}">Skip this' in page
        with transaction.atomic():
            allow(newcomer, Advocate.objects.get(number=Advocate.UNMATCHED), "unmatched")


def test_all_that_she_writes_finds_her_and_is_shown_again(newcomer: Any, browser_of: Any):
    from parapet.access.people import advocates_of

    client = browser_of(newcomer)
    answer = client.post(reverse("enrol"), ALL)
    assert (answer.status_code, answer["Location"]) == (302, reverse("intake"))
    [card] = advocates_of(newcomer)
    assert (card.name, card.role) == ("Dr. Zoë Faraday", "advocate")
    for kind, value in (
        (IdentifierKind.NAME, "Zoë Faraday"),
        (IdentifierKind.EMAIL, "zoe@clinic.example"),
        (IdentifierKind.EMAIL, "Z.Faraday@home.example"),
        (IdentifierKind.HANDLE, "zoe.bsky.example"),
        (IdentifierKind.DID, "did:plc:abc123"),
        (IdentifierKind.NATIVE_ID, "bluesky:did:plc:abc123"),
        (IdentifierKind.ACCT, "zoe@social.example"),
        (IdentifierKind.SCREEN_NAME, "x:drzoe"),
        (IdentifierKind.MENTION, "DrZoe"),
        (IdentifierKind.NATIVE_ID, "x:1000001"),
        (IdentifierKind.NATIVE_ID, "instagram:dr.zoe"),
        (IdentifierKind.CHANNEL_ID, "UCabcdefghijklmnopqrstuv"),
        (IdentifierKind.PLACE, "north clinic"),
    ):
        assert found_by(kind, value) == [card.id], value
    page = client.get(reverse("profile", args=[card.id])).content.decode()
    for name, value in ALL.items():
        if name not in {"who", "emails"}:
            assert f'name="{name}" ' in page and f'value="{value.removeprefix("@")}"' in page, name
    assert "zoe@clinic.example\nz.faraday@home.example</textarea>" in page


def test_it_is_in_the_log_with_the_name_of_who_did_it(newcomer: Any, browser_of: Any):
    from parapet.access.people import advocates_of
    from parapet.records.models import LogEntry

    client = browser_of(newcomer)
    client.post(reverse("enrol"), ALL)
    [card] = advocates_of(newcomer)
    client.post(reverse("profile", args=[card.id]), {**ALL, "city": "Elsewhere"})
    kinds = list(LogEntry.objects.filter(person_number=newcomer.number).order_by("index").values_list("kind", flat=True))
    assert kinds == ["enrol", "grant", "profile"]
    client.post(reverse("profile", args=[card.id]), {**ALL, "city": "Elsewhere"})  # nothing is different
    assert LogEntry.objects.filter(person_number=newcomer.number).count() == 3


def test_a_change_keeps_what_the_screen_does_not_show(newcomer: Any, browser_of: Any):
    from parapet.actions.enrol_advocates import enrol, read_profile

    entry = {
        "id": "adv-07",
        "name": "Dr. Zoë Faraday",
        "clinic_email": "zoe@clinic.example",
        "data_dir": "mail",
        "handles": {
            "mastodon": {"acct": "zoe@social.example", "id": "109"},
            "youtube": {"channel": "UCodd", "videos": ["v1"]},
            "x": "DrZoe",
            "instagram": "DrZoe",
        },
        "private": {"home": "12 Quiet Lane", "school": "Hill School"},
    }
    [advocate_id] = enrol([read_profile(entry)], person=newcomer, role="advocate")
    changed = {"name": "Dr. Zoë Faraday-Roe", "emails": "new@clinic.example", "youtube": "UCodd", "instagram": "DrZoe"}
    answer = browser_of(newcomer).post(reverse("profile", args=[advocate_id]), changed)
    assert answer["Location"] == reverse("protected")
    after = known(advocate_id)
    assert (after.name, after.reference, after.folder) == ("Dr. Zoë Faraday-Roe", "adv-07", "mail")
    assert after.private == {"school": "Hill School"}  # the home address was taken out, the school was not asked for
    kept = {"native_id:mastodon:109", "video_id:v1", "screen_name:x:drzoe", "native_id:instagram:drzoe", "channel_id:ucodd"}
    assert kept <= set(after.identifiers)
    assert not {"email:zoe@clinic.example", "acct:zoe@social.example", "name:zoë faraday"} & set(after.identifiers)
    assert found_by(IdentifierKind.EMAIL, "zoe@clinic.example") == []
    assert found_by(IdentifierKind.EMAIL, "new@clinic.example") == [advocate_id]


def test_a_helper_may_write_private_facts_and_not_read_them(newcomer: Any, browser_of: Any):
    from parapet.access.people import advocates_of

    client = browser_of(newcomer)
    client.post(reverse("enrol"), {**ALL, "who": "other"})
    [card] = advocates_of(newcomer)
    assert card.role == "helper"
    page = client.get(reverse("profile", args=[card.id])).content.decode()
    assert "Quiet Lane" not in page and "555-0147" not in page and "shown only to the person concerned" in page
    form = {**ALL, "private_home": "", "private_phone": "514 555-0199"}
    client.post(reverse("profile", args=[card.id]), form)
    assert known(card.id).private == {"home": "12 Quiet Lane", "phone": "514 555-0199"}


def test_a_private_fact_is_recognised_in_what_comes_in_later_and_is_gone_with_it(cast: Any, browser_of: Any, tmp_path: Any):
    from web.conftest import mail

    from parapet.access.inbox import page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Version

    client, url = browser_of(cast.owner), reverse("profile", args=[cast.advocate_id])
    before = {row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows}

    def told(subject: str, text: str) -> tuple[str, ...]:
        file = tmp_path / f"{subject}.eml"
        file.write_bytes(mail(subject, text, sender=f"{subject}@example.net"))
        import_paths([file], person=cast.owner)
        assess(list(Version.objects.values_list("number", flat=True)))
        [new] = {row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows} - before
        before.add(new)
        return card(cast.owner, new).indicator_codes

    form = {"name": "Dr. Ada Moreau", "private_home": "12 Quiet Lane, Exampleville", "private_cell": "514 555-0147"}
    client.post(url, {**form, "private_car": "grey"})
    assert "private_fact" in told("street", "A lovely view there must be from 12 Quiet Lane in spring.")
    assert "private_fact" in told("phone", "Anybody can ring (514) 555 0147 in the evening.")
    assert "private_fact" not in told("word", "A grey day, and a quiet lane.")
    client.post(url, {"name": "Dr. Ada Moreau"})
    assert "private_fact" not in told("later", "A lovely view there must be from 12 Quiet Lane in autumn.")


def test_one_is_oneself_only_once(newcomer: Any, browser_of: Any):
    from parapet.access.people import advocates_of

    client = browser_of(newcomer)
    client.post(reverse("enrol"), {"name": "Dr. One", "who": "me"})
    assert "Is this you?" not in client.get(reverse("enrol")).content.decode()
    assert client.post(reverse("enrol"), {"name": "Dr. Two", "who": "me"})["Location"] == reverse("protected")
    assert [(card.name, card.role) for card in advocates_of(newcomer)] == [("Dr. One", "advocate"), ("Dr. Two", "helper")]
    page = client.get(reverse("protected")).content.decode()
    assert "Dr. One" in page and "This is you" in page and "You help this person" in page


class TestAStranger:
    def test_gains_nothing_by_enrolling_the_same_name(self, cast: Any, browser_of: Any):
        from parapet.access.people import advocates_of

        before = known(cast.advocate_id)
        browser_of(cast.stranger).post(reverse("enrol"), {"name": "Dr. Ada Moreau", "city": "Mine now"})
        assert known(cast.advocate_id) == before
        assert cast.advocate_id not in {card.id for card in advocates_of(cast.stranger)}

    def test_cannot_take_the_address_of_another(self, cast: Any, browser_of: Any):
        client = browser_of(cast.stranger)
        form = {"name": "Dr. Ben Otis", "emails": "ada.moreau@clinic.example"}
        for url in (reverse("enrol"), reverse("profile", args=[cast.other_advocate_id])):
            assert client.post(url, form)["Location"] == reverse("protected")
        assert found_by(IdentifierKind.EMAIL, "ada.moreau@clinic.example") == [cast.advocate_id]

    @pytest.mark.parametrize(
        ("known_here", "unknown"),
        [
            ({"emails": "ada.moreau@clinic.example"}, {"emails": "nobody.here@clinic.example"}),
            ({"name": "Dr. Ada Moreau"}, {"name": "Dr. Eva Nobody"}),
            ({"name": "Dr. Ada Moreau", "workplace": "Ada Moreau"}, {"name": "Dr. Eva Nobody", "workplace": "Eva Nobody"}),
        ],
    )
    def test_is_not_told_who_is_protected_here(self, known_here, unknown, cast: Any, browser_of: Any):
        """Every answer is the same, whatever was typed, but for what was typed."""
        client = browser_of(cast.stranger)
        typed = {*known_here.values(), *unknown.values()}
        typed |= {value.removeprefix("Dr. ") for value in typed}

        def told(form: dict[str, str]) -> list[str]:
            answers = [
                client.post(reverse("profile", args=[cast.other_advocate_id]), {"name": "Dr. Ben Otis", **form}, follow=True)
            ]
            answers.append(client.get(reverse("profile", args=[cast.other_advocate_id])))
            answers.append(client.post(reverse("enrol"), {"name": "Dr. Ben Otis", **form}, follow=True))
            enrolled = client.session["advocate"]
            answers.append(client.get(reverse("profile", args=[enrolled])))
            answers.append(client.get(reverse("inbox", args=[enrolled])))
            pages = [f"{each.status_code} {each.content.decode()}" for each in answers]
            for value in sorted(typed, key=len, reverse=True):
                pages = [page.replace(value, "TYPED") for page in pages]
            return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"|adv_\w{13}', "", page) for page in pages]

        told(unknown)  # so that as many are enrolled before the one as before the other
        first, second = told(known_here), told(unknown)
        rows = r'<li class="row">.*?</li>|\s*<li><a href="/a/[^"]*">.*?</li>'  # one more was enrolled meanwhile
        for one, other in zip(first, second, strict=True):
            assert re.sub(rows, "", one) == re.sub(rows, "", other)
        assert "counts only after whoever looks after this Parapet has confirmed it" in first[1]

    def test_changes_nothing_of_hers(self, cast: Any):
        from parapet.access.people import Details, profile_for
        from parapet.actions.change_profile import change_profile
        from parapet.domain.errors import NotFound

        before = known(cast.advocate_id)
        for advocate_id in (cast.advocate_id, "adv_unmatched", "adv_0", "nonsense"):
            with pytest.raises(NotFound):
                profile_for(cast.stranger, advocate_id)
            with pytest.raises(NotFound):
                change_profile(cast.stranger, advocate_id, Details("Mine"))
        assert known(cast.advocate_id) == before

    def test_even_an_owner_has_no_page_for_nobody(self, cast: Any, browser_of: Any):
        client = browser_of(cast.owner)
        for method in (client.get, client.post):
            assert method(reverse("profile", args=["adv_unmatched"])).status_code == 404


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("name", "", "Write the name."),
        ("name", "x" * 121, "Make this shorter."),
        ("who", "", "Choose one of the two."),
        ("emails", "not an address", "Write each address on a line of its own"),
        ("bluesky_handle", "zoe", "Write the handle with its domain"),
        ("bluesky_did", "plc:abc", "It begins with did:"),
        ("mastodon", "zoe", "Write the name with its server"),
        ("x_name", "https://x.com/zoe", "Up to 15 letters"),
        ("x_id", "12a", "Digits only"),
        ("instagram", "dr zoe", "Up to 30 letters"),
        ("youtube", "@zoe", "It begins with UC"),
        ("private_home", "x" * 301, "Make this shorter."),
    ],
)
def test_what_has_another_shape_is_sent_back_with_all_that_was_written(name, said, told, newcomer: Any, browser_of: Any):
    from parapet.access.people import advocates_of

    answer = browser_of(newcomer).post(reverse("enrol"), {**ALL, name: said})
    page = answer.content.decode()
    assert answer.status_code == 400 and told in page
    assert f'id="{name.removeprefix("private_") and name}-error"' in page
    assert name == "workplace" or 'value="North Clinic"' in page
    assert advocates_of(newcomer) == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    form=st.dictionaries(
        st.sampled_from([*ALL, "folder", "id", "role"]),
        st.one_of(st.text(max_size=60), st.sampled_from(["<script>", "\x00", "adv_unmatched", "me", "did:plc:x", "A B"])),
    )
)
def test_no_form_breaks_it_or_lets_a_mark_through(form: dict[str, str], cast: Any, browser_of: Any):
    from parapet.access.people import advocates_of

    client = browser_of(cast.stranger)
    before = known(cast.advocate_id)
    answer = client.post(reverse("profile", args=[cast.other_advocate_id]), form, follow=True)
    assert answer.status_code in {200, 400}
    assert "<script>" not in answer.content.decode()
    assert known(cast.advocate_id) == before
    assert [card.id for card in advocates_of(cast.stranger)] == [cast.other_advocate_id]
    assert known(cast.other_advocate_id).name.strip()


def test_rows_of_what_was_chosen_come_in_the_order_chosen_and_only_hers(cast: Any):
    from parapet.access.items import card, veiled
    from parapet.domain.errors import NotFound

    chosen = [cast.items[name] for name in ("odd", "plain", "grave")]
    assert veiled(cast.owner, chosen) == tuple(card(cast.owner, each).row for each in chosen)
    assert veiled(cast.owner, []) == ()
    for person, ids in (
        (cast.stranger, chosen[:1]),
        (cast.owner, [*chosen, "itm_0000000000000"]),
        (cast.owner, [*chosen, "nonsense"]),
    ):
        with pytest.raises(NotFound):
            veiled(person, ids)
