"""What is said of a message, by the program and by people, in words; and what the form needs by which a person says otherwise."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from parapet.access.views import CorrectionLine, ItemCard, VersionJudgement
from parapet.actions.relabel import MAX_REASON_CHARS
from parapet.domain.judgement import Harm, Severity, Urgency, Verdict
from parapet.domain.rights import Right
from parapet.web import when, words


def judgement(card: ItemCard, *, chosen: int = 0, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the page needs to tell what is said of each version, and to let a person say otherwise.

    chosen  the version that the form is about; 0 for the one that is shown first
    typed   what she had chosen, when it was not taken
    """
    held = of(card, chosen or card.shown_first)
    stands = held.stands or Verdict()
    verdict: Verdict = typed["verdict"] if typed else stands
    severity = verdict.severity or Severity.LOW
    return {
        "judgements": [_version(each) for each in card.judgements],
        "anybody": any(each.person for each in card.judgements),
        "chosen": held.number,
        "judgeable": held.program is not None and card.corrections_broken is None and Right.SORT in card.advocate.rights,
        "not_abuse": bool(stands.harms) or (held.unsure and not held.person),
        "judged_at": card.judged_at,
        "corrections_broken": card.corrections_broken is not None,
        "harm_choices": [(h, words.word("harm", h), words.word("harm_meaning", h), h in verdict.harms) for h in Harm],
        "severities": [(s.code, words.word("severity", s.code), s is severity) for s in Severity if s],
        "urgencies": [(u.code, words.word("urgency", u.code), u is verdict.urgency) for u in Urgency],
        "reason_typed": typed["reason"] if typed else "",
        "max_reason": MAX_REASON_CHARS,
    }


def of(card: ItemCard, number: int) -> VersionJudgement:
    """What is said of one version."""
    return next((each for each in card.judgements if each.number == number), card.judgements[-1])


def _version(each: VersionJudgement) -> dict[str, Any]:
    return {
        "number": each.number,
        "said": _by_program(each) if each.person is None else "",
        "program": _by_program(each),
        "person": _person(each.person) if each.person else None,
    }


def _person(line: CorrectionLine) -> dict[str, str]:
    return {
        "who": line.who or _("Somebody who is no longer here"),
        "at": when.moment(line.at),
        "iso": line.at.isoformat(),
        "verdict": in_words(line.verdict or Verdict()),
        "reason": line.reason,
    }


def _by_program(each: VersionJudgement) -> str:
    if each.program is None:
        return _("being sorted")
    if each.unsure and not each.program.harms:
        return _("left to a person")
    return in_words(each.program)


def in_words(verdict: Verdict) -> str:
    """ "Insult, Threat: very serious, Needs a person now"; only how serious where there is no harm."""
    severity = words.word("severity", verdict.severity.code)
    if not verdict.harms:
        return severity
    harms = ", ".join(words.word("harm", harm) for harm in Harm if harm in verdict.harms)
    said = f"{harms} ({severity})"
    return f"{said}. {words.word('urgency', verdict.urgency.code)}" if verdict.urgency else said


def changed(before: VersionJudgement, now: VersionJudgement) -> str:
    """One sentence for what changed."""
    was = in_words(before.person.verdict or Verdict()) if before.person else _by_program(before)
    if now.person is None:
        return _("Undone. What the program said stands again: %(now)s.") % {"now": _by_program(now)}
    return _("Changed. Now: %(now)s. Before: %(before)s.") % {"now": in_words(now.person.verdict or Verdict()), "before": was}
