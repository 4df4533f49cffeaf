"""A report in words. No word of a message, and no address of one: these come only through `veil`, once they were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.report_doubt import doubt_of
from parapet.access.report_forms import files_of
from parapet.access.report_steps import Standing, Step
from parapet.access.reports import Line, ReportPage, desk_of
from parapet.domain import reporting as r
from parapet.domain.rights import Right
from parapet.web import when, words
from parapet.web.reports import words as w

LANGUAGE_NAMES = {"en": "English", "fr": "Français"}


def line(each: Line) -> dict[str, Any]:
    """One report in a list."""
    today = timezone.localdate()
    return {
        "id": each.id,
        "item": each.item,
        "desk": desk_of(each.desk).title.within(when.tongue()),
        "state": each.state,
        "said": str(w.STATE.get(each.state, each.state)),
        "outcome": str(w.OUTCOME.get(each.outcome, "")),
        "about": _("a message (%(channel)s, %(at)s)")
        % {
            "channel": words.table("channel").get(each.channel) or each.channel,
            "at": when.moment(each.item_at),
        },
        "made": when.day(each.made_at),
        "sent": when.day(each.sent_at) if each.sent_at else "",
        "took": took(each),
        "next": str(w.NEXT.get(each.next_what, "")) if each.next_on else "",
        "next_on": when.day(each.next_on) if each.next_on else "",
        "iso": each.next_on.isoformat() if each.next_on else "",
        "late": each.next_on is not None and each.next_on < today,
        "batch": each.batch,
    }


def took(each: Line) -> str:
    """How long it took until it was taken down; "" where it was not."""
    if each.outcome != "removed" or each.sent_at is None or each.outcome_at is None:
        return ""
    return span((each.outcome_at - each.sent_at).total_seconds() / 3_600)


def span(hours: float) -> str:
    """ "5 hours", "3 days"."""
    if hours < 48:
        n = max(1, round(hours))
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": when.number(n)}
    n = round(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": when.number(n)}


def page_of(found: ReportPage) -> dict[str, Any]:
    """The whole page, without a word of the message."""
    lang = when.tongue()
    standing, desk = found.standing, found.desk
    told: dict[str, Any] = {
        "line": line(found.line),
        "report_id": found.line.id,
        "item_id": found.line.item,
        "desk": desk_said(desk),
        "steps": [step(each) for each in found.steps],
        "broken": found.broken,
        "doubt": doubt([found.line.id]),
        "reports": Right.REPORT in found.advocate.rights,
        "approves": found.approves,
        "herself": found.herself,
        "program": found.program,
        "shown_digest": found.shown,
        "now": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "outcomes": [(code, str(word)) for code, word in w.OUTCOME.items()],
    }
    if standing is None:
        return told
    reason = desk.reason(standing.draft.reason)
    return {
        **told,
        **_buttons(standing),
        "reason": reason.label.within(lang) if reason else "",
        "rule": reason.rule.within(lang) if reason else "",
        "rule_link": reason.link if reason else "",
        "rule_seen": seen_said(reason.seen) if reason else "",
        "reasons": [(each.code, each.label.within(lang), each.rule.within(lang)) for each in desk.reasons],
        "langs": [(code, LANGUAGE_NAMES[code]) for code in desk.langs],
        "draft": standing.draft,
        "quotes": standing.draft.quote and bool(standing.draft.passage),
        "names_page": bool(standing.draft.url),
        "files": files_of(desk, standing.draft),
        "trouble": w.trouble(standing.state, standing.code),
        "check": w.how_to_check(desk.code) if standing.state == r.UNKNOWN else "",
        "reference": standing.reference,
        "outcome": str(w.OUTCOME.get(standing.outcome, "")),
        "last_day": last_day(standing),
        "gone": gone(found),
    }


def doubt(names: Iterable[str]) -> str:
    """The day on which this home was put back from a backup, if one of these reports may have gone out before that; "" if none may."""
    at = doubt_of(names)
    return when.day(at) if at is not None else ""


def gone(found: ReportPage) -> dict[str, str] | None:
    """That its page was found gone, and what may be recorded of it; None where it was not."""
    if found.gone is None or found.line.sent_at is None:
        return None
    at, stood = timezone.localtime(found.gone.at), found.gone.stood_at
    return {
        "said": str(w.GONE[found.gone.standing]) % {"at": when.moment(found.gone.at)},
        "stood": when.moment(stood) if stood else "",
        "twice": "1" if found.gone.twice else "",
        "took": span((found.gone.at - found.line.sent_at).total_seconds() / 3_600),
        "at": f"{at:%Y-%m-%dT%H:%M}",
    }


def last_day(standing: Standing) -> str:
    """Until when a complaint about a refusal is open under the Digital Services Act; "" where nothing was refused."""
    if standing.state != r.REFUSED or standing.outcome_at is None:
        return ""
    return when.day(r.six_months_after(timezone.localtime(standing.outcome_at).date()))


def _buttons(standing: Standing) -> dict[str, bool]:
    state = standing.state
    return {
        "writes": state in r.NOT_OUT,
        "ticks": state == r.READY,
        "settles": state == r.UNKNOWN,
        "follows": state in (r.SENT, r.APPEALED, r.REFUSED),
        "asks_again": state in (r.SENT, r.APPEALED),
        "appeals": state == r.REFUSED,
        "went": state in r.OUT,
    }


def desk_said(desk: r.Desk) -> dict[str, Any]:
    """A desk, as the form shows it."""
    lang = when.tongue()
    return {
        "code": desk.code,
        "title": desk.title.within(lang),
        "how": desk.how.within(lang),
        "answers": desk.answers.within(lang),
        "form": desk.form,
        "form_seen": seen_said(desk.form_seen),
        "most": when.number(desk.max_chars),
        "published": desk.limit_published,
        "source": desk.source,
        "seen": seen_said(desk.seen),
        "names": desk.wants_name or desk.code in ("mail", "host"),
        "needs_name": desk.wants_name,
        "law": desk.wants_name,
        "mail": desk.needs == "mail",
        "rules": desk.sends == "mastodon",
    }


def seen_said(seen: r.Seen | None) -> str:
    """Which copy of a page bears something out; "" where none does."""
    if seen is None:
        return ""
    told = {"dated": seen.dated, "day": when.day(seen.on)}
    return _("a stored copy of %(dated)s, seen on %(day)s") % told if seen.dated else _("a stored copy, seen on %(day)s") % told


def step(each: Step) -> dict[str, str]:
    """One thing that happened, with what the platform called it."""
    code = str(each.details.get("code", ""))
    said = str(w.STEP.get(each.what, each.what))
    if each.what == r.OUTCOME:
        said = str(w.OUTCOME.get(code, code))
    return {
        "said": said,
        "who": each.who or (_("the program") if each.by_program else _("somebody who is no longer here")),
        "at": when.exact(each.at),
        "iso": each.at.isoformat(),
        "reference": str(each.words.get("reference", "")),
        "index": when.number(each.log_index),
    }
