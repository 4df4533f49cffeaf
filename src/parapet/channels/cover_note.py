"""The mail that hands a letter on: whether it says anything of its own.

A college's notice ("the enclosed complaint was received on ...") and the letter in it are one thing, and make one item.
But a mail is whatever its sender writes, and a threat above somebody's polite letter must not pass for a notice. So the
phrases of an office are listed here, each as a whole, and a mail with any other word is a message of its own. What this
list lacks costs an item more; what it had too much could hide a threat. A phrase therefore has no room for words that
the sender could choose: names are those that the letter gives the physician, numbers are days, dates and files.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from parapet.channels.text import bare
from parapet.domain.items import Item

MAX_CHARS = 2_000
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_DATE = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:er)? {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
_NAME = r"(?: (?P<name>[\w'.-]+(?: [\w'.-]+){0,3}?)(?=[,:]|$))?"
_BY = r"(?: by (?:the college|the registrar|our office|us))?"
_PAR = r"(?: par (?:le college|l'ordre|le syndic|notre bureau))?"
_LETTER = r"(?:complaint|letter of complaint|letter)"
#: English, then French. Compared without accents and case, white space folded.
_PHRASES = (
    rf"dear (?:dr|doctor|sir or madam|sir|madam|colleague)\b\.?{_NAME}",
    rf"the (?:enclosed|attached|following) {_LETTER} was received{_BY}(?: on {_DATE})?",
    rf"we (?:have )?received the (?:enclosed|attached|following) {_LETTER}(?: on {_DATE})?",
    rf"(?:please find )?(?:enclosed|attached)(?: is)? (?:a|the) {_LETTER}(?: received{_BY}(?: on {_DATE})?)?",
    r"you have \d{1,3} days (?:in which )?to (?:respond|reply|answer)",
    rf"please (?:respond|reply|answer)(?: by {_DATE}| within \d{{1,3}} days)?",
    r"we (?:suggest|recommend|advise)(?: that)? you (?:to )?contact your medical protective association",
    r"sincerely|yours (?:truly|sincerely|faithfully)|(?:kind |best )?regards|respectfully",
    r"(?:the )?(?:registrar|intake|complaints(?: department| office)?|office of the registrar)",
    r"for your information|fyi|(?:begin )?forwarded message",
    rf"(?:chere? )?(?:docteure?|dre?|madame|monsieur)\b\.?{_NAME}",
    rf"la plainte (?:ci-jointe|jointe|suivante) a ete recue{_PAR}(?: le {_DATE})?",
    rf"nous avons recu la plainte (?:ci-jointe|jointe|suivante)(?: le {_DATE})?",
    rf"(?:vous trouverez|veuillez trouver) ci-jointe? (?:une|la) plainte(?: recue{_PAR}(?: le {_DATE})?)?",
    r"vous (?:avez|disposez de) \d{1,3} jours pour (?:y )?repondre",
    r"nous vous (?:suggerons|recommandons|conseillons) de communiquer avec votre association de protection medicale",
    r"cordialement|salutations distinguees|bien a vous",
    r"(?:le |la )?(?:registraire|syndique?|bureau du syndic|secretariat|direction des plaintes)",
    r"pour (?:votre )?information|message transfere",
)
_PHRASE = re.compile("|".join(f"(?:{phrase.replace('?P<name>', f'?P<name{n}>')})" for n, phrase in enumerate(_PHRASES)))
_BETWEEN = re.compile(r"[\s.,;:*_-]*")
_WORDS = re.compile(r"[\w .,'’()-]*")
_SUBJECT = re.compile(
    r"(?:(?:re|fwd?|tr) ?: ?)*(?:notice of (?:a )?complaint|avis de plainte)"
    r"(?:,? (?:file|dossier)(?: no\.?)? (?:(?P<prefix>[a-z]{2,8})-)?\d{1,8}(?:-\d{1,6})?)?"
)
#: What an office is called, in the name of a sender and before the @ of its address.
_OFFICE = frozenset(
    "the of registrar registraire intake complaints plaintes college office bureau syndic secretariat greffe investigations"
    " info noreply no reply du des le la et and".split()
)


def adds_words(mail: Item, cover: str, letter: str, physicians: Collection[str]) -> bool:
    """True unless `mail` is an office's notice of a letter, and nothing else.

    cover       the mail's text without the letter
    letter      the letter's text
    physicians  those whom the letter names
    """
    if not _is_office(mail.author.name) or not _is_office(mail.author.handle.partition("@")[0]):
        return True
    subject = _SUBJECT.fullmatch(_flat(mail.subject))
    if mail.subject.strip() and subject is None:
        return True
    if subject and subject["prefix"] and subject["prefix"] not in re.findall(r"\w+", bare(letter)):
        return True
    return not _is_notice(_flat(cover), {_flat(name) for name in physicians})


def _is_notice(cover: str, physicians: Collection[str]) -> bool:
    """Phrase after phrase, to the end."""
    if len(cover) > MAX_CHARS:
        return False
    at = _end(_BETWEEN, cover, 0)
    while at < len(cover):
        found = _PHRASE.match(cover, at)
        if found is None or not found.group() or cover[found.end() : found.end() + 1].isalnum():
            return False
        name = next((value for value in found.groupdict().values() if value), "")
        if name and not any(f" {each}".endswith(f" {name}") for each in physicians):
            return False
        at = _end(_BETWEEN, cover, found.end())
    return True


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _is_office(name: str) -> bool:
    return bool(_WORDS.fullmatch(name)) and all(word in _OFFICE for word in re.findall(r"[^\W_]+", bare(name)))


def _flat(text: str) -> str:
    return " ".join(bare(text).split())
