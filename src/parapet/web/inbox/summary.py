"""An inbox in plain sentences, and its counts as filters to choose from."""

from __future__ import annotations

from typing import TypedDict

from attrs import frozen
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.views import Counts, Filters
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.web import when, words
from parapet.web.inbox import asked


@frozen
class Summary:
    """headline: what needs her, in one sentence; urgent: whether it is about danger; rest: the other sentences."""

    headline: str
    urgent: bool
    rest: tuple[str, ...]


class Choice(TypedDict):
    """One value of a filter, with how many there are."""

    href: str
    label: str
    count: str
    on: bool
    level: int  # of severity, for its mark; -1 elsewhere


class Facet(TypedDict):
    title: str
    choices: list[Choice]


def said(counts: Counts) -> Summary:
    """The state of the inbox in a few sentences, the most pressing first."""
    now, today = counts.by_urgency.get(Urgency.IMMEDIATE, 0), counts.by_urgency.get(Urgency.SAME_DAY, 0)
    rest: list[str] = []
    if not counts.total:
        return Summary(_("Nothing has come in yet."), False, ())
    if now:
        headline = ngettext("%(n)s message needs a person now.", "%(n)s messages need a person now.", now)
        headline %= {"n": when.number(now)}
        if today:
            rest.append(ngettext("%(n)s more needs one today.", "%(n)s more need one today.", today) % {"n": when.number(today)})
    elif today:
        headline = ngettext("%(n)s message needs a person today.", "%(n)s messages need a person today.", today)
        headline %= {"n": when.number(today)}
    else:
        headline = _("Nothing is urgent.")
    if counts.more:
        rest.append(_("There are more than %(n)s; the newest of them are counted here.") % {"n": when.number(counts.total)})
    else:
        rest.append(
            ngettext("%(n)s message is kept safe.", "%(n)s messages are kept safe.", counts.total)
            % {"n": when.number(counts.total)}
        )
    calm = counts.by_severity.get(Severity.NONE, 0)
    if calm:
        rest.append(ngettext("%(n)s is not abusive.", "%(n)s are not abusive.", calm) % {"n": when.number(calm)})
    if counts.unsure:
        rest.append(
            ngettext("The program leaves %(n)s to a person.", "The program leaves %(n)s to a person.", counts.unsure)
            % {"n": when.number(counts.unsure)}
        )
    if counts.waiting:
        rest.append(
            ngettext("%(n)s is still being sorted.", "%(n)s are still being sorted.", counts.waiting)
            % {"n": when.number(counts.waiting)}
        )
    return Summary(headline, bool(now), tuple(rest))


def said_without_numbers(counts: Counts) -> Summary:
    """The same for who chose to see only that something is there. Danger is told through every veil."""
    if not counts.total:
        return said(counts)
    if counts.by_urgency.get(Urgency.IMMEDIATE, 0):
        return Summary(_("Something needs a person now"), True, ())
    if counts.by_urgency.get(Urgency.SAME_DAY, 0):
        return Summary(_("Something needs a person today"), False, ())
    return Summary(_("Nothing is urgent."), False, (_("Everything is kept safe."),))


def facets(counts: Counts, query: dict[str, str]) -> list[Facet]:
    """The counts as links. A link that is on takes its filter away again. `query` as `asked.query` makes it."""
    made = (_urgency(counts, query), _severity(counts, query), _harm(counts, query), _channel(counts, query))
    return [facet for facet in made if facet["choices"]]


def narrowed(filters: Filters, query: dict[str, str]) -> list[dict[str, str]]:
    """What is asked, each with the link that takes it away. `query` as `asked.query` makes it of `filters`."""
    shown: list[tuple[str, str]] = []
    if filters.urgency is not None:
        shown.append(("urgency", words.word("urgency", filters.urgency.code)))
    if filters.severity is not None:
        shown.append(("severity", _or_worse(filters.severity)))
    if filters.harm:
        shown.append(("harm", words.word("harm", filters.harm)))
    if filters.channel:
        shown.append(("channel", words.word("channel", filters.channel)))
    if filters.lang:
        shown.append(("lang", words.word("language", filters.lang)))
    if filters.sender:
        shown.append(("sender", _("one sender")))
    if filters.around:
        shown.append(("around", _("accounts that seem to act together")))
    if filters.since:
        shown.append(("since", _("from %(day)s") % {"day": when.day(filters.since)}))
    if filters.until:
        shown.append(("until", _("until %(day)s") % {"day": query["until"]}))
    if filters.unsure:
        shown.append(("unsure", _("left to a person")))
    if filters.own:
        shown.append(("own", _("own messages")))
    if filters.words:
        shown.append(("search", _("search")))
    return [{"label": label, "href": asked.link(query, **{name: ""})} for name, label in shown]


def _or_worse(severity: Severity) -> str:
    said = words.word("severity", severity.code)
    return capfirst(said if severity is Severity.CRITICAL else _("%(severity)s or worse") % {"severity": said})


def _choice(query: dict[str, str], name: str, value: str, label: str, count: int, level: int = -1) -> Choice:
    on = query.get(name) == value
    href = asked.link(query, **{name: "" if on else value})
    return {"href": href, "label": label, "count": when.number(count), "on": on, "level": level}


def _urgency(counts: Counts, query: dict[str, str]) -> Facet:
    levels = (Urgency.IMMEDIATE, Urgency.SAME_DAY, Urgency.WATCH)
    labels = {
        Urgency.IMMEDIATE: _("Now"),
        Urgency.SAME_DAY: _("Today or sooner"),
        Urgency.WATCH: _("Watch or sooner"),
    }
    return {
        "title": _("Needs a person"),
        "choices": [_choice(query, "urgency", level.code, labels[level], _from(counts.by_urgency, level)) for level in levels],
    }


def _severity(counts: Counts, query: dict[str, str]) -> Facet:
    levels = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
    return {
        "title": _("How serious"),
        "choices": [
            _choice(query, "severity", level.code, _or_worse(level), _from(counts.by_severity, level), level.value)
            for level in levels
        ],
    }


def _from(by_level: dict[Severity, int] | dict[Urgency, int], level: int) -> int:
    return sum(count for each, count in by_level.items() if each >= level)


def _harm(counts: Counts, query: dict[str, str]) -> Facet:
    return {
        "title": _("What kind"),
        "choices": [
            _choice(query, "harm", harm.value, words.word("harm", harm), counts.by_harm.get(harm, 0))
            for harm in Harm
            if counts.by_harm.get(harm) or query.get("harm") == harm
        ],
    }


def _channel(counts: Counts, query: dict[str, str]) -> Facet:
    seen = {**({query["channel"]: 0} if "channel" in query else {}), **counts.by_channel}
    by_count = sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "title": _("From where"),
        "choices": [_choice(query, "channel", name, words.word("channel", name), count) for name, count in by_count],
    }
