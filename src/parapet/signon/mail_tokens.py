"""Opening a mailbox by signing in at its service: OAuth 2.0, the code flow with PKCE (RFC 6749, 7636), as RFC 9700 wants it.

What comes back is a word that opens the mailbox for an hour or so (access), and one by which a new such word is had (refresh). No
password of hers is ever seen here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from attrs import field, frozen

from parapet.anchors.post import Answer, post
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, ParapetError, SignInOver
from parapet.domain.errors import gettext_noop as _
from parapet.settings.mail_services import MailService

_WITHIN_S = 15.0
_FORM = "application/x-www-form-urlencoded"
_MAX_TOKEN_CHARS = 8_000
#: Where a service does not say for how long a word is good, and what it may say at most.
USUAL_S, MOST_S = 3_000, 24 * 3_600
#: Of a refusal at the token address, what means that she must sign in there again (RFC 6749, 5.2), and what mends itself.
_OVER, _LATER = frozenset({"invalid_grant"}), frozenset({"temporarily_unavailable", "slow_down", "server_error"})
_REFUSED = _("The answer of the mail service does not hold. Nothing was connected.")
_CLIENT = _(
    "The mail service does not know this Parapet by the name and the secret in PARAPET_MAIL_SERVICES. Whoever runs it can mend that."
)


@frozen
class Words:
    """What a service gave. `until`: seconds since 1970 until which `access` opens."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: int


def new_secrets() -> tuple[str, str]:
    """For one way there and back: the state that must come back, and the verifier that is shown only when the code is redeemed."""
    return secrets.token_urlsafe(32), secrets.token_urlsafe(48)


def way_there(service: MailService, *, state: str, verifier: str, back: str, user: str) -> str:
    """The address to which the browser goes; `user`: whose mailbox it is, so that she need not write it again."""
    asked = {
        "response_type": "code",
        "client_id": service.client,
        "redirect_uri": back,
        "scope": service.scope,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
        "login_hint": user,
        **dict(service.more),
    }
    return f"{service.authorise}{'&' if urlsplit(service.authorise).query else '?'}{urlencode(asked)}"


def redeem(service: MailService, answer: Mapping[str, str], *, state: str, verifier: str, back: str) -> Words:
    """What the browser brought back, for words that open. Raises OutsideUnreachable, OutsideRefused, SignInOver."""
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise OutsideRefused(_REFUSED)
    if not answer.get("code"):
        raise OutsideRefused(_("You did not allow it there. Nothing was connected."))
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": back, "code_verifier": verifier}
    return _words(service, form, refresh="")


def renew(service: MailService, refresh: str) -> Words:
    """A new word, by the lasting one; some services give a new lasting one too. Raises as `redeem`."""
    return _words(service, {"grant_type": "refresh_token", "refresh_token": refresh}, refresh=refresh)


def give_back(service: MailService, refresh: str) -> None:
    """Tell the service that its words are to open nothing any more (RFC 7009), where it can be told. Never raises: they are forgotten here."""
    if service.revoke and refresh:
        with suppress(ParapetError):
            post(service.revoke, urlencode({"token": refresh}).encode(), media_type=_FORM, within_s=_WITHIN_S)


def _words(service: MailService, form: dict[str, str], *, refresh: str) -> Words:
    form = {**form, "client_id": service.client}
    if service.secret:
        form["client_secret"] = service.secret
    asked_at = time.time()
    answer = post(
        service.token, urlencode(form).encode(), media_type=_FORM, within_s=_WITHIN_S, headers={"Accept": "application/json"}
    )
    said = _object(answer)
    if answer.status != 200:
        raise _refusal(answer.status, str(said.get("error", "")))
    access, lasting, lasts_s = said.get("access_token"), said.get("refresh_token", refresh), said.get("expires_in", USUAL_S)
    if not _is_token(access) or not _is_token(lasting) or str(said.get("token_type", "")).lower() != "bearer":
        raise OutsideRefused(_REFUSED, why="protocol")
    if isinstance(lasts_s, bool) or not str(lasts_s).isdigit():
        raise OutsideRefused(_REFUSED, why="protocol")
    return Words(str(access), str(lasting), int(asked_at) + min(int(str(lasts_s)[:9]), MOST_S))


def _refusal(status: int, code: str) -> ParapetError:
    if code in _OVER:
        return SignInOver()
    if status >= 500 or status == 429 or code in _LATER:
        return OutsideUnreachable()
    return OutsideRefused(_CLIENT, why="client")


def _object(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise OutsideUnreachable if answer.status >= 500 else OutsideRefused(_REFUSED, why="protocol")
    return said


def _is_token(value: object) -> bool:
    """What may stand in a header, and in a line of IMAP: RFC 6750, 2.1, and nothing that ends either."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _MAX_TOKEN_CHARS
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )
