"""Supporters and calls in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.support import CallSummary, SupporterCard
from parapet.access.supporting import CallView, HelpView
from parapet.domain.suggestions import SUGGESTIONS
from parapet.domain.support import PAUSE_DAYS, Felt, Help, Helped
from parapet.web import rows, when
from parapet.web.people.forms import last_day
from parapet.web.support import words


def supporter(card: SupporterCard) -> dict[str, Any]:
    """One supporter, as she sees him."""
    return {
        "id": card.id,
        "name": card.name,
        "how": card.how,
        "by": card.vetted_by or _("somebody who is no longer here"),
        "asked": when.day(card.asked_at),
        "agreed": when.day(card.agreed_at) if card.agreed_at else "",
        "guest": card.guest,
        "through": card.through,
    }


def call(each: CallSummary) -> dict[str, Any]:
    """One call, as she sees it."""
    return {
        "id": each.id,
        "words": each.words,
        "state": str(words.STATE[each.state]),
        "asking": each.asking,
        "opened": when.moment(each.opened_at),
        "until": when.day(last_day(each.until)),
        "ended": when.moment(each.ended_at) if each.ended_at else "",
        "by": each.by or _("somebody who is no longer here"),
        "quiet": each.quiet,
        "items": ngettext("%(n)s message", "%(n)s messages", each.items) % {"n": when.number(each.items)} if each.items else "",
        "asked": each.asked,
        "counts": [(str(words.HELP[one.help][0]), counted(one.wanted, one.taken, one.done)) for one in each.counts],
        "takers": [
            {
                "slot": one.slot,
                "name": one.name,
                "help": str(words.HELP[one.help][0]),
                "at": when.moment(one.at),
                "confirmed": one.confirmed,
            }
            for one in each.takers
        ],
        "felt": [(str(words.FELT[code]), when.number(n)) for code, n in each.felt],
        "helped": str(words.HELPED[each.helped]) if each.helped else "",
        "line": each.line,
        "when": each.when,
        "place": each.place,
        "case_id": each.case_id,
    }


def counted(wanted: int, taken: int, done: int) -> str:
    """ "2 done, 1 in hand, of 5"."""
    return _("%(done)s done, %(taken)s in hand, of %(wanted)s") % {
        "done": when.number(done),
        "taken": when.number(taken),
        "wanted": when.number(wanted),
    }


def summed(each: CallSummary) -> str:
    """A whole call in one line, for a timeline."""
    return " · ".join(f"{words.HELP[one.help][0]}: {counted(one.wanted, one.taken, one.done)}" for one in each.counts)


def view(seen: CallView) -> dict[str, Any]:
    """A call as a supporter sees it; the same for the page that shows her what he will see."""
    return {
        "id": seen.id,
        "advocate": seen.advocate,
        "words": seen.words,
        "links": seen.links,
        "quiet": seen.quiet,
        "until": when.day(last_day(seen.until)),
        "when": seen.when,
        "place": seen.place,
        "hidden": seen.hidden,
        "helps": [_help(each) for each in seen.helps],
        "lines": rows.lines(seen.rows),
        "writes": any(each.mine is not None and each.help is Help.REPLY and not each.mine.own for each in seen.helps),
    }


def _help(each: HelpView) -> dict[str, Any]:
    guide = words.GUIDE[each.help]
    return {
        "code": each.help.value,
        "name": str(words.HELP[each.help][0]),
        "d": str(guide[0]),
        "steps": guide[1],
        "left": ngettext("%(n)s is still wanted", "%(n)s are still wanted", each.left) % {"n": when.number(each.left)},
        "why_not": str(words.WHY_NOT[each.why_not]) if each.why_not and each.mine is None else "",
        "mine": each.mine is not None,
        "waits": each.mine is not None and each.help.by_one and not each.mine.confirmed,
        "confirmed": each.mine is not None and each.mine.confirmed,
        "writes": each.mine is not None and each.help is Help.REPLY and not each.mine.own,
        "finishes": each.mine is not None
        and (
            (each.help.by_one and each.mine.confirmed) or (each.help is Help.REPLY and each.mine.own) or each.help is Help.REPORT
        ),
        "one": each.help.by_one,
        "done": bool(each.done),
    }


def menu(chosen: list[str]) -> list[tuple[str, str, str, bool]]:
    """Code, name, meaning and whether it is ticked, of everything that she can ask for."""
    return [(help_.value, str(name), str(meaning), help_.value in chosen) for help_, (name, meaning) in words.HELP.items()]


def suggestions() -> list[str]:
    """Starting points in the language of the page."""
    return [each.within(when.tongue()) for each in SUGGESTIONS]


def pauses() -> list[tuple[int, str]]:
    """For how long somebody can be left alone."""
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": when.number(days)}) for days in PAUSE_DAYS]


def felt() -> list[tuple[str, str]]:
    """How a supporter can say that he is."""
    return [(code.value, str(words.FELT[code])) for code in Felt]


def helped() -> list[tuple[str, str]]:
    """How she can say whether it helped."""
    return [(code.value, str(words.HELPED[code])) for code in Helped]
