"""Lists of whom she blocks or mutes, in the forms that others can take over: made on a person's word, which the log tells of."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import UTC, datetime

from attrs import frozen
from django.db import transaction

from parapet.access.block_steps import standing_of
from parapet.access.blocks import LISTS, key_of
from parapet.access.people import advocate_for
from parapet.domain import blocking as b
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring

#: What an importer takes for a name. Nothing else goes into a list: a name that is a formula, or two lines, is no name.
_ACCT = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]{1,250})")
_HANDLE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}")


@frozen
class Listed:
    """A list as a file. `left`: accounts whose name no importer would take."""

    name: str
    content: bytes
    rows: int
    left: int


def list_blocks(person: models.Person, advocate_id: str, kind: str) -> Listed:
    """Those that are in force, as a file. `kind` of `LISTS`. Raises NotFound, RequestRefused, SealBroken."""
    known = {code: (place, what) for code, place, what in LISTS}
    if kind not in known:
        raise NotFound("There is nothing here.")
    place, what = known[kind]
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.EXPORT)
        if advocate.number == models.Advocate.UNMATCHED:
            raise NotFound("There is nothing here.")
        rows, left = _rows(advocate, place, what)
        if not rows:
            raise RequestRefused(_("There is nobody to put on that list."))
        content = _csv(kind, rows)
        now = datetime.now(UTC)
        details: dict[str, str | int] = {"list": kind, "rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
        body = event_body(kind="account_list", at=now, subjects=[advocate.id], actor=person.id, details=details)
        locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
        append([Event("account_list", now, body, locker, advocate=advocate.number, person=person.number)])
    return Listed(f"parapet-{kind.replace('_', '-')}.csv", content, len(rows), left)


def _rows(advocate: models.Advocate, place: str, what: str) -> tuple[list[tuple[str, str]], int]:
    """Native id and handle of each account, in the order of their names, once each; and how many were left out."""
    found: set[tuple[str, str]] = set()
    left = 0
    rows = models.Block.objects.filter(advocate=advocate, place=place, state__in=b.IN_FORCE).select_related("item__advocate")
    for row in rows.filter(what=what) if what else rows:
        made = fit(place, standing_of(row, row.item, key_of(row)).target)
        if made is None:
            left += 1
        else:
            found.add(made)
    return sorted(found), left


def fit(place: str, target: b.Target) -> tuple[str, str] | None:
    """Native id and handle as a list of this place may hold them; None for an account without a name that an importer would take."""
    if place == "mastodon":
        return ("", target.handle) if _ACCT.fullmatch(target.handle) else None
    handle = target.handle if _HANDLE.fullmatch(target.handle) else ""
    return (target.native_id, handle) if _DID.fullmatch(target.native_id) else None


def _csv(kind: str, rows: list[tuple[str, str]]) -> bytes:
    """As the platform's own export is: without a mark at the front, which some importers take for a part of the first name."""
    out = io.StringIO()
    made = csv.writer(out, lineterminator="\n")
    if kind == "bluesky":
        made.writerow(["did", "handle"])
        made.writerows(rows)
    elif kind == "mastodon_mutes":
        made.writerow(["Account address", "Hide notifications"])
        made.writerows((handle, "true") for _none, handle in rows)
    else:
        made.writerow(["Account address"])
        made.writerows((handle,) for _none, handle in rows)
    return out.getvalue().encode()
