"""The recovery sheet as a PDF of a page or two: what it is, where it belongs, what to type."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from parapet.dossiers import glyphs
from parapet.dossiers.dossier import STANDARDS

WORDS = {
    "en": {
        "title": "Recovery sheet",
        "what": "This sheet is the key of a Parapet home. Whoever has it and a copy of the home, or of its backup, can read "
        "everything in it. Without this sheet and without the key file, nobody can: not you, not the people who made Parapet.",
        "where": "Keep it on paper, in a place that is locked, and not beside the computer or the backup. Do not photograph it and do not mail it.",
        "opens": "It opens this home and every backup of it made up to the day of printing. After the keys of the home were changed "
        "(parapet key rotate), print a new one and destroy this one: the new one opens the earlier backups too.",
        "how": "To use it, install Parapet, type the command below, and then the lines as they stand here. Small letters will do, and spaces "
        "do not matter. A line that was mistyped is named at once.",
        "then": "Then restore a backup into the same place:",
        "home": "Home",
        "printed": "Printed",
        "generations": "Generations of its keys",
        "lines": "The key",
        "colon": ":",
    },
    "fr": {
        "title": "Feuille de récupération",
        "what": "Cette feuille est la clé d'un espace Parapet. Quiconque l'a, avec une copie de l'espace ou de sa sauvegarde, peut tout y lire. "
        "Sans cette feuille et sans le fichier de clé, personne ne le peut\u00a0: ni vous, ni les gens qui ont conçu Parapet.",
        "where": "Gardez-la sur papier, sous clé, et non à côté de l'ordinateur ou de la sauvegarde. Ne la photographiez pas et ne l'envoyez pas par courriel.",
        "opens": "Elle ouvre cet espace et toutes ses sauvegardes faites jusqu'au jour de l'impression. Quand les clés de l'espace ont été "
        "changées (parapet key rotate), imprimez-en une nouvelle et détruisez celle-ci\u00a0: la nouvelle ouvre aussi les sauvegardes d'avant.",
        "how": "Pour vous en servir, installez Parapet, tapez la commande ci-dessous, puis les lignes telles qu'elles figurent ici. Les minuscules "
        "conviennent, et les espaces n'importent pas. Une ligne mal tapée est aussitôt signalée.",
        "then": "Restaurez ensuite une sauvegarde au même endroit\u00a0:",
        "home": "Espace",
        "printed": "Imprimée le",
        "generations": "Générations de ses clés",
        "lines": "La clé",
        "colon": "\u00a0:",
    },
}


def sheet_pdf(lines: list[str], *, fingerprint: str, generations: int, lang: str, at: datetime) -> bytes:
    """The sheet in "en" or "fr", with `lines` numbered from 1. It names the home by its fingerprint alone."""
    told = {
        "lang": lang,
        "words": WORDS[lang],
        "lines": [[f"{number:02}", *line.split()] for number, line in enumerate(lines, 1)],
        "facts": [["home", fingerprint], ["printed", f"{at:%Y-%m-%d}"], ["generations", str(generations)]],
    }
    page = files("parapet.dossiers").joinpath("sheets", "recovery.typ").read_bytes()
    make: Any = typst.Compiler  # its type hints do not know that `input` may be several files by name
    sources = {"main": page, "sheet.json": json.dumps(told, ensure_ascii=False).encode()}
    document = make(input=sources, font_paths=[str(glyphs.FONTS)], ignore_system_fonts=True).compile(
        format="pdf", pdf_standards=STANDARDS, timestamp=int(at.timestamp())
    )
    if not isinstance(document, bytes):
        raise TypeError("Typst gave no document")
    return document


def sheet_text(text: str, *, fingerprint: str, lang: str, at: datetime) -> str:
    """The same as plain text; what is no line of the key begins with #, so that the whole can be read back."""
    w = WORDS[lang]
    said = [w["title"], w["what"], w["where"], w["opens"], w["how"], "parapet key recover --home HOME", w["then"]]
    told = [*said, "parapet restore DIR --home HOME", f"{w['home']} {fingerprint}; {w['printed']} {at:%Y-%m-%d}"]
    return "".join(f"# {line}\n" for line in told) + "\n" + text
