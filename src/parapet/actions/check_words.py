"""Whether what outside bodies said of the log is still kept as they said it: time stamps, cosignatures, and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.conf import settings

from parapet.actions.sign_checkpoint import public_key
from parapet.actions.stamp_checkpoints import MOST_APART
from parapet.domain.errors import LogBroken
from parapet.evidence.checkpoint import open_note
from parapet.evidence.cosignature import WitnessKey, check_line
from parapet.evidence.reader.certificates import Certificate, read_pem
from parapet.evidence.reader.token import TokenFault, check_token, read_stamp
from parapet.evidence.timestamp import stamped_text
from parapet.records import models, snapshot

Fault = tuple[str, str]  # its code, and what it is about


def broken_tokens() -> Iterator[Fault | None]:
    """For each time stamp its fault, or None: it is over the checkpoint of its size, holds, and says the time that its row says.

    One by an authority that the settings no longer name is checked but for who vouches for the authority.
    """
    chains = dict(_chains())
    for rows in snapshot.in_pages(models.TimeToken.objects.all()):
        notes = _notes({row.size for row in rows})
        for row in rows:
            code = _fault_of(row, notes.get(row.size, ""), chains.get(row.authority))
            yield (code, f"{row.authority}, {row.size}") if code else None


def broken_cosignatures() -> Iterator[Fault | None]:
    """For each cosignature its fault, or None: it is of the checkpoint of its size, holds, and says the time that its row says."""
    for rows in snapshot.in_pages(models.Cosignature.objects.all()):
        notes = _notes({row.size for row in rows})
        for row in rows:
            yield None if _cosigned(row, notes.get(row.size, "")) else ("cosignature", f"{_name(row.witness)}, {row.size}")


def broken_refusals() -> Iterator[Fault]:
    """Refusals that keep another note than one that this home signed."""
    for rows in snapshot.in_pages(models.WitnessRefusal.objects.all()):
        for row in rows:
            try:
                if open_note(row.note, [public_key()]).size != row.size:
                    raise LogBroken
            except LogBroken:
                yield "refusal", f"{_name(row.witness)}, {row.size}"


def _chains() -> Iterator[tuple[str, list[Certificate]]]:
    for each in settings.ENVIRONMENT.time_authorities:
        try:
            yield each.name, read_pem(each.chain.read_bytes())
        except (OSError, ValueError):
            yield each.name, []


def _notes(sizes: set[int]) -> dict[int, str]:
    return dict(models.Checkpoint.objects.filter(size__in=sizes).values_list("size", "note"))


def _fault_of(row: models.TimeToken, note: str, chain: list[Certificate] | None) -> str:
    raw = bytes(row.token)
    try:
        text = stamped_text(note)
        at = read_stamp(raw).at.replace(tzinfo=UTC)
        if at != row.gen_time or row.disagrees != (abs(at - row.at) > MOST_APART):
            return "time_token"
        check_token(raw, text, chain or [])
    except TokenFault as fault:
        if fault.code != "token.chain":
            return "time_token"
        return "" if chain is None else "time_chain"
    except ValueError:
        return "time_token"
    return ""


def _cosigned(row: models.Cosignature, note: str) -> bool:
    try:
        return check_line(note, row.line, row.witness) == int(row.at.timestamp())
    except LogBroken:
        return False


def _name(key: str) -> str:
    """For a line of a terminal: a row may hold anything."""
    try:
        return WitnessKey.parse(key).name
    except LogBroken:
        return "?"
