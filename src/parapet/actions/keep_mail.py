"""Keep what is handed in at the door for mail, before the door says that it has it.

The octets are sealed in the vault, and one row for each address that they came to is written, in one transaction with the log's leaf. That row
is the promise: it is judged and passed on from there. A server that did not hear our answer sends the same octets again; they are known.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser

import structlog
from django.db import close_old_connections, transaction

from parapet.actions.door_steps import log_step
from parapet.actions.seal_source import seal_source
from parapet.channels.mail.door import Arrived
from parapet.domain import door as d
from parapet.evidence.seal import stamp
from parapet.records.chain import hold_log
from parapet.records.door import mail_come_back, mail_digest, seal_envelope, shielded_by, still_the_same
from parapet.records.keyring import keyring
from parapet.records.models import DoorMail, ShieldedAddress, Source
from parapet.records.numbers import new_number

log = structlog.get_logger("parapet.door")


class _Nobody(Exception):
    """The address was ended since it was asked for."""


class MailKeeper:
    """What the door asks: whom it takes mail for, and to keep it."""

    def known(self, address: str) -> bool:
        """Whether mail for this address is taken: a shielded one, or a return path of ours."""
        close_old_connections()
        return mail_come_back(address) is not None or shielded_by(address) is not None

    def keep(self, mails: Sequence[Arrived]) -> list[bool]:
        """Which were kept. All in one transaction; if that fails, each in one of its own, so that one keeps no other out."""
        close_old_connections()
        return keep_mails(mails)


def keep_mails(mails: Sequence[Arrived]) -> list[bool]:
    """Keep them, each for all its recipients; which were kept."""
    try:
        with transaction.atomic():
            hold_log()
            for mail in mails:
                _keep(mail)
    except Exception as error:  # the edge: whatever it is, whoever sent it keeps it and comes again, and the others are kept
        if len(mails) > 1:
            return [keep_mails([mail])[0] for mail in mails]
        if not isinstance(error, _Nobody):
            log.error("a mail could not be kept", exc_info=error)
        return [False]
    return [True] * len(mails)


def _keep(mail: Arrived) -> None:
    sha256 = hashlib.sha256(mail.raw).hexdigest()
    source: Source | None = None
    for recipient in mail.recipients:
        if (number := mail_come_back(recipient)) is not None:
            _came_back(mail, number)
            continue
        address = shielded_by(recipient)
        if address is None:
            raise _Nobody
        digest = mail_digest(address.connection_id, sha256)
        if DoorMail.objects.filter(digest=digest, came_at__gte=still_the_same(mail.at)).exists():
            continue
        if source is None:
            source, _mark = seal_source(io.BytesIO(mail.raw))
        _row(mail, recipient, address, source, digest).save(force_insert=True)


def _row(mail: Arrived, recipient: str, address: ShieldedAddress, source: Source, digest: bytes) -> DoorMail:
    number, advocate = new_number(), address.connection.advocate
    envelope = d.Envelope(
        mail_from=_sayable(mail.mail_from)[:320],
        rcpt_to=_sayable(recipient)[:320],
        helo=_sayable(mail.helo)[:255],
        peer=mail.peer[:64],
        tls=mail.tls[:80],
        at=stamp(mail.at),
    )
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    return DoorMail(
        number=number,
        advocate=advocate,
        connection=address.connection,
        source=source,
        digest=digest,
        sealed_envelope=seal_envelope(number, envelope, locker),
        came_at=mail.at,
        next_at=mail.at,
    )


def _sayable(told: str) -> str:
    """What a stranger said in octets that are no text, written so that it can be kept as text."""
    return told.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _came_back(mail: Arrived, number: int) -> None:
    """Her own server gave it back after it had taken it: it is held again, and shown. Anything else that comes there, such as the notice that
    she is on leave, is taken and goes no further: its writer hears nothing."""
    if mail.mail_from or not _says_that_it_failed(mail.raw):
        return
    changed = DoorMail.objects.filter(number=number, state__in=(d.PASSED, d.UNKNOWN)).update(
        state=d.HELD, why=d.BOUNCED, settled_at=datetime.now(UTC), next_at=None
    )
    if changed:
        log_step(DoorMail.objects.select_related("advocate").get(number=number), d.STEP_BACK, why=d.BOUNCED)


def _says_that_it_failed(raw: bytes) -> bool:
    """Whether it is a report (RFC 3464) that a mail could not be delivered, and not that it waits or arrived."""
    head = BytesHeaderParser().parsebytes(raw[:65_536])
    is_report = (
        head.get_content_type() == "multipart/report" and str(head.get_param("report-type", "")).lower() == "delivery-status"
    )
    actions = [line.partition(b":")[2].strip().lower() for line in raw.splitlines() if line[:7].lower() == b"action:"]
    return is_report and b"failed" in actions
