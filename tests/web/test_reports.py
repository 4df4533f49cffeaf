"""The pages of reports: no word of a message before it is asked for, exactly what goes once it is, and no line slipped into a table."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

#: Words of the message; none may be on a page before somebody asked for it.
WORDS = ("kill you", "knife", "outside your house", "grave@example.net", "Xander Quill", "abuse@example.net")


def said(answer: Any) -> str:
    return str(answer.content.decode()).replace("\xa0", " ")


def test_a_message_is_reported_through_the_pages_without_reading_it(cast: Any, browser_of: Any) -> None:
    from parapet.records.models import LogEntry, Report

    client, item = browser_of(cast.owner), cast.items["grave"]
    begin = reverse("report-item", args=[item])
    assert begin in said(client.get(reverse("item", args=[item])))
    page = said(client.get(begin))
    assert "The sender’s mail provider" in page and "The reason that fits: Abuse: hostile mail." in page
    assert client.post(begin, {"desk": "x"}, follow=True).content.decode().count("Choose where to report it") == 1
    page = said(client.post(begin, {"desk": "mail"}, follow=True))
    report = Report.objects.get().id
    here = reverse("report", args=[report])
    looks = LogEntry.objects.filter(kind__in=("view", "download")).count()

    def veiled(page: str) -> str:
        assert not [word for word in WORDS if word in page]
        return page

    assert (
        "quoted, and veiled here" in veiled(page) and "Approve, and send it yourself" in page and "Approve and send<" not in page
    )
    kept = {
        "reason": "abuse",
        "lang": "en",
        "note": "Please look.",
        "name": "Dr. A",
        "email": "desk@association.example",
        "to": "",
        "quote": "on",
    }
    refused = client.post(here, {**kept, "email": "a b@c"})
    assert refused.status_code == 400 and "one plain e-mail address" in veiled(said(refused))
    assert "The draft is kept" in veiled(said(client.post(here, kept, follow=True)))
    assert LogEntry.objects.filter(kind__in=("view", "download")).count() == looks
    words = said(client.post(reverse("report-words", args=[report])))
    assert "I will kill you on Friday" in words and "abuse@example.net" in words and f"Our reference: {report}" in words
    assert ("data-shown" in words and LogEntry.objects.filter(kind="view").count() == looks + 1) or looks
    shown = words.split('name="shown" value="')[1].split('"')[0]
    approve = reverse("report-approve", args=[report])
    assert "changed since" in said(client.post(approve, {"way": "person", "shown": "0" * 32}))
    page = veiled(said(client.post(approve, {"way": "person", "shown": shown}, follow=True)))
    assert "I sent it" in page and "Download for the mail provider (ARF)" in page
    file = client.post(reverse("report-file", args=[report]), {"kind": "arf"})
    assert file["Content-Disposition"].startswith("attachment") and b"Feedback-Type: abuse" in file.content
    assert client.post(reverse("report-file", args=[report]), {"kind": "xarf"}).status_code == 404
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"
    sent = {"happened_at": now, "reference": '=HYPERLINK("https://evil.example")'}
    assert "Say when" in said(client.post(reverse("report-sent", args=[report]), {"happened_at": "soon"}))
    page = veiled(said(client.post(reverse("report-sent", args=[report]), sent, follow=True)))
    assert "Ask again if nobody answered" in page and "&quot;https://evil.example" in page
    page = veiled(
        said(client.post(reverse("report-outcome", args=[report]), {"outcome": "refused", "happened_at": now}, follow=True))
    )
    assert "under the EU rules a complaint is open until" in page
    page = veiled(said(client.post(reverse("report-again", args=[report]), {"what": "appeal", "happened_at": now}, follow=True)))
    assert "Complained about the refusal" in page
    box = veiled(said(client.get(reverse("reports", args=[cast.advocate_id]))))
    assert here in box and "Take it higher if nobody answered" in box
    assert here not in said(client.get(reverse("reports", args=[cast.advocate_id]), {"state": "draft"}))
    table = client.get(reverse("reports-table", args=[cast.advocate_id]))
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[1][0] == report and rows[1][3] == "appealed"
    assert (
        not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        and "evil" not in table.content.decode()
    )
    stranger = browser_of(cast.stranger)
    for name, args in (("report", [report]), ("reports", [cast.advocate_id]), ("report-item", [item])):
        absent = stranger.get(reverse(name, args=[args[0][:4] + "0000000000000"]))
        there = stranger.get(reverse(name, args=args))
        assert (there.status_code, there.content) == (404, absent.content)


def test_many_are_approved_with_one_word_and_she_may_keep_that_to_herself(cast: Any, browser_of: Any) -> None:
    from parapet.actions.invite import invite
    from parapet.actions.open_case import open_case
    from parapet.domain.rights import Right
    from parapet.records.models import Person, Report

    invite(cast.owner, cast.advocate_id, "Helping Hand", frozenset({Right.READ, Right.REPORT}))
    hers, helper = browser_of(cast.owner), browser_of(Person.objects.latest("made_at"))
    case = open_case(cast.owner, cast.advocate_id, "A case", list(cast.items.values()))
    assert "Report its messages" in said(hers.get(reverse("case", args=[case])))
    page = said(hers.post(reverse("report-case", args=[case]), follow=True))
    assert "left out" in page and not Report.objects.exists(), "mail goes to its provider one by one"
    page = said(helper.post(reverse("report-item", args=[cast.items["grave"]]), {"desk": "mail"}, follow=True))
    report = Report.objects.get()
    assert "Approve, and send it yourself" in page
    hers.post(reverse("reports-rule", args=[cast.advocate_id]), {"herself": "on"})
    page = said(helper.get(reverse("report", args=[report.id])))
    assert "Your draft waits for her" in page and "Approve, and send it yourself" not in page
    assert helper.post(reverse("reports-rule", args=[cast.advocate_id])).status_code == 404
    box = said(hers.get(reverse("reports", args=[cast.advocate_id]), {"case": case}))
    assert "approves every report" in box and report.id in box
    assert "The draft is dropped" in said(helper.post(reverse("report-drop", args=[report.id]), follow=True))
    tasks = said(hers.get(reverse("tasks", args=[cast.advocate_id])))
    assert "Nothing is to be done" in tasks


def test_in_french_every_word_of_the_pages_is_french(cast: Any, browser_of: Any) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.draft_report import draft_report

    change_preferences(cast.owner, language="fr-ca", theme="system")
    report = draft_report(cast.owner, cast.items["grave"], "mail")
    client = browser_of(cast.owner)
    for address in (
        reverse("report", args=[report]),
        reverse("reports", args=[cast.advocate_id]),
        reverse("report-item", args=[cast.items["grave"]]),
    ):
        page = said(client.get(address))
        assert not [word for word in ("Outbox", "Draft", "Reason", "platform", "report ", "Your word") if f">{word}" in page], (
            address
        )
