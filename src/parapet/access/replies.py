"""What a reply would risk, for whoever may act for an advocate. Neither the reply nor the answer is kept or logged."""

from __future__ import annotations

from parapet.access.items import veiled
from parapet.access.judging import judge, one_at_a_time
from parapet.access.people import advocate_for, card_for
from parapet.access.private_facts import private_facts
from parapet.access.views import Row
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.domain.replies import MAX_REPLY_CHARS, Risk, Where
from parapet.domain.rights import Right
from parapet.records.models import Person
from parapet.triage.reply import risks_of


def threatens(row: Row) -> bool:
    """Whether one must not answer: a threat, or what needs a person today."""
    return Harm.THREAT in row.harms or row.severity is Severity.CRITICAL or row.urgency >= Urgency.SAME_DAY


def reply_risks(
    person: Person, advocate_id: str, reply: str = "", where: Where = Where.POST, *, item_id: str = "", threatened: bool = False
) -> tuple[Risk, ...]:
    """What sending `reply` would risk, in answer to the item of this name if there is one.

    Private facts are looked for only when she is the advocate: a helper could learn them by trying.
    Raises NotFound when the advocate or the item is not hers, RequestRefused for an empty or endless reply.
    """
    advocate = advocate_for(person, advocate_id, Right.READ)
    if item_id:
        [row] = veiled(person, [item_id])
        threatened = threatened or threatens(row)
    if not reply.strip() or len(reply) > MAX_REPLY_CHARS:
        raise RequestRefused(_("Paste a reply of at most 5,000 characters."))
    herself = card_for(person, advocate.number, Right.READ).role == "advocate"
    with one_at_a_time:
        judged = judge().assess(reply)
    return risks_of(reply, where, judged=judged, private=private_facts(advocate) if herself else None, threatened=threatened)
