"""Make the PDF of a case's timeline: what the page shows, over the head of the log that it rests on, signed as every document is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

import parapet
from parapet.access.case_cards import case_card
from parapet.access.case_work import case_work
from parapet.access.cases import held_case
from parapet.actions.case_events import entries_of, log_case_event
from parapet.actions.document_signing import Hand, document_authority, document_signer
from parapet.actions.export_snapshot import take_snapshot
from parapet.actions.sign_checkpoint import public_key
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.dossiers.timeline import Head, Timeline, render
from parapet.evidence.reader.facts import title_digest
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring

KIND, WHAT = "dossier", "timeline"
_LOOKS = ("view", "download", "search")


def make_timeline(person: models.Person, case_id: str, lang: str, *, compose: Callable[[], Timeline]) -> bytes:
    """PDF/A in "en" or "fr"; that it was made is in the log of the case, and of each that was merged into it.

    compose  tells what the page shows, in that language, once the head is signed

    Raises NotFound, RequestRefused when the case changed while it was made, LogBroken, ValueError for another language.
    """
    case = held_case(person, case_id, Right.EXPORT)
    now, signer = datetime.now(UTC), document_signer()
    with transaction.atomic():
        hold_log()
        for other in case_work(person, case_id).within:
            merged = held_case(person, other.id, Right.EXPORT)
            details = {"title_sha256": title_digest(case_card(merged).title), "signer_sha256": signer.sha256, "what": WHAT}
            log_case_event(merged, KIND, person=person, details=details, now=now)
    snapshot = take_snapshot(person, case, KIND, what=WHAT)
    size = snapshot.checkpoint.size
    told = compose()
    if entries_of(case).filter(index__gte=size).exclude(kind__in=_LOOKS).exists():
        raise RequestRefused(_("The case changed while its timeline was made. Make it again."))
    head = Head(
        origin=keyring().instance.origin,
        key=public_key(),
        size=size,
        root=snapshot.tree.root(size).hex(),
        signer_sha256=snapshot.signer.sha256,
        at=snapshot.at,
        software=f"Parapet {parapet.__version__}",
    )
    document = render(told, head, lang=lang, tz=ZoneInfo(settings.TIME_ZONE))
    return Hand.of(snapshot.signer, document_authority()).sign(document, lang, snapshot.at).document
