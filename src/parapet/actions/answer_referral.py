"""What an officer does with a case that was referred to her: take it or not, write notes, make a dossier, hand it back."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from attrs import evolve
from django.db import transaction

from parapet.access.referral_rows import ACCEPT, DECLINED, KIND, RETURNED, items_of, notes_for
from parapet.access.referred import held_referral
from parapet.actions.case_events import log_case_event
from parapet.actions.export_documents import signed_dossier
from parapet.actions.export_snapshot import take_snapshot
from parapet.actions.refer import write_end
from parapet.actions.write_note import keep_note
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.dossiers.case_file import MAX_EXHIBITS, CaseFile, CaseNote
from parapet.evidence.canonical import salt
from parapet.records import models
from parapet.records.chain import hold_log

MAX_WORDS_CHARS = 500


def accept_referral(person: models.Person, referral_id: str, *, now: datetime | None = None) -> None:
    """Take the case. Raises NotFound, also for one that she took already."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        row = held_referral(person, referral_id, accepted=False, now=now).row
        details = {"step": ACCEPT, "officer": person.id}
        row.accepted = log_case_event(row.case, KIND, person=person, details=details, now=now)
        row.save(update_fields=["accepted"])


def decline_referral(person: models.Person, referral_id: str, *, words: str, now: datetime | None = None) -> None:
    """Do not take it, and say why; the words are sealed in the case. Raises NotFound, RequestRefused."""
    _end(person, referral_id, DECLINED, words, now)


def hand_back_referral(person: models.Person, referral_id: str, *, words: str, now: datetime | None = None) -> None:
    """Give back a case that she took, with what she has to say of it, which may be nothing. Raises NotFound, RequestRefused."""
    _end(person, referral_id, RETURNED, words, now)


def note_referred(person: models.Person, referral_id: str, text: str) -> None:
    """Write a note of her own into the case, for the advocate too. Raises NotFound, RequestRefused."""
    case = held_referral(person, referral_id, accepted=True).row.case
    keep_note(person, case, text, still=lambda: held_referral(person, referral_id, accepted=True))


def referred_dossier(person: models.Person, referral_id: str, lang: str) -> bytes:
    """The dossier of what was referred, and of nothing else, as PDF/A in "en" or "fr". The log says that she made it.

    Raises NotFound, also where she may not export, RequestRefused when it takes several volumes, LogBroken.
    """
    referred = held_referral(person, referral_id, accepted=True)
    if not referred.terms.export:
        raise NotFound("There is nothing here.")
    items, case = items_of(referred), referred.row.case
    if len(items) > MAX_EXHIBITS:
        raise RequestRefused(_("This case is too large for one document. Ask whoever referred it for a bag of it."))
    notes = tuple(CaseNote(note.at, note.who, note.text) for note in notes_for(referred, person))
    snapshot = evolve(take_snapshot(person, case, "dossier"), items=items)

    def part(file: CaseFile) -> CaseFile:
        # Who corrected a judgement and why is no message and no note: it was in no list that the advocate saw.
        exhibits = tuple(evolve(each, corrected=()) for each in file.exhibits)
        return evolve(file, exhibits=exhibits, notes=notes, handed=(), erased=())

    return signed_dossier(snapshot, lang, part)


def _end(person: models.Person, referral_id: str, step: str, words: str, now: datetime | None) -> None:
    now, said = now or datetime.now(UTC), " ".join(words.split()).encode("utf-8", "replace").decode()
    with transaction.atomic():
        hold_log()
        referred = held_referral(person, referral_id, accepted=step == RETURNED, now=now)
        if len(said) > MAX_WORDS_CHARS or (step == DECLINED and not said):
            raise RequestRefused(_("Say why, in at most %(most)s characters."), most=MAX_WORDS_CHARS)
        raw = json.dumps({"salt": salt(), "text": said}, sort_keys=True).encode() if said else b""
        write_end(referred, step, by=person, now=now, words=raw, digest=hashlib.sha256(raw).hexdigest() if raw else "")
