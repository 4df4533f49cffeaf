"""Make the dossier of a case for police or counsel: what somebody chose of it, with her statement, signed and in the log."""

from __future__ import annotations

from attrs import evolve

from parapet.access.case_cards import case_key
from parapet.access.cases import held_case
from parapet.access.statements import statement_of
from parapet.actions.export_documents import signed_dossier
from parapet.actions.export_snapshot import take_snapshot
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.offences import BY_NUMBER, COUNTRIES, PARTS, READERS, Chosen
from parapet.domain.rights import Right
from parapet.dossiers.case_file import MAX_EXHIBITS
from parapet.dossiers.filing import Filing
from parapet.records import models

KIND = "dossier"


def make_filing(person: models.Person, case_id: str, chosen: Chosen, answers_seen: str) -> bytes:
    """PDF/A in "en" or "fr"; the log says that it was made, and for whom.

    answers_seen  when the statement was changed last, as it was shown to who decides ("" for never); another is refused

    Raises NotFound, RequestRefused for what there is none of, too many messages, or what changed meanwhile; SealBroken, LogBroken.
    """
    case = held_case(person, case_id, Right.EXPORT)
    _check(chosen)
    statement = statement_of(case, case_key(case))
    there = _here(case)
    if not there >= set(chosen.items) or answers_seen != (statement.at.isoformat() if statement.at else ""):
        raise RequestRefused(_CHANGED)
    snapshot = take_snapshot(person, case, KIND, what=chosen.reader)
    items = [item for item in snapshot.items if item.id in set(chosen.items)]
    if len(items) != len(set(chosen.items)):
        raise RequestRefused(_CHANGED)
    theirs = sum(not item.own for item in snapshot.items)
    filing = Filing(
        reader=chosen.reader,
        parts=chosen.parts,
        sections=chosen.sections,
        countries=chosen.countries,
        answers=statement.answers,
        answered_at=statement.at,
        total=theirs if len(items) < len(snapshot.items) else 0,
    )
    return signed_dossier(evolve(snapshot, items=items), chosen.lang, filing=filing)


_CHANGED = _("The case changed meanwhile. Look at what would go once more.")


def _here(case: models.Case) -> set[str]:
    items = models.Item.objects.filter(caseitem__case=case, caseitem__removed_at=None)
    return {item.id for item in items.only("number")}


def _check(chosen: Chosen) -> None:
    """Raise RequestRefused for what no such dossier holds."""
    if chosen.reader not in READERS or chosen.lang not in ("en", "fr"):
        raise RequestRefused(_("Say for whom it is, and in which language."))
    if not (set(PARTS) >= chosen.parts and BY_NUMBER.keys() >= set(chosen.sections) and set(COUNTRIES) >= set(chosen.countries)):
        raise RequestRefused(_("Choose from what is listed."))
    if not chosen.items:
        raise RequestRefused(_("Choose at least one message."))
    if len(set(chosen.items)) > MAX_EXHIBITS:
        raise RequestRefused(_("Choose at most %(most)s messages, or make the dossier of the whole case."), most=MAX_EXHIBITS)
