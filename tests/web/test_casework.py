"""The queue that several share, and a case that several work on, as their pages show them."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from web.conftest import TEXTS

from parapet.domain.rights import Right


@pytest.fixture
def marie(cast: Any) -> Any:
    from django.db import transaction

    from parapet.access.people import advocate_for
    from parapet.actions.allow import allow
    from parapet.records.models import Person

    person = Person.objects.named("Marie Roy")
    with transaction.atomic():
        allow(person, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper", rights={Right.READ, Right.SORT})
    return person


@pytest.fixture
def reader(cast: Any) -> Any:
    from django.db import transaction

    from parapet.access.people import advocate_for
    from parapet.actions.allow import allow
    from parapet.records.models import Person

    person = Person.objects.named("Only Reading")
    with transaction.atomic():
        allow(person, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper", rights={Right.READ})
    return person


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestQueue:
    def test_what_one_takes_the_other_sees_in_her_hands(self, cast: Any, marie: Any, browser_of: Any):
        hers, owners = browser_of(marie), browser_of(cast.owner)
        queue, grave = reverse("queue", args=[cast.advocate_id]), cast.items["grave"]
        assert "2 messages wait" in text(hers.get(queue)) and "Work through the queue" in text(
            hers.get(reverse("inbox", args=[cast.advocate_id]))
        )
        assert hers.post(reverse("queue-next", args=[cast.advocate_id]), {"many": "5"})["Location"] == queue
        mine = text(hers.get(queue))
        assert "Nothing waits" in mine and "Yours until" in mine and TEXTS["grave"] not in mine
        assert "Marie Roy is on it since" in text(owners.get(queue))
        page = text(owners.get(reverse("item", args=[grave])))
        assert "Marie Roy is on it, until" in page and reverse("queue-take", args=[grave]) not in page
        refused = owners.post(reverse("queue-done", args=[grave]), {"outcome": "nothing"}, follow=True)
        assert "Somebody else is on this message." in text(refused)
        assert "Nothing more waits" in text(owners.post(reverse("queue-next", args=[cast.advocate_id]), follow=True))
        assert "It is handed over." in text(
            hers.post(reverse("queue-over", args=[grave]), {"helper": cast.owner.id, "queue": "on"}, follow=True)
        )
        assert "Handed over by Marie Roy." in text(owners.get(queue))
        done = owners.post(reverse("queue-done", args=[grave]), {"outcome": "reported"}, follow=True)
        assert "It was reported" in text(done) and "Owner One" in text(done)
        assert "1 message waits" in text(hers.post(reverse("queue-again", args=[grave]), {"queue": "on"}, follow=True))

    def test_to_open_the_text_begins_the_time_anew(self, cast: Any, marie: Any, browser_of: Any):
        from parapet.records.models import Turn

        client, grave = browser_of(marie), cast.items["grave"]
        client.post(reverse("queue-take", args=[grave]))
        Turn.objects.update(until=timezone.now() + timedelta(seconds=60))
        client.post(reverse("item-text", args=[grave]), {"why": "triage"})
        assert Turn.objects.get().until > timezone.now() + timedelta(minutes=19)
        assert "not given to you again" in text(client.post(reverse("queue-back", args=[grave]), follow=True))
        assert "Yours until" in text(client.post(reverse("queue-next", args=[cast.advocate_id]), {"many": "5"}, follow=True))
        assert Turn.objects.get(item__severity__gte=3).until <= timezone.now(), "the other one"

    def test_who_had_enough_is_asked_first(self, cast: Any, marie: Any, browser_of: Any):
        from parapet.access.items import opened

        marie.reading_limit = 1
        marie.save()
        opened(marie, cast.items["plain"], why="read")
        client = browser_of(marie)
        take = reverse("queue-next", args=[cast.advocate_id])
        asked = client.post(take, {"many": "5"})
        assert asked.status_code == 400 and "Go on all the same" in text(asked) and 'name="many" value="5"' in text(asked)
        assert "Yours until" in text(client.post(take, {"many": "5", "anyway": "on"}, follow=True))

    def test_who_may_not_sort_finds_what_a_stranger_finds(self, cast: Any, reader: Any, browser_of: Any):
        grave = cast.items["grave"]
        for client in (browser_of(reader), browser_of(cast.stranger)):
            for name in ("queue-take", "queue-done", "queue-again", "queue-back", "queue-over"):
                assert (
                    client.post(reverse(name, args=[grave]), {"outcome": "nothing", "helper": cast.owner.id}).status_code == 404
                )
            assert client.get(reverse("queue", args=[cast.advocate_id])).status_code == 404
            assert client.post(reverse("queue-next", args=[cast.advocate_id])).status_code == 404
        page = text(browser_of(reader).get(reverse("item", args=[grave])))
        assert "It waits in the queue" in page and "I take it" not in page
        assert reverse("queue", args=[cast.advocate_id]) not in text(
            browser_of(reader).get(reverse("inbox", args=[cast.advocate_id]))
        )


class TestCase:
    @pytest.fixture
    def case(self, cast: Any) -> str:
        from parapet.actions.open_case import open_case

        return open_case(cast.owner, cast.advocate_id, "Letters since May", [cast.items["grave"]])

    def test_care_tasks_outcome_and_the_list_of_what_is_due(self, cast: Any, marie: Any, case: str, browser_of: Any):
        client, today = browser_of(cast.owner), timezone.localdate()
        client.post(reverse("case-assign", args=[case]), {"whose": marie.id})
        late = str(today - timedelta(days=35))
        client.post(
            reverse("case-task", args=[case]), {"task": "college_reply", "what": "<b>Dr. X</b>", "whose": marie.id, "begin": late}
        )
        client.post(reverse("case-task", args=[case]), {"what": "Ring back", "due": str(today)})
        assert "Say from which day" in text(
            client.post(reverse("case-task", args=[case]), {"task": "college_reply"}, follow=True)
        )
        assert "Choose a task from the list" in text(
            client.post(reverse("case-task", args=[case]), {"what": "x", "due": "soon"}, follow=True)
        )
        assert "1 task is overdue. 1 task is due within seven days." in text(
            client.get(reverse("inbox", args=[cast.advocate_id]))
        )
        listed = text(client.get(reverse("tasks", args=[cast.advocate_id])))
        assert listed.index("Overdue") < listed.index("Reply to a college · &lt;b&gt;Dr. X") < listed.index("Ring back")
        assert "Ring back" not in text(client.get(reverse("tasks", args=[cast.advocate_id]), {"whose": marie.id}))
        page = text(client.get(reverse("case", args=[case])))
        assert "Marie Roy" in page and "check with counsel" in page
        entry = page.split('name="entry" value="')[1].split('"')[0]
        client.post(reverse("case-task-end", args=[case]), {"entry": entry, "how": "done", "list": cast.advocate_id})
        assert "is overdue" not in text(client.get(reverse("inbox", args=[cast.advocate_id])))
        recorded = client.post(
            reverse("case-outcome", args=[case]), {"outcome": "police_told", "said": "Occurrence 26-117"}, follow=True
        )
        assert "Police told: Occurrence 26-117" in text(recorded)

    def test_the_old_address_of_a_merged_case_leads_to_the_new_one_and_back(self, cast: Any, case: str, browser_of: Any):
        from parapet.actions.open_case import open_case

        client, other = browser_of(cast.owner), open_case(cast.owner, cast.advocate_id, "Everything of May")
        moved = client.post(reverse("case-merge", args=[case]), {"case": other})
        assert moved["Location"] == reverse("case", args=[other])
        led = client.get(reverse("case", args=[case]), follow=True)
        assert led.redirect_chain[-1][0] == reverse("case", args=[other]) and "merged into this one" in text(led)
        kept = text(client.get(reverse("case", args=[case]) + "?as_it_was"))
        assert "Undo the merging" in kept and reverse("case-task", args=[case]) not in kept
        assert "Letters since May" not in text(client.get(reverse("cases", args=[cast.advocate_id])))
        timeline = text(client.get(reverse("case-timeline", args=[other])))
        assert "in the case “Letters since May”" in timeline and TEXTS["grave"] not in timeline
        client.post(reverse("case-unmerge", args=[case]))
        assert "Letters since May" in text(client.get(reverse("case", args=[case])))
        client.post(reverse("case-link", args=[case]), {"case": other})
        assert "linked by hand" in text(client.get(reverse("case", args=[other])))

    def test_the_timeline_is_a_signed_document_and_its_making_is_in_the_log_of_both_cases(
        self, cast: Any, marie: Any, case: str, browser_of: Any, tmp_path: Any
    ):
        from pypdf import PdfReader

        from parapet.access.case_cards import case_key
        from parapet.access.opening import leaf_bytes
        from parapet.actions.open_case import open_case
        from parapet.evidence.canonical import read_leaf
        from parapet.records.models import Case, LogEntry
        from parapet.records.numbers import number_of

        client, other = browser_of(cast.owner), open_case(cast.owner, cast.advocate_id, "Everything of May")
        client.post(reverse("case-merge", args=[case]), {"case": other})
        client.post(reverse("case-note", args=[other]), {"text": "Called the police."})
        assert "Make a signed PDF" in text(client.get(reverse("case-timeline", args=[other])))
        made = client.post(reverse("case-timeline-pdf", args=[other]), {"lang": "fr"})
        assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
        assert f"timeline-{other}-fr.pdf" in made["Content-Disposition"]
        path = tmp_path / "timeline.pdf"
        path.write_bytes(made.content)
        said = re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(path).pages))
        assert "Calledthepolice." in said and "Notede" in said and "EverythingofMay" in said and "LetterssinceMay" in said
        assert re.sub(r"\s+", "", TEXTS["grave"]) not in said
        checked = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
        assert "Signature is Valid." in checked.stdout
        for each in (case, other):
            row = Case.objects.select_related("advocate").get(number=number_of("cas", each))
            [entry] = LogEntry.objects.filter(case_number=row.number, kind="dossier")
            assert read_leaf(leaf_bytes(entry, case_key(row)))["details"]["what"] == "timeline"
        reader = browser_of(marie)
        assert reader.post(reverse("case-timeline-pdf", args=[other])).status_code == 404
        assert "Make a signed PDF" not in text(reader.get(reverse("case-timeline", args=[other])))
        assert browser_of(cast.stranger).post(reverse("case-timeline-pdf", args=[other])).status_code == 404

    def test_private_notes_are_shown_to_nobody_else_and_printed_nowhere(self, cast: Any, marie: Any, case: str, browser_of: Any):
        hers, owners = browser_of(marie), browser_of(cast.owner)
        hers.post(reverse("case-private", args=[case]), {"text": "I wonder about the tone."})
        page = text(hers.get(reverse("case", args=[case])))
        assert "I wonder about the tone." in page
        assert "I wonder" not in text(owners.get(reverse("case", args=[case]))) + text(
            hers.get(reverse("case-timeline", args=[case]))
        )
        note = page.split('name="note" value="')[1].split('"')[0]
        assert owners.post(reverse("case-private-erase", args=[case]), {"note": note}).status_code == 404
        hers.post(reverse("case-private-erase", args=[case]), {"note": note})
        assert "I wonder" not in text(hers.get(reverse("case", args=[case])))
