"""What sections of the Criminal Code of Canada ask for, element by element, and which recorded facts bear on each.

Nothing here concludes: which section applies, if any, is for police, the Crown and a court. The elements are the section's own, in
plain words (`dossiers/offence_words.py`), from excerpts of the Code as the Department of Justice publishes it (R.S.C. 1985, c.
C-46), in a version of 30 October 2024; the whole of it was not read, and no lawyer has read the words yet. Of sections marked
`ask`, whether they come into question at all is for counsel.
"""

from __future__ import annotations

from attrs import frozen

from parapet.domain.judgement import Harm

SOURCE = "R.S.C. 1985, c. C-46"
READ_AS_OF = "2024-10-30"

#: Her own answers, in the order of the statement, and how many characters each may have.
QUESTIONS: dict[str, int] = {
    "who": 1_500,
    "before": 2_000,
    "began": 2_000,
    "known": 2_000,
    "elsewhere": 2_000,
    "stop": 1_500,
    "fear": 2_500,
    "why": 2_500,
    "meant": 2_000,
    "changed": 2_000,
    "work": 2_000,
    "access": 1_500,
    "compel": 1_500,
    "demand": 1_500,
    "false": 2_500,
    "image": 1_500,
    "pose": 1_500,
    "identity": 1_500,
    "witnesses": 1_500,
    "earlier": 2_000,
    "wish": 1_500,
    "else": 3_000,
}
#: What is asked first, of everybody; the rest is asked for where the messages or she bring it up.
FIRST = ("who", "before", "began", "known", "elsewhere", "stop", "fear", "why", "changed")
#: What police gave: not part of the statement, and kept with it.
POLICE_SAID: dict[str, int] = {"occurrence": 80, "service": 120, "officer": 120, "reach": 150}

#: What is counted over all messages that go, and bears on an element: `dossiers/bearing.py` counts them.
REPEATED, SEVERAL_CHANNELS, PUBLIC, DELIVERED, EVERY = "repeated", "several_channels", "public", "delivered", "every"


@frozen
class Element:
    """One thing that a section asks for.

    signs    indicators that bear on it; `harms` likewise
    counts   what is counted over all messages
    answers  questions of the statement whose answer bears on it; the first is the one to ask where nothing is recorded
    ours     False for what no message shows: knowledge, intent, lack of consent. Somebody else finds out
    """

    code: str
    signs: frozenset[str] = frozenset()
    harms: frozenset[Harm] = frozenset()
    counts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    ours: bool = True


@frozen
class Section:
    """A section by its number. `ask`: whether it comes into question is for counsel to say first."""

    number: str
    elements: tuple[Element, ...]
    ask: bool = False


_THREAT = frozenset({"threat_to_life", "harm_intended", "weapon_with_target", "sexual_violence", "threat_to_family"})
_NEAR = frozenset({"presence_at_home", "presence_at_work"})
_KNOWS = frozenset({"knows_home_or_family", "private_fact", "private_facts_published", "doxing_call_to_act"})

SECTIONS: tuple[Section, ...] = (
    Section(
        "264",
        (
            Element(
                "repeated",
                frozenset({"fixation", "new_channel_after_block"}),
                counts=(REPEATED, SEVERAL_CHANNELS),
                answers=("elsewhere",),
            ),
            Element("watching", _NEAR, answers=("elsewhere",)),
            Element("threatening", _THREAT, frozenset({Harm.THREAT}), answers=("meant",)),
            Element("knew_harassed", frozenset({"new_channel_after_block"}), answers=("stop",)),
            Element("fear", answers=("fear",)),
            Element(
                "reasonable",
                _NEAR | _KNOWS | frozenset({"stated_date", "weapon_with_target"}),
                answers=("why", "changed", "earlier"),
            ),
        ),
    ),
    Section(
        "264.1",
        (
            Element("words", _THREAT, frozenset({Harm.THREAT}), answers=("meant",)),
            Element("conveyed", counts=(DELIVERED,), answers=("elsewhere",)),
            Element(
                "meant",
                frozenset({"stated_date", "weapon_with_target", "last_resort"}) | _NEAR | _KNOWS,
                answers=("meant", "why"),
            ),
        ),
    ),
    Section(
        "372",
        (
            Element("false", harms=frozenset({Harm.REPUTATION}), answers=("false",)),
            Element("indecent", frozenset({"sexual_violence"}), frozenset({Harm.SEXUAL})),
            Element(
                "repeated_telecom", frozenset({"fixation", "new_channel_after_block"}), counts=(REPEATED,), answers=("elsewhere",)
            ),
            Element("sent", counts=(DELIVERED,)),
            Element("intent_to_harass", frozenset({"new_channel_after_block"}), answers=("stop",)),
        ),
    ),
    Section(
        "423.2",
        (
            Element("conduct_fear", _THREAT | _NEAR | frozenset({"last_resort"}), frozenset({Harm.THREAT}), answers=("fear",)),
            Element("health_professional", answers=("who",)),
            Element("to_impede", frozenset({"presence_at_work", "tribunal", "licence_campaign"}), answers=("work",)),
            Element("access_blocked", frozenset({"presence_at_work"}), answers=("access",)),
        ),
    ),
    Section(
        "423",
        (
            Element("compel", frozenset({"last_resort"}), answers=("compel", "work")),
            Element("means", _THREAT | _NEAR, frozenset({Harm.THREAT}), answers=("elsewhere",)),
        ),
    ),
    Section(
        "346",
        (
            Element("demand", answers=("demand",)),
            Element("pressure", _THREAT, frozenset({Harm.THREAT}), answers=("demand", "meant")),
            Element("no_right", answers=("demand",), ours=False),
        ),
        ask=True,
    ),
    Section(
        "298-301",
        (
            Element("published", harms=frozenset({Harm.REPUTATION}), counts=(PUBLIC,), answers=("false",)),
            Element(
                "injures",
                frozenset({"licence_campaign", "review_of_public_words"}),
                frozenset({Harm.REPUTATION}),
                answers=("changed", "work"),
            ),
            Element("known_false", answers=("false",), ours=False),
        ),
        ask=True,
    ),
    Section(
        "319",
        (
            Element("group", harms=frozenset({Harm.IDENTITY_HATE})),
            Element("in_public", counts=(PUBLIC,)),
            Element("hatred", frozenset({"call_to_pile_on"}), frozenset({Harm.INCITEMENT}), ours=False),
        ),
        ask=True,
    ),
    Section(
        "162.1",
        (
            Element("image", answers=("image",)),
            Element("shared", answers=("image",)),
            Element("no_consent", answers=("image",)),
        ),
        ask=True,
    ),
    Section(
        "402.2-403",
        (
            Element("information", _KNOWS, frozenset({Harm.DOXING}), answers=("identity",)),
            Element("pose", answers=("pose",)),
            Element("to_harm", answers=("pose", "identity"), ours=False),
        ),
        ask=True,
    ),
    Section(
        "810",
        (
            Element("fears_injury", _THREAT | _NEAR, frozenset({Harm.THREAT}), answers=("fear",)),
            Element(
                "grounds",
                _NEAR | _KNOWS | frozenset({"stated_date", "weapon_with_target"}),
                counts=(REPEATED,),
                answers=("why", "earlier"),
            ),
            Element("whom", answers=("known",)),
        ),
    ),
)
BY_NUMBER = {section.number: section for section in SECTIONS}

#: Countries for which one line of equivalents can be chosen (`dossiers/offence_words.py`).
COUNTRIES = ("uk", "us", "fr", "au", "ie", "de")


@frozen
class Chosen:
    """What somebody chose for one dossier.

    items      public names of the messages that go
    countries  of `COUNTRIES`; `sections` by number, `parts` of `PARTS`
    """

    reader: str
    lang: str
    items: tuple[str, ...]
    parts: frozenset[str]
    sections: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


POLICE, COUNSEL = "police", "counsel"
READERS = (POLICE, COUNSEL)
#: What can go besides cover, chronology and exhibits.
PARTS = ("pattern", "sections", "missing", "statement", "notes", "corrections", "handed")
#: What goes unless she says otherwise. What police receive may have to be given to the accused, so gaps and notes stay out.
USUAL = {
    POLICE: frozenset({"pattern", "sections", "statement", "handed"}),
    COUNSEL: frozenset(PARTS),
}
