"""What of a profile counts at once, and what waits because somebody else here is known by it.

Whoever enrols another's address or name would otherwise be shown from then on what is sent to it. Nobody is refused and
nobody is told: an answer that differed would say who is protected here. What waits counts once whoever looks after this
Parapet has confirmed it, in a file of advocates.
"""

from __future__ import annotations

from attrs import evolve

from parapet.access.people import advocate_number, advocates_of
from parapet.domain.items import Identifier, IdentifierKind
from parapet.domain.rights import Right
from parapet.patterns.alike import could_mean, read_alike, same_name, same_place
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.profiles import Profile, profile_of


def settle(profile: Profile, person: models.Person, advocate: models.Advocate | None = None) -> Profile:
    """`profile` with `waits` and `yields` as they must be when `person` writes it, for `advocate` or for somebody new.

    Names wait for those whose details are not for `person` to change: who may only read for somebody could else take her
    names to an inbox of her own. What the advocate is found by already stays hers. Call it while the log is held, so that
    of two who enrol at once one comes first.
    """
    hers = {advocate_number(card.id) for card in advocates_of(person, Right.KEEP)}
    others = [profile_of(a) for a in models.Advocate.objects.exclude(number__in=hers | {models.Advocate.UNMATCHED})]
    # A listing may bear a person's name, and a person could be enrolled under the name of a clinic.
    taken = [said for other in others for said in (other.name, other.workplace)]
    known = profile_of(advocate) if advocate is not None else Profile("")
    held = set(known.identifiers) - set(known.waits)
    claimed = _claimed([i for i in profile.identifiers if i not in held], hers)
    if any(same_name(profile.name, said) for said in taken):
        claimed.add(name_of(profile))
    if any(same_name(profile.workplace, said) or same_place(profile.workplace, said) for said in taken):
        claimed.add(place_of(profile))
    rivals = [said for said in taken if could_mean(profile.name, said)]
    if advocate is not None and not known.yields:
        rivals = [said for said in rivals if not could_mean(known.name, said)]
    waits = tuple(i for i in profile.identifiers if i in claimed - held)
    return evolve(profile, waits=waits, yields=bool(rivals))


def confirm(profile: Profile, said: Profile) -> Profile:
    """`profile`, in which what `said` names as well waits no longer."""
    waits = tuple(i for i in profile.waits if i not in said.identifiers)
    return evolve(profile, waits=waits, yields=profile.yields and name_of(profile) not in said.identifiers)


def name_of(profile: Profile) -> str:
    """The identifier that is the name."""
    return Identifier(IdentifierKind.NAME, profile.name).normalised()


def place_of(profile: Profile) -> str:
    """The identifier that is the workplace."""
    return Identifier(IdentifierKind.PLACE, profile.workplace).normalised()


def _claimed(identifiers: list[str], hers: set[int]) -> set[str]:
    """Which of `identifiers` somebody beyond `hers` is found by."""
    digests = {keyring().digest_once("identity", alike): i for i in identifiers for alike in read_alike(i)}
    rows = find(models.Identity, ("digest", "advocate_id"), "digest", digests)
    return {digests[bytes(digest)] for digest, holder in rows if holder not in hers}
