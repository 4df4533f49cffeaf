"""The brief for security and the safety plan, through the pages and the document."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from web.conftest import TEXTS

from parapet.domain.rights import Right

TITLE = "A name that does not go"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def paper(answer: Any) -> str:
    """What a document says, without spaces."""
    assert answer["Content-Type"] == "application/pdf", text(answer)[-2_000:]
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.sub(r"\s", "", said)


def field(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.actions.open_case import open_case

    return open_case(cast.owner, cast.advocate_id, TITLE, [cast.items["grave"], cast.items["odd"]])


def looks(item: str) -> int:
    from parapet.records.models import LogEntry
    from parapet.records.numbers import number_of

    return LogEntry.objects.filter(kind="view", item_number=number_of("itm", item)).count()


def test_from_the_plan_to_the_paper_and_who_has_read_it(cast: Any, case: str, browser_of: Any) -> None:
    from parapet.actions.open_case import open_case
    from parapet.actions.tasks import set_task

    client, today = browser_of(cast.owner), timezone.localdate()
    brief, pdf = reverse("case-brief", args=[case]), reverse("case-brief-pdf", args=[case])
    told = {"task": "safe_escort", "by": "<b>Evening</b> shift", "due": str(today + timedelta(days=9))}
    client.post(reverse("case-task", args=[case]), told)
    assert "&lt;b&gt;Evening&lt;/b&gt; shift" in text(client.get(reverse("case", args=[case])))
    set_task(cast.owner, open_case(cast.owner, cast.advocate_id, "Another", []), "Planted elsewhere", task="safe_other")

    before, form = looks(cast.items["grave"]), text(client.get(brief))
    assert form.count('type="checkbox" name="tell-') == 4
    assert not re.search(r'name="tell-\w+" value="1" checked', form), "nothing of her day by default"
    review = today + timedelta(days=5)
    sent = {
        "reader": "security", "lang": "fr", "pick": "program", "accounts": "1", "ask": field(form, "ask"), "review": str(review),
        "situation": '#eval("1") $x$ \u202eDepuis lundi 😀 éà سلام', "schedule": "Untold hours", "car": "Grey hatchback", "tell-car": "1",
        "officer": "Untold officer", f"as-{cast.items['plain']}": "quote",
    }  # fmt: skip
    seen = text(client.post(brief, sent))
    assert "Grey hatchback" in seen and "Untold" not in seen.replace('value="Untold', "") and "Planted" not in seen
    assert "L’accompagner à sa voiture" in seen, "as its reader reads it"
    assert not [word for word in ("knife", "Quill", "eat this") if word in seen] and looks(cast.items["grave"]) == before
    words = text(client.post(brief, {**sent, "words": "1"}))
    assert "knife" in words and "Xander Quill" in words and looks(cast.items["grave"]) == before + 1

    shown = field(seen, "shown")
    assert "Say that you agree" in text(client.post(pdf, {**sent, "shown": shown}))
    assert "changed meanwhile" in text(client.post(pdf, {**sent, "shown": shown + " itm_1", "agreed": "1"}))
    made = paper(client.post(pdf, {**sent, "shown": shown, "agreed": "1"}))
    for there in (
        "Notedesécurité",
        "CONFIDENTIEL",
        "knife",
        "XanderQuill",
        "Greyhatchback",
        "L’accompagner",
        "#eval",
        "Depuislundi",
        case,
    ):
        assert there in made, there
    for absent in ("Untold", "Planted", "Anamethatdoesnotgo", "eatthis", "alert(1)", "newschedule", "\u202e"):
        assert absent not in made, absent
    assert "Laissédecôté:1autremessage" in made.replace("\u00a0", "")
    assert looks(cast.items["grave"]) == before + 2

    page = text(client.get(reverse("case", args=[case])))
    entry = page.split('action="' + reverse("case-read", args=[case]))[1].split('<option value="')[1].split('"')[0]
    read = {"entry": entry, "by": "Sgt. <i>Lee</i>", "on": str(today)}
    noted = text(client.post(reverse("case-read", args=[case]), read, follow=True))
    assert "Sgt. &lt;i&gt;Lee&lt;/i&gt; has read it" in noted and "told by Owner One" in noted
    day = "Choose the day on which they said so"
    for wrong, said in (
        ({"on": str(today + timedelta(days=3))}, day),
        ({"on": "soon"}, day),
        ({"by": " "}, "Write between 1 and 500"),
    ):
        assert said in text(client.post(reverse("case-read", args=[case]), {**read, **wrong}, follow=True))
    assert client.post(reverse("case-read", args=[case]), {**read, "entry": "0"}).status_code == 404
    timeline = text(client.get(reverse("case-timeline", args=[case])))
    assert "Brief made for security or police" in timeline and "Somebody outside has read a brief" in timeline
    assert "Look at the safety plan again" in text(client.get(reverse("tasks", args=[cast.advocate_id])))
    assert "1 task is due within seven days" in text(client.get(reverse("inbox", args=[cast.advocate_id])))

    again = text(client.get(brief))
    assert "Grey hatchback" in again and not re.search(r'name="tell-\w+" value="1" checked', again)
    later = {**sent, "review": str(today + timedelta(days=6)), "reader": "police", "lang": "en", "accounts": "", "ask": ""}
    later.pop("accounts")
    note = paper(client.post(pdf, {**later, "shown": field(text(client.post(brief, later)), "shown"), "agreed": "1"}))
    assert "Noteforpolice" in note and "Section264.1" in note and "nolegalconclusion" in note and "Untoldofficer" in note
    assert "XanderQuill" not in note and "Whatisarrangedforhersafety" in note
    open_reviews = text(client.get(reverse("tasks", args=[cast.advocate_id])))
    assert open_reviews.count("Look at the safety plan again</p>") == 1, "the new day takes the place of the old one"


def test_what_does_not_fit_is_refused_and_nothing_is_logged(cast: Any, case: str) -> None:
    from parapet.actions.make_brief import make_brief
    from parapet.domain.errors import RequestRefused
    from parapet.domain.safety import FIELDS, Asked
    from parapet.records.models import LogEntry

    before = LogEntry.objects.count()
    marks = {name: "\u202e" * most for name, most in FIELDS.items()}
    for asked in (
        Asked("police", "en", (cast.items["grave"],), said=marks),
        Asked("security", "en", said={"car": "x" * 151}),
        Asked("security", "en", (cast.items["plain"],)),
        Asked("security", "en", ("itm_0000000000000",)),
        Asked("security", "en", asks=(1,)),
        Asked("guard", "en"),
        Asked("security", "de"),
    ):
        with pytest.raises(RequestRefused):
            make_brief(cast.owner, case, asked, compose=lambda task: task.what)
    assert LogEntry.objects.count() == before


def test_a_stranger_and_who_may_only_read_find_nothing(cast: Any, case: str, browser_of: Any) -> None:
    from django.db import transaction

    from parapet.access.people import advocate_for
    from parapet.actions.allow import allow
    from parapet.records.models import Person

    reader = Person.objects.named("Only Reading")
    with transaction.atomic():
        allow(reader, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper", rights={Right.READ})
    sent = {
        "reader": "security",
        "pick": "hand",
        f"as-{cast.items['grave']}": "quote",
        "agreed": "1",
        "words": "1",
        "entry": "1",
        "by": "x",
    }
    before = looks(cast.items["grave"])
    for client in (browser_of(reader), browser_of(cast.stranger)):
        for name in ("case-brief", "case-brief-pdf", "case-read"):
            assert client.post(reverse(name, args=[case]), sent).status_code == 404, name
        assert client.get(reverse("case-brief", args=[case])).status_code == 404
    assert looks(cast.items["grave"]) == before
    assert 'name="by"' not in text(browser_of(reader).get(reverse("case", args=[case])))
    assert TEXTS["grave"] not in text(browser_of(cast.owner).get(reverse("case-brief", args=[case])))


def test_her_statement_is_offered_and_put_in_only_when_she_says_so(cast: Any, case: str, browser_of: Any) -> None:
    """Neither her day nor a word is taken over by itself; what is too long is hers to shorten; what was changed is not offered."""
    from parapet.actions.write_statement import write_statement
    from parapet.records.models import Statement

    client, here = browser_of(cast.owner), reverse("case-brief", args=[case])
    assert "from=statement" not in text(client.get(here)), "nothing was stated"
    answers = {
        "who": "Perhaps a <b>neighbour</b> of mine.",
        "began": "Stated-beginning " * 40,
        "access": "Stated-elsewhere",
        "officer": "Const. Lee",
    }
    write_statement(cast.owner, case, answers)
    plain = text(client.get(here))
    assert f'href="{here}?from=statement"' in plain and "neighbour" not in plain and "Stated" not in plain
    taken = text(client.get(here, {"from": "statement"}))
    assert (
        "Perhaps a &lt;b&gt;neighbour&lt;/b&gt; of mine." in taken and "Const. Lee" in taken and "Stated-elsewhere" not in taken
    )
    assert "at most 500 characters" in taken and 'name="tell-home" value="1" checked' not in taken
    Statement.objects.update(sealed=b"x")
    for query in ({}, {"from": "statement"}):
        page = client.get(here, query)
        assert page.status_code == 200 and "neighbour" not in text(page) and "from=statement" not in text(page)
    assert browser_of(cast.stranger).get(here, {"from": "statement"}).status_code == 404
