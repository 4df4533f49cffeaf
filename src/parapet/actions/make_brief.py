"""Make the brief of a case for security, or the note for police: only what somebody chose, on two pages at most, signed and in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve
from django.conf import settings
from django.db import transaction

import parapet
from parapet.access import opening
from parapet.access.briefs import brief_of
from parapet.access.case_cards import case_key
from parapet.access.case_steps import BRIEF, steps_of
from parapet.access.case_work import Task, summed, work_on
from parapet.access.cases import held_case
from parapet.access.looks import log_look
from parapet.actions.case_steps import log_step
from parapet.actions.document_signing import Hand, document_authority
from parapet.actions.export_snapshot import take_snapshot
from parapet.actions.tasks import write_end, write_task
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.safety import FIELDS, FOR_POLICE, MAX_ASKS, MAX_LISTED, MAX_QUOTED, PLAN, POLICE, READERS, REVIEW, Asked
from parapet.dossiers.brief import Ask, Brief, render
from parapet.dossiers.timeline import Head
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring

KIND, WHAT = "dossier", "brief"
MAX_PAGES = 2
_FURTHEST = timedelta(days=3_660)


def make_brief(person: models.Person, case_id: str, brief: Asked, *, compose: Callable[[Task], str]) -> bytes:
    """PDF/A in the reader's language.

    compose  says what a task of the plan is, in that language

    Raises NotFound, RequestRefused when something is asked that no brief holds, or it does not fit; LogBroken.
    """
    case = held_case(person, case_id, Right.EXPORT)
    brief = _checked(brief)
    asks = _asks(case, brief, compose)
    tz = ZoneInfo(settings.TIME_ZONE)
    # Before the log says that it was made: what does not fit is never cut. Nobody is given this one.
    _none, pages = render(_told(case, brief, asks)[0], _head("0" * 64, 0, "0" * 64, datetime.now(UTC)), lang=brief.lang, tz=tz)
    if pages > MAX_PAGES:
        raise RequestRefused(_("This does not fit on two pages. Quote fewer messages, or make your own words shorter."))
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.EXPORT)
        for item, version in _told(case, brief, asks)[1]:
            key = opening.item_key(item, opening.locker_of(item.advocate))
            log_look(person, item, key, why="safety", version=version.ordinal)
        _log(case, person, brief)
    snapshot = take_snapshot(person, case, KIND, what=WHAT)
    told, _versions = _told(case, brief, asks)
    if not {item.id for item in snapshot.items} >= {*brief.quoted, *brief.listed}:
        raise RequestRefused(_CHANGED)
    size = snapshot.checkpoint.size
    head = _head(snapshot.tree.root(size).hex(), size, snapshot.signer.sha256, snapshot.at)
    document, _pages = render(told, head, lang=brief.lang, tz=tz)
    return Hand.of(snapshot.signer, document_authority()).sign(document, brief.lang, snapshot.at).document


_CHANGED = _("The case changed meanwhile. Look at what would go once more.")


def _told(case: models.Case, brief: Asked, asks: Sequence[Ask]) -> tuple[Brief, tuple[tuple[models.Item, models.Version], ...]]:
    try:
        return brief_of(case, brief, asks)
    except NotFound:
        raise RequestRefused(_CHANGED) from None


def _head(root: str, size: int, signer_sha256: str, at: datetime) -> Head:
    return Head(keyring().instance.origin, "", size, root, signer_sha256, at, f"Parapet {parapet.__version__}")


def _checked(brief: Asked) -> Asked:
    """The same, each text on one line, without what this reader is not told. Raises RequestRefused."""
    if brief.reader not in READERS or brief.lang not in ("en", "fr") or not FIELDS.keys() >= brief.said.keys():
        raise RequestRefused(_("Say for whom it is, and in which language."))
    if len(brief.quoted) > MAX_QUOTED or len(brief.listed) > MAX_LISTED or len(brief.asks) > MAX_ASKS:
        raise RequestRefused(
            _("A brief quotes at most %(quoted)s messages, names %(listed)s more by number, and asks for %(asks)s things."),
            quoted=MAX_QUOTED,
            listed=MAX_LISTED,
            asks=MAX_ASKS,
        )
    said = {}
    for name, words in brief.said.items():
        words = " ".join(words.encode("utf-8", "replace").decode().replace("\0", "").split())
        if len(words) > FIELDS[name]:
            raise RequestRefused(_("Make this shorter: at most %(most)s characters."), most=FIELDS[name])
        if words and (brief.reader == POLICE or name not in FOR_POLICE):
            said[name] = words
    today = date.today()  # noqa: DTZ011 - a rough bound
    if brief.review is not None and not today - timedelta(days=1) <= brief.review <= today + _FURTHEST:
        raise RequestRefused(_("Choose a day to look at it again, from today on."))
    return evolve(brief, said=said, listed=tuple(each for each in brief.listed if each not in brief.quoted))


def _asks(case: models.Case, brief: Asked, compose: Callable[[Task], str]) -> list[Ask]:
    """The open tasks of the plan that were chosen. Raises RequestRefused when one of them is none any more."""
    work = work_on(case)
    if work.broken is not None:
        raise work.broken
    plan = {task.entry: task for task in work.tasks if task.code in PLAN and not task.ended}
    if not plan.keys() >= set(brief.asks):
        raise RequestRefused(_CHANGED)
    return [Ask(compose(plan[entry]), plan[entry].by or plan[entry].name, plan[entry].due) for entry in brief.asks]


def _log(case: models.Case, person: models.Person, brief: Asked) -> None:
    """What went, as far as she chose it; and the day on which she looks at it again, which is a task of the case."""
    details: dict[str, str | int] = {
        "reader": brief.reader,
        "language": brief.lang,
        "quoted": len(brief.quoted),
        "listed": len(brief.listed),
        "due": brief.review.isoformat() if brief.review else "",
    }
    chosen = {"quoted": list(brief.quoted), "listed": list(brief.listed), "asks": [str(entry) for entry in brief.asks]}
    words = {**chosen, "said": dict(brief.said), "accounts": "yes" if brief.accounts else ""}
    log_step(case, BRIEF, by=person, details=details, words=words)
    if brief.review is None:
        return
    reviews = [task for task in summed(case.id, steps_of(case, case_key(case))).tasks if task.code == REVIEW and not task.ended]
    for task in reviews:
        if task.due != brief.review:
            write_end(case, person, task.entry, "dropped")
    if brief.review not in {task.due for task in reviews}:
        write_task(case, person, REVIEW, {"what": ""}, due=brief.review)
