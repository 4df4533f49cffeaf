"""Keep a web page: promise it, look at it, receive what was seen.

A capture is a file like any other: it is sealed whole before anything of it is read, and then goes the way of every import. So a look that
was cut short is taken up where it stopped: before the file was sealed, it is done again; after that, what is sealed is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen
from django.conf import settings
from django.db import transaction

from parapet.access import opening
from parapet.access.captures import is_of_page
from parapet.access.items import held
from parapet.access.people import advocate_for
from parapet.actions.mark_gone import mark_gone
from parapet.actions.seal_source import open_source, seal_source
from parapet.actions.take_in import Delivery, take_in
from parapet.channels.web.container import Capture as CaptureFile
from parapet.channels.web.container import read_capture
from parapet.channels.web.fetch import Capturer, NotCaptured, sound_address
from parapet.channels.web.standing import GONE, Standing, standing
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import ItemKind
from parapet.domain.parsed import Gone, Place, Reason
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.naming import delivered_context
from parapet.records.refusals import Spot, seal_spot

#: A page that ended the worker this often is given up.
MAX_ATTEMPTS = 3
#: One person's that wait: whoever pastes a hundred addresses waits for her own, not everybody for hers.
MAX_WAITING = 20


def capturer() -> Capturer:
    """The browser of this home. It starts with the first page."""
    environment = settings.ENVIRONMENT
    # A page leads where a stranger wants, also in a home that only this machine reaches: what is inside stays shut unless somebody says so.
    return Capturer(str(environment.chromium or ""), inside=environment.channels_inside)


def keep_page(person: models.Person, advocate_id: str, url: str) -> str:
    """Promise to keep the page at `url`; the public name of the import that it will be.

    Raises NotFound for an advocate for whom she may not add anything, RequestRefused for what is no address of a page.
    """
    advocate = advocate_for(person, advocate_id, Right.SORT)
    if advocate.number == models.Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return promise(person, advocate, url).intake.id


def look_again(person: models.Person, item_id: str) -> str:
    """Promise to look at the page of an item again; the public name of the import. Raises NotFound, RequestRefused, KeyClosed."""
    item, key = held(person, item_id, Right.SORT)
    if not is_of_page(item):
        raise NotFound("There is nothing here.")
    version = models.Version.objects.filter(item=item).order_by("ordinal")[0]
    return promise(person, item.advocate, opening.face(version, key).uri, item).intake.id


def promise(person: models.Person | None, advocate: models.Advocate, url: str, item: models.Item | None = None) -> models.Capture:
    """The rows of one look. Raises RequestRefused."""
    try:
        address = sound_address(url)
    except NotCaptured:
        raise RequestRefused(
            _("Write the whole address of a page, as the browser shows it: it begins with https:// or http://.")
        ) from None
    waiting = models.Capture.objects.filter(intake__person=person, state__in=("waiting", "running")).count()
    if person is not None and waiting >= MAX_WAITING:
        raise RequestRefused(_("Some pages are still waiting to be kept. Add more once they are."))
    with transaction.atomic():
        intake = models.Intake.objects.create(person=person, advocate=advocate, files_total=1)
        file = models.IntakeFile(intake=intake, channel="web")
        file.sealed_path = keyring().lock_text(address, about=delivered_context(file.number))
        file.save(force_insert=True)
        return models.Capture.objects.create(intake=intake, file=file, item=item)


def capture_waiting(browser: Capturer) -> bool:
    """Look at the page that has waited longest; False when none waits. By one process at a time: what another began is taken for its ruin."""
    row = models.Capture.objects.filter(state__in=("waiting", "running")).order_by("asked_at", "number").first()
    if row is None:
        return False
    run_capture(row.number, browser)
    return True


def run_capture(number: int, browser: Capturer) -> None:
    """Look at one page and receive it. Run again after a crash, it comes to the same end."""
    row = models.Capture.objects.select_related("intake", "file__source", "item").get(number=number)
    if row.state in ("done", "refused"):
        return
    row.attempts += 1
    row.state = "running"
    row.save(update_fields=["attempts", "state"])
    models.Intake.objects.filter(number=row.intake_id).update(state="running")
    if row.file.source is None:
        try:
            if row.attempts > MAX_ATTEMPTS:
                raise NotCaptured(Reason.READER_FAILED)
            address = keyring().unlock_text(bytes(row.file.sealed_path), about=delivered_context(row.file.number))
            kept = browser.capture(address, lang=_language(row), more=_others_wait(row))
        except NotCaptured as stopped:
            _refuse(row, stopped)
            return
        row.file.source, _mark = seal_source(io.BytesIO(kept.raw))
        row.file.save(update_fields=["source"])
    _receive(row)


def _others_wait(row: models.Capture) -> bool:
    return models.Capture.objects.filter(state="waiting").exclude(number=row.number).exists()


def _receive(row: models.Capture) -> None:
    assert row.file.source is not None
    with open_source(row.file.source) as stream:
        seen = read_capture(stream)
    found = _stands(row, seen)
    take_in(
        [Delivery(Path("0", "page"), _address(row), row.file, channel="web")],
        _fresh(row),
        folder=lambda _path: row.intake.advocate_id,
    )
    with transaction.atomic():
        hold_log()
        if row.item is not None:
            _tell(row.item, found, int(seen.facts.get("status") or 0))
        _end(row, "done", str(found))
    if row.item is not None and found in GONE:
        mark_gone([Gone(_address(row), Place(), channel="web")])


def _refuse(row: models.Capture, stopped: NotCaptured) -> None:
    """There is nothing to seal: say so of the import, and of the item whose page it is."""
    intake = _fresh(row)
    intake.state, intake.ended_at = "done", datetime.now(UTC)
    intake.files_done = intake.found = intake.refused = 1
    with transaction.atomic():
        hold_log()
        intake.save()
        sealed = seal_spot(Spot(1, 0, detail=stopped.detail), intake.number)
        models.IntakeRefusal.objects.create(intake=intake, file=row.file, reason=str(stopped.reason), sealed_place=sealed)
        models.IntakeFile.objects.filter(number=row.file.number).update(ended=True)
        if row.item is not None:
            _tell(row.item, Standing.UNREACHABLE, 0)
        _end(row, "refused", str(stopped.reason))


def _fresh(row: models.Capture) -> models.Intake:
    """The import as it began: what an earlier run wrote of it is written anew."""
    models.IntakeRefusal.objects.filter(intake=row.intake).delete()
    held_row = row.intake
    fresh = models.Intake(
        number=held_row.number,
        person_id=held_row.person_id,
        advocate_id=held_row.advocate_id,
        started_at=held_row.started_at,
        files_total=1,
        state="running",
    )
    fresh._state.adding = False
    return fresh


def _end(row: models.Capture, state: str, outcome: str) -> None:
    models.Capture.objects.filter(number=row.number).update(state=state, outcome=outcome, ended_at=datetime.now(UTC))


def _stands(row: models.Capture, seen: CaptureFile) -> Standing:
    facts = seen.facts
    return standing(
        status=int(facts.get("status") or 0),
        asked=str(facts["url"]),
        landed=str(facts["final_url"]),
        text=str(facts["text"]),
        known=list(_known(row)),
        is_whole=row.item is None or row.item.kind == ItemKind.CAPTURE,
        asks_password="asks_password" in (facts.get("notes") or ()),
    )


def _known(row: models.Capture) -> Iterable[str]:
    """The words that are held of an item, but those of this look; none where nobody is present who opens them."""
    if row.item is None:
        return
    key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
    ours = models.Occurrence.objects.filter(source=row.file.source).values("version_id")
    for version in models.Version.objects.filter(item=row.item).exclude(number__in=ours).order_by("ordinal"):
        try:
            yield opening.face(version, key).text
        except KeyClosed:
            return


def _tell(item: models.Item, found: Standing, status: int) -> None:
    """The leaf of a look. The log's lock is held."""
    if not models.Item.objects.filter(number=item.number).exists():
        return  # erased meanwhile: its leaf could never be opened
    now = datetime.now(UTC)
    key = opening.item_key(item, opening.locker_of(item.advocate))
    body = event_body(kind="look_again", at=now, subjects=[item.id], actor="", details={"standing": str(found), "status": status})
    append([Event("look_again", now, body, key, advocate=item.advocate_id, item=item.number)])


def _address(row: models.Capture) -> str:
    return keyring().unlock_text(bytes(row.file.sealed_path), about=delivered_context(row.file.number))


def _language(row: models.Capture) -> str:
    person = row.intake.person
    return "fr" if person is not None and person.language.startswith("fr") else "en"


@frozen
class Result:
    """How a look that a command asked for ended."""

    capture: models.Capture
    intake: models.Intake


def capture_now(person: models.Person, advocate: models.Advocate, urls: Iterable[str]) -> Iterable[Result]:
    """Look at each of these pages here and now, one after another. Raises RequestRefused before the first that is no address."""
    rows = [promise(None, advocate, url) for url in urls]
    models.Intake.objects.filter(capture__in=rows).update(person=person)
    with capturer() as browser:
        for row in rows:
            run_capture(row.number, browser)
            row.refresh_from_db()
            yield Result(row, models.Intake.objects.get(number=row.intake_id))
