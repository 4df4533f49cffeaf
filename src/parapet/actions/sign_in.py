"""One-time links: the way in on a laptop, and the way back in for everybody."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.records import models
from parapet.records.keyring import keyring

#: Long enough to find the terminal and click, short enough to be of no use in a scroll-back.
LINK_LIFE = timedelta(minutes=30)


def make_link(person: models.Person, *, now: datetime | None = None, life: timedelta = LINK_LIFE) -> str:
    """A fresh token for `/enter/<token>/`; only its digest is kept."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    models.LoginLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    models.LoginLink.objects.create(digest=_digest(token), person=person, expires_at=now + life)
    return token


def redeem(token: str, *, now: datetime | None = None) -> models.Person | None:
    """The person whose link this is, once; None for any other token, used, expired or invented."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        used = models.LoginLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now).update(used_at=now)
        if not used:
            return None
        person = models.LoginLink.objects.select_related("person").get(digest=_digest(token)).person
        return person if person.is_active else None


def _digest(token: str) -> bytes:
    return keyring().digest("login link", token)
