"""What was kept of one look at a page, for who asked for it."""

from __future__ import annotations

from attrs import frozen

from parapet.access.items import held
from parapet.access.looks import log_look
from parapet.access.page_looks import kept_bytes
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.models import PageLook, Person


@frozen
class KeptLook:
    """What was kept. `filename` is made of our own ids, never of a stranger's name."""

    content: bytes
    filename: str


def kept_look(person: Person, item_id: str, log_index: int, *, why: str) -> KeptLook:
    """The bytes of one look, after this one is in the log. Raises NotFound, SealBroken."""
    item, key = held(person, item_id, Right.READ)
    row = PageLook.objects.filter(item=item, log_index=log_index).first()
    if row is None:
        raise NotFound("There is nothing here.")
    log_look(person, item, key, why=why, version=1, kind="download")
    return KeptLook(kept_bytes(item, row, key), f"{item.id}-look-{log_index}{'.zip' if row.is_capture else '.txt'}")
