"""What looking at a page again tells. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from urllib.parse import urlsplit


class Standing(enum.StrEnum):
    """How a page stands. Stable: they stand in the log."""

    KEPT = "kept"  # the first look
    SAME = "same"
    EDITED = "edited"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    LOGIN = "login_wall"
    UNREACHABLE = "unreachable"
    UNCLEAR = "unclear"  # it cannot be told from outside


#: After which the message is no more to be seen where it was.
GONE = frozenset({Standing.DELETED, Standing.SUSPENDED})

_LOGIN_PATH = re.compile(
    r"(?:^|/)(?:log-?in|sign-?in|signup|connexion|se-connecter|auth(?:enticate|orize)?|accounts?/login|checkpoint)(?:/|\.|$)",
    re.I,
)
#: Said by platforms, in English and French, of an account that they took down. Only where the page says little else.
_SUSPENDED = re.compile(
    r"account (?:has been |is |was )?(?:suspended|disabled|banned|terminated)|suspended (?:account|user)"
    r"|compte (?:a été |est )?(?:suspendu|désactivé|supprimé|banni)",
    re.I,
)
_DELETED = re.compile(
    r"(?:this|that) (?:post|page|tweet|video|comment|content|status)([^.\n]{0,40}?)"
    r"(?:deleted|removed|no longer available|does(?:n[’']t| not) exist)"
    r"|page not found|content isn[’']t available|page introuvable"
    r"|(?:cette|ce) (?:publication|page|vidéo|contenu)([^.\n]{0,40}?)(?:supprimée?|n[’']existe plus|n[’']est plus disponible)",
    re.I,
)
#: What may stand between the words of a notice and be shown: anything else is a stranger's.
_PLAIN = frozenset("a been by has have is its author was were you are looking for the été par son auteur est plus pas".split())
#: A page that says less than this is a notice, no article.
_NOTICE_CHARS = 1_500


def standing(
    *, status: int, asked: str, landed: str, text: str, known: Sequence[str], is_whole: bool = True, asks_password: bool = False
) -> Standing:
    """How the page of `asked` stands, which answered with `status` from `landed` and shows `text`.

    known     the texts that are held of it, the first look's first; none for a first look
    is_whole  whether they are whole pages; else the words of a post, which stand on a page among others
    """
    said = _folded(text)
    before = [_folded(each) for each in known]
    if status < 400 and _stands(before[:1], said, is_whole):
        return Standing.SAME  # also of a page that has asked for a password from the beginning
    is_notice = len(said) < _NOTICE_CHARS
    if (status in (404, 410) or is_notice) and _SUSPENDED.search(text):
        return Standing.SUSPENDED
    if status in (404, 410) or (is_notice and _DELETED.search(text)):
        return Standing.DELETED
    if status == 401 or _is_login(asked, landed) or (asks_password and is_notice):
        return Standing.LOGIN
    if status >= 400:
        return Standing.UNREACHABLE
    if _stands(before, said, is_whole):
        return Standing.SAME
    return Standing.EDITED if before else Standing.KEPT


def _stands(before: Sequence[str], said: str, is_whole: bool) -> bool:
    if is_whole:
        return said in before
    return any(each and f" {each} " in f" {said} " for each in before)


def _is_login(asked: str, landed: str) -> bool:
    before, after = urlsplit(asked), urlsplit(landed)
    return (before.hostname, before.path) != (after.hostname, after.path) and _LOGIN_PATH.search(after.path) is not None


def notice_in(text: str, found: Standing) -> str:
    """The words by which a page says that something was taken away; "" where it says none. What stands between them is left out."""
    pattern = {Standing.SUSPENDED: _SUSPENDED, Standing.DELETED: _DELETED}.get(found)
    match = pattern.search(text) if pattern is not None else None
    if match is None:
        return ""
    said = match[0]
    for between in match.groups():
        if between and not _PLAIN.issuperset(between.casefold().split()):
            said = said.replace(between, " … ")
    return " ".join(said.split())


def _folded(text: str) -> str:
    return " ".join(text.split())
