"""Reports to platforms, as a person sees them: the outbox, one report, a batch, and what a message could be reported for.

Nothing here holds a word of a message but what `report_words` and the files give, after the look is in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from attrs import frozen

from parapet.access import opening
from parapet.access.campaigns import of_one
from parapet.access.cases import held_case
from parapet.access.judgements import Judged, believed, gravest
from parapet.access.looks import log_look
from parapet.access.page_looks import FoundGone, found_gone
from parapet.access.people import advocate_for, card_for, grant_for
from parapet.access.report_rule import approves_herself
from parapet.access.report_steps import Standing, Step, standing_of, steps_of
from parapet.access.views import AdvocateCard
from parapet.channels.filing import can_file
from parapet.channels.reports import desks, desks_for, proposed
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, SealBroken
from parapet.domain.items import Item as Content
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.connections import told_of
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, CaseItem, Connection, Item, Person, Report, Version
from parapet.records.numbers import number_of, public

#: What it came to is not told yet.
_FOLLOWED = (r.SENT, r.REFUSED, r.APPEALED)
#: So many reports a page of the outbox shows.
PAGE = 50
#: So many are drafted at once: more than one sitting of reading what one approves.
MOST_AT_ONCE = 100


@frozen
class Line:
    """One report, as a list shows it: codes, numbers and days."""

    id: str
    item: str
    desk: str
    channel: str
    item_at: datetime
    state: str
    way: str
    made_at: datetime
    sent_at: datetime | None
    outcome: str
    outcome_at: datetime | None
    next_what: str
    next_on: date | None
    batch: str


@frozen
class Outbox:
    """A page of it. `states` and `desks`: how many there are of each; `times_h`: hours to each removal, of all of them."""

    advocate: AdvocateCard
    lines: tuple[Line, ...]
    states: Counter[str]
    desks: Counter[str]
    more: bool
    herself: bool
    removed: int
    median_h: float | None


@frozen
class Choice:
    """A desk to which a message can go. `reason`: the one proposed, "" for none; `standing`: a report that stands there already."""

    desk: r.Desk
    reason: str
    standing: str = ""


@frozen
class ReportPage:
    """One report. `broken` in place of how it stands, when its steps are not what the log tells of.

    approves   whether this person may approve it
    program    whether a program may send it
    """

    line: Line
    advocate: AdvocateCard
    desk: r.Desk
    standing: Standing | None
    steps: tuple[Step, ...]
    approves: bool
    program: bool
    herself: bool
    shown: str
    broken: SealBroken | None = None
    gone: FoundGone | None = None  # its page was found gone since it was reported


@frozen
class BatchPage:
    """Those that were drafted together. `shown` says which texts were looked at."""

    id: str
    advocate: AdvocateCard
    lines: tuple[Line, ...]
    reasons: tuple[tuple[str, str, int], ...]  # desk, reason, how many
    approves: bool
    herself: bool
    program: bool
    shown: str


def held_report(person: Person, report_id: str, right: Right, *, lock: bool = False) -> tuple[Report, Item, Locker]:
    """The row of a report, its message and that message's key, if she may do this. Raises NotFound."""
    number = number_of("rep", report_id)
    rows = Report.objects.select_for_update(of=("self",)) if lock else Report.objects.all()
    row = rows.select_related("item__advocate").filter(number=number).first() if number is not None else None
    if row is None:
        raise NotFound("There is nothing here.")
    grant_for(person, row.advocate_id, right)
    return row, row.item, opening.item_key(row.item, opening.locker_of(row.item.advocate))


def held_batch(person: Person, batch_id: str, right: Right) -> list[Report]:
    """The reports of a batch, oldest first, if she may do this with them. Raises NotFound."""
    number = number_of("bat", batch_id)
    rows = list(Report.objects.filter(batch=number).select_related("item__advocate").order_by("number")) if number else []
    if not rows or len({row.advocate_id for row in rows}) != 1:
        raise NotFound("There is nothing here.")
    grant_for(person, rows[0].advocate_id, right)
    return rows


def outbox(person: Person, advocate_id: str, *, state: str = "", desk: str = "", case_id: str = "", before: str = "") -> Outbox:
    """All that went out, waits, failed or is unknown, the newest first. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    card = card_for(person, advocate.number, Right.READ)
    rows = Report.objects.filter(advocate=advocate)
    if case_id:
        case = held_case(person, case_id, Right.READ)
        if case.advocate_id != advocate.number:
            raise NotFound("There is nothing here.")
        rows = rows.filter(item__in=CaseItem.objects.filter(case=case, removed_at=None).values("item"))
    states = Counter(rows.values_list("state", flat=True).iterator())
    by_desk = Counter(rows.values_list("desk", flat=True).iterator())
    times = sorted(
        (gone - sent).total_seconds() / 3_600
        for sent, gone in rows.filter(outcome="removed", sent_at__isnull=False).values_list("sent_at", "outcome_at")
        if gone is not None and sent is not None
    )
    if state:
        rows = rows.filter(state=state)
    if desk:
        rows = rows.filter(desk=desk)
    if before:
        rows = rows.filter(number__lt=number_of("rep", before) or 0)
    found = list(rows.select_related("item").order_by("-number")[: PAGE + 1])
    return Outbox(
        advocate=card,
        lines=tuple(line_of(row) for row in found[:PAGE]),
        states=states,
        desks=by_desk,
        more=len(found) > PAGE,
        herself=approves_herself(advocate.number),
        removed=len(times),
        median_h=times[len(times) // 2] if times else None,
    )


def all_lines(person: Person, advocate_id: str) -> list[Line]:
    """Every report, oldest first, for a table. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.EXPORT)
    return [line_of(row) for row in Report.objects.filter(advocate=advocate).select_related("item").order_by("number")]


def line_of(row: Report) -> Line:
    """What lists show of a row."""
    return Line(
        id=row.id,
        item=row.item.id,
        desk=row.desk,
        channel=row.item.channel,
        item_at=row.item.sent_at,
        state=row.state,
        way=row.way,
        made_at=row.made_at,
        sent_at=row.sent_at,
        outcome=row.outcome,
        outcome_at=row.outcome_at,
        next_what=row.next_what,
        next_on=row.next_on,
        batch=public("bat", row.batch) if row.batch else "",
    )


def report_page(person: Person, report_id: str) -> ReportPage:
    """One report, without the words that it quotes. Raises NotFound."""
    row, item, key = held_report(person, report_id, Right.READ)
    card = card_for(person, row.advocate_id, Right.READ)
    desk, herself = desk_of(row.desk), approves_herself(row.advocate_id)
    standing: Standing | None = None
    steps: tuple[Step, ...] = ()
    broken: SealBroken | None = None
    try:
        standing, steps = standing_of(row, item, key, desk), steps_of(row, item, key)
    except SealBroken as error:
        broken = error
    return ReportPage(
        line=line_of(row),
        advocate=card,
        desk=desk,
        standing=standing,
        steps=tuple(steps),
        approves=_approves(card, herself),
        program=sendable(row, desk) is not None,
        herself=herself,
        shown=shown_digest(standing, desk, row) if standing else "",
        broken=broken,
        gone=found_gone(item, key, since=standing.sent_at) if standing and standing.state in _FOLLOWED else None,
    )


def report_words(person: Person, report_id: str, *, why: str = "report") -> tuple[ReportPage, str]:
    """The same, and exactly what goes or went, after the look is in the log. Raises NotFound, SealBroken."""
    row, item, key = held_report(person, report_id, Right.REPORT)
    found = report_page(person, report_id)
    if found.standing is None:
        raise found.broken or SealBroken("What was done about a report is not what the log tells of.")
    log_look(person, item, key, why=why, version=found.standing.draft.version)
    return found, text_of(found.standing, found.desk, row)


def choices_for(person: Person, item_id: str) -> tuple[AdvocateCard, tuple[Choice, ...]]:
    """To which desks a message can go, and for which reason. Raises NotFound."""
    item, content, judged, _version_number = opened_for_report(person, item_id)
    harms = judged.stands.harms if judged.stands else ()
    standing = {row.desk: row.id for row in Report.objects.filter(item=item, state__in=r.STANDING)}
    return card_for(person, item.advocate_id, Right.REPORT), tuple(
        Choice(desk, proposed(desk, harms), standing.get(desk.code, "")) for desk in desks_for(content)
    )


def reports_of_item(person: Person, item_id: str) -> tuple[Line, ...]:
    """The reports of a message, newest first. Raises NotFound."""
    item = Item.objects.filter(number=number_of("itm", item_id) or -1).first()
    if item is None:
        raise NotFound("There is nothing here.")
    grant_for(person, item.advocate_id, Right.READ)
    return tuple(line_of(row) for row in Report.objects.filter(item=item).select_related("item").order_by("-number"))


def opened_for_report(person: Person, item_id: str) -> tuple[Item, Content, Judged, int]:
    """A message as a draft is made of it. Nothing of it is shown, so no look is logged: the draft is. Raises NotFound."""
    item = Item.objects.filter(number=number_of("itm", item_id) or -1).select_related("advocate").first()
    if item is None:
        raise NotFound("There is nothing here.")
    grant_for(person, item.advocate_id, Right.REPORT)
    if item.advocate_id == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    key = opening.item_key(item, opening.locker_of(item.advocate))
    version, judged = gravest(believed(item, key)[0])
    return item, opening.face(version, key), judged, version.ordinal


def campaign_of(person: Person, item_id: str) -> tuple[str, ...]:
    """Public names of the abusive messages of the campaign to which this one belongs, itself among them. Raises NotFound."""
    item = Item.objects.filter(number=number_of("itm", item_id) or -1).first()
    if item is None:
        raise NotFound("There is nothing here.")
    grant_for(person, item.advocate_id, Right.REPORT)
    return reportable(item.advocate_id, of_one(item.number))


def reportable(advocate: int, numbers: Collection[int]) -> tuple[str, ...]:
    """Of these messages, those of this advocate that are abusive and not her own; kind words are never reported with them."""
    rows = Item.objects.filter(number__in=numbers, advocate_id=advocate, own=False, harms__gt=0, abstain=False)
    return tuple(row.id for row in rows.order_by("-severity", "sent_at", "number")[:MOST_AT_ONCE])


def case_reportable(person: Person, case_id: str) -> tuple[AdvocateCard, tuple[str, ...]]:
    """The same of a case. Raises NotFound."""
    number = number_of("cas", case_id)
    held = CaseItem.objects.filter(case__number=number or 0, removed_at=None).select_related("case").first()
    if held is None:
        raise NotFound("There is nothing here.")
    grant_for(person, held.case.advocate_id, Right.REPORT)
    items = CaseItem.objects.filter(case=held.case, removed_at=None).values_list("item_id", flat=True)
    card = card_for(person, held.case.advocate_id, Right.REPORT)
    return card, reportable(held.case.advocate_id, set(items))


def batch_page(person: Person, batch_id: str) -> BatchPage:
    """What was drafted together. Raises NotFound, SealBroken."""
    rows = held_batch(person, batch_id, Right.READ)
    card = card_for(person, rows[0].advocate_id, Right.READ)
    herself = approves_herself(rows[0].advocate_id)
    reasons: Counter[tuple[str, str]] = Counter()
    for row in rows:
        desk = desk_of(row.desk)
        reasons[row.desk, _standing(row, desk).draft.reason] += 1
    return BatchPage(
        id=batch_id,
        advocate=card,
        lines=tuple(line_of(row) for row in rows),
        reasons=tuple((desk, reason, n) for (desk, reason), n in reasons.most_common()),
        approves=_approves(card, herself),
        herself=herself,
        program=any(sendable(row, desk_of(row.desk)) is not None for row in rows),
        shown=shown_of(rows),
    )


def batch_words(person: Person, batch_id: str) -> tuple[BatchPage, tuple[tuple[Line, Standing, str], ...]]:
    """Every text of a batch, after the looks are in the log. Raises NotFound, SealBroken."""
    rows = held_batch(person, batch_id, Right.REPORT)
    found = []
    for row in rows:
        desk = desk_of(row.desk)
        key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
        standing = _standing(row, desk)
        log_look(person, row.item, key, why="report", version=standing.draft.version)
        found.append((line_of(row), standing, text_of(standing, desk, row)))
    return batch_page(person, batch_id), tuple(found)


def shown_of(rows: Iterable[Report]) -> str:
    """Which texts a batch holds, as a short digest: another list is not approved by mistake."""
    whole = "|".join(
        shown_digest(_standing(row, desk), desk, row) for row in rows for desk in (desk_of(row.desk),) if row.state in r.NOT_OUT
    )
    return digest_of(whole)


def shown_digest(standing: Standing, desk: r.Desk, row: Report) -> str:
    """Which text was looked at: what is approved is this one."""
    return digest_of(f"{standing.draft.reason}\n{standing.draft.rules}\n{standing.draft.text(desk, row.id)}")


def digest_of(words: str) -> str:
    """32 hexadecimal digits, under a key of the home's own: a short text is not guessed by them."""
    return keyring().digest_once("alert", f"report:{words}").hex()[:32]


def text_of(standing: Standing, desk: r.Desk, row: Report) -> str:
    """What went, or what would go now."""
    return standing.text if standing.state not in (r.DRAFT,) and standing.text else standing.draft.text(desk, row.id)


def sendable(row: Report, desk: r.Desk) -> Connection | None:
    """The connection over which a program may send this report; None where only a person can. Where its form asks nothing of that, it may.

    Of closed material nobody but a person who is present could open what is to go.
    """
    if not can_file(desk.sends) or is_closed(bytes(row.item.advocate.wrapped_key)):
        return None
    rows = Connection.objects.filter(advocate_id=row.advocate_id, channel=desk.sends).order_by("made_at", "number")
    return next((each for each in rows if told_of(each).get("reports", True)), None)


def desk_of(code: str) -> r.Desk:
    """The desk of this code; of one that this version no longer knows, what lets its reports still be read."""
    known = desks().get(code)
    return known or r.Desk(code, r.Said(code, code), (), r.Said("", ""), r.Said("", ""), "", max_chars=4_000)


def due_reports(person: Person, advocate_id: str, today: date, *, within_days: int) -> tuple[Line, ...]:
    """Reports for which something is to be done by then, the earliest first. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    rows = Report.objects.filter(advocate=advocate, next_on__lte=today + timedelta(days=within_days)).select_related("item")
    return tuple(line_of(row) for row in rows.order_by("next_on", "number")[:PAGE])


def _standing(row: Report, desk: r.Desk) -> Standing:
    return standing_of(row, row.item, opening.item_key(row.item, opening.locker_of(row.item.advocate)), desk)


def _approves(card: AdvocateCard, herself: bool) -> bool:
    return Right.REPORT in card.rights and (not herself or Right.GRANT in card.rights)


def version_of(item: Item, ordinal: int) -> Version:
    """A version of a message. Raises NotFound."""
    found = Version.objects.filter(item=item, ordinal=ordinal).first()
    if found is None:
        raise NotFound("There is nothing here.")
    return found
