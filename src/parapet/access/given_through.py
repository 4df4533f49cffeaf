"""What was given through an organisation: by an advocate who belongs to it, or to somebody who does. It lasts while both belong."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen
from django.db.models import Q

from parapet.access.case_cards import case_key
from parapet.access.referral_rows import terms_context
from parapet.access.support_rows import believed
from parapet.domain.belonging import Lost
from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.records.grants import ADVOCATE, Held, given_for, vouched
from parapet.records.models import Person, Referral, Supporter
from parapet.records.profiles import profile_of
from parapet.records.vouching import ends


@frozen
class Given:
    """Grants, referrals and supporters that hold. `hers`: the numbers of the advocates that she herself is."""

    grants: tuple[Held, ...]
    referrals: tuple[Referral, ...]
    supporters: tuple[Supporter, ...]
    hers: frozenset[int]


def given_through(member: Person, organisation: int) -> Given:
    """What `member` gave through the organisation of this number, and what she was given through it. Raises LogBroken as `ends`."""
    received = vouched(member.number)
    advocates = [grant.advocate for grant in received if grant.role == ADVOCATE]
    grants = [*received, *(grant for advocate in advocates for grant in given_for(advocate.number, scoped=True))]
    hers = frozenset(advocate.number for advocate in advocates)
    of_both = Referral.objects.filter(Q(person=member) | Q(case__advocate__in=hers), through=organisation)
    rows = [row for row in of_both.select_related("case__advocate", "person").order_by("number") if _is_genuine(row)]
    ended = ends() if rows else {}
    lasting = (row for row in rows if ended.get((row.person_id, row.case.advocate_id, row.case_id), -1) <= row.begun)
    of_either = Supporter.objects.filter(Q(person=member) | Q(advocate__in=hers), through=organisation)
    supporters = tuple(each.row for each in believed(of_either.select_related("advocate", "person").order_by("number")))
    return Given(tuple(grant for grant in grants if grant.through == organisation), tuple(lasting), supporters, hers)


def lost_of(given: Given) -> tuple[Lost, ...]:
    """What would end, by the name of who would see nothing any more, or of whose it is."""
    people = {person.number: person.name for person in Person.objects.filter(number__in=[g.person for g in given.grants])}
    grants = (
        Lost("grant", people.get(grant.person, "") if hers else profile_of(grant.advocate).name, 1, hers)
        for grant in given.grants
        for hers in (grant.advocate.number in given.hers,)
    )
    supporters = (
        Lost("supporter", row.person.name if hers else profile_of(row.advocate).name, 1, hers)
        for row in given.supporters
        for hers in (row.advocate_id in given.hers,)
    )
    return (*grants, *_counted(given), *supporters)


def _counted(given: Given) -> Iterable[Lost]:
    counts: dict[tuple[str, bool], int] = {}
    for row in given.referrals:
        hers = row.case.advocate_id in given.hers
        who = row.person.name if hers else profile_of(row.case.advocate).name
        counts[who, hers] = counts.get((who, hers), 0) + 1
    return (Lost("referral", who, count, hers) for (who, hers), count in counts.items())


def _is_genuine(row: Referral) -> bool:
    """Whether this home wrote it. What is closed cannot be asked now, and is believed: what follows only ends it."""
    try:
        case_key(row.case).unlock(bytes(row.sealed_terms), about=terms_context(row))
    except KeyClosed:
        return True
    except KeyWrong:
        return False
    return True
