"""Letters: one item for one letter, however it comes."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.filelike import NASTY, by_name, items, nasty, parsed_of, read, reasons, same, scenario, truth

from parapet.channels import letter
from parapet.channels.cover_note import adds_words
from parapet.channels.pdf_text import read_pdf
from parapet.channels.text import bare
from parapet.domain.items import Account, Flag, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found

ENGLISH = """To the Registrar, College of Physicians of the North

Re: Complaint concerning Dr. Ada Example

I wish to file a formal complaint about the care of my mother on 3 March, when Dr. Ada Example left the room before
she had finished and did not return a call. I would like to be told what was done with her test results, and why
nobody wrote to us in the weeks that followed. I consent to the release of her records.

Sincerely,

Robin Sample
12 Long Street, Northtown"""

FRENCH = """Madame la syndique,
Collège des médecins du Nord

Objet : Plainte concernant la Dre Ada Exemple

Je désire porter plainte contre la Dre Ada Exemple pour les soins donnés à mon père le 3 mars. Elle a quitté la salle
avant la fin de l'examen et personne n'a répondu à nos appels. J'aimerais savoir ce qui a été fait de ses résultats et
pourquoi personne ne nous a écrit dans les semaines qui ont suivi.

Veuillez agréer mes salutations,

Dominique Modèle"""


def pdf(text: str, width: int = 60) -> bytes:
    """A PDF with a text layer, lines wrapped at `width`."""
    rows: list[str] = []
    for line in text.split("\n"):
        while len(line) > width:
            at = line.rfind(" ", 0, width)
            rows, line = [*rows, line[:at]], line[at + 1 :]
        rows.append(line)
    escaped = (
        row.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") for row in rows
    )
    stream = b"BT /F1 11 Tf 14 TL 60 780 Td\n" + b"".join(b"(%s) Tj T*\n" % row for row in escaped) + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return body + b"trailer\n<</Size 6/Root 1 0 R>>\n%%EOF\n"


COVER = "Dear Dr. Example,\n\nThe enclosed complaint was received by the College.\n\nIntake"
COUVERT = (
    "Docteure Exemple,\n\nLa plainte ci-jointe a été reçue par le Collège le 22 septembre 2026. Vous disposez de 30 jours "
    "pour y répondre.\n\nSecrétariat"
)


def notice(part: str, *, cover: str = COVER) -> bytes:
    return (
        "From: Registrar <intake@registrar.example>\nTo: ada@clinic.example\nSubject: Notice of complaint, file 12\n"
        "Date: Mon, 28 Sep 2026 01:21:14 -0400\nMessage-ID: <notice.12@registrar.example>\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n'
        f"{cover}\n--b\n{part}\n--b--\n"
    ).encode()


def attached(body: bytes, kind: str = "application/pdf", name: str = "letter-12.pdf") -> str:
    head = (
        f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n"
    )
    return head + base64.encodebytes(body).decode()


def one(path: Path, body: bytes) -> Item:
    (item,) = items(parsed_of(path, body))
    return item


def test_each_letter_of_the_scenario_is_one_item_from_all_its_files() -> None:
    for message in truth("college"):
        letters = [(file, each) for file, each in scenario("complaint") if file in {name for name, _ in message["occurrences"]}]
        assert {file for file, _ in letters} == {name for name, _ in message["occurrences"]}
        assert len({each.item.uri for _, each in letters}) == 1
        assert len({each.item.content_digest() for _, each in letters}) == 1
        for _, each in letters:
            assert each.item.kind is ItemKind.COMPLAINT
            assert each.item.channel == "complaint"
            assert same(each.item.text) == same(message["text"])
            assert each.item.sent_at is None
        names = {name.strip("<>") for _, each in letters for name in each.item.aliases}
        assert {message["uri"].strip("<>"), message["occurrences"][0][0].rpartition("/")[2].partition(".")[0]} <= names
    assert {each.item.uri for _, each in scenario("complaint")} == {
        each.item.uri for hit in by_name("complaint").values() for _, each in hit
    }


@pytest.mark.parametrize(("text", "cover"), [(ENGLISH, COVER), (FRENCH, COUVERT)])
def test_text_pdf_and_notices_give_one_letter(tmp_path: Path, text: str, cover: str) -> None:
    forms = [
        one(tmp_path / "a.txt", text.encode()),
        one(tmp_path / "windows.txt", text.replace("\n", "\r\n").encode("cp1252")),
        one(tmp_path / "a.pdf", pdf(text)),
        one(tmp_path / "narrow.pdf", pdf(text, 40)),
        one(tmp_path / "a.eml", notice(attached(pdf(text)), cover=cover)),
        one(tmp_path / "b.eml", notice(attached(text.encode(), "text/plain; charset=utf-8", "letter-12.txt"), cover=cover)),
        one(tmp_path / "c.eml", notice("Content-Type: text/plain; charset=utf-8\n\n" + text, cover=cover)),
        one(
            tmp_path / "d.eml",
            notice(
                "Content-Type: text/plain; charset=utf-8\n\n" + "\n".join("> " + row for row in text.split("\n")), cover=cover
            ),
        ),
    ]
    assert len({item.uri for item in forms}) == 1
    assert len({item.content_digest() for item in forms}) == 1
    assert {item.kind for item in forms} == {ItemKind.COMPLAINT}
    assert "<notice.12@registrar.example>" in forms[4].aliases
    assert {"letter-12.pdf", "letter-12"} <= set(forms[4].aliases)


FIRST, SECOND = "Dear Dr. Example,\n\n", "\n\nIntake"
NOTICES = [
    COVER,
    COUVERT,
    "",
    "FYI",
    "---------- Forwarded message ---------",
    "Please find enclosed a letter of complaint received by the Registrar on March 3, 2026.\nYou have 30 days to respond.\nRegards",
    "Dre Exemple,\n\nVeuillez trouver ci-joint la plainte reçue par l'Ordre le 1er mars 2026.\n\nCordialement,\nRegistraire",
]
#: Each hides words in what is meant for something else.
COVERS_WITH_WORDS = [
    "You have 30 days to live.",
    "You have 30 days.",
    "Dear Dr. Example, die.",
    "Dear Dr. Die Tonight,\n\nThe enclosed complaint was received by the College.\n\nIntake",
    "The enclosed complaint was received by the man who will find you.",
    "The enclosed complaint was received on the day you die.",
    "La plainte ci-jointe a été reçue. Vous avez 30 jours à vivre.",
    "Docteure Crève,\n\nLa plainte ci-jointe a été reçue.",
    "Nous vous suggérons de disparaître.",
    COVER + "\n\nWe know where you sleep.",
    "We know where you sleep.\n\n" + COVER,
    COVER + "\n" * 300 + "." * 3_000 + " Die.",
    COVER + " \u0443\u0431\u044c\u044e",
    COVER + " \U0001f52a",
    COVER.replace("enclosed", "encl\u200bosed"),
]


@pytest.mark.parametrize("cover", NOTICES)
def test_a_notice_is_no_item_beside_its_letter(tmp_path: Path, cover: str) -> None:
    text = FRENCH if "Exemple" in cover else ENGLISH
    assert one(tmp_path / "a.eml", notice(attached(pdf(text)), cover=cover)).kind is ItemKind.COMPLAINT


@pytest.mark.parametrize("letter_text", [ENGLISH, FRENCH])
@pytest.mark.parametrize("cover", COVERS_WITH_WORDS)
def test_no_word_above_a_letter_is_lost(tmp_path: Path, cover: str, letter_text: str) -> None:
    for part in (attached(letter_text.encode(), "text/plain; charset=utf-8", "letter.txt"), attached(pdf(letter_text))):
        mail, brought = items(parsed_of(tmp_path / "a.eml", notice(part, cover=cover)))
        assert (mail.kind, mail.author.handle) == (ItemKind.MAIL, "intake@registrar.example")
        assert same(cover).replace("\u200b", "") in same(mail.text).replace("\u200b", "")
        assert (brought.kind, brought.forwarded_by) == (ItemKind.COMPLAINT, mail.uri)
        assert brought.uri == one(tmp_path / "a.txt", letter_text.encode()).uri
        assert not {mail.uri, *mail.aliases} & {brought.uri, *brought.aliases}


@given(
    word=st.text(st.characters(categories=["L", "N", "S", "M"]), min_size=1, max_size=30),
    place=st.sampled_from([0, len(FIRST), len(COVER) - len(SECOND), len(COVER)]),
)
def test_one_more_word_makes_a_notice_a_message(word: str, place: int) -> None:
    """Wherever it stands, unless it is one of the office's own."""
    assume(bare(word).strip() not in ("intake", "registrar", "fyi", "regards", "sincerely", "respectfully", "dre", "dr", ""))
    cover = f"{COVER[:place]} {word} {COVER[place:]}"
    mail = Item("mail", "<1@x>", ItemKind.MAIL, Account("mail", "intake@registrar.example", name="Registrar"), cover)
    assert not adds_words(mail, COVER, ENGLISH, ["Ada Example"])
    assert adds_words(mail, cover, ENGLISH, ["Ada Example"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Notice of complaint, file 12", b"Subject: We will kill you. Notice of complaint"),
        (b"Subject: Notice of complaint, file 12", b"Subject: Notice of complaint, file die-12"),
        (b"From: Registrar <intake@", b"From: Registrar of your death <intake@"),
        (b"From: Registrar <intake@", b"From: Registrar <we.will.find.you@"),
        (b"From: Registrar <intake@", b"From: =?utf-8?b?UmVnaXN0cmFyIPCflKo=?= <intake@"),
    ],
)
def test_no_word_in_the_headers_of_a_notice_is_lost(tmp_path: Path, old: bytes, new: bytes) -> None:
    body = notice(attached(pdf(ENGLISH)))
    assert old in body
    mail, _ = items(parsed_of(tmp_path / "a.eml", body.replace(old, new)))
    assert mail.kind is ItemKind.MAIL


def test_a_second_file_makes_a_notice_a_message(tmp_path: Path) -> None:
    parts = attached(pdf(ENGLISH)) + "\n--b\n" + attached(b"We will find you.", "text/plain", "more.txt")
    mail, _ = items(parsed_of(tmp_path / "a.eml", notice(parts)))
    assert [file.name for file in mail.attachments] == ["letter-12.pdf", "more.txt"]


def test_words_that_only_look_like_the_attached_letter_are_the_mails_own(tmp_path: Path) -> None:
    """A letter's name is made of its ASCII letters: a mail must not pass for its own attachment by them alone."""
    letter_part = attached(ENGLISH.encode(), "text/plain; charset=utf-8", "letter.txt")
    mail, _ = items(parsed_of(tmp_path / "a.eml", notice(letter_part, cover=ENGLISH + "\n\n\u0423\u0431\u044c\u044e")))
    assert "\u0423\u0431\u044c\u044e" in mail.text


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.sampled_from("dear dr. example,the enclosed\n:'-"), max_size=3_000))
def test_hostile_covers_take_no_time(text: str) -> None:
    mail = Item("mail", "<1@x>", ItemKind.MAIL, Account("mail", "intake@registrar.example"), text)
    adds_words(mail, text, ENGLISH, ["Ada Example"])


def test_a_letter_says_about_whom_and_by_whom(tmp_path: Path) -> None:
    item = one(tmp_path / "a.txt", ENGLISH.encode())
    assert item.author.name == "Robin Sample"
    assert (IdentifierKind.NAME, "name:ada example") in [(each.kind, each.normalised()) for each in item.aimed_at]
    assert item.subject == "Complaint concerning Dr. Ada Example I wish to file a formal"[: len(item.subject)]
    assert item.aliases == ("a.txt", "a")
    french = one(tmp_path / "b.txt", FRENCH.encode())
    assert french.author.name == "Dominique Modèle"
    assert "name:ada exemple" in [each.normalised() for each in french.aimed_at]


def test_a_notice_in_a_mailbox_is_the_letter_too(tmp_path: Path) -> None:
    body = (
        b"From x@y.example Mon Sep 28 05:21:14 2026\n"
        + notice(attached(pdf(ENGLISH)))
        + b"\nFrom x@y.example Mon Sep 28 05:22:14 2026\nFrom: x@y.example\n\nHi.\n"
    )
    letter_item, mail_item = items(parsed_of(tmp_path / "a.mbox", body))
    assert letter_item.uri == one(tmp_path / "a.txt", ENGLISH.encode()).uri
    assert mail_item.kind is ItemKind.MAIL


@pytest.mark.parametrize(
    ("cover", "part"),
    [
        (
            "Send a complaint to the College today, it takes five minutes. Suspension is near.",
            "Content-Type: text/plain\n\nShare this.",
        ),
        ("Draft for the College committee on complaints attached.", attached(pdf("Draft for Ada\nBudget of the spring"))),
        (
            "To the administration of Elm Street Clinic,\n\nI expect dismissal. This is misconduct.",
            "Content-Type: text/plain\n\nPat",
        ),
    ],
)
def test_mail_about_complaints_stays_mail(tmp_path: Path, cover: str, part: str) -> None:
    assert one(tmp_path / "a.eml", notice(part, cover=cover)).kind is ItemKind.MAIL


@pytest.mark.parametrize(
    "text",
    [
        "Raw files as collected. complaint/* letters to a regulatory college as .txt\n mail/inbox.mbox\n",
        "Shopping: eggs, milk\nTo do: call the clinic about the complaint",
        "Dear diary,\n\nToday was long.\n",
        "to: all\n",
    ],
)
def test_other_notes_are_no_letters(tmp_path: Path, text: str) -> None:
    assert reasons(parsed_of(tmp_path / "a.txt", text.encode())) == ["unknown_format"]


def test_notes_about_letters_are_no_letters() -> None:
    reads, _ = read(NASTY / "README.txt")
    assert [reasons(each.parsed) for each in reads] == [["unknown_format"]]


@pytest.mark.parametrize(
    "text",
    [
        "Chief of Staff\nNorthtown Hospital\n\nDear Chief of Staff,\n\n"
        "I am writing to report the unprofessional conduct of Dr. Example on the ward.\n\nYours truly,\n"
        "Robin Sample",
        "À l'attention du commissaire aux plaintes\nHôpital du Nord\n\n"
        "Objet : conduite de la Dre Exemple\n\nJe veux signaler des propos.\n\nCordialement,\n"
        "Dominique Modèle",
        "To whom it may concern,\n\nThis is a complaint about Dr. Example, who refused to see us.\n\nRegards,\nRobin Sample",
    ],
)
def test_letters_to_employers_and_hospitals_are_letters(tmp_path: Path, text: str) -> None:
    assert one(tmp_path / "a.txt", text.encode()).kind is ItemKind.COMPLAINT


def test_a_scan_without_text_is_kept_and_says_so(tmp_path: Path) -> None:
    blank = pdf("")
    parsed = parsed_of(tmp_path / "scan.pdf", blank)
    (item,) = items(parsed)
    assert item.text == ""
    assert Flag.NO_TEXT_LAYER in item.flags
    assert [each.raw for each in parsed if isinstance(each, Found)] == [blank]
    assert item.uri != one(tmp_path / "other.pdf", blank + b"\n").uri


def test_a_page_tree_that_loops_ends_and_no_script_is_run() -> None:
    (item,) = items(nasty("evil.pdf"))
    assert item.text == ""
    assert {Flag.NO_TEXT_LAYER, Flag.MALFORMED} <= item.flags


def test_a_pdf_that_would_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parapet.channels.pdf_text.TIME_LIMIT_S", 0.01)
    assert read_pdf(pdf(ENGLISH)) == ("", 0, False)


@given(columns=st.integers(20, 100), case=st.booleans())
def test_wrapping_does_not_change_the_name_of_a_letter(columns: int, case: bool) -> None:
    rows = [ENGLISH[at : at + columns] for at in range(0, len(ENGLISH), columns)]
    assert letter.identity("\n".join(rows)) == letter.identity(ENGLISH.upper() if case else ENGLISH)


@settings(max_examples=200)
@given(
    text=st.text(max_size=400),
    top=st.sampled_from(["", "To the Registrar, College of Physicians\nRe: Dr. A complaint\n", "Objet : plainte\n"]),
)
def test_any_text_may_be_asked_whether_it_is_a_letter(text: str, top: str) -> None:
    made = letter.item(top + text, raw_digest="0" * 64)
    assert made.uri.startswith("complaint:sha256:")
    assert letter.score(top + text) >= 0
