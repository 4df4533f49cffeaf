"""Make the rebuttal dossier of a complaint, or the letter for a leader: what was chosen and seen, signed, and in the log."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

import parapet
from parapet.access import opening
from parapet.access.cases import held_case
from parapet.access.complaint_ground import gathered
from parapet.access.complaint_papers import papers
from parapet.access.complaints import exhibits_case, held_complaint, opened
from parapet.access.looks import log_look
from parapet.actions.complaint_events import write_complaint
from parapet.actions.document_signing import Hand, document_authority
from parapet.actions.export_snapshot import take_snapshot
from parapet.domain.complaints import LEADER, PAPERS
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.dossiers import leader, rebuttal
from parapet.dossiers.timeline import Head
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring

KIND = "dossier"
_CHANGED = _("The case changed meanwhile. Look at what would go once more.")


def make_rebuttal(person: models.Person, complaint_id: str, paper: str, lang: str, shown: str) -> bytes:
    """PDF/A in "en" or "fr".

    paper  of `PAPERS`
    shown  names the ground that she saw (`Ground.mark`)

    Raises NotFound, SealBroken, LogBroken; RequestRefused when it changed meanwhile, or reads as a complaint about care and she
    gave no reason for a rebuttal.
    """
    row = held_complaint(person, complaint_id, Right.EXPORT)
    case = held_case(person, exhibits_case(row.case).id, Right.EXPORT)
    if paper not in PAPERS or lang not in ("en", "fr"):
        raise RequestRefused(_("Say which document, and in which language."))
    with transaction.atomic():
        hold_log()
        row = held_complaint(person, complaint_id, Right.EXPORT)
        found = gathered(row)
        if found.ground.mark != shown:
            raise RequestRefused(_CHANGED)
        if found.ground.care and not found.told.words.get("reason"):
            raise RequestRefused(
                _("This reads as a complaint about care. Say on the page of the ground why a rebuttal is right.")
            )
        made = papers(row, found, letter_only=paper == LEADER)
        for read in made.read:
            key = opening.item_key(read.item, opening.locker_of(read.item.advocate))
            log_look(person, read.item, key, why="export", version=read.version.ordinal)
        item = None if opened(row).gone else row.item
        write_complaint(row.case, person, row.number, found.told, item=item, step=paper)
    snapshot = take_snapshot(person, case, KIND, what=paper)
    if not {each.id for each in snapshot.items} >= {each.item_id for each in made.rebuttal.exhibits}:
        raise RequestRefused(_CHANGED)
    size = snapshot.checkpoint.size
    root, software = snapshot.tree.root(size).hex(), f"Parapet {parapet.__version__}"
    head = Head(keyring().instance.origin, "", size, root, snapshot.signer.sha256, snapshot.at, software)
    render = leader.render if paper == LEADER else rebuttal.render
    document = render(made.rebuttal, head, lang=lang, tz=ZoneInfo(settings.TIME_ZONE))
    return Hand.of(snapshot.signer, document_authority()).sign(document, lang, snapshot.at).document
