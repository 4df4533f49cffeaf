"""A complaint that came in about an advocate: to whom it went, what it alleges, what she answers. Values alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from parapet.domain.regulators import BODIES, COLLEGE, REGULATORS

#: What she states of the complainant; "" while she has not said.
RELATIONS = ("", "never_patient", "was_patient", "of_a_patient", "unknown")
#: How it ended; "" while it has not.
ENDINGS = ("", "dismissed", "withdrawn", "advice", "upheld")
#: Endings that speak for it having been without merit, and against.
WITHOUT_MERIT, WITH_MERIT = ("dismissed",), ("advice", "upheld")

#: Her own words, by what they are about, and how many characters each may have.
FIELDS = {
    "addressee": 120,  # the body by name: which hospital, which committee
    "reference": 80,
    "complainant": 120,
    "parties": 300,
    "relation": 600,  # what she states of them, in her words
    "reason": 1_000,  # why a rebuttal, where it reads as a complaint about care
    "opening": 2_000,  # what the document begins with
    "leader": 120,  # to whom the letter goes
    "letter": 2_000,  # what she says to them
}
MAX_ALLEGATIONS = 40
MAX_ALLEGATION_CHARS = 4_000
MAX_ANSWER_CHARS = 6_000
MAX_EXHIBITS_OF_ONE = 40
#: The reason for a rebuttal all the same is a sentence at least.
LEAST_REASON_CHARS = 30

REBUTTAL, LEADER = "rebuttal", "leader"
PAPERS = (REBUTTAL, LEADER)

#: What a leader can be asked for.
ASKS = ("own_course", "no_statement", "one_person", "keep_letters", "no_details", "stand_by", "work_as_before", "tell_outcome")


@frozen
class Allegation:
    """One thing that is alleged; what she answers; messages of the case that bear it out, and that speak against it, by public name."""

    text: str
    answer: str = ""
    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@frozen
class Complaint:
    """All that is kept of one.

    place        of `REGULATORS`; "" unless it went to a college
    received     the day on which it reached her
    due          by when to answer; None where she chose none
    relation     of `RELATIONS`, as she states it
    words        by `FIELDS`
    left_out     facts of the ground that she does not want in the document, by their keys
    asks         of `ASKS`
    ended        of `ENDINGS`
    task         the entry of the log of the task that has its day; 0 for none
    """

    body: str = COLLEGE
    place: str = ""
    received: date = date.min
    due: date | None = None
    relation: str = ""
    words: Mapping[str, str] = field(factory=dict)
    allegations: tuple[Allegation, ...] = ()
    left_out: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    ended: str = ""
    task: int = 0

    @property
    def fits(self) -> bool:
        """Every code is one of ours, and nothing is too long."""
        codes = (
            self.body in BODIES
            and (self.place in REGULATORS if self.body == COLLEGE else not self.place)
            and self.relation in RELATIONS
            and self.ended in ENDINGS
            and set(self.asks) <= set(ASKS)
            and FIELDS.keys() >= self.words.keys()
        )
        return (
            codes
            and all(len(said) <= FIELDS[name] for name, said in self.words.items())
            and len(self.allegations) <= MAX_ALLEGATIONS
            and all(
                0 < len(each.text) <= MAX_ALLEGATION_CHARS
                and len(each.answer) <= MAX_ANSWER_CHARS
                and len(each.supports) <= MAX_EXHIBITS_OF_ONE
                and len(each.against) <= MAX_EXHIBITS_OF_ONE
                for each in self.allegations
            )
        )
