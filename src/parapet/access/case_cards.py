"""A case's card: what a list shows of it."""

from __future__ import annotations

from django.db.models import Count, Max, Q

from parapet.access.rows import Where
from parapet.access.views import CaseCard
from parapet.domain.judgement import Severity
from parapet.domain.scopes import Scope
from parapet.evidence.keys import Locker
from parapet.records.bulk import run
from parapet.records.keyring import keyring
from parapet.records.models import Case


def case_key(case: Case) -> Locker:
    """What seals a case's title, notes and leaves. Raises KeyWrong."""
    advocate = keyring().advocate(case.advocate_id, bytes(case.advocate.wrapped_key))
    return advocate.below(bytes(case.wrapped_key), about=case_key_context(case.number))


def case_key_context(case: int) -> bytes:
    """What a wrapped case key is bound to."""
    return f"case:{case}".encode()


def title_context(case: int) -> bytes:
    """What a sealed title is bound to."""
    return f"case:{case}:title".encode()


def case_card(case: Case, scope: Scope | None = None) -> CaseCard:
    """The card of `case`, its title opened; of what is within `scope` alone, when given."""
    if scope is None:
        held = Q(removed_at=None)
        sums = case.caseitem_set.aggregate(items=Count("pk", filter=held), gravest=Max("item__severity", filter=held))
        items, gravest = sums["items"], sums["gravest"]
    else:
        where = within_case(case, scope)
        [(items, gravest)] = run(f"SELECT count(*), max(severity) FROM records_item WHERE {where.sql}", where.values)  # noqa: S608 - our own words
    return CaseCard(
        id=case.id,
        title=title_of(case),
        state=case.state,
        items=items,
        opened_at=case.opened_at,
        gravest=Severity(gravest or 0),
    )


def title_of(case: Case) -> str:
    """What people called it. Raises KeyWrong, KeyClosed."""
    return case_key(case).unlock(bytes(case.sealed_title), about=title_context(case.number)).decode()


def within_case(case: Case, scope: Scope) -> Where:
    """What is in `case` now and within `scope`."""
    inside = "number IN (SELECT item_id FROM records_caseitem WHERE case_id = %s AND removed_at IS NULL)"
    return Where(f"advocate_id = %s AND {inside}", (case.advocate_id, case.number)).within(scope)
