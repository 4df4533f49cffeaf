"""Cases through the browser's door: open, fill, note, hand over, close."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.urls import reverse


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


@pytest.fixture
def case(client: Any, cast: Any) -> str:
    """The address of a case with one message."""
    form = {"item": [cast.items["grave"]], "title": "Letters <b>since</b> Friday"}
    return str(client.post(reverse("case-open", args=[cast.advocate_id]), form)["Location"])


def test_chosen_messages_become_a_case(client, cast):
    chosen = client.post(reverse("case-choose", args=[cast.advocate_id]), {"item": [cast.items["grave"], cast.items["odd"]]})
    page = chosen.content.decode()
    assert "Put 2 messages into a case" in page
    assert re.findall(r'name="item" value="([^"]+)"', page) == [cast.items["grave"], cast.items["odd"]]


def test_too_many_are_refused_and_none_dropped_in_silence(client, cast):
    answer = client.post(reverse("case-choose", args=[cast.advocate_id]), {"item": [f"itm_{n}" for n in range(501)]})
    assert answer.status_code == 400


def test_a_long_choice_is_told_as_a_number(client, cast, tmp_path):
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.import_paths import import_paths

    from .conftest import mail

    folder = tmp_path / "more"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n}.eml").write_bytes(mail(f"more-{n}", f"Message number {n}."))
    import_paths([folder], person=cast.owner)
    chosen = [row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows]
    shown = client.post(reverse("case-choose", args=[cast.advocate_id]), {"item": chosen}).content.decode()
    assert "And 11 more." in shown and shown.count('name="item"') == 23
    opened = client.post(reverse("case-open", args=[cast.advocate_id]), {"item": chosen, "title": "Many"}, follow=True)
    assert opened.content.decode().count('class="take-out"') == 23


def test_a_case_without_a_name_is_asked_for_one_and_keeps_what_was_chosen(client, cast):
    answer = client.post(reverse("case-open", args=[cast.advocate_id]), {"item": [cast.items["grave"]], "title": "  "})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Give the case a name" in page and cast.items["grave"] in page


def test_its_page_shows_veiled_rows_by_day(client, case):
    page = client.get(case).content.decode()
    assert "Letters &lt;b&gt;since&lt;/b&gt; Friday" in page and "<b>since" not in page
    assert "Monday 14\u00a0Sept\u00a02026" in page and "knife" not in page
    assert "Case opened" in page


def test_messages_go_in_and_out(client, case, cast):
    case_id = case.split("/")[2]
    page = client.post(reverse("case-add"), {"case": case_id, "item": [cast.items["odd"], cast.items["odd"]]}, follow=True)
    assert "1 message is in the case." in page.content.decode()
    assert page.content.decode().count('class="take-out"') == 2
    page = client.post(reverse("case-remove", args=[case_id]), {"item": cast.items["odd"]}, follow=True).content.decode()
    assert "It stays in the inbox." in page and page.count('class="take-out"') == 1


def test_notes_are_kept_as_written(client, case):
    case_id = case.split("/")[2]
    page = client.post(reverse("case-note", args=[case_id]), {"text": "Called <police>.\nNumber 26-118."}, follow=True)
    assert "Called &lt;police&gt;.\nNumber 26-118." in page.content.decode()
    assert "Owner One" in page.content.decode()
    empty = client.post(reverse("case-note", args=[case_id]), {"text": " "})
    assert empty.status_code == 400 and "The note is empty." in empty.content.decode()


def test_a_case_is_closed_and_opened_again(client, case):
    case_id = case.split("/")[2]
    closed = client.post(reverse("case-close", args=[case_id]), follow=True).content.decode()
    assert "Everything in it is kept." in closed and "Open it again" in closed and 'class="take-out"' not in closed
    opened = client.post(reverse("case-reopen", args=[case_id]), follow=True).content.decode()
    assert "The case is open again." in opened and "Case reopened" in opened


def test_the_bag_is_handed_over_as_a_sound_zip_and_no_copy_stays(client, case, tmp_path, home):
    from parapet.evidence.verify import verify

    before = set(home.run.iterdir())
    answer = client.post(reverse("case-bag", args=[case.split("/")[2]]), {"lang": "fr"})
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment; ") and answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "bag")
    [bag] = (tmp_path / "bag").iterdir()
    assert verify(bag).state == "sound"
    answer.close()
    assert set(home.run.iterdir()) == before
    assert "Evidence exported" in client.get(case).content.decode()


@pytest.mark.parametrize("lang", ["en", "fr", "../x"])
def test_the_dossier_is_a_document_in_the_language_asked_for(client, case, lang):
    answer = client.post(reverse("case-dossier", args=[case.split("/")[2]]), {"lang": lang})
    assert answer.content.startswith(b"%PDF-") and answer["Content-Type"] == "application/pdf"
    assert re.search(r'filename="dossier-cas_[0-9a-z]+-(en|fr)\.pdf"', answer["Content-Disposition"])


def test_the_list_tells_open_from_closed(client, case, cast):
    assert "No case yet" not in client.get(reverse("cases", args=[cast.advocate_id])).content.decode()
    client.post(reverse("case-close", args=[case.split("/")[2]]))
    assert "Closed cases" in client.get(reverse("cases", args=[cast.advocate_id])).content.decode()


def test_a_report_is_recorded_and_told_on_the_page(client, cast, case, browser_of):
    form = {
        "kind": "report",
        "to": "police",
        "means": "phone",
        "happened_at": "2026-11-01T14:05",
        "name": "<b>Roy</b>",
        "reference": "26-117",
    }
    address = reverse("case-handover", args=[case.strip("/").split("/")[-1]])
    page = client.post(address, form, follow=True).content.decode()
    assert "Reported: Police, By phone" in page and "&lt;b&gt;Roy&lt;/b&gt; · 26-117" in page
    assert "Reported to somebody" in page
    bag = client.post(reverse("case-bag", args=[case.strip("/").split("/")[-1]]), {"lang": "en"})
    assert bag.status_code == 200 and b"".join(bag.streaming_content)
    typed = {**form, "kind": "transfer", "to": "counsel", "means": "mail", "happened_at": "2999-01-01T10:00"}
    typed["bag"] = re.findall(r'name="bag".*?<option value="([1-9]\d*)"', client.get(case).content.decode(), re.DOTALL)[0]
    for when_, why in (("2999-01-01T10:00", "still to come"), ("yesterday", "Write the time as")):
        refused = client.post(address, {**typed, "happened_at": when_})
        page = refused.content.decode()
        assert refused.status_code == 400 and why in page
        for value in (typed["kind"], typed["to"], typed["means"], typed["bag"]):
            assert f'<option value="{value}" selected>' in page, value
        assert f'value="{when_}"' in page and 'value="&lt;b&gt;Roy&lt;/b&gt;"' in page and 'value="26-117"' in page
    refused = client.post(address, {**form, "happened_at": "yesterday"})
    assert refused.status_code == 400 and "Write the time as" in refused.content.decode()
    assert client.post(address, {**form, "to": "nobody"}).status_code == 400
    assert browser_of(cast.stranger).post(address, form).status_code == 404


def test_a_bag_with_something_withheld_for_one_reader(client, case, cast):
    """As the form sends it: a message ticked, words to black out, a public key."""
    import pyrage

    officer = pyrage.x25519.Identity.generate()
    page = client.get(case).content.decode()
    assert re.findall(r'name="withhold" value="([^"]+)"', page) == [cast.items["grave"]]
    asked = {
        "lang": "en", "withhold": [cast.items["grave"]], "withhold_reason": "safety", "passages": "\r\n \r\n",
        "passages_reason": "privacy", "recipients": f"# the officer\r\n{officer.to_public()}\r\n",
    }  # fmt: skip
    answer = client.post(reverse("case-bag", args=[case.split("/")[2]]), asked)
    assert answer["Content-Disposition"].endswith(".zip.age")
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"age-encryption.org/v1")
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(raw, [officer]))) as bag:
        names = bag.namelist()
    assert any(name.endswith("data/redactions.json") for name in names)
    assert not [name for name in names if "/original." in name]
    assert "Something withheld from a copy" in client.get(case).content.decode()


def test_what_repeats_a_withheld_message_is_told_before_the_bag_is_made(client, case, cast, tmp_path):
    from web.conftest import TEXTS, mail

    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import LogEntry

    (tmp_path / "reply.eml").write_bytes(mail("reply", f"He wrote: {TEXTS['grave']}"))
    import_paths([tmp_path / "reply.eml"], person=cast.owner)
    known = set(cast.items.values())
    [reply] = [row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows if row.id not in known]
    case_id = case.split("/")[2]
    add_to_case(cast.owner, case_id, [reply])
    asked = {"lang": "fr", "withhold": [cast.items["grave"]], "withhold_reason": "safety", "passages": "one <b>\r\ntwo words"}
    asked["passages_reason"] = "privacy"
    address = reverse("case-bag", args=[case_id])
    told = client.post(address, asked)
    said = told.content.decode()
    assert told.status_code == 200 and reply in said and TEXTS["grave"] not in said
    assert not LogEntry.objects.filter(kind__in=["export", "redact"]).exists(), "nothing was made yet"
    hidden = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', said)
    assert ("known", "yes") in hidden and ("withhold", cast.items["grave"]) in hidden and ("lang", "fr") in hidden
    assert [value for name, value in hidden if name == "passages"][0].startswith("one &lt;b&gt;")
    answer = client.post(address, {**asked, "known": "yes"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as bag:
        assert not [name for name in bag.namelist() if TEXTS["grave"].encode() in bag.read(name)]
        assert [name for name in bag.namelist() if f"{reply}/v1/redacted.txt" in name]


@pytest.mark.parametrize(
    "asked",
    [
        {"passages": "ab", "passages_reason": "privacy"},
        {"passages": "some words", "passages_reason": "because"},
        {"withhold": ["itm_0000000000000"], "withhold_reason": "privacy"},
        {"recipients": "age1nonsense"},
        {"recipients": "@/etc/passwd"},
    ],
)
def test_what_cannot_be_done_is_said_and_no_bag_is_made(client, case, asked):
    from parapet.records.models import LogEntry

    answer = client.post(reverse("case-bag", args=[case.split("/")[2]]), {"lang": "fr", **asked})
    page = answer.content.decode()
    assert answer.status_code == 400 and 'id="bag-error"' in page
    assert '<option value="fr" lang="fr" selected>' in page
    for name in ("passages", "recipients"):
        assert re.search(rf'<textarea name="{name}"[^>]*>{re.escape(asked.get(name, ""))}</textarea>', page), (
            "what was typed is there"
        )
    assert "/etc/passwd" not in re.sub("<textarea.*?</textarea>", "", page, flags=re.DOTALL)
    assert not LogEntry.objects.filter(kind__in=["export", "redact"]).exists()


def test_the_form_of_a_bag_is_in_french_too(client, case, cast):
    cast.owner.language = "fr-ca"
    cast.owner.save()
    page = client.get(case).content.decode()
    for words in ("Soustraire quelque chose", "Chiffrer pour le destinataire", "Secret professionnel"):
        assert words in page
