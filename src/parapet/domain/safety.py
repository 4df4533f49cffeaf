"""A plan for somebody's safety, and the brief by which others learn their part of it: which things there are, and how long each may be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

#: What people can be asked to do, as kinds of a case's tasks. Unlike those of `deadlines.DAYS` they need no day.
PLAN = (
    "safe_escort",
    "safe_parking",
    "safe_desk",
    "safe_phones",
    "safe_schedule",
    "safe_rooms",
    "safe_parcels",
    "safe_online",
    "safe_home",
    "safe_police",
    "safe_other",
)
#: The day on which the plan is looked at again: a task as well, so that it is told of wherever tasks are.
REVIEW = "safe_review"

SECURITY, POLICE = "security", "police"
READERS = (SECURITY, POLICE)

#: Her own words in a brief, by what they tell, and how many characters each may have. Together with what is quoted they fit on two pages.
FIELDS = {
    "situation": 500,
    "known": 250,
    "stop": 200,
    "schedule": 200,
    "places": 200,
    "car": 150,
    "home": 200,
    "contact": 150,
    "near": 150,
    "occurrence": 80,
    "officer": 120,
}
#: Of her life: told only where she ticked it for this brief.
OF_HER_DAY = ("schedule", "places", "car", "home")
#: What only police are told.
FOR_POLICE = ("stop", "officer")

MAX_QUOTED, MAX_LISTED, MAX_ASKS = 5, 20, 10
MAX_QUOTE_CHARS = 240

#: What the Criminal Code asks for, by section, and the indicators that bear on it. No conclusion: which section applies is for others to say.
SECTIONS = {
    "264.1": frozenset({"threat_to_life", "threat_to_family", "harm_intended", "weapon_with_target"}),
    "264": frozenset({"fixation", "presence_at_home", "presence_at_work", "new_channel_after_block", "knows_home_or_family"}),
}


@frozen
class Asked:
    """What somebody chose for one brief.

    reader    `SECURITY` or `POLICE`
    lang      the reader's: "en" or "fr"
    quoted    public names of messages whose words go, in part; `listed` those that go by number only
    accounts  the accounts that wrote the quoted messages are named
    said      her own words, by `FIELDS`
    asks      tasks of the plan, by their entries of the log
    review    the day on which she looks at it again
    """

    reader: str
    lang: str
    quoted: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    accounts: bool = False
    said: Mapping[str, str] = field(factory=dict)
    asks: tuple[int, ...] = ()
    review: date | None = None


def quote(text: str, start: int) -> str:
    """As much of `text` as a brief quotes, from shortly before the character at `start`; what is left out is marked."""
    before, after = " ".join(text[:start].split()), " ".join(text[start:].split())
    whole = f"{before} {after}" if before and after and (text[start - 1].isspace() or text[start].isspace()) else before + after
    if len(whole) <= MAX_QUOTE_CHARS:
        return whole
    at = len(whole) - len(after)
    begin = 0 if at < MAX_QUOTE_CHARS // 2 else at - MAX_QUOTE_CHARS // 4
    begin = min(begin, len(whole) - MAX_QUOTE_CHARS)
    end = begin + MAX_QUOTE_CHARS
    return ("… " if begin else "") + whole[begin:end] + (" …" if end < len(whole) else "")
