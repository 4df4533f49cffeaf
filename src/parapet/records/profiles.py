"""An advocate's profile: sealed in her row."""

from __future__ import annotations

import msgspec
from attrs import field, frozen

from parapet.records.keyring import keyring
from parapet.records.models import Advocate


@frozen
class Profile:
    """What the home knows of an advocate.

    reference  how the file that enrolled her calls her ("adv-01"); commands accept it
    private    home, phone, car...: known to her only, for exposure checks; never shown but to herself
    identifiers  normalised (`Identifier.normalised`), everything she is known by
    given      the names that a screen shows, as they were written: "emails" (one a line), "bluesky_handle", ...
    waits      those of `identifiers` by which nobody finds her yet: somebody else here was known by them first
    yields     whether her name counts in a text only where nobody else here can be meant
    """

    name: str
    reference: str = ""
    specialty: str = ""
    workplace: str = ""
    city: str = ""
    folder: str = ""
    private: dict[str, str] = field(factory=dict)
    identifiers: tuple[str, ...] = ()
    given: dict[str, str] = field(factory=dict)
    waits: tuple[str, ...] = ()
    yields: bool = False


def seal_profile(profile: Profile, number: int) -> bytes:
    """For the row of the advocate of this number."""
    return keyring().lock(msgspec.msgpack.encode(profile), about=profile_context(number))


def profile_of(advocate: Advocate) -> Profile:
    """The profile, opened."""
    return msgspec.msgpack.decode(
        keyring().unlock(bytes(advocate.sealed_profile), about=profile_context(advocate.number)), type=Profile
    )


def profile_context(number: int) -> bytes:
    """What a sealed profile is bound to."""
    return f"profile:{number}".encode()
