"""Ask the DNS, on the day on which a mail was handed in, who may send for its domain, and keep the answers with the mail.

SPF is about the server that connected, which only the door has seen; the records and keys of that day are gone a year later. So what was asked
and what was answered goes beside the check of the mail's signature, sealed, with its digest in the log. A forged writer changes nothing of
what becomes of the mail: it is noted, and shown to whoever reads the file.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from parapet.access import opening
from parapet.actions.ask_keys import keys_are_asked_for, pointer_of
from parapet.actions.keep_source_check import Checked, insert_checks, source_event
from parapet.anchors.dns_key import KeyAsker
from parapet.channels.mail import dkim
from parapet.channels.mail.dmarc import check_dmarc
from parapet.channels.mail.signature import read_for_checking
from parapet.channels.mail.spf import NAME, PASS, DnsSilent, check_spf
from parapet.domain.door import Envelope
from parapet.domain.errors import KeyClosed, OutsideUnreachable
from parapet.domain.source import Result, SourceCheck
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records import models
from parapet.records.chain import append, hold_log
from parapet.records.door import envelope_of

#: Of one mail: more names than SPF allows, DMARC's walk and eight keys.
MAX_ANSWERS = 60
MAX_ANSWER_BYTES = 2_048


def check_arrival(mails: Sequence[int]) -> int:
    """Ask and keep, for each message in these mails that was not asked for yet; how many. Safe to run twice."""
    if not keys_are_asked_for():
        return 0
    asker, done = KeyAsker(settings.ENVIRONMENT.dns_resolver), 0
    for row in models.DoorMail.objects.filter(number__in=list(mails)[:1_000]).select_related("advocate").order_by("number"):
        for version in _versions(row):
            done += _check(row, version, asker)
    return done


def _versions(row: models.DoorMail) -> list[models.Version]:
    """What lay in the mail from its first byte on: the mail itself, and nothing that is embedded in it."""
    lay = (
        models.Occurrence.objects.filter(source_id=row.source_id, offset=0)
        if row.source_id is not None
        else models.Occurrence.objects.none()
    )
    hers = models.Version.objects.filter(number__in=lay.values("version_id"), item__advocate_id=row.advocate_id)
    return list(hers.select_related("item__advocate").order_by("number")[:1])


def _check(row: models.DoorMail, version: models.Version, asker: KeyAsker) -> bool:
    key = opening.item_key(version.item, opening.locker_of(version.item.advocate))
    try:
        earlier = opening.source_bytes(version, key)
        if b'"arrival"' in earlier:
            return False
        raw = opening.original_bytes(version, key)
        envelope = envelope_of(row, opening.locker_of(row.advocate))
        pointer = pointer_of(version, key)
    except KeyClosed:
        return False
    found, silent = _signed(raw, version.media_type, pointer, asker)
    check = SourceCheck(found.method, found.result, {**found.learned, "arrival": _arrival(raw, envelope, found, asker)})
    return _keep(version, key, check, waits=silent)


def _signed(raw: bytes, media_type: str, pointer: str, asker: KeyAsker) -> tuple[SourceCheck, bool]:
    """The check of its signatures, and whether a key could not be had."""
    keys, silent = {}, False
    for name in dkim.key_names(raw, media_type, pointer):
        try:
            answer = asker.ask(name)
        except OutsideUnreachable:
            silent = True
            break
        keys[name] = dkim.Published(answer.records, stamp(answer.answered_at), answer.dnssec)
    return dkim.check(raw, media_type, pointer, keys), silent


def _arrival(raw: bytes, envelope: Envelope, signed: SourceCheck, asker: KeyAsker) -> dict[str, Any]:
    answers: dict[tuple[str, str], dict[str, Any]] = {}

    def lookup(name: str, kind: str) -> Sequence[bytes]:
        if not NAME.match(name):
            return ()
        if (name, kind) not in answers and len(answers) >= MAX_ANSWERS:
            raise DnsSilent
        try:
            answer = asker.ask(name, kind)
        except OutsideUnreachable:
            answers[name, kind] = {"name": name, "type": kind, "silent": True}
            raise DnsSilent from None
        answers[name, kind] = {
            "name": name,
            "type": kind,
            "records_base64": [base64.b64encode(each[:MAX_ANSWER_BYTES]).decode() for each in answer.records],
            "answered_at": stamp(answer.answered_at),
            "dnssec": answer.dnssec,
        }
        return answer.records

    spf = check_spf(ip=envelope.peer, mail_from=envelope.mail_from, helo=envelope.helo, lookup=lookup)
    by = [each["domain"] for each in signed.learned.get("signatures", []) if each["result"] in (Result.MATCH, Result.PART)]
    senders = read_for_checking(raw).senders
    dmarc = check_dmarc(senders=senders, spf_domain=spf.domain if spf.result == PASS else "", signed_by=by, lookup=lookup)
    return {
        "envelope": {name: getattr(envelope, name) for name in ("mail_from", "rcpt_to", "helo", "peer", "tls", "at")},
        "spf": {"result": spf.result, "domain": spf.domain},
        "dmarc": {"result": dmarc.result, "domain": dmarc.domain, "policy": dmarc.policy},
        "dns": list(answers.values()),
    }


def _keep(version: models.Version, key: Locker, check: SourceCheck, *, waits: bool) -> bool:
    with transaction.atomic():
        hold_log()
        advocate = models.Item.objects.filter(number=version.item_id).values_list("advocate_id", flat=True).first()
        if advocate is None:
            return False  # erased in the meantime
        one = Checked(version.number, version.item_id, advocate, version.ordinal, key, check, datetime.now(UTC))
        if not waits:  # else the key is asked for again, as with every mail
            models.SourceCheck.objects.filter(version=version, waits=True).update(waits=False)
        insert_checks([one], append([source_event(one)]))
        if waits:
            # One of them is enough: the newest.
            newest = models.SourceCheck.objects.filter(version=version, waits=True).order_by("-log_index").first()
            if newest is not None:
                models.SourceCheck.objects.filter(version=version, waits=True).exclude(pk=newest.pk).update(waits=False)
    return True
