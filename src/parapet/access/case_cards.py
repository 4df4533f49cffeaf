"""A case's card: what a list shows of it."""

from __future__ import annotations

from django.db.models import Count, Max, Q

from parapet.access.views import CaseCard
from parapet.domain.judgement import Severity
from parapet.evidence.keys import Locker
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


def case_card(case: Case) -> CaseCard:
    """The card of `case`, its title opened."""
    held = Q(removed_at=None)
    sums = case.caseitem_set.aggregate(items=Count("pk", filter=held), gravest=Max("item__severity", filter=held))
    return CaseCard(
        id=case.id,
        title=case_key(case).unlock(bytes(case.sealed_title), about=title_context(case.number)).decode(),
        state=case.state,
        items=sums["items"],
        opened_at=case.opened_at,
        gravest=Severity(sums["gravest"] or 0),
    )
