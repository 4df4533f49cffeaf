"""What a person allowed on the page of her Bluesky server, kept fresh: each refresh token is good once, and used by one process at a time.

It is kept before it is used. Who dies between using one and keeping what it gave has lost it: the server takes it for stolen, and she
signs in anew; what came meanwhile waits there.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db.models import Q

from parapet.channels.blocking import NotSet
from parapet.channels.bluesky.permission import FRESH, SCOPES, Client, renew, revoke
from parapet.channels.filing import NotFiled
from parapet.domain.errors import NotFound, OutsideBusy, OutsideRefused, OutsideUnreachable, PlaceMissing, SignInRefused
from parapet.evidence.signer import key_for
from parapet.records.connections import sealed_told, told_of
from parapet.records.keyring import keyring
from parapet.records.models import Connection

#: So long before a token runs out a new one is asked for.
EARLY_S = 60
#: Longer than the requests of one renewal take together: who died at it keeps others from it so long. Who finds somebody at it waits
#: for `WAIT_S`, and comes again later.
RENEWING_S, WAIT_S, LOOK_S = 120.0, 20.0, 0.5
#: Where servers find what this home is, and where they send the browser back to.
METADATA, BACK = "/bluesky/client-metadata.json", "/bluesky/back/"
_LOOPBACK = ("127.0.0.1", "::1")


def by_permission(told: Mapping[str, Any]) -> bool:
    """Whether it is opened by what she allowed on the page of her server."""
    return bool(told.get("issuer"))


def client_at(base: str) -> Client | None:
    """This home, as servers know it, for a browser that sees it at `base`; None where nobody could come back to it.

    A home with a name of its own is known by the document that it serves, and proves itself. One that only this machine reaches is
    known as such; it proves nothing, and servers let such a one in for two weeks at most.
    """
    public: str = settings.ENVIRONMENT.public_url
    if has_document():
        return Client(f"{public}{METADATA}", _plc(), f"{public}{BACK}", _home_key())
    parts = urlsplit(base)
    if not settings.ENVIRONMENT.is_for_this_machine or parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    # Without the port: it may be another one tomorrow, and is not looked at.
    back, scope = quote(f"http://{host}{BACK}", safe=""), quote(" ".join(SCOPES), safe="")
    return Client(f"http://localhost?redirect_uri={back}&scope={scope}", _plc(), f"{base}{BACK}")


def has_document() -> bool:
    """Whether this home has a name at which servers could look it up: https, and neither a number nor a port."""
    parts = urlsplit(settings.ENVIRONMENT.public_url)
    if parts.scheme != "https" or parts.port is not None or "." not in (parts.hostname or ""):
        return False
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return True
    return False


def known_as(told: Mapping[str, Any]) -> Client:
    """This home, as the server knows it that gave what is in `told`."""
    name = str(told["client"])
    return Client(name, _plc(), key=_home_key() if name.startswith("https://") else None)


def _plc() -> str:
    return str(settings.ENVIRONMENT.plc_directory)


def _home_key() -> Any:
    return key_for(keyring().instance, "bluesky client")


def opening_now(
    told: Mapping[str, Any], number: int, *, inside: bool, failed: type[NotFiled] | type[NotSet]
) -> Mapping[str, Any]:
    """`told` of a connection, with what opens at this moment, for who is about to do something there.

    Raises `failed`: nothing has gone anywhere.
    """
    if not by_permission(told):
        return told
    try:
        return kept_fresh(number, inside=inside)
    except OutsideBusy:
        raise failed("rate_limited", for_good=False) from None
    except (SignInRefused, PlaceMissing, OutsideRefused, NotFound):
        raise failed("sign_in", for_good=True) from None
    except OutsideUnreachable:
        raise failed("unreachable", for_good=False) from None


def kept_fresh(number: int, *, inside: bool, at_once: bool = False) -> dict[str, Any]:
    """What is kept of the connection of this number, with tokens that open. Not inside a transaction: a server is asked.

    at_once  also where the token should still open: it was refused
    Raises NotFound where the connection is no more, SignInOver where she must sign in anew, and what `permission.renew` raises.
    """
    row = _row(number)
    told = told_of(row)
    if not by_permission(told) or (not at_once and not _is_due(told)):
        return told
    seen, until = told["access"], time.monotonic() + WAIT_S
    while (mine := _take(number)) is None:
        if time.monotonic() > until:
            raise OutsideUnreachable
        time.sleep(LOOK_S)
        told = told_of(_row(number))
        if told.get("access") != seen:
            return told
    try:
        told = told_of(_row(number))
        if not by_permission(told) or told["access"] != seen:  # whoever had it a moment before renewed it
            return told
        fresh = renew(told, known_as(told), inside=inside)
        return _keep(number, told, fresh, inside=inside)
    finally:
        Connection.objects.filter(number=number, renewing_until=mine).update(renewing_until=None)


def newest(told: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """`told`, with the later tokens of both, where both are of one sign-in."""
    if not by_permission(told) or told["dpop"] != other.get("dpop") or int(other["until"]) <= int(told["until"]):
        return dict(told)
    return {**told, **{name: other[name] for name in FRESH}}


def runs_out_s(told: Mapping[str, Any]) -> float:
    """In how many seconds a line that was opened with these should be opened anew."""
    return max(0.0, float(told["until"]) - EARLY_S - time.time())


def _is_due(told: Mapping[str, Any]) -> bool:
    return runs_out_s(told) <= 0


def _row(number: int) -> Connection:
    row = Connection.objects.filter(number=number).first()
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def _take(number: int) -> datetime | None:
    """Be the one who renews, until this moment; None while somebody else is at it."""
    now = datetime.now(UTC)
    free, until = Q(renewing_until=None) | Q(renewing_until__lt=now), now + timedelta(seconds=RENEWING_S)
    return until if Connection.objects.filter(free, number=number).update(renewing_until=until) else None


def _keep(number: int, told: Mapping[str, Any], fresh: Mapping[str, Any], *, inside: bool) -> dict[str, Any]:
    """Keep what was got, whatever else of the connection changed meanwhile."""
    while True:
        row = Connection.objects.filter(number=number).first()
        held = told_of(row) if row is not None else {}
        if row is None or held.get("dpop") != told["dpop"]:  # ended, or signed in to anew: nobody wants these
            revoke(fresh, known_as(fresh), inside=inside)
            return told_of(_row(number))
        now = {**held, **{name: fresh[name] for name in FRESH}}
        same = Connection.objects.filter(number=number, sealed_told=bytes(row.sealed_told))
        if same.update(sealed_told=sealed_told(number, now)):
            return now
