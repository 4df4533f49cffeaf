"""File a report with Bluesky's moderation (com.atproto.moderation.createReport), through the server of the connected account.

Signing in comes first and may be done as often as one likes. The report itself is asked for once: what the server certainly refused is
`NotFiled`, and whatever else goes wrong may have arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from parapet.channels.bluesky.identity import Directory
from parapet.channels.bluesky.permitted import signed_in
from parapet.channels.bluesky.record import URI
from parapet.channels.bluesky.session import SignedIn
from parapet.channels.filing import Going, NotFiled, Receipt
from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable, PlaceMissing, SignInRefused
from parapet.network.door import Door
from parapet.settings.directory import PLC_DIRECTORY

#: Bluesky's own moderation, on the public network. The servers of another network know theirs.
LABELER = "did:plc:ar7c4by46qjdydhdevvrndac"
_OTHER = "com.atproto.moderation.defs#reasonOther"
_KEPT = ("id", "reasonType", "reason", "subject", "reportedBy", "createdAt")


def file_report(told: Mapping[str, Any], going: Going, *, inside: bool) -> Receipt:
    """Sign in and file it once. Raises NotFiled when the moderation certainly has no such report."""
    if URI.fullmatch(going.about.uri) is None or not going.about.revision:
        raise NotFiled("no_way", for_good=True)  # direct messages are reported in the app
    door = Door(inside)
    try:
        session = _signed_in(door, told)
        return _file(session, going, _service(told))
    finally:
        door.close()


def _signed_in(door: Door, told: Mapping[str, Any]) -> SignedIn:
    directory = Directory(door, door, settings.ENVIRONMENT.plc_directory)
    session = signed_in(told, door, directory)
    try:
        session.begin({})
    except OutsideBusy:
        raise NotFiled("rate_limited", for_good=False) from None
    except (SignInRefused, PlaceMissing, OutsideRefused):  # the name, the password, or another server than the one that was named
        raise NotFiled("sign_in", for_good=True) from None
    except OutsideUnreachable:
        raise NotFiled("unreachable", for_good=False) from None
    return session


def _file(session: SignedIn, going: Going, service: Mapping[str, str]) -> Receipt:
    """Over a session that stands. Raises NotFiled; whatever else is raised may have arrived."""
    subject = {"$type": "com.atproto.repo.strongRef", "uri": going.about.uri, "cid": going.about.revision}
    body = {"reasonType": going.reason or _OTHER, "reason": going.text, "subject": subject}
    try:
        answer = session.tell_once("com.atproto.moderation.createReport", body, headers=service)
    except OutsideBusy:
        raise NotFiled("rate_limited", for_good=False) from None
    if 400 <= answer.status < 500 and answer.status != 408:
        raise NotFiled("sign_in" if answer.status in (401, 403) else "refused", for_good=True)
    held = answer.object()
    return Receipt(str(held["id"]), {name: held[name] for name in _KEPT if name in held})


def _service(told: Mapping[str, Any]) -> dict[str, str]:
    """To whom her server hands it on; {} where that is for it to know."""
    public = settings.ENVIRONMENT.plc_directory == PLC_DIRECTORY
    labeler = str(told.get("labeler") or (LABELER if public else ""))
    return {"atproto-proxy": f"{labeler}#atproto_labeler"} if labeler else {}
