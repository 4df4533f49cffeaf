"""Letters to a college, an employer or a hospital: telling one when it comes, and giving it one name however it comes.

One letter may arrive as text, as a PDF whose lines are wrapped, and in a notice from the registrar. Its name is made
from its letters and digits alone, so that wrapping, hyphens at line ends, and characters that a PDF's font lacks do not
make a second one. The time is that of nobody's clock: the letter's own date is words, and the notice's is not its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from attrs import evolve, frozen

from parapet.channels.charsets import decode
from parapet.channels.cover_note import adds_words
from parapet.channels.mime import Part
from parapet.channels.pdf_text import Patience, looks_like_pdf, read_pdf
from parapet.channels.text import bare, clean, line
from parapet.domain.items import MAX_TEXT_CHARS, Account, Flag, Identifier, IdentifierKind, Item, ItemKind

#: Where a letter's addressee and subject are looked for.
_TOP_LINES = 18
#: Of one mail: attachments that are looked into, and places where a letter might begin.
MAX_FILES = 6
MAX_TRIES = 6

# Compared without accents and case; English and French.
_TO_WHOM = (
    r"(?:to|attn\.?|attention|dear|a l'attention d|aux?|a la|a l'|madame|monsieur|mesdames|messieurs|cher|chere)\b"
    r"[^.!?:]{0,60}?\b"
)
_BODY = (
    r"(?:college|ordre|registr(?:ar|aire)|syndi(?:c|que)|board|conseil|council|commission|ombuds|inquiries|complaints|plaintes"
    r"|discipline|deontologie|regulat|licen[sc]|medical|medecins|physicians|surgeons|chirurgiens|hopital|hospital|clinic|clinique"
    r"|direct(?:or|eur|rice|ion)|administrat|chief|chef|dean|doyen|universit|employ|human resources|ressources humaines"
    r"|patient relations|commissaire|protecteur)"
)
_REGULATOR = (
    r"(?:college (?:of|des|du)|ordre (?:des|professionnel)|registr(?:ar|aire)|syndi(?:c|que)\b|medical (?:board|council)"
    r"|conseil medical|bureau du syndic|inquiries|complaints (?:committee|department|office|unit)|comite de discipline"
    r"|commissaire aux plaintes|board of medicine)"
)
_ADDRESSED = re.compile(rf"{_TO_WHOM}{_BODY}|to whom it may concern|a qui de droit|(?:the )?{_REGULATOR}")
_TO_REGULATOR = re.compile(
    rf"{_TO_WHOM}{_REGULATOR}|(?:to|dear) (?:the )?college\b|au college\b|a l'ordre\b|(?:the )?{_REGULATOR}[^.!?]{{0,80}}$"
)
_SUBJECT = re.compile(r"(?:re|subject|objet|sujet|concerne|concerning)\s*:\s*(\S.{2,200})", re.IGNORECASE)
_COMPLAINT = re.compile(
    r"\b(?:complain\w*|plaint\w*|signal(?:ement|er)|denonc\w+|grievance|misconduct|inconduite|unprofessional\w*|malpractice|negligen\w+"
    r"|faute professionnelle|investigat\w*|enquete|suspension|revo(?:ke|cation|quer)|disciplin\w+|standard of care|norme de soins"
    r"|care of my|soins (?:de|donnes|recus))\b"
)
_CLOSING = re.compile(
    r"(?:sincerely|yours (?:truly|sincerely|faithfully)|respectfully|regards|kind regards|cordialement|sinceres salutations"
    r"|veuillez (?:agreer|recevoir|croire)|bien a vous|salutations)"
)
_DOCTOR = re.compile(r"\b(?:dr|dre|doctor|docteure?)\b")
_NAME_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_NAMED = re.compile(
    rf"\b(?:Dr|DR|Dre|Doctor|Docteure?)\.?\s+({_NAME_WORD}(?:\s+(?:de|du|van|von|der|la|le|el|al|bin|{_NAME_WORD})){{0,3}})"
)
_NAME_LINE = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:\s+[\w'’.-]+){1,4}")
_QUOTE_MARK = re.compile(r"(?m)^(?:> ?)+")
_RULE = re.compile(r"(?m)^(?:-- |_{5,}|-{5,}|={5,})\s*$")


def score(text: str) -> int:
    """0 to 6 for how much `text` is a letter of complaint; from 3 on it is one, given an addressee or a subject line."""
    top = _top(text)
    if len(top) < 3 or len(text) < 60:
        return 0
    addressed = any(_ADDRESSED.match(bare(row)) for row in top)
    subject = any(_SUBJECT.match(row) for row in top)
    if not addressed and not subject:
        return 0
    flat = bare(text[:50_000])
    rows = [row.strip() for row in flat.splitlines()]
    return (
        2 * addressed
        + subject
        + bool(_COMPLAINT.search(flat))
        + any(_CLOSING.match(row) for row in rows[-12:])
        + bool(_DOCTOR.search(flat))
    )


def is_letter(text: str) -> bool:
    """True when a person would call it a letter of complaint."""
    return score(text) >= 3


def is_to_regulator(text: str) -> bool:
    """True for a letter whose top names a college or its registrar as the addressee."""
    return any(_TO_REGULATOR.match(bare(row)) for row in _top(text)) and is_letter(text)


def _top(text: str) -> list[str]:
    return [row.strip() for row in text[:6_000].splitlines() if row.strip()][:_TOP_LINES]


def item(
    text: str,
    *,
    flags: frozenset[Flag] = frozenset(),
    aliases: Sequence[str] = (),
    aimed_at: Sequence[Identifier] = (),
    raw_digest: str = "",
    given: str = "",
) -> Item:
    """The one item of a letter.

    raw_digest  hex SHA-256 of the file, which names a letter that has no text
    given       a time that came with it, as words: when it was passed on, not when it was written
    """
    text, said = clean(_trimmed(text))
    named = "complaint:sha256:" + (identity(text) if text else raw_digest)
    people = tuple(Identifier(IdentifierKind.NAME, name) for name in _people(text))
    flags = flags | said | frozenset([Flag.IMPLAUSIBLE_TIME])
    subject = next((found.group(1) for row in _top(text) if (found := _SUBJECT.match(row))), "")
    return Item(
        channel="complaint",
        uri=named,
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias)),
        kind=ItemKind.COMPLAINT,
        author=Account("complaint", name=_signature(text)),
        text=text,
        # Wrapped differently in each form, a subject of two lines would differ; its first words do.
        subject=_subject(text, subject),
        sent_at=None,
        sent_at_as_given=line(given, 100)[0],
        aimed_at=tuple(dict.fromkeys((*people, *aimed_at))),
        flags=flags,
    )


def identity(text: str) -> str:
    """Hex digest of the letters and digits of `text`: ASCII alone when most of it is, since fonts of PDFs lack others."""
    flat = bare(text)
    kept = "".join(c for c in flat if c.isalnum())
    ascii_only = "".join(c for c in kept if c.isascii())
    return hashlib.sha256(
        (ascii_only if len(ascii_only) > 0.7 * len(kept) else kept).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _trimmed(text: str) -> str:
    """Line ends, spaces at line ends and page breaks as in the plain form."""
    text = text.replace("\r\n", "\n").replace("\x0c", "\n")
    return "\n".join(row.rstrip() for row in text.split("\n")).strip()


def _subject(text: str, first: str) -> str:
    if not first:
        return ""
    whole = " ".join(text.split())
    at = whole.find(" ".join(first.split()))
    return " ".join(whole[at : at + 60].split()) if at >= 0 else first[:60]


def _people(text: str) -> list[str]:
    """The physicians whom the letter names with their title, in order of mention."""
    found: dict[str, None] = {}
    for match in _NAMED.finditer(" ".join(text[:20_000].split())):
        name = match.group(1).rstrip(".'’-")
        found[name] = None
        if len(name.split()) > 2:
            found[" ".join(name.split()[:2])] = None
        if len(found) >= 12:
            break
    return list(found)


def _signature(text: str) -> str:
    """Who signed: the last line that is a name, above an address or a telephone number."""
    rows = [row.strip() for row in text.splitlines() if row.strip()][-6:]
    for row in reversed(rows[1:]):
        if (
            len(row) <= 50
            and not re.search(r"[\d@:;!?]|[.,]$", row)
            and _NAME_LINE.fullmatch(row)
            and not _CLOSING.match(bare(row))
        ):
            return line(row, 100)[0]
    return ""


# -------------------------------------------------------------------------------------------------------- within mail

_NOTICE = re.compile(_REGULATOR + r"|\b(?:college|ordre)\b")


@frozen
class Carried:
    """A letter that came by mail.

    alone  the mail is an office's notice of it and says nothing else: the two are one item. Otherwise the mail is an item
           as well, whole, under its own sender
    """

    letter: Item
    alone: bool


def within_mail(mail: Item, text: str, files: Sequence[Part], patience: Patience) -> Carried | None:
    """The letter that a mail hands on, or None when the mail is a mail.

    patience  what may still be spent on PDFs of the same source; a PDF beyond it stays an attachment

    Two things must hold: the mail speaks of a complaint and of a college or registrar, and it carries, attached or in
    its text below a cover note, a letter addressed to one.
    """
    about = bare(" ".join((mail.author.name, mail.author.handle, mail.subject, text[:3_000])))
    if not _COMPLAINT.search(about) or not _NOTICE.search(about):
        return None
    for part in files[:MAX_FILES]:
        found, flags = _attached(part, patience)
        if found and is_to_regulator(found):
            cover = "" if text.split() == found.split() else text  # a mail without words shows its attachment's
            stem = part.name.rpartition(".")[0] or part.name
            return _carried(mail, found, flags, cover, extra=len(files) - 1, names=(part.name, stem))
    found, cover = _inlined(text, handed_on=bool(mail.forwarded_by))
    if not found:
        return None
    return _carried(mail, found, mail.flags - {Flag.IMPLAUSIBLE_TIME}, cover, extra=len(files))


def _carried(mail: Item, text: str, flags: frozenset[Flag], cover: str, *, extra: int, names: tuple[str, ...] = ()) -> Carried:
    """extra  how many files came with it besides the letter"""
    alone = not extra and not adds_words(mail, cover, text, _people(text))
    made = item(
        text,
        flags=flags,
        aliases=(mail.uri, *mail.aliases, *names) if alone else names,
        aimed_at=mail.aimed_at,
        given=mail.sent_at_as_given,
    )
    return Carried(made if alone else evolve(made, forwarded_by=mail.uri), alone)


def _attached(part: Part, patience: Patience) -> tuple[str, frozenset[Flag]]:
    raw = part.content()
    if looks_like_pdf(raw[:1024]):
        read = read_pdf(raw, patience)
        return read.text, frozenset() if read.sound else frozenset({Flag.MALFORMED})
    if part.media_type == "text/plain" and len(raw) <= 1024 * 1024:
        return decode(raw, part.charset)
    return "", frozenset()


def _inlined(text: str, *, handed_on: bool) -> tuple[str, str]:
    """The letter below a cover note, from the line that addresses a regulator to the end or to a ruled line; and the rest."""
    beyond, text = text[MAX_TEXT_CHARS:], _QUOTE_MARK.sub("", text[:MAX_TEXT_CHARS])
    rows = text.split("\n")
    seen = tried = 0  # lines of the cover note, and places that looked like the beginning of a letter
    for number, row in enumerate(rows):
        if tried >= MAX_TRIES:
            break
        if row.strip() and len(row) < 300 and (seen >= 2 or handed_on) and _TO_REGULATOR.match(bare(row.strip())):
            tried += 1
            while number and _belongs_above(rows[number - 1]):
                number -= 1  # the addressee's other lines
            rest = "\n".join(rows[number:]).strip()
            ruled = _RULE.search(rest)
            rest, below = (rest[: ruled.start()].strip(), rest[ruled.end() :]) if ruled and ruled.start() > 200 else (rest, "")
            if len(rest) > 200 and is_to_regulator(rest):
                return rest, "\n".join((*rows[:number], below, beyond))
        seen += bool(row.strip())
    return "", ""


def _belongs_above(row: str) -> bool:
    return bool(row.strip()) and len(row) < 80 and not row.rstrip().endswith(":")
