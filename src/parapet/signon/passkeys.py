"""Passkeys (W3C WebAuthn, level 2): what a browser is asked, and whether its answer holds.

All are made to be found without a name, and to ask for a finger, a face or a PIN: one of them alone is two proofs.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from attrs import frozen
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

#: More than any browser answers; what is longer is not read.
MAX_ANSWER_CHARS = 20_000
_ALWAYS = UserVerificationRequirement.REQUIRED


@frozen
class Passkey:
    """One passkey of a person, as it is kept.

    credential  id and public key (AttestedCredentialData, WebAuthn section 6.5.2)
    uses        its own count of signatures; 0 for those that do not count
    asked       when the challenge was made that it answered last: an older one counts no longer, so no answer counts twice
    """

    number: int
    name: str
    credential: bytes
    uses: int
    asked: datetime
    made: datetime
    used: datetime | None = None


@frozen
class Place:
    """Where passkeys hold: the name of this home's host, and the one origin that may ask for them."""

    host: str
    origin: str


@frozen
class Question:
    """What the browser is asked: `options` as JSON for the page's script, and the challenge that must come back."""

    options: str
    challenge: str


class NotProven(ValueError):
    """The answer does not hold."""


def ask_for_new(place: Place, person: int, name: str, held: tuple[Passkey, ...]) -> Question:
    """Ask for a new passkey of the person of this number, `name` being what her device shows. One that she has is not made twice."""
    user = PublicKeyCredentialUserEntity(id=handle_of(person), name=name, display_name=name)
    options, state = _server(place).register_begin(user, [_data(each) for each in held], ResidentKeyRequirement.REQUIRED, _ALWAYS)
    return Question(json.dumps(dict(options)["publicKey"]), state["challenge"])


def new_credential(place: Place, challenge: str, answer: str) -> tuple[bytes, int]:
    """The credential that was made, and its count. Raises NotProven."""
    try:
        made = _server(place).register_complete(_state(challenge), _read(answer))
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise NotProven from error
    if made.credential_data is None:
        raise NotProven
    return bytes(made.credential_data), made.counter


def ask(place: Place, held: tuple[Passkey, ...] = ()) -> Question:
    """Ask for one of `held`; without any, for whichever the person chooses."""
    known = [_data(each) for each in held] or None
    options, state = _server(place).authenticate_begin(known, _ALWAYS)
    return Question(json.dumps(dict(options)["publicKey"]), state["challenge"])


def whose(answer: str) -> int | None:
    """The number of the person for whom the answering passkey was made, as it says itself; None when it says nothing."""
    try:
        handle = websafe_decode(_read(answer)["response"]["userHandle"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return int.from_bytes(handle, "big") if len(handle) == 8 else None


def answered(place: Place, challenge: str, asked: datetime, answer: str, held: tuple[Passkey, ...]) -> tuple[Passkey, int]:
    """Which of `held` answered, and its count now. Raises NotProven.

    asked  when the challenge was made

    A passkey whose count stands still or goes back was copied: it lets nobody in. Those that do not count always say 0.
    """
    try:
        given = _read(answer)
        found = _server(place).authenticate_complete(_state(challenge), [_data(each) for each in held], given)
        uses = AuthenticationResponse.from_dict(given).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise NotProven from error
    passkey = next(each for each in held if _data(each).credential_id == found.credential_id)
    if asked <= passkey.asked or ((uses or passkey.uses) and uses <= passkey.uses):
        raise NotProven
    return passkey, uses


def handle_of(person: int) -> bytes:
    """What a passkey keeps to say for whom it was made: the number alone, and no name."""
    return person.to_bytes(8, "big")


def _data(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(passkey.credential)


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": _ALWAYS}


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER_CHARS:
        raise ValueError("longer than any answer")
    given: Any = json.loads(answer)
    if not isinstance(given, dict):
        raise TypeError
    return given


def _server(place: Place) -> Fido2Server:
    # The origin is compared whole: another port or another scheme of the same host is somebody else's page.
    party = PublicKeyCredentialRpEntity(name="Parapet", id=place.host)
    return Fido2Server(party, AttestationConveyancePreference.NONE, verify_origin=lambda origin: origin == place.origin)
