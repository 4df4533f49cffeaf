"""One item: veiled until asked, shown inert, downloaded as dead bytes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from parapet.web.item.views import attachment

#: What no page may show unasked: words of the texts, the senders' names and addresses.
SECRETS = ("kill you", "outside your house", "explanation of", "alert(1)", "evil.example", "Xander", "Quill", "@example.net")


def custody_kinds(cast: Any, name: str) -> list[str]:
    from parapet.access.items import card

    return [line.kind for line in card(cast.owner, cast.items[name]).custody]


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


def test_no_page_shows_a_strangers_word_unasked(client, cast):
    from parapet.access import intakes
    from parapet.actions.open_case import open_case

    case = open_case(cast.owner, cast.advocate_id, "A case", list(cast.items.values()))
    inbox = reverse("inbox", args=[cast.advocate_id])
    pages = [
        inbox,
        client.post(inbox, {"words": "kill", "severity": "low"})["Location"],
        reverse("inbox", args=["adv_unmatched"]),
        reverse("cases", args=[cast.advocate_id]),
        reverse("case", args=[case]),
        reverse("intake"),
        reverse("progress", args=[intakes.recent(cast.owner)[0].id]),
        *(reverse("item", args=[item]) for item in cast.items.values()),
    ]
    for url in pages:
        text = client.get(url).content.decode().replace('value="kill"', "")
        for secret in SECRETS:
            assert secret not in text, (url, secret)
    chosen = client.post(reverse("case-choose", args=[cast.advocate_id]), {"item": list(cast.items.values())})
    assert not any(secret in chosen.content.decode() for secret in SECRETS)


def test_looking_at_the_card_is_no_look_at_the_text(client, cast):
    client.get(reverse("item", args=[cast.items["grave"]]))
    before = custody_kinds(cast, "grave").count("view")
    client.get(reverse("item", args=[cast.items["grave"]]))
    assert custody_kinds(cast, "grave").count("view") == before


def test_the_text_is_shown_when_asked_and_the_look_is_logged(client, cast):
    before = custody_kinds(cast, "grave").count("view")
    answer = client.post(reverse("item-text", args=[cast.items["grave"]]), {"why": "safety"})
    page = answer.content.decode()
    assert "<html" in page and "knife" in page and "<mark" in page
    assert custody_kinds(cast, "grave").count("view") == before + 1
    assert "knife" not in client.get(reverse("item", args=[cast.items["grave"]])).content.decode()


def test_a_script_gets_the_fragment_and_veils_it_again(client, cast):
    hx = {"HX-Request": "true"}
    shown = client.post(reverse("item-text", args=[cast.items["grave"]]), headers=hx).content.decode()
    assert "knife" in shown and "<html" not in shown
    veiled = client.get(reverse("item", args=[cast.items["grave"]]), headers=hx).content.decode()
    assert "knife" not in veiled and "<html" not in veiled and "The text is veiled" in veiled


def test_get_never_shows_the_text(client, cast):
    for name in ("item-text", "item-original", "item-compare"):
        assert client.get(reverse(name, args=[cast.items["grave"]])).status_code == 405


def test_hostile_text_is_inert_and_its_addresses_are_no_links(client, cast):
    page = client.post(reverse("item-text", args=[cast.items["odd"]])).content.decode()
    region = page[page.index('class="theirs"') :]
    region = region[: region.index("</div>")]
    assert "<script" not in region and "<a " not in region and "&lt;script&gt;" in region
    assert "\u202e" not in region and "U+202E" in region and "U+200B" in region
    assert "https://evil.example/x" in region


@pytest.mark.parametrize("why", ["", "nonsense", "x" * 5000])
def test_a_look_always_has_a_reason(client, cast, why):
    answer = client.post(reverse("item-text", args=[cast.items["plain"]]), {"why": why[:20]})
    assert answer.status_code == 200


def test_a_version_that_is_not_there_is_not_found(client, cast):
    for version in ("2", "0", "-1", "x", "99999999999"):
        answer = client.post(reverse("item-text", args=[cast.items["plain"]]), {"version": version})
        assert answer.status_code == 404, version


def test_the_original_comes_as_bytes_that_no_browser_opens(client, cast):
    answer = client.post(reverse("item-original", args=[cast.items["odd"]]), {"why": "report"})
    assert answer.content.startswith(b"From: ") and b"<script>" in answer.content
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] in {"message/rfc822", "application/octet-stream"}
    assert "download" in custody_kinds(cast, "odd")


@given(st.text(max_size=80))
def test_a_file_name_cannot_leave_its_header(name: str) -> None:
    said = attachment(name)
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._-]+\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", said)
    assert ".." not in said.split('"')[1][:2]


def test_versions_can_be_compared_after_asking(cast, client, tmp_path):
    from parapet.actions.import_paths import import_paths

    from .conftest import mail

    changed = tmp_path / "later.eml"
    changed.write_bytes(mail("plain", "Thank you for the muddled explanation of the new schedule.", sender="plain@example.net"))
    import_paths([changed], person=cast.owner)
    page = client.get(reverse("item", args=[cast.items["plain"]])).content.decode()
    assert "Show what changed" in page and "muddled" not in page
    before = custody_kinds(cast, "plain").count("view")
    page = client.post(reverse("item-compare", args=[cast.items["plain"]]), {"against": "1", "version": "2"}).content.decode()
    assert "<del>clear</del>" in page and "<ins>muddled</ins>" in page
    assert custody_kinds(cast, "plain").count("view") == before + 2


def test_the_card_says_what_why_and_how_it_is_kept(client, cast):
    page = client.get(reverse("item", args=[cast.items["grave"]])).content.decode()
    for said in (
        "Threat",
        "Critical",
        "Needs a person now",
        "call 911",
        "A rule found",
        "SHA-256",
        "Taken in and sealed",
        "Text shown",
    ):
        assert said in page, said


def test_of_several_mails_under_one_id_the_gravest_is_shown_unless_another_is_asked_for(cast, client, tmp_path):
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Version

    from .conftest import mail

    later = tmp_path / "later.eml"
    later.write_bytes(mail("grave", "So sorry, wrong address. Have a good day.", sender="grave@example.net"))
    import_paths([later], person=cast.owner)
    assess(list(Version.objects.values_list("number", flat=True)))
    item = cast.items["grave"]
    page = client.get(reverse("item", args=[item])).content.decode()
    assert "Different messages came under one Message-ID. Every one is kept. The gravest is shown first." in page
    assert '<option value="1" selected>1</option><option value="2">2</option>' in page
    assert "Critical" in page and "A rule found" in page
    assert "knife" in client.post(reverse("item-text", args=[item])).content.decode()
    second = client.post(reverse("item-text", args=[item]), {"version": "2"}).content.decode()
    assert "wrong address" in second and "knife" not in second
    compared = client.post(reverse("item-compare", args=[item])).content.decode()
    assert "Version 2 against version 1" in compared


def test_what_is_grave_in_her_own_name_says_so(cast, client, tmp_path):
    import json
    import zipfile

    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Version

    posts = [
        {"tweet": {"id_str": str(n), "full_text": text, "created_at": "Thu Oct 01 12:00:00 +0000 2026"}}
        for n, text in enumerate(("I will kill you on Friday with my rifle.", "Our clinic opens at nine tomorrow."))
    ]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        account = {"account": {"accountId": "5", "username": "ada"}}
        archive.writestr("data/account.js", "window.YTD.account.part0 = " + json.dumps([account]))
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps(posts))
    import_paths([tmp_path / "x.zip"], person=cast.owner, advocate=cast.advocate_id)
    assess(list(Version.objects.values_list("number", flat=True)))
    [row] = page(cast.owner, cast.advocate_id, Filters(channel="x")).rows
    [context] = page(cast.owner, cast.advocate_id, Filters(own=True)).rows
    assert "in the advocate’s own name" in client.get(reverse("inbox", args=[cast.advocate_id]) + "?channel=x").content.decode()
    assert "This came in the advocate’s own name." in client.get(reverse("item", args=[row.id])).content.decode()
    assert "in the advocate’s own name" not in client.get(reverse("item", args=[context.id])).content.decode()
