"""The complaint desk, through its pages and its documents: from the letter to the rebuttal, and where no rebuttal is made."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from web.conftest import mail
from web.test_people import let_in

from parapet.domain.rights import Right

HEAD = "To the Registrar, College of Physicians and Surgeons of Ontario\n\nRe: Complaint concerning Dr. Ada Moreau\n\n"
BODY = (
    "I wish to complain of Dr. Ada Moreau, who told parents that filters keep their children well and hides the injury reports.\n\n"
    "I have never been treated by this doctor, but I have read her posts. I demand her immediate suspension and a public apology.\n\n"
    "Hundreds of others are sending this same letter. See https://ledger.example/moreau.\n\n"
)
ODD = '<script>alert(1)</script> #eval("1") $x$ \u202e reversed 😀 éà سلام [link](javascript:x).\n\n'
LETTER = HEAD + BODY + ODD + "Sincerely\nMorgan Quillfeather\n12 Elsewhere Road"
TWIN = HEAD + BODY.replace("I wish to complain", "I want to complain") + "Sincerely\nJordan Otherwriter\n99 Unseen Street"
CARE = HEAD.replace("Complaint concerning", "Care of my father by") + (
    "My father was seen by Dr. Ada Moreau on 3 March with chest pain and a fever. He was sent home with an antibiotic and no electrocardiogram was "
    "done.\n\nI would like to understand why. I enclose the discharge summary and can be reached at 555-0100.\n\nSincerely\nTaylor Sample"
)
CALLS = (
    "File a complaint today about Dr. Moreau: she hides the injury reports. Form letter here https://ledger.example/moreau",
) * 2
#: What no page shows before it is asked for, and no document of another's.
WORDS = ("injury reports", "Quillfeather", "Otherwriter", "alert(1)", "chest pain")


@frozen
class Desk:
    case: str
    letters: dict[str, str]
    calls: tuple[str, ...]


@pytest.fixture
def desk(cast: Any, once: Any, tmp_path: Path) -> Desk:
    """Three letters about her, and two mails that call for such, in the home of `cast`."""
    told = once("desk", lambda: _put_in(cast, tmp_path))
    return Desk(told["case"], told["letters"], tuple(told["calls"]))


def _put_in(cast: Any, folder: Path) -> dict[str, Any]:
    from parapet.access.inbox import page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.actions.open_case import open_case
    from parapet.actions.write_note import write_note
    from parapet.records.models import Version

    before = {row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows}
    place = folder / "letters"
    place.mkdir()
    for name, text in (("vexatious", LETTER), ("twin", TWIN), ("care", CARE)):
        (place / f"{name}.txt").write_text(text, "utf-8")
    then = timezone.now() - timedelta(days=5)
    for n, text in enumerate(CALLS):
        raw = mail(f"call{n}", text, sender=f"caller{n}@example.net").replace(
            b"Mon, 14 Sep 2026 19:54:07 +0000", format_datetime(then + timedelta(hours=n)).encode()
        )
        (place / f"call{n}.eml").write_bytes(raw)
    import_paths([place], person=cast.owner)
    assess(list(Version.objects.values_list("number", flat=True)))
    rows = [row for row in page(cast.owner, cast.advocate_id, Filters()).rows if row.id not in before]
    texts = {row.id: opened(cast.owner, row.id, why="triage").item.text for row in rows}
    names = {"Quillfeather": "vexatious", "Otherwriter": "twin", "chest pain": "care"}
    letters = {name: item for word, name in names.items() for item, text in texts.items() if word in text}
    assert len(letters) == 3, texts
    calls = [item for item, text in texts.items() if "File a complaint" in text]
    case = open_case(cast.owner, cast.advocate_id, "Planted title", [*calls, letters["twin"]])
    write_note(cast.owner, case, "Planted note.")
    open_case(cast.owner, cast.advocate_id, "Planted other case", [])
    return {"case": case, "letters": letters, "calls": calls}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def paper(answer: Any) -> str:
    """What a document says, without spaces."""
    assert answer["Content-Type"] == "application/pdf", text(answer)[-3_000:]
    assert b"<pdfaid:part>" in answer.content
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.sub(r"\s", "", said)


def field(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def looks(item: str) -> int:
    from parapet.records.models import LogEntry
    from parapet.records.numbers import number_of

    return LogEntry.objects.filter(kind="view", item_number=number_of("itm", item)).count()


FACTS = {"body": "college:ON", "reference": "F-12", "complainant": "Morgan Q.", "relates": "never_patient"}


def opened_complaint(client: Any, desk: Desk, which: str = "vexatious", **more: str) -> str:
    """Opened from the letter, into the case; its address."""
    today = timezone.localdate()
    sent = {
        **FACTS,
        "case": desk.case,
        "received": str(today),
        "propose": "1",
        "relation": "Nobody of that name is in the register.",
        **more,
    }
    answer = client.post(reverse("complaint-item", args=[desk.letters[which]]), sent)
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"]).split("/")[2]


def test_from_the_letter_to_the_rebuttal(cast: Any, desk: Desk, browser_of: Any) -> None:
    from parapet.actions.private_notes import write_private_note

    client, letter = browser_of(cast.owner), desk.letters["vexatious"]
    write_private_note(cast.owner, desk.case, "Planted private note.")
    before = looks(letter)
    form = text(client.get(reverse("complaint-item", args=[letter])))
    assert "College of Physicians and Surgeons of Ontario" in form and "s. 25.2" in form and "14 business days" in form
    name = opened_complaint(client, desk)
    page, ground = reverse("complaint", args=[name]), reverse("complaint-ground", args=[name])
    seen = text(client.get(page))
    due = timezone.localdate() + timedelta(days=30)
    assert "0 of 4 answered" in seen and "Allegation 4" in seen and f'value="{due}"' in seen
    found = text(client.get(ground))
    assert not [word for word in WORDS if word in seen + found] and looks(letter) == before, "nothing is shown unasked"
    for there in ("2 messages by 2 accounts", "never the physician’s patient", "Nearly the same letter came once more", "same page as 2 messages",
                  "others send the same", "suspension, another penalty", "As the physician states it"):  # fmt: skip
        assert there in found, there
    assert "the college decides" in found and "score" in found and "call_before" in found, "the rule is named"

    # Asked for, the words come; the looks are in the log; what hangs on them does nothing.
    words = text(client.post(ground, {"words": "1"}))
    assert words.count("<mark>") >= 2 and "Quillfeather" in words and "Otherwriter" not in words and "<script>alert" not in words
    assert looks(letter) == before + 1 and looks(desk.letters["twin"]) == 2, "as one that a passage is shown of"
    boxes = text(client.post(page, {"words": "1"}))
    assert "&lt;script&gt;" in boxes and "\u202e" not in boxes and looks(letter) == before + 2

    answers = {"seen": field(boxes, "seen")}
    for n, said in enumerate(("She hides the reports.", "She posts too much.", "She is paid.")):
        answers |= {
            f"text-{n}": said,
            f"answer-{n}": f"Not so, as number {n} shows. 😀 سلام #eval(1)",
            f"supports-{n}": "1",
            f"against-{n}": "",
        }
    wrong = client.post(reverse("complaint-allegations", args=[name]), {**answers, "supports-0": "1, 77"})
    assert wrong.status_code == 400 and "77" in text(wrong) and "She hides the reports." in text(wrong), "nothing typed is lost"
    assert client.post(reverse("complaint-allegations", args=[name]), answers).status_code == 302
    stale = client.post(reverse("complaint-allegations", args=[name]), answers)
    assert stale.status_code == 400 and "changed this meanwhile" in text(stale)
    assert "3 of 3 answered" in text(client.get(page)) and "bears you out: exhibits 1" in text(client.get(page))

    seen = text(client.get(ground))
    listed = re.findall(r'name="listed" value="(\w+)"', seen)
    kept = [code for code in listed if code != "says_elsewhere" and code != "asks_punishment"]
    client.post(reverse("complaint-ground-keep", args=[name]), {"seen": field(seen, "seen"), "listed": listed, "fact": kept})
    assert "left out" in text(client.get(ground))

    rebuttal, pdf = reverse("complaint-rebuttal", args=[name]), reverse("complaint-rebuttal-pdf", args=[name])
    opening = {"seen": field(text(client.get(rebuttal)), "seen"), "opening": 'I posted about filters.\n\n#eval("2") \u202e end'}
    assert client.post(rebuttal, opening).status_code == 302
    goes = text(client.get(rebuttal))
    assert "Left out by your choice" in goes and "suspension, another penalty" not in goes and not [w for w in WORDS if w in goes]
    shown = field(goes, "shown")
    assert "Say that you agree" in text(client.post(pdf, {"shown": shown}))
    assert "changed meanwhile" in text(client.post(pdf, {"shown": shown[:-1] + "!", "agreed": "1"}))
    for lang, title in (("en", "Rebuttaldossier"), ("fr", "Dossierderéplique")):
        made = paper(client.post(pdf, {"shown": shown, "agreed": "1", "lang": lang}))
        assert title in made
        for there in ("MorganQuillfeather", "Shehidesthereports.", "Notso,asnumber0shows.", "#eval", "U+202E", "F-12", "Fileacomplainttoday",
                      "hidestheinjuryreports", desk.case, "Nobodyofthatnameisintheregister.", "<script>"):  # fmt: skip
            assert there in made, (lang, there)
        for absent in ("Planted", "Otherwriter", "UnseenStreet", "OwnerOne", "\u202e", "knife"):
            assert absent not in made, (lang, absent)
    assert looks(desk.letters["twin"]) >= 4 and looks(letter) >= before + 4

    leader, letter_pdf = reverse("complaint-leader", args=[name]), reverse("complaint-leader-pdf", args=[name])
    asked = {
        "seen": field(text(client.get(leader)), "seen"),
        "leader": "Dr. Sam Okoro",
        "letter": "Since Monday letters come.",
        "ask": ["no_details", "x"],
    }
    client.post(leader, asked)
    before = looks(letter)
    said = paper(client.post(letter_pdf, {"shown": field(text(client.get(leader)), "shown"), "agreed": "1", "lang": "en"}))
    assert "Dr.SamOkoro" in said and "Tellnobodymyschedule" in said and "SinceMonday" in said and "Dr.AdaMoreau" in said
    assert not [w for w in (*WORDS, "Planted", "Shehides") if w.replace(" ", "") in said] and looks(letter) == before, (
        "no word of a message"
    )

    everywhere = reverse("complaints", args=[cast.advocate_id])
    listed = text(client.get(everywhere))
    assert (
        reverse("complaint", args=[name]) in listed
        and "Ontario" in listed
        and "answer due" in listed
        and "Planted title" in listed
    )
    assert "3 of 3 answered" in listed and "Answered or ended" not in listed and not [word for word in WORDS if word in listed]
    assert everywhere in text(client.get(reverse("cases", args=[cast.advocate_id])))
    assert "Complaint opened or changed" in text(client.get(reverse("case-timeline", args=[desk.case])))
    assert "Reply to a college" in text(client.get(reverse("tasks", args=[cast.advocate_id])))
    facts = {
        **FACTS,
        "received": str(timezone.localdate()),
        "due": "",
        "ended": "dismissed",
        "seen": field(text(client.get(page)), "seen"),
    }
    assert client.post(reverse("complaint-facts", args=[name]), facts).status_code == 302
    assert "Reply to a college" not in text(client.get(reverse("tasks", args=[cast.advocate_id]))).split("ended")[0]
    second = opened_complaint(client, desk, "twin")
    listed = text(client.get(everywhere)).split("Answered or ended")
    assert second in listed[0] and name not in listed[0] and name in listed[1] and "Dismissed, or no action taken" in listed[1]
    assert "Earlier complaints about the physician that were dismissed: 1" in text(
        client.get(reverse("complaint-ground", args=[second]))
    )


def test_a_complaint_about_care_is_answered_and_not_rebutted(cast: Any, desk: Desk, browser_of: Any) -> None:
    client = browser_of(cast.owner)
    name = opened_complaint(client, desk, "care", relates="", relation="")
    page, ground = text(client.get(reverse("complaint", args=[name]))), reverse("complaint-ground", args=[name])
    assert (
        "This reads as a complaint about care" in page
        and "CMPA" in page
        and reverse("complaint-rebuttal", args=[name]) not in page
    )
    seen = text(client.get(ground))
    assert "owed an answer" in seen and "names a day on which care was given" in seen and "Not in the case" not in seen
    assert seen.index("Speaks against that") < seen.index("Speaks for it being vexatious"), (
        "what speaks for the writer comes first"
    )
    for paper_name in ("rebuttal", "leader"):
        assert client.get(reverse(f"complaint-{paper_name}", args=[name])).status_code == 302
        closed = client.post(
            reverse(f"complaint-{paper_name}-pdf", args=[name]), {"agreed": "1", "shown": _mark(cast, name), "lang": "en"}
        )
        assert (
            closed.status_code == 400
            and "application/pdf" not in closed["Content-Type"]
            and "complaint about care" in text(closed)
        )
    too_short = client.post(reverse("complaint-ground-keep", args=[name]), {"seen": field(seen, "seen"), "reason": "Because."})
    assert too_short.status_code == 400 and "Say why in a sentence" in text(too_short)
    reason = "The record shows that a colleague of the same name saw him that day."
    client.post(reverse("complaint-ground-keep", args=[name]), {"seen": field(seen, "seen"), "reason": reason})
    goes = text(client.get(reverse("complaint-rebuttal", args=[name])))
    made = paper(
        client.post(reverse("complaint-rebuttal-pdf", args=[name]), {"agreed": "1", "shown": field(goes, "shown"), "lang": "en"})
    )
    assert reason.replace(" ", "") in made and "proposesnorebuttal" in made


def _mark(cast: Any, name: str) -> str:
    from parapet.access.complaint_ground import ground

    return ground(cast.owner, name).mark


def test_what_was_changed_behind_our_back_is_not_shown_and_erasing_the_letter_takes_its_words(
    cast: Any, desk: Desk, browser_of: Any
) -> None:
    from parapet.actions.erase import erase_item
    from parapet.domain.errors import SealBroken
    from parapet.records.models import Complaint

    client = browser_of(cast.owner)
    name = opened_complaint(client, desk)
    boxes = text(client.post(reverse("complaint", args=[name]), {"words": "1"}))
    sent = {"seen": field(boxes, "seen"), "text-0": "She hides the injury reports.", "answer-0": "Kept answer."}
    client.post(reverse("complaint-allegations", args=[name]), sent)
    row = Complaint.objects.get()
    sealed = bytes(row.sealed_told) + bytes(row.sealed_letter)
    assert not [word for word in (b"injury", b"Kept answer", b"Morgan", b"F-12", b"register") if word in sealed]

    older = bytes(row.sealed_told)
    client.post(reverse("complaint-allegations", args=[name]), {**sent, "seen": str(row.log_index), "answer-0": "Newer answer."})
    newer = Complaint.objects.get()
    Complaint.objects.update(sealed_told=older, log_index=row.log_index)
    from parapet.access.complaints import complaint

    with pytest.raises(SealBroken):
        complaint(cast.owner, name)
    for place, of in (("case", desk.case), ("complaints", cast.advocate_id)):
        assert "is not what was written" in text(client.get(reverse(place, args=[of])))
    Complaint.objects.update(sealed_told=bytes(newer.sealed_told), log_index=newer.log_index)

    erase_item(cast.owner, desk.letters["vexatious"], reason="private")
    page = text(client.get(reverse("complaint", args=[name])))
    assert "The letter was erased" in page and "Newer answer." in page
    boxes = text(client.post(reverse("complaint", args=[name]), {"words": "1"}))
    assert "injury reports" not in boxes
    Complaint.objects.all().delete()
    for place, of in (("case", desk.case), ("complaints", cast.advocate_id)):
        assert "it was taken away" in text(client.get(reverse(place, args=[of])))


def test_by_hand_and_who_may_not(cast: Any, desk: Desk, browser_of: Any) -> None:
    client = browser_of(cast.owner)
    today = str(timezone.localdate())
    sent = {**FACTS, "body": "hospital", "addressee": "General Hospital", "received": today, "due": today}
    for wrong in ({"body": "college:XX"}, {"received": "soon"}, {"due": "2001-01-01"}, {"reference": "x" * 81}):
        assert client.post(reverse("complaint-case", args=[desk.case]), {**sent, **wrong}).status_code == 400, wrong
    made = client.post(reverse("complaint-case", args=[desk.case]), sent)
    name = str(made["Location"]).split("/")[2]
    assert "General Hospital" in text(client.get(reverse("case", args=[desk.case]))) and "Answer a complaint" in text(
        client.get(reverse("tasks", args=[cast.advocate_id]))
    )
    reader, exporter = (browser_of(let_in(cast, rights)) for rights in ({Right.READ}, {Right.READ, Right.EXPORT}))
    page = text(reader.get(reverse("complaint", args=[name])))
    assert "General Hospital" in page and "<textarea" not in page and reverse("complaint-rebuttal", args=[name]) not in page
    assert exporter.get(reverse("complaint-rebuttal", args=[name])).status_code == 200
    assert exporter.post(reverse("complaint-rebuttal", args=[name]), {"opening": "x"}).status_code == 404
    stranger = browser_of(cast.stranger)
    for view in ("complaint", "complaint-facts", "complaint-allegations", "complaint-ground", "complaint-ground-keep", "complaint-rebuttal",
                 "complaint-rebuttal-pdf", "complaint-leader", "complaint-leader-pdf"):  # fmt: skip
        assert stranger.post(reverse(view, args=[name]), {"agreed": "1", "words": "1"}).status_code == 404, view
        if view not in ("complaint", "complaint-ground"):
            assert reader.post(reverse(view, args=[name]), {"agreed": "1", "seen": "1", "shown": ""}).status_code == 404, view
    for view, of in (("complaint-item", desk.letters["care"]), ("complaint-case", desk.case)):
        assert {who.get(reverse(view, args=[of])).status_code for who in (reader, stranger)} == {404}
