"""A judgement in its context: what the same account had sent the same advocate before, what the message passes on, who else sent
the same words, and what accounts sent that act together.

It may only make a judgement graver or more urgent: what is said of the words alone always holds. No score: each code
in `Assessment.reason` names one thing that is so, and `Assessment.history`, `copies` and `campaign` hold the counts by which anybody can see it.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from parapet.domain.judgement import (
    BY_CAMPAIGN,
    BY_COPIES,
    BY_PASSING_ON,
    BY_SAME_WORDS,
    Assessment,
    Campaign,
    Copies,
    Harm,
    History,
    Sent,
    Severity,
    Urgency,
)

#: What makes a message count as grave here. Harms, not severity: context may raise a severity, and must not feed on itself.
GRAVE_HARMS = frozenset({Harm.THREAT, Harm.SEXUAL, Harm.DOXING})
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)

#: The least messages in a week that can be "more often": two may be one thought, sent in two.
RISING_LEAST = 3
#: How many times as often as in the rest of the month: messages come in fits, and by chance a week has half as many again.
RISING_TIMES = 2
#: The least grave messages in that week: one may be a slip, of its writer or of ours.
RISING_GRAVE = 2

#: Many contacts are fixation, which a person should look at the same day. In a pile-on on one practice (Kids Plus Pediatrics)
#: some 800 accounts sent 10,000 comments in 8 days: eleven a week each. Who sends one person twice as much, or as much in a
#: single day, or keeps that pace for a month, is set on her.
FIXATION_DAY, FIXATION_WEEK, FIXATION_MONTH = 10, 25, 50
#: How many of those must be abusive: colleagues and friends write often too, and one sharp word among theirs is no fixation.
FIXATION_ABUSIVE = 3

#: So many abusive messages within a month, and further contact is worth an eye however it is worded. In what women in public
#: life get in a day (Troll Patrol: 778 of them) about four are abusive, from everybody: here they come from a single account.
GOES_ON_ABUSIVE = 5

#: So far apart in time are copies still of one wave: that on the practice above went on for eight days.
WAVE = timedelta(days=8)
#: From so many accounts the same words are more than friends who pass a line on. It is also the least that published counts of
#: people's health call a group.
MANY_ACCOUNTS = 5
#: Of the other accounts whose copies were judged, two of three sent words that are abusive. Where the program cannot tell what a text
#: is, it says one thing of some copies and another of others: half is what it says then. Among variations of texts that nothing was
#: learned from, two thirds raised 1 to 2 of 100 harmless ones that stood below, and one half 3 to 4.
MOSTLY = (2, 3)
#: Of the accounts of a campaign whose messages were judged, one of so many sent words that are abusive: of abuse that is mild one by one
#: the program hears a quarter at least (`functions/card.md`), and each account sent several.
ABUSIVE_OF = 4
#: But of two at least: one may be anybody's slip, or the program's.
ABUSIVE_LEAST = 2
#: Or, where one at least is abusive, three of four of them sent words that come close: the program gives them, or one harm, one chance in
#: ten at least, which it gives few of those that are harmless. It is calibrated on messages that come alone, and accounts that act together are no chance.
CLOSE = 0.1
CLOSE_TO = (3, 4)
#: And of all of them fewer than one of so many sent kind words and none that are abusive: friends act together too.
KIND_OF = 4


def by_words_alone(said: Assessment) -> Assessment:
    """Of words that are not abusive, whatever others sent: what was said before any context. The inverse of the rest of this module."""
    return evolve(
        said,
        harms=frozenset(),
        severity=Severity.NONE,
        urgency=max((i.urgency for i in said.indicators), default=Urgency.NONE),
        reason=tuple(code for code in said.reason if not code.startswith("context:")),
        history=None,
        copies=None,
        campaign=None,
    )


def in_context(alone: Assessment, history: History) -> Assessment:
    """`alone`, the judgement of the words, as it is after `history`: never milder, and at most one step graver.

    A message that is not abusive stays so; it becomes one to watch, at most, and only where nobody can write in the
    account's name.
    """
    codes: list[str] = []
    severity, urgency = alone.severity, alone.urgency
    if alone.severity > Severity.NONE:
        this = Sent(1, 1, int(not GRAVE_HARMS.isdisjoint(alone.harms)))
        if _rises(history, this):
            codes.append("context:rising")
            severity = _one_step(severity)
        if _fixed(history):
            codes.append("context:fixation")
        if codes:
            urgency = max(urgency, Urgency.SAME_DAY)
    elif history.by_platform and history.month.abusive >= GOES_ON_ABUSIVE:
        codes.append("context:goes_on")
        urgency = max(urgency, Urgency.WATCH)
    return evolve(alone, severity=severity, urgency=urgency, reason=_told(alone.reason, codes), history=history)


def passing_on(said: Assessment, passed: frozenset[Harm], *, wordless: bool) -> Assessment:
    """`said`, as it is for what the message hands to others: never milder.

    passed    the harms of the message that it reposts or quotes, by what stands for that one
    wordless  whether it adds no words: a repost says what it passes on

    Private facts are exposed again by whoever repeats them, whatever is said beside them. Of all else, words beside a quotation
    decide: many quote abuse to speak against it.
    """
    harms = passed if wordless else passed & {Harm.DOXING}
    if not harms or harms <= said.harms or BY_SAME_WORDS in said.reason:
        return said
    severity, urgency = Severity.LOW, Urgency.WATCH
    if Harm.DOXING in harms:
        severity, urgency = Severity.HIGH, Urgency.SAME_DAY
    elif not GRAVE_HARMS.isdisjoint(harms):
        severity = Severity.MEDIUM
    return evolve(
        said,
        harms=said.harms | harms,
        severity=max(said.severity, severity),
        urgency=max(said.urgency, urgency),
        reason=_told(said.reason, [BY_PASSING_ON]),
    )


def among_copies(said: Assessment, copies: Copies) -> Assessment:
    """`said`, the judgement of the words in their history, as it is among nearly the same words from others: never milder.

    Only a message whose words are not abusive is judged as its copies are: it says what they say. Its severity is what their
    harms come to without more, medium at most, so that nothing that context raised counts.
    """
    if said.severity > Severity.NONE or BY_SAME_WORDS in said.reason or not judged_by_copies(copies):
        return evolve(said, copies=copies)
    severity = Severity.LOW if GRAVE_HARMS.isdisjoint(copies.harms) else Severity.MEDIUM
    return evolve(
        said,
        harms=copies.harms,
        severity=severity,
        urgency=max(said.urgency, Urgency.WATCH),
        reason=_told(said.reason, [BY_COPIES]),
        copies=copies,
    )


def in_campaign(said: Assessment, campaign: Campaign, *, friendly: bool) -> Assessment:
    """`said`, as it is in the campaign that the message belongs to: never milder.

    Only a message whose words are not abusive, do not speak for her, and were judged by no person, is judged as its campaign is. Its
    severity is what the campaign's harms come to without more, medium at most.
    """
    if said.severity > Severity.NONE or friendly or BY_SAME_WORDS in said.reason or not is_against_her(campaign):
        return evolve(said, campaign=campaign)
    severity = Severity.LOW if GRAVE_HARMS.isdisjoint(campaign.harms) else Severity.MEDIUM
    return evolve(
        said,
        harms=campaign.harms,
        severity=severity,
        urgency=max(said.urgency, Urgency.WATCH),
        reason=_told(said.reason, [BY_CAMPAIGN]),
        campaign=campaign,
    )


def act_together(campaign: Campaign) -> bool:
    """Whether its accounts act together, as far as they were judged: many at once, and half of them more than once.

    What moves people by itself brings each once.
    """
    several = campaign.heard >= MANY_ACCOUNTS and campaign.at_once >= MANY_ACCOUNTS
    return several and campaign.repeated >= MANY_ACCOUNTS and 2 * campaign.repeated >= campaign.accounts


def is_against_her(campaign: Campaign) -> bool:
    """Whether accounts that act together do so to attack: what is kind or harmless may be arranged too."""
    part, whole = CLOSE_TO
    loud = campaign.abusive >= ABUSIVE_LEAST and ABUSIVE_OF * campaign.abusive >= campaign.heard
    mild = campaign.abusive > 0 and whole * campaign.close >= part * campaign.heard
    return act_together(campaign) and (loud or mild) and KIND_OF * campaign.kind < campaign.accounts


def is_close(alone: Assessment) -> bool:
    """Whether words are close to abuse, or over it, by the program's estimate of them alone."""
    if BY_SAME_WORDS in alone.reason:
        return alone.severity > Severity.NONE
    return alone.severity > Severity.NONE or max([alone.abusive, *alone.probabilities.values()]) >= CLOSE


def judged_by_copies(copies: Copies) -> bool:
    """Whether a message whose words are not abusive is judged like its copies."""
    part, whole = MOSTLY
    enough = copies.accounts >= MANY_ACCOUNTS and copies.others >= MANY_ACCOUNTS - 1
    return enough and part * copies.others <= whole * copies.abusive


def _one_step(severity: Severity) -> Severity:
    """Not up to critical: that says something of the words, which a pattern does not change."""
    return Severity(severity + 1) if severity < Severity.HIGH else severity


def _rises(history: History, this: Sent) -> bool:
    """Rising frequency with rising intensity: the week up to this message against the rest of the month."""
    messages, grave = history.week.messages + this.messages, history.week.grave + this.grave
    earlier = history.ever.messages - history.week.messages
    per_week = (history.month.messages - history.week.messages) * WEEK / (MONTH - WEEK)
    more_often = earlier > 0 and messages >= max(RISING_LEAST, RISING_TIMES * per_week)
    return more_often and grave >= max(RISING_GRAVE, history.month.grave - history.week.grave + 1)


def _fixed(history: History) -> bool:
    """Many contacts in a short time, several of them abusive, with this one, which is."""
    spans = ((history.day, FIXATION_DAY), (history.week, FIXATION_WEEK), (history.month, FIXATION_MONTH))
    return any(span.messages + 1 >= many and span.abusive + 1 >= FIXATION_ABUSIVE for span, many in spans)


def _told(reason: tuple[str, ...], codes: list[str]) -> tuple[str, ...]:
    """What decided of the words goes first; why it abstains stays last."""
    first = [code for code in reason if not code.startswith("abstain:")]
    return (*first, *codes, *reason[len(first) :])
