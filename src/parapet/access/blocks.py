"""Blocks and mutes, as a person sees them: all of them, a plan of some, one; and what can be done to whom.

Nothing here tells the name of an account but what `named` and the lists give, after that is in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.block_steps import Standing, Step, standing_of, steps_of
from parapet.access.judgements import believed, gravest
from parapet.access.people import advocate_for, card_for, grant_for
from parapet.access.report_rule import approves_herself
from parapet.access.views import AdvocateCard
from parapet.channels.blocking import can_set, place_of, places
from parapet.domain import blocking as b
from parapet.domain.errors import NotFound, SealBroken
from parapet.domain.items import Account
from parapet.domain.reporting import Said
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.connections import told_of
from parapet.records.keyring import is_closed
from parapet.records.models import Advocate, Block, Connection, Item, Person, SourceCheck
from parapet.records.numbers import number_of, public

#: So many a page shows.
PAGE = 50


@frozen
class Kept:
    """What is kept here of one account. `signed`: how many of its messages its platform's signature bears out."""

    messages: int
    signed: int
    first: datetime | None
    last: datetime | None


@frozen
class Line:
    """One block, as a list shows it: codes, numbers and days."""

    id: str
    plan: str
    item: str
    sender: int
    place: str
    what: str
    state: str
    way: str
    made_at: datetime
    set_at: datetime | None
    lifted_at: datetime | None
    account: str  # of the connection, "" where a person does it


@frozen
class AllBlocks:
    """A page of them. `states`: how many there are of each; `exports`: codes of the lists that could be made."""

    advocate: AdvocateCard
    lines: tuple[Line, ...]
    states: Counter[str]
    more: bool
    exports: tuple[str, ...]


@frozen
class Through:
    """A connection from which it can be done. `lacks`: it may not block; `paused`, `failing`: what came is not being fetched there."""

    id: str
    number: int
    name: str
    channel: str
    lacks: bool
    paused: bool
    failing: bool
    asked_at: datetime | None


@frozen
class Chosen:
    """One account of those that were asked about: the newest message of it that is here, and how it can be dealt with.

    standing  codes of what stands of it already, by what is done and through which connection
    """

    item: str
    sender: int
    place: b.Place
    kept: Kept
    standing: frozenset[tuple[str, int]] = frozenset()


@frozen
class Choice:
    """What is asked before a plan is made. `left`: messages whose author cannot be blocked anywhere."""

    advocate: AdvocateCard
    accounts: tuple[Chosen, ...]
    through: tuple[Through, ...]
    left: int


@frozen
class Part:
    """One block of a plan, with what is kept of its account."""

    line: Line
    kept: Kept
    standing: Standing | None


@frozen
class Plan:
    """Those that were prepared together. `shown`: which were looked at."""

    id: str
    advocate: AdvocateCard
    parts: tuple[Part, ...]
    through: Through | None
    program: bool
    approves: bool
    herself: bool
    shown: str
    broken: SealBroken | None = None


@frozen
class BlockPage:
    """One of them, with what happened to it, and what else was done about the same account."""

    line: Line
    advocate: AdvocateCard
    place: b.Place
    kept: Kept
    standing: Standing | None
    steps: tuple[Step, ...]
    others: tuple[Line, ...]
    through: Through | None
    program: bool
    approves: bool
    herself: bool
    broken: SealBroken | None = None


def held_block(person: Person, block_id: str, right: Right, *, lock: bool = False) -> tuple[Block, Item, Locker]:
    """The row of a block, its message and that message's key, if she may do this. Raises NotFound."""
    number = number_of("blk", block_id)
    rows = Block.objects.select_for_update(of=("self",)) if lock else Block.objects.all()
    row = rows.select_related("item__advocate").filter(number=number).first() if number is not None else None
    if row is None:
        raise NotFound("There is nothing here.")
    grant_for(person, row.advocate_id, right)
    return row, row.item, key_of(row)


def held_plan(person: Person, plan_id: str, right: Right) -> list[Block]:
    """The blocks of a plan, oldest first, if she may do this with them. Raises NotFound."""
    number = number_of("pln", plan_id)
    rows = list(Block.objects.filter(plan=number).select_related("item__advocate").order_by("number")) if number else []
    if not rows or len({row.advocate_id for row in rows}) != 1:
        raise NotFound("There is nothing here.")
    grant_for(person, rows[0].advocate_id, right)
    return rows


def key_of(row: Block) -> Locker:
    """The key under which what happened to it is sealed. Raises KeyWrong."""
    return opening.item_key(row.item, opening.locker_of(row.item.advocate))


def all_blocks(person: Person, advocate_id: str, *, state: str = "", before: str = "") -> AllBlocks:
    """All of an advocate's, the newest first. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    rows = Block.objects.filter(advocate=advocate)
    states = Counter(rows.values_list("state", flat=True).iterator())
    held = set(rows.filter(state__in=b.IN_FORCE).values_list("place", "what").distinct())
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(number__lt=number_of("blk", before) or 0)
    found = list(rows.select_related("item").order_by("-number")[: PAGE + 1])
    exports = [code for code, place, what in LISTS if any(each == place and what in ("", done) for each, done in held)]
    return AllBlocks(
        card_for(person, advocate.number, Right.READ), _lines(found[:PAGE]), states, len(found) > PAGE, tuple(exports)
    )


#: Lists that can be made: code, place, and what was done there; "" for all of it.
LISTS = (("mastodon_blocks", "mastodon", b.BLOCK), ("mastodon_mutes", "mastodon", b.MUTE), ("bluesky", "bluesky", ""))


def choice_for(person: Person, item_ids: Sequence[str]) -> Choice:
    """Whose accounts wrote these messages of one advocate, and what can be done about them. Raises NotFound."""
    found: dict[int, Chosen] = {}
    advocates: set[int] = set()
    left = 0
    for item_id in dict.fromkeys(item_ids):
        item, author = opened_for_block(person, item_id)
        advocates.add(item.advocate_id)
        place = place_of(author.platform)
        if item.sender is None or item.own or place is None or not (author.handle or author.native_id):
            left += 1
        elif item.sender not in found:
            rows = Block.objects.filter(advocate_id=item.advocate_id, sender=item.sender, state__in=b.STANDING)
            standing = frozenset(rows.values_list("what", "account"))
            found[item.sender] = Chosen(item.id, item.sender, place, kept_of(item.advocate_id, item.sender), standing)
    if len(advocates) != 1:
        raise NotFound("There is nothing here.")
    [advocate] = advocates
    channels = {each.place.sets for each in found.values() if each.place.sets}
    return Choice(card_for(person, advocate, Right.REPORT), tuple(found.values()), through_for(advocate, sorted(channels)), left)


def through_for(advocate: int, channels: Sequence[str]) -> tuple[Through, ...]:
    """The connections of these channels; who asks was let in before."""
    row = Advocate.objects.get(number=advocate)
    if is_closed(bytes(row.wrapped_key)):  # nobody but a person who is present could open whom it is about
        return ()
    rows = Connection.objects.filter(advocate_id=advocate, channel__in=[each for each in channels if can_set(each)])
    return tuple(_through(each) for each in rows.order_by("made_at", "number"))


def _through(row: Connection) -> Through:
    told = told_of(row)
    return Through(
        row.id, row.number, str(told.get("user", "")), row.channel, not told.get("blocks"), row.state == "paused",
        row.state == "failing", row.asked_at,
    )  # fmt: skip


def opened_for_block(person: Person, item_id: str) -> tuple[Item, Account]:
    """Who wrote a message. Nothing of it is shown, so no look is logged: what is prepared is. Raises NotFound."""
    item = Item.objects.filter(number=number_of("itm", item_id) or -1).select_related("advocate").first()
    if item is None:
        raise NotFound("There is nothing here.")
    grant_for(person, item.advocate_id, Right.REPORT)
    if item.advocate_id == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    key = opening.item_key(item, opening.locker_of(item.advocate))
    version, _judged = gravest(believed(item, key)[0])
    return item, opening.face(version, key).author


def kept_of(advocate: int, sender: int) -> Kept:
    """What is kept of an account, in numbers; who asks was let in before."""
    rows = Item.objects.filter(advocate_id=advocate, sender=sender)
    first, last = rows.order_by("sent_at").first(), rows.order_by("-sent_at").first()
    signed = SourceCheck.objects.filter(version__item__in=rows.values("number"), result="match")
    return Kept(
        rows.count(),
        signed.values("version__item").distinct().count(),
        first.sent_at if first else None,
        last.sent_at if last else None,
    )


def plan_page(person: Person, plan_id: str) -> Plan:
    """What was prepared together, without a name. Raises NotFound."""
    rows = held_plan(person, plan_id, Right.READ)
    card, herself = card_for(person, rows[0].advocate_id, Right.READ), approves_herself(rows[0].advocate_id)
    broken: SealBroken | None = None
    parts = []
    for row, line in zip(rows, _lines(rows), strict=True):
        standing: Standing | None = None
        try:
            standing = standing_of(row, row.item, key_of(row))
        except SealBroken as error:
            broken = error
        parts.append(Part(line, kept_of(row.advocate_id, row.sender), standing))
    through = connection_of(rows[0])
    return Plan(
        plan_id, card, tuple(parts), _through(through) if through else None, program=_can(rows[0], through),
        approves=may_approve(card, herself), herself=herself, shown=shown_of(rows), broken=broken,
    )  # fmt: skip


def block_page(person: Person, block_id: str) -> BlockPage:
    """One of them, without the name of its account. Raises NotFound."""
    row, item, key = held_block(person, block_id, Right.READ)
    card, herself = card_for(person, row.advocate_id, Right.READ), approves_herself(row.advocate_id)
    standing: Standing | None = None
    steps: tuple[Step, ...] = ()
    broken: SealBroken | None = None
    try:
        standing, steps = standing_of(row, item, key), steps_of(row, item, key)
    except SealBroken as error:
        broken = error
    same = Block.objects.filter(advocate_id=row.advocate_id, sender=row.sender).exclude(number=row.number)
    through = connection_of(row)
    return BlockPage(
        line=_lines([row])[0],
        advocate=card,
        place=place_for(row.place),
        kept=kept_of(row.advocate_id, row.sender),
        standing=standing,
        steps=steps,
        others=_lines(list(same.select_related("item").order_by("-number")[:PAGE])),
        through=_through(through) if through else None,
        program=_can(row, through),
        approves=may_approve(card, herself),
        herself=herself,
        broken=broken,
    )


def due_blocks(person: Person, advocate_id: str) -> tuple[Line, ...]:
    """Blocks that need a person: to do one, to look whether it was done, or to decide anew; the longest waiting first. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    rows = Block.objects.filter(advocate=advocate, next_on__isnull=False).select_related("item")
    return _lines(list(rows.order_by("next_on", "number")[:PAGE]))


def blocks_of_item(person: Person, item_id: str) -> tuple[Line, ...]:
    """What was done about the account that wrote a message, newest first. Raises NotFound."""
    item = Item.objects.filter(number=number_of("itm", item_id) or -1).first()
    if item is None:
        raise NotFound("There is nothing here.")
    grant_for(person, item.advocate_id, Right.READ)
    rows = (
        Block.objects.filter(advocate_id=item.advocate_id, sender=item.sender)
        if item.sender is not None
        else Block.objects.none()
    )
    return _lines(list(rows.select_related("item").order_by("-number")[:PAGE]))


def shown_of(rows: Sequence[Block]) -> str:
    """Which blocks a plan holds and how they stand, as text: another list is not approved by mistake."""
    return ".".join(f"{row.id[4:]}-{row.what}-{public('con', row.account)[4:]}" for row in rows if row.state in b.NOT_OUT)


def connection_of(row: Block) -> Connection | None:
    """By which it is done; None where a person does it, or that ended."""
    if not row.account:
        return None
    return Connection.objects.filter(number=row.account, advocate_id=row.advocate_id, channel=place_for(row.place).sets).first()


def _can(row: Block, through: Connection | None) -> bool:
    """Whether a program may do it, or take it back."""
    closed = is_closed(bytes(row.item.advocate.wrapped_key))
    return through is not None and can_set(through.channel) and bool(told_of(through).get("blocks")) and not closed


def can_be_done(row: Block) -> bool:
    """Whether a program may do it, or take it back."""
    return _can(row, connection_of(row))


def may_approve(card: AdvocateCard, herself: bool) -> bool:
    """Whether whoever holds this may approve."""
    return Right.REPORT in card.rights and (not herself or Right.GRANT in card.rights)


def place_for(code: str) -> b.Place:
    """The place of this code; of one that this version no longer knows, what lets its blocks still be read."""
    nothing = Said("", "")
    return places().get(code) or b.Place(code, Said(code, code), (), {}, {}, nothing)


def _lines(rows: Sequence[Block]) -> tuple[Line, ...]:
    numbers = {row.account for row in rows if row.account}
    names = {each.number: str(told_of(each).get("user", "")) for each in Connection.objects.filter(number__in=numbers)}
    return tuple(
        Line(
            row.id,
            row.plan_id,
            row.item.id,
            row.sender,
            row.place,
            row.what,
            row.state,
            row.way,
            row.made_at,
            row.set_at,
            row.lifted_at,
            names.get(row.account, ""),
        )
        for row in rows
    )
