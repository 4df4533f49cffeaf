"""Prepare a block or a mute of an account, or of many; drop what did not go out. Nothing goes out by any of this."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen
from django.db import transaction

from parapet.access import opening
from parapet.access.block_steps import standing_of
from parapet.access.blocks import choice_for, held_block, held_plan, key_of, opened_for_block, through_for
from parapet.actions.block_events import log_block_step
from parapet.domain import blocking as b
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring
from parapet.records.numbers import new_number, public

_OUT = _("This was done, or may have been. Lift it instead.")


@frozen
class Prepared:
    """What came of preparing. `id` is "" when nothing was; `left`: accounts about which it stands already, or where it cannot be done."""

    id: str
    prepared: int
    left: int


def prepare_blocks(person: models.Person, item_ids: Sequence[str], what: str, through: str) -> Prepared:
    """Prepare this for the account of each message of one advocate, once an account.

    what     of `WHATS`
    through  the public name of a connection of hers; "" where a person does it

    One approval is asked for all of them. Raises NotFound, RequestRefused.
    """
    wanted = list(dict.fromkeys(item_ids))
    if not wanted or len(wanted) > b.MOST_AT_ONCE:
        raise RequestRefused(_("Choose between 1 and %(most)s messages."), most=b.MOST_AT_ONCE)
    with transaction.atomic():
        hold_log()
        choice = choice_for(person, wanted)
        if what not in b.WHATS:
            raise RequestRefused(_("Choose what is to be done."))
        advocate = opened_for_block(person, wanted[0])[0].advocate_id
        connection = _connection(advocate, through)
        plan, prepared = new_number(), 0
        for each in choice.accounts:
            account = connection.number if connection else 0
            wrong_place = connection is not None and each.place.sets != connection.channel
            if what not in each.place.effects or wrong_place or (what, account) in each.standing:
                continue
            _begin(person, each.item, each.place.code, what, account, plan)
            prepared += 1
    left = len(choice.accounts) - prepared + choice.left
    return Prepared(public("pln", plan) if prepared else "", prepared, left)


def _connection(advocate: int, through: str) -> models.Connection | None:
    if not through:
        return None
    known = {each.id: each for each in through_for(advocate, ["bluesky", "mastodon"])}
    if through not in known:
        raise RequestRefused(_("Choose the account from which it is to be done."))
    if known[through].lacks:
        raise RequestRefused(_("This connection may not block or mute yet. Open it, and allow that."))
    return models.Connection.objects.get(number=known[through].number)


def _begin(person: models.Person, item_id: str, place: str, what: str, account: int, plan: int) -> None:
    item, author = opened_for_block(person, item_id)
    key = opening.item_key(item, opening.locker_of(item.advocate))
    row = models.Block(
        advocate_id=item.advocate_id, item=item, sender=item.sender or 0, place=place, what=what, account=account, plan=plan,
        made_at=datetime.now(UTC),
    )  # fmt: skip
    row.save(force_insert=True)
    words = {
        "platform": author.platform,
        "handle": author.handle,
        "native_id": author.native_id,
        "account": account,
        "key": secrets.token_hex(16),
        "group": keyring().digest_once("alert", f"block list:{account}").hex()[:32],
    }
    log_block_step(row, key, b.DRAFTED, by=person, words=words)


def drop_block(person: models.Person, block_id: str) -> None:
    """Take away what was prepared, or approved and did not go out. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row, item, key = held_block(person, block_id, Right.REPORT, lock=True)
        if standing_of(row, item, key).state not in b.NOT_OUT:
            raise RequestRefused(_OUT)
        log_block_step(row, key, b.DROP, by=person)


def drop_plan(person: models.Person, plan_id: str) -> int:
    """The same of all of a plan that did not go out; how many. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        dropped = 0
        for row in held_plan(person, plan_id, Right.REPORT):
            if row.state in b.NOT_OUT and standing_of(row, row.item, key_of(row)).state in b.NOT_OUT:
                log_block_step(row, key_of(row), b.DROP, by=person)
                dropped += 1
    return dropped
