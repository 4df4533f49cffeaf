"""Reporting a message to who can take it down: desks, their reasons, and how a report stands.

A desk is where reports go: a platform's form, its interface for programs, whoever runs a server. What a desk wants is data that
`channels/<name>/report.py` holds, each rule and address with the stored copy of a page that bears it out, or with none, which is then said.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from urllib.parse import urlsplit

from attrs import field, frozen

from parapet.domain.judgement import Harm

LANGUAGES = ("en", "fr")


@frozen
class Said:
    """The same in both languages: what goes out is in the platform's language, whatever the screen speaks."""

    en: str
    fr: str

    def within(self, lang: str) -> str:
        """In "en" or "fr"."""
        return self.fr if lang.startswith("fr") else self.en


@frozen
class Seen:
    """That a stored public copy of a page was seen which has this address, or names it, and says what is said here. Nobody opened the address.

    on     the day on which the copy was seen
    dated  how old the copy says it is, as far as it does: "2025-02"; "" where it does not
    """

    on: date
    dated: str = ""


@frozen
class Reason:
    """One reason that a desk offers.

    code   the desk's own name for it, or a stable one of ours where the desk has none
    label  how the desk's form calls it, or means it
    rule   the rule that it is about, in a few words of ours; the words of the rule itself are behind `link`, "" where each server has its own
    harms  for which it fits, the gravest first
    seen   what bears out `rule` and `link`; None where they were not checked
    """

    code: str
    label: Said
    rule: Said
    link: str
    harms: tuple[Harm, ...] = ()
    seen: Seen | None = None


@frozen
class Desk:
    """Where reports of one kind go.

    code         stable; it is stored with every report
    channels     whose messages go here; `hosts`, on whose pages they lie (a host's subdomains too)
    form         the page where a person reports, "" where the report button beside the message is the only one
    how          how a report is made there, for a person
    answers      what they say of answering, or that they say nothing
    sends        a channel by whose connection a program may send; "" where only a person may
    needs        what a text is about: "url", "mail"
    max_chars    of the free text; 0 where the desk takes none. Published by the desk where `limit_published`, else a length of ours
    source       a page about `how` and `answers`
    seen         what bears those out; None where they were not checked. `form_seen`, the same of `form`
    remind_days  silent days after which to ask again; escalated after `ESCALATE_DAYS`
    """

    code: str
    title: Said
    reasons: tuple[Reason, ...]
    how: Said
    answers: Said
    source: str
    seen: Seen | None = None
    channels: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    form: str = ""
    form_seen: Seen | None = None
    sends: str = ""
    needs: str = "url"
    max_chars: int = 0
    limit_published: bool = False
    langs: tuple[str, ...] = ("en",)
    remind_days: int = 7
    wants_name: bool = field(default=False)

    def reason(self, code: str) -> Reason | None:
        """The reason of this code."""
        return next((each for each in self.reasons if each.code == code), None)

    def fitting(self, harms: Collection[Harm]) -> Reason | None:
        """The reason for the gravest of `harms` that has one here; None when none fits, which is then said."""
        for harm in GRAVEST_FIRST:
            if harm in harms:
                for each in self.reasons:
                    if harm in each.harms:
                        return each
        return None

    def holds(self, url: str) -> bool:
        """True for an address on this desk's own pages: a stranger's file may name any address as that of a message."""
        host = host_of(url)
        return bool(host) and any(host == each or host.endswith(f".{each}") for each in self.hosts)


#: What decides when several hold: who would have to act fastest.
GRAVEST_FIRST = (
    Harm.THREAT,
    Harm.DOXING,
    Harm.SEXUAL,
    Harm.IDENTITY_HATE,
    Harm.INCITEMENT,
    Harm.REPUTATION,
    Harm.INSULT,
)


def host_of(url: str) -> str:
    """The host of an https address without a name, a password or a port in it; "" for any other."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.username or parts.password or parts.port not in (None, 443):
            return ""
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".").lower()
    plain = all(each.isascii() and (each.isalnum() or each in ".-") for each in host)
    return host if plain and "." in host and len(url) <= 2_000 and url.isprintable() and " " not in url else ""


# How a report stands: the sum of its steps (`access/report_steps.py`).
DRAFT, READY, WAITING, SENDING, SENT = "draft", "ready", "waiting", "sending", "sent"
UNKNOWN, FAILED, REFUSED, APPEALED, CLOSED, DROPPED = "unknown", "failed", "refused", "appealed", "closed", "dropped"
STATES = (DRAFT, READY, WAITING, SENDING, SENT, UNKNOWN, FAILED, REFUSED, APPEALED, CLOSED, DROPPED)
#: A second report of the same message to the same desk is refused while the first is in one of these.
STANDING = frozenset({DRAFT, READY, WAITING, SENDING, SENT, UNKNOWN, FAILED, REFUSED, APPEALED})
#: Nothing of it has gone out, and it can still be stopped: a claim and a change wait for the same lock.
NOT_OUT = frozenset({DRAFT, READY, WAITING, FAILED})
#: It may have gone out.
OUT = frozenset({SENDING, SENT, UNKNOWN, REFUSED, APPEALED, CLOSED})

# Steps.
DRAFTED, CHANGED, DROP, APPROVE = "draft", "change", "drop", "approve"
CLAIM, RECEIPT, LATER, LOST, FAIL = "claim", "receipt", "later", "lost", "fail"
TICK, ARRIVED, NEVER_ARRIVED = "tick", "arrived", "never_arrived"
REMIND, ESCALATE, APPEAL, OUTCOME = "remind", "escalate", "appeal", "outcome"
#: What a step leaves behind; an outcome says itself.
AFTER: Mapping[str, str] = {
    DRAFTED: DRAFT,
    CHANGED: DRAFT,
    DROP: DROPPED,
    CLAIM: SENDING,
    RECEIPT: SENT,
    LATER: WAITING,
    LOST: UNKNOWN,
    FAIL: FAILED,
    TICK: SENT,
    ARRIVED: SENT,
    NEVER_ARRIVED: FAILED,
    APPEAL: APPEALED,
}
#: What the desk did, as a person tells it.
OUTCOMES = ("removed", "limited", "refused", "no_answer")
#: How a report goes out.
BY_PROGRAM, BY_PERSON = "program", "person"

ESCALATE_DAYS = 14
#: Regulation (EU) 2022/2065, Art. 20(1): complaints are open for at least six months after the decision.
APPEAL_MONTHS = 6
APPEAL_SOON_DAYS = 7


def six_months_after(day: date) -> date:
    """The last day to complain about a decision of `day`."""
    month = day.month - 1 + APPEAL_MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_for(state: str, sent_on: date | None, last_on: date, reminded: int, remind_days: int) -> tuple[str, date | None]:
    """What is to be done next for a report, and on which day; ("", None) when nothing is.

    last_on   the day of the newest step
    reminded  how often the desk was reminded or it was escalated
    """
    if state in (READY, FAILED):
        return ("send", last_on)
    if state == UNKNOWN:
        return ("check", last_on)
    if state == REFUSED:
        return ("appeal", last_on + timedelta(days=APPEAL_SOON_DAYS))
    if state == APPEALED:
        return ("escalate", last_on + timedelta(days=ESCALATE_DAYS))
    if state == SENT and sent_on is not None:
        if not reminded:
            return ("remind", sent_on + timedelta(days=remind_days))
        return (
            "escalate",
            max(sent_on, last_on) + timedelta(days=ESCALATE_DAYS if reminded > 1 else ESCALATE_DAYS - remind_days),
        )
    return ("", None)
