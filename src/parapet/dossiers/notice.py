"""A notice under Article 16 of the EU Digital Services Act (Regulation (EU) 2022/2065) as a PDF, with the elements that it lists.

Art. 16(2): (a) a sufficiently substantiated explanation of the reasons, (b) the exact electronic location, (c) the name and e-mail
address of who submits it, (d) a statement of good faith. In the language of the notice, English or French.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Protocol

import typst

from parapet.domain.reporting import Said
from parapet.dossiers import glyphs
from parapet.dossiers import words as language
from parapet.dossiers.chronology import shown
from parapet.dossiers.dossier import STANDARDS

_TITLE = Said("Notice of illegal content", "Avis de contenu illicite")
_UNDER = Said(
    "Under Article 16 of Regulation (EU) 2022/2065 (Digital Services Act)",
    "En vertu de l’article 16 du règlement (UE) 2022/2065 (règlement sur les services numériques)",
)
_FOOT = Said("Drafted with Parapet, approved by the person named", "Rédigé avec Parapet, approuvé par la personne nommée")
_WHY = Said("Why it is illegal (Art. 16(2)(a))", "Pourquoi il est illicite (art. 16, par. 2, point a)")
_WHERE = Said("Where it is (Art. 16(2)(b))", "Où il se trouve (art. 16, par. 2, point b)")
_WHO = Said("Who submits this notice (Art. 16(2)(c))", "Qui soumet cet avis (art. 16, par. 2, point c)")
_FAITH = Said("Good faith (Art. 16(2)(d))", "Bonne foi (art. 16, par. 2, point d)")
_BELIEVE = Said(
    "I believe in good faith that the information and allegations in this notice are accurate and complete.",
    "J’ai la conviction, de bonne foi, que les informations et allégations contenues dans cet avis sont exactes et complètes.",
)
_AIMED = Said("The content is aimed at a physician. Reason: {label}.", "Le contenu vise une ou un médecin. Motif : {label}.")
_LAW = Said("Law that it breaks, in my view: {law}", "Loi enfreinte, à mon avis : {law}")
_WORDS = Said("The words: “{words}”", "Les mots : « {words} »")
_ASK = Said(
    "Please confirm receipt (Art. 16(4)) and tell me your decision, with the ways of redress (Art. 16(5)).",
    "Veuillez accuser réception (art. 16, par. 4) et me communiquer votre décision, avec les voies de recours (art. 16, par. 5).",
)
_FIELDS = (
    Said("Address", "Adresse"),
    Said("Published (UTC)", "Publication (UTC)"),
    Said("Name", "Nom"),
    Said("E-mail", "Courriel"),
    Said("Our reference", "Notre référence"),
    Said("Date (UTC)", "Date (UTC)"),
)


class Drafted(Protocol):
    """What a draft tells; `passage` is "" or a stranger's words, one line."""

    @property
    def lang(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def quote(self) -> bool: ...
    @property
    def passage(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def sent_at(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def law(self) -> str: ...


def notice_pdf(reference: str, label: str, link: str, draft: Drafted, at: datetime, *, lang: str = "") -> tuple[str, bytes]:
    """The name of the file, of our own, and the PDF/A. `lang` is the screen's; the notice speaks the draft's."""
    lang = draft.lang or lang
    address, published, name, email, ours, day = (each.within(lang) for each in _FIELDS)
    sent = f"{datetime.fromisoformat(draft.sent_at).astimezone(UTC):%Y-%m-%d %H:%M}" if draft.sent_at else "–"
    reasons: list[list[Any]] = [["p", _plain(_AIMED.within(lang).format(label=label))]]
    if draft.law:
        reasons.append(["p", _plain(_LAW.within(lang).format(law=draft.law))])
    reasons += [["p", _plain(line)] for line in draft.note.split("\n") if line.strip()]
    if draft.quote and draft.passage:
        reasons.append(["p", _plain(_WORDS.within(lang).format(words=draft.passage))])
    told = {
        "lang": "fr" if lang.startswith("fr") else "en",
        "software": "Parapet",
        "made": list(at.astimezone(UTC).timetuple()[:6]),
        "families": list(glyphs.shipped()),
        "title": _TITLE.within(lang),
        "subtitle": _UNDER.within(lang),
        "mark": "",
        "warning": "",
        "running": reference,
        "foot": _FOOT.within(lang),
        "page": language.words("fr" if lang.startswith("fr") else "en")["page"],
        "blocks": [
            ["h", _WHY.within(lang)],
            *reasons,
            ["h", _WHERE.within(lang)],
            ["fields", [[address, shown(draft.url)], [published, sent]]],
            ["h", _WHO.within(lang)],
            ["fields", [[name, shown(draft.name)], [email, shown(draft.email)]]],
            ["h", _FAITH.within(lang)],
            ["p", _BELIEVE.within(lang)],
            ["p", _ASK.within(lang)],
            ["fields", [[ours, reference], [day, f"{at.astimezone(UTC):%Y-%m-%d}"]]],
            ["small", link],
        ],
    }
    room = files("parapet.dossiers")
    sources = {
        "main": room.joinpath("papers/main.typ").read_bytes(),
        "look.typ": room.joinpath("pages/look.typ").read_bytes(),
        "case.json": json.dumps(told, ensure_ascii=False).encode(),
    }
    make: Any = typst.Compiler
    compiler = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=True)
    document = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(at.timestamp()))
    assert isinstance(document, bytes)
    return f"{reference}.pdf", document


def _plain(words: str) -> str:
    """Fit to print, and without what the template takes for a place to write in."""
    return shown(words).replace("____", "_ _ ")
