"""What triage says of a message: `Assessment`, with its harms, severity, urgency and why."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import NamedTuple

from attrs import evolve, frozen


class Harm(enum.StrEnum):
    """The labels. Several can hold at once. Their order is that of every vector of probabilities."""

    INSULT = "insult"
    SEXUAL = "sexual"
    THREAT = "threat"
    DOXING = "doxing"
    IDENTITY_HATE = "identity_hate"
    INCITEMENT = "incitement"
    REPUTATION = "reputation"

    @property
    def bit(self) -> int:
        """The bit of this harm in a mask."""
        return 1 << list(Harm).index(self)


def mask_of(harms: frozenset[Harm]) -> int:
    """The harms as one integer, for storage."""
    return sum(h.bit for h in harms)


def harms_of(mask: int) -> frozenset[Harm]:
    """The inverse of `mask_of`."""
    return frozenset(h for h in Harm if mask & h.bit)


class Severity(enum.IntEnum):
    """How grave. Critical: a credible or specific threat to life or safety, of sexual violence, or home, family or schedule exposed."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def code(self) -> str:
        """The stable name used in contracts: "none" to "critical"."""
        return self.name.lower()


class Urgency(enum.IntEnum):
    """How soon a person must look (domain.md: indicators, never a score)."""

    NONE = 0
    WATCH = 1
    SAME_DAY = 2
    IMMEDIATE = 3

    @property
    def code(self) -> str:
        """The stable name used in contracts: "none", "watch", "same_day", "immediate"."""
        return self.name.lower()


@frozen
class Verdict:
    """What is said of one text: by the program, or by a person in its place."""

    harms: frozenset[Harm] = frozenset()
    severity: Severity = Severity.NONE
    urgency: Urgency = Urgency.NONE


NOT_ABUSE = Verdict()


@frozen
class Indicator:
    """One thing that triggered, with the words that did.

    code   stable: "weapon_with_target", "stated_date", "presence_at_home", "doxing_call_to_act", ...
    words  the span of the original text
    start  offset of `words` in the text, in characters; end is exclusive
    """

    code: str
    words: str
    start: int
    end: int
    urgency: Urgency


class Sent(NamedTuple):
    """Messages of one account in some span of time: how many, how many of them abusive, how many of those grave.

    grave  they threaten, harass sexually or expose private facts: what a pattern cannot change by itself
    """

    messages: int = 0
    abusive: int = 0
    grave: int = 0


NOTHING_SENT = Sent()
#: How many earlier messages of an account are looked at, the newest: a flood must not slow down what comes after it.
FAR_BACK = 100


@frozen
class History:
    """What one account had sent one advocate when a message came, without that message; at most its `FAR_BACK` newest.

    by_platform         the platform itself names the account. False for an address, such as a mail's, that anybody can write
    ever                before it, or at the same moment
    day, week, month    of those, in the 24 hours, 7 days and 30 days up to it
    first_at            when the first of them came; None when there was none
    """

    by_platform: bool
    ever: Sent = NOTHING_SENT
    day: Sent = NOTHING_SENT
    week: Sent = NOTHING_SENT
    month: Sent = NOTHING_SENT
    first_at: datetime | None = None


@frozen
class Copies:
    """Nearly the same words in other messages to the same advocate, near in time, when a message was judged.

    accounts  different accounts that sent them, that of the message included
    others    of those, accounts other than the message's of which a copy was judged
    abusive   of those, accounts of which a copy was abusive, by its words alone or as a person said
    harms     what at least half of the abusive ones carry; else what most of them do
    first_at  when the first of all these messages was sent
    """

    accounts: int
    others: int
    abusive: int
    harms: frozenset[Harm]
    first_at: datetime


@frozen
class Campaign:
    """What several accounts that act together sent one advocate, when a message among it was judged. Counted by account, not by message.

    messages    how many there are, in however many texts
    accounts    different accounts that sent them
    repeated    of those, accounts that sent more than one of them
    at_once     the most accounts that sent one within `AT_ONCE`
    heard       accounts of which one was judged
    abusive     of those, accounts of which one was abusive, by its words alone or as a person said
    close       accounts of which one was abusive or, by the program's estimate of its words alone, close to it
    kind        accounts of which one speaks for her, and of which none is abusive
    harms       what at least half of what is abusive carries, each account counted once; else what most of it does
    first_at    when the first was sent
    last_at     when the last was sent
    """

    messages: int
    accounts: int
    repeated: int
    at_once: int
    heard: int
    abusive: int
    close: int
    kind: int
    harms: frozenset[Harm]
    first_at: datetime
    last_at: datetime


#: What people arrange comes at once; what moves people comes over a day.
AT_ONCE = timedelta(hours=2)

#: Of `Assessment.reason`: not its words alone, but those of its copies say that it is abusive.
BY_COPIES = "context:copies"
#: Likewise: those of the campaign that it belongs to.
BY_CAMPAIGN = "context:campaign"
#: What it passes on, or quotes, is abusive: to hand it on is its sender's own act.
BY_PASSING_ON = "context:passes_on"
#: A person judged the same words, and her judgement was taken over: what others sent changes nothing of it.
BY_SAME_WORDS = "person:same_words"
#: Codes that say that its words alone are not abusive, and what others sent is.
BY_OTHERS = frozenset({BY_COPIES, BY_CAMPAIGN})


@frozen
class Assessment:
    """The judgement of one text by one version of the model.

    probabilities  harm to probability, 0..1, calibrated
    abusive        probability that any harm holds, 0..1
    abstain        True when a person must judge; `reason` then says why
    reason         stable codes of what decided, most important first: "model:insult", "rule:threat_to_life",
                   "context:rising", "abstain:language"
    history        what its account had sent before, and this judgement took into account; None for a text on its own
    copies         nearly the same words from other accounts, likewise; None for none
    campaign       what accounts that act together sent, this message among it, likewise; None for none
    """

    probabilities: dict[Harm, float]
    abusive: float
    harms: frozenset[Harm]
    severity: Severity
    urgency: Urgency
    indicators: tuple[Indicator, ...]
    lang: str
    abstain: bool
    reason: tuple[str, ...]
    model: str  # "<name>@<first 12 hex digits of the artefact's SHA-256>"
    history: History | None = None
    copies: Copies | None = None
    campaign: Campaign | None = None

    @property
    def verdict(self) -> Verdict:
        """What it says, without why."""
        return Verdict(self.harms, self.severity, self.urgency)

    def as_said(self, verdict: Verdict) -> Assessment:
        """The same text as a person judged it. Why, and how likely, stay the program's; only that others decided is no longer so."""
        why = tuple(code for code in self.reason if code not in BY_OTHERS | {BY_PASSING_ON})
        return evolve(self, harms=verdict.harms, severity=verdict.severity, urgency=verdict.urgency, abstain=False, reason=why)
