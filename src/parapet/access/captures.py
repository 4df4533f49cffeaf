"""Captures of pages: how one goes, what was seen, who served it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from parapet.access import opening
from parapet.access.around import PageLook
from parapet.access.intakes import number_for
from parapet.access.items import held, version_of
from parapet.access.looks import log_look
from parapet.access.page_looks import look
from parapet.access.people import grant_for
from parapet.access.rows import rows_of
from parapet.access.views import Row
from parapet.channels.pictures import is_oversize
from parapet.channels.text import moment
from parapet.channels.web.container import MEDIA_TYPE, Unfit, read_capture
from parapet.channels.web.container import Capture as CaptureFile
from parapet.domain.errors import NotFound
from parapet.domain.items import ItemKind
from parapet.domain.rights import Right
from parapet.records.keyring import keyring
from parapet.records.models import Capture, IntakeRefusal, Item, Occurrence, Person, Version
from parapet.records.naming import delivered_context
from parapet.records.refusals import spot_of


@frozen
class Progress:
    """How the keeping of a page goes. `address` is what she asked for; `rows` what came of it, under the veil."""

    intake_id: str
    address: str
    look: PageLook
    detail: str
    rows: tuple[Row, ...]
    again: str  # the item whose page it is, where it was looked at again


@frozen
class Certificate:
    """What a server showed. Everything in it is its own word, as far as its issuer vouches for it."""

    subject: str
    issuer: str
    begins: datetime
    ends: datetime
    sha256: str


@frozen
class Served:
    """One answer of the page itself."""

    url: str
    status: int
    ip: str
    certificate: Certificate | None


@frozen
class Seen:
    """What a capture says of a page, besides its words. `pictures`: how many can be shown; none, where one would take too much memory."""

    version: int
    asked: str
    landed: str
    at: datetime | None
    by: str
    agent: str
    served: tuple[Served, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    files: tuple[tuple[str, int, str], ...]
    pictures: int


def is_of_page(item: Item) -> bool:
    """True for what a capture of a page brought: it is captured again. A review is looked for on its page, as a post is."""
    return item.channel == "web" and item.kind != ItemKind.REVIEW


def progress(person: Person, intake_id: str) -> Progress:
    """How a capture of hers goes. Raises NotFound."""
    number = number_for(person, intake_id)
    row = Capture.objects.filter(intake=number).select_related("file", "item", "intake").first()
    if row is None:
        raise NotFound("There is nothing here.")
    refusal = IntakeRefusal.objects.filter(intake=number).order_by("pk").first()
    items: list[int] = []
    if row.file.source_id is not None and row.state == "done" and _may_still_read(person, row):
        found = Occurrence.objects.filter(source_id=row.file.source_id, version__item__advocate=row.intake.advocate_id)
        items = list(dict.fromkeys(found.order_by("version_id").values_list("version__item_id", flat=True)))
    return Progress(
        intake_id=intake_id,
        address=keyring().unlock_text(bytes(row.file.sealed_path), about=delivered_context(row.file.number)),
        look=look(row),
        detail=spot_of(bytes(refusal.sealed_place), number).detail if refusal else "",
        rows=rows_of(person, items),
        again=row.item.id if row.item else "",
    )


def _may_still_read(person: Person, row: Capture) -> bool:
    """Whether she may read what came of it: since she asked, that may have been taken back."""
    try:
        return row.intake.advocate_id is not None and bool(grant_for(person, row.intake.advocate_id, Right.READ))
    except NotFound:
        return False


def seen(person: Person, item_id: str, *, why: str, version: int | None = None) -> Seen:
    """Where a page came from and what was kept of it, after the look is in the log. Raises NotFound."""
    chosen, capture = _opened(person, item_id, why=why, version=version)
    facts = capture.facts
    return Seen(
        version=chosen.ordinal,
        asked=str(facts["url"]),
        landed=str(facts["final_url"]),
        at=moment(facts["captured_at"]),
        by=str(facts["by"]),
        agent=str(facts["agent"]),
        served=tuple(_served(capture)),
        notes=_codes(facts.get("notes")),
        left_out=_codes(facts.get("left_out")),
        files=tuple((name, len(content), str(facts["files"][name])) for name, content in capture.files.items()),
        pictures=len(capture.screenshots) if not _is_wide(capture) else 0,
    )


def picture(person: Person, item_id: str, number: int, *, why: str, version: int | None = None) -> bytes:
    """One picture of a page (from 1), after the look is in the log. Raises NotFound."""
    _chosen, capture = _opened(person, item_id, why=why, version=version)
    names = capture.screenshots
    if not 1 <= number <= len(names) or _is_wide(capture):
        raise NotFound("There is nothing here.")
    return capture.files[names[number - 1]]


def _opened(person: Person, item_id: str, *, why: str, version: int | None) -> tuple[Version, CaptureFile]:
    item, key = held(person, item_id, Right.READ)
    chosen = version_of(item, version, key)
    if chosen.media_type != MEDIA_TYPE:
        raise NotFound("There is nothing here.")
    log_look(person, item, key, why=why, version=chosen.ordinal)
    try:
        return chosen, read_capture(io.BytesIO(opening.original_bytes(chosen, key)))
    except Unfit as unfit:  # it was read when it came
        raise NotFound("There is nothing here.") from unfit


def _is_wide(capture: CaptureFile) -> bool:
    return any(is_oversize(capture.files[name][:64]) for name in capture.screenshots)


def _codes(value: Any) -> tuple[str, ...]:
    """Of a list that somebody else may have written: what looks like a code of ours or a file's name."""
    kept = value if isinstance(value, list) else []
    return tuple(each for each in kept[:20] if isinstance(each, str) and len(each) <= 40 and each.isprintable())


def _served(capture: CaptureFile) -> list[Served]:
    try:
        told = json.loads(capture.files.get("response.json", b"{}"))
        answers = told["responses"][:20]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    found = []
    for each in answers if isinstance(answers, list) else []:
        if isinstance(each, dict) and isinstance(each.get("url"), str) and isinstance(each.get("status"), int):
            ip = each.get("ip")
            chain = each.get("certificate")
            first = chain[0] if isinstance(chain, list) and chain and isinstance(chain[0], str) else ""
            found.append(Served(each["url"][:2048], each["status"], ip[:60] if isinstance(ip, str) else "", _certificate(first)))
    return found


def _certificate(pem: str) -> Certificate | None:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        shown = x509.load_pem_x509_certificate(pem.encode("ascii"))
        return Certificate(
            subject=shown.subject.rfc4514_string()[:300],
            issuer=shown.issuer.rfc4514_string()[:300],
            begins=shown.not_valid_before_utc.astimezone(UTC),
            ends=shown.not_valid_after_utc.astimezone(UTC),
            sha256=shown.fingerprint(SHA256()).hex(),
        )
    except (ValueError, TypeError):
        return None
