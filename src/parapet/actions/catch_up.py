"""Do for somebody who opened closed material what waited for that: nobody else could."""

from __future__ import annotations

from contextlib import suppress

from parapet.actions.close_material import judge_waiting
from parapet.actions.invite_counsel import keep_ended
from parapet.actions.key_shares import renew_due
from parapet.actions.learn import judge_left
from parapet.actions.retention import run_waiting_rules
from parapet.domain.errors import LogBroken
from parapet.records.models import Person


def catch_up(person: Person) -> int:
    """New keys for who was sent away, keys of ended channels, judgements, rules for how long things are kept; how many messages went by a rule.

    `person` is present with her own key.
    """
    renew_due(person)
    judge_waiting(person)
    judge_left(person)
    # A log that is broken stops rules, and `parapet check` tells of it; it must not keep her from reading.
    with suppress(LogBroken):
        keep_ended(person)
        return run_waiting_rules(person)
    return 0
