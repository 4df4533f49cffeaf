"""The statement and the dossier for police or counsel, through the pages and the document."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

TITLE = "The clinic in autumn"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def paper(answer: Any) -> str:
    """What a document says, without spaces."""
    assert answer["Content-Type"] == "application/pdf", text(answer)[-2_000:]
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.sub(r"\s", "", said)


def sent_by(page: str) -> dict[str, Any]:
    """What the form of a preview would send."""
    form = page.split('/filing/pdf/"')[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.actions.open_case import open_case

    return open_case(cast.owner, cast.advocate_id, TITLE, [cast.items["grave"], cast.items["odd"], cast.items["plain"]])


def looks() -> int:
    from parapet.records.models import LogEntry

    return LogEntry.objects.filter(kind="view").count()


def test_from_her_words_to_the_paper(cast: Any, case: str, browser_of: Any) -> None:
    client, before = browser_of(cast.owner), looks()
    statement, filing, pdf = (reverse(name, args=[case]) for name in ("case-statement", "case-filing", "case-filing-pdf"))
    assert filing in text(client.get(reverse("case", args=[case])))
    form = text(client.get(statement))
    assert "Did you fear for your safety" in form and "How did you understand the gravest messages" in form
    told = {"fear": "I feared for my son.\r\n\r\nI still do. <b>#eval(1)</b>", "why": "They know my street.", "occurrence": "2026-77",
            "officer": "Cst. Roy", "who": "Untold later"}  # fmt: skip
    assert client.post(statement, told)["Location"] == statement
    assert client.post(statement, {**told, "who": "A family physician.", "on": "1"})["Location"] == filing
    assert "Nothing was changed" in text(client.post(statement, {**told, "who": "A family physician."}, follow=True))
    assert "at most 80" in text(client.post(statement, {**told, "occurrence": "x" * 81}))

    page = text(client.get(filing))
    assert 'name="section" value="264.1" checked' in page and 'name="section" value="162.1">' in page
    assert 'name="part-missing" value="1">' in page and 'name="part-notes" value="1">' in page, "police may have to hand it on"
    assert 'name="part-missing" value="1" checked' in text(client.get(filing + "?for=counsel"))
    assert f"{statement}#q-stop" in page and not [w for w in ("knife", "Xander") if w in page]
    chosen = {"reader": "police", "lang": "en", "pick": "abusive", "section": ["264", "264.1"], "country": ["fr"],
              "part-sections": "1", "part-pattern": "1", "part-statement": "1"}  # fmt: skip
    seen = text(client.post(filing, chosen))
    assert "I feared for my son." in seen and "&lt;b&gt;" in seen and "Cst. Roy" in seen
    assert not [w for w in ("knife", "Xander", "eat this") if w in seen] and looks() == before, "nobody need read it again"
    assert 'class="notice' not in seen, "a page without trouble has none"
    assert "Say that you agree" in text(client.post(pdf, sent_by(seen)))
    assert "changed meanwhile" in text(client.post(pdf, {**sent_by(seen), "shown": "0", "agreed": "1"}))
    client.post(statement, {**told, "who": "A physician."})
    assert "changed meanwhile" in text(client.post(pdf, {**sent_by(seen), "agreed": "1"})), "her words are other ones now"
    seen = text(client.post(filing, chosen))
    made = paper(client.post(pdf, {**sent_by(seen), "agreed": "1"}))
    for there in ("Dossierforpolice", "Section264:Criminalharassment", "Section264.1", "Thisconcludesnothing", "2026-77", "Cst.Roy",
                  "Ifearedformyson.", "Istilldo.<b>#eval(1)</b>", "Aphysician.", "knife", "XanderQuill", "Thepattern", "222-33-2-2"):  # fmt: skip
        assert there in made, there
    for absent in ("Toask:", "Untoldlater", "Afamilyphysician", "newschedule", "Section162.1"):
        assert absent not in made, absent

    counsel = {**chosen, "reader": "counsel", "lang": "fr", "pick": "hand", "item": [cast.items["plain"]], "part-missing": "1"}
    made = paper(client.post(pdf, {**sent_by(text(client.post(filing, counsel))), "agreed": "1"})).replace("\u00a0", "")
    assert "Dossierpourl’avocat" in made and "Àdemander:" in made and "newschedule" in made and "knife" not in made
    assert "Choose at least one" in text(client.post(filing, {**counsel, "item": []}))

    from parapet.access.cases import page as case_page

    kinds = [line.kind for line in case_page(cast.owner, case).custody]
    assert kinds.count("case_statement") == 3 and kinds.count("dossier") == 2
    timeline = text(client.get(reverse("case-timeline", args=[case])))
    assert "Statement written or changed" in timeline and "feared for my" not in timeline
