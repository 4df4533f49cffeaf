"""One-time links: the way in on a laptop, and the way back in for everybody."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction

from parapet.evidence.seal import stamp
from parapet.records import models
from parapet.records.keyring import keyring

log = structlog.get_logger("parapet.access")

#: Long enough to find the terminal and click, short enough to be of no use in a scroll-back.
LINK_LIFE = timedelta(minutes=30)


def make_link(person: models.Person, *, now: datetime | None = None, life: timedelta = LINK_LIFE) -> str:
    """A fresh token for `/enter/<token>/`; only its digest is kept."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    models.LoginLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    digest, ends = _digest(token), now + life
    mac = _mac(digest, person.number, ends)
    models.LoginLink.objects.create(digest=digest, person=person, expires_at=ends, mac=mac)
    return token


def redeem(token: str, *, now: datetime | None = None) -> models.Person | None:
    """The person whose link this is, once; None for any other token, used, expired or invented."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        used = models.LoginLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now).update(used_at=now)
        if not used:
            return None
        link = models.LoginLink.objects.select_related("person").get(digest=_digest(token))
    if not hmac.compare_digest(bytes(link.mac), _mac(bytes(link.digest), link.person_id, link.expires_at)):
        log.warning("a login link that this home did not write lets nobody in")
        return None
    return link.person if link.person.is_active else None


def forget_links(person: models.Person) -> None:
    """No link of hers that was not used lets anybody in any more."""
    models.LoginLink.objects.filter(person=person, used_at=None).delete()


def _digest(token: str) -> bytes:
    return keyring().digest("login link", token)


def _mac(digest: bytes, person: int, ends: datetime) -> bytes:
    """Who can write the table could else give a link of her own to somebody else, and come in as that person."""
    return keyring().digest_once("login link person", f"{digest.hex()}:{person}:{stamp(ends)}")
