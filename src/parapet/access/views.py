"""What screens, dossiers and the command line get to see: plain values, never database rows."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from parapet.access.around import DoorMailCard, PageLook, PagePlan
from parapet.domain.errors import SealBroken
from parapet.domain.items import Flag, Item, ItemKind
from parapet.domain.judgement import Campaign, Copies, Harm, History, Indicator, Severity, Urgency, Verdict
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.domain.veil import Level


@frozen
class AdvocateCard:
    """An advocate whom a person may act for. `role` is "advocate" (it is herself) or "helper".

    rights  what that person may do; screens show no button of what she may not
    until   when it ends; None for never
    scope   for which part of her messages; None for all
    """

    id: str
    name: str
    role: str
    rights: frozenset[Right] = frozenset()
    until: datetime | None = None
    scope: Scope | None = None


@frozen
class Filters:
    """What to show of an inbox. Empty means all. `severity` and `urgency` mean "this or graver"."""

    channel: str = ""
    harm: Harm | None = None
    severity: Severity | None = None
    urgency: Urgency | None = None
    lang: str = ""
    sender: str = ""  # a sender's tag (`Row.sender`)
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""  # searched in text, subject and names, under the veil: rows come back veiled
    unsure: bool = False  # only those on which triage abstained
    own: bool = False  # the advocate's own posts, shown as context
    around: str = ""  # an item's name: what accounts that act together sent, that message among it


@frozen
class Row:
    """One item under the veil: nothing here was written by a stranger."""

    id: str
    channel: str
    kind: ItemKind
    sent_at: datetime  # the time of capture where the source gave none that can be believed
    time_is_ours: bool
    severity: Severity
    urgency: Urgency
    harms: tuple[Harm, ...]
    lang: str
    abstain: bool
    assessed: bool
    versions: int
    gone: bool  # a deletion was seen
    own: bool  # written by the advocate: context
    in_own_name: bool  # likewise, but too grave to be left out of the queue when `own` is False
    sender: str  # 8 hex digits that stand for the account within this advocate's inbox; "" when anonymous
    sender_count: int  # items from this sender, this one included
    looked_at: bool  # by this person
    by_people: int  # versions for which a person's word stands in place of the program's
    hidden: bool = False  # by this person's own veil she sees only that it is there; what is urgent now is told all the same
    as_others: bool = False  # its own words are not abusive: it is judged as nearly the same words are, or as its campaign is


@frozen
class Page:
    """One page of rows, newest first, with keyset cursors ("" when there is no such page)."""

    rows: tuple[Row, ...]
    older: str
    newer: str
    searched: int = 0  # items searched for `Filters.words`, and the moment to go on from is in `older`
    search_done: bool = True


@frozen
class Counts:
    """How many, from where, how serious. Own posts are not counted.

    more  only the newest were counted, for somebody who sees a part: there are more than `total`
    """

    total: int
    waiting: int  # not yet assessed
    unsure: int
    by_channel: dict[str, int]
    by_severity: dict[Severity, int]
    by_urgency: dict[Urgency, int]
    by_harm: dict[Harm, int]
    by_lang: dict[str, int]
    more: bool = False


@frozen
class SourceCard:
    """Whether a version is signed by its source. Codes, and our own words for them; `domains` are a stranger's.

    result   a code of `domain.source.Result`
    nearness of the domain that signed to the one named as sender: "same", "related", "other", or ""
    domains  whose signatures those are, the best first: for who has asked to see the text
    """

    method: str
    result: str
    at: datetime
    nearness: str = ""
    domains: tuple[str, ...] = ()


@frozen
class VersionCard:
    """One version of an item, veiled."""

    number: int
    captured_at: datetime
    sha256: str  # of the original bytes
    size_bytes: int
    media_type: str
    log_index: int
    places: tuple[str, ...]  # where it lay: "notifications.json, /3/notifications/17"; file names are the person's own
    source: SourceCard | None = None  # None when it carries nothing of the kind, or was taken in before this was looked at


@frozen
class CustodyLine:
    """One entry of the log about an item or a case, in order."""

    at: datetime
    kind: str  # "capture", "version", "view", "assess", "export", ...
    who: str  # a person's name, or "" for the program
    log_index: int
    as_written: bool = True  # False: somebody changed the row; nothing that it says can be believed


@frozen
class CorrectionLine:
    """What a person said of a version in the program's place. `reason` is her own words."""

    version: int
    at: datetime
    who: str  # her name; "" when she is no longer here
    verdict: Verdict | None  # None: she took back what was said
    reason: str
    log_index: int


@frozen
class VersionJudgement:
    """What is said of one version: by the program (None while it waits), and by a person, when that stands in its place."""

    number: int
    program: Verdict | None
    unsure: bool  # the program left it to a person
    person: CorrectionLine | None

    @property
    def stands(self) -> Verdict | None:
        """What counts."""
        return self.person.verdict if self.person else self.program


@frozen
class OnIt:
    """Who is on one message, and how it ended. Empty names for nobody.

    outcome  the last that a person said: a code of `queue.OUTCOMES`, or "" where it was never done, or waits again
    waits    it is among those that wait, or in somebody's hands
    helpers  (id, name) of the others to whom it can be handed
    """

    who: str = ""
    me: bool = False  # it is whoever asks
    until: datetime | None = None
    outcome: str = ""
    done_by: str = ""
    done_at: datetime | None = None
    waits: bool = False
    helpers: tuple[tuple[str, str], ...] = ()


@frozen
class ItemCard:
    """An item's page under the veil. What it says of content is of the version `shown_first`, the gravest.

    judged_at           the place in the log of what it shows of judgements; who corrects one gives it back
    history             what its account had sent before, when the program judged it; None where that is not known
    copies              nearly the same words in other messages near in time, as it is now; None where too few accounts sent them
    copies_then         likewise, as it was when the program judged it, however few
    campaign            what accounts that act together sent, this message among it, as it was then; None where they do not
    copied              of those messages the nearest in time, oldest first
    corrections_broken  what people said of it is not what the log tells of: the program's judgement is shown
    """

    row: Row
    advocate: AdvocateCard
    flags: tuple[Flag, ...]
    indicator_codes: tuple[str, ...]
    reason: tuple[str, ...]
    probabilities: dict[Harm, float]
    abusive: float
    model: str
    versions: tuple[VersionCard, ...]
    shown_first: int  # the number of the version that is shown when none is asked for
    cases: tuple[CaseCard, ...]
    custody: tuple[CustodyLine, ...]
    thread: tuple[Row, ...]  # items of the same thread, oldest first, at most 50
    leaf_hash: str  # of the latest version's capture
    checkpoint_size: int  # 0 when not yet under a signed checkpoint
    judgements: tuple[VersionJudgement, ...]  # one a version, oldest first
    judged_at: int
    corrections_broken: SealBroken | None = None
    history: History | None = None
    copies: Copies | None = None
    copies_then: Copies | None = None
    campaign: Campaign | None = None
    copied: tuple[Row, ...] = ()
    on_it: OnIt = OnIt()  # who works on it
    level: Level = Level.NOTHING  # her veil over it: what she sees before she asks
    looks: tuple[PageLook, ...] = ()  # at its page, the newest first
    plan: PagePlan | None = None  # whether its page is looked at again by itself
    mail: DoorMailCard | None = None  # in which it came to a shielded address


@frozen
class Opened:
    """An item unveiled for one person, for one reason, and logged. Everything in `item` is a stranger's: escape it."""

    card: ItemCard
    item: Item
    indicators: tuple[Indicator, ...]
    number: int  # of the version shown


@frozen
class CaseCard:
    """A case in a list. `title` and notes are the person's own words."""

    id: str
    title: str
    state: str  # "open", "closed"
    items: int
    opened_at: datetime
    gravest: Severity


@frozen
class Note:
    """A note in a case."""

    at: datetime
    who: str
    text: str


@frozen
class HandoverLine:
    """What a person recorded of reporting a case, or giving it to somebody. `name` and `reference` are her own words."""

    at: datetime
    who: str
    kind: str  # "report", "transfer"
    to: str  # a code: "police", "counsel", ...
    means: str  # a code: "in_person", "mail", ...
    happened_at: datetime
    bag: int  # the place in the log of the export that was given; 0 for none
    name: str
    reference: str
    log_index: int


@frozen
class ErasedLine:
    """An item that was in a case when it was erased. `who` is a person's name, "" for the program."""

    id: str
    at: datetime
    who: str
    reason: str  # a code: of `erase.REASONS`, or "rule"


@frozen
class CasePage:
    """A case with its items in order of time, notes and custody.

    seen_by       who was let act for the advocate, and no longer
    notes_broken  why none of its notes is shown: they are not those that the log tells of; likewise `handovers_broken`
    hides_sums    she sees only that messages are there: not how grave
    """

    card: CaseCard
    advocate: AdvocateCard
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    custody: tuple[CustodyLine, ...]
    exports: tuple[CustodyLine, ...]
    seen_by: tuple[CustodyLine, ...]
    notes_broken: SealBroken | None = None
    handovers: tuple[HandoverLine, ...] = ()
    handovers_broken: SealBroken | None = None
    erased: tuple[ErasedLine, ...] = ()
    hides_sums: bool = True


@frozen
class RefusalCard:
    """One refused input: why, and where it lay.

    file, place  by name. Names are a stranger's words: for a screen only when somebody asks for them
    reason       code of a `Reason`
    detail       numbers and field names of ours
    delivery     by number, from 1: which of the files or folders that were named; 0 when it was not written down
    within       which file of that folder; 0 when it is no folder
    member       which member of an archive; 0 when it is none
    spots        what is counted within ("line", "message", "row", "part", "field"), and where
    size_bytes   of the whole file; None when it could not be read
    """

    file: str
    place: str
    reason: str
    detail: str
    delivery: int = 0
    within: int = 0
    member: int = 0
    spots: tuple[tuple[str, str], ...] = ()
    size_bytes: int | None = None


@frozen
class IntakeCard:
    """One import, running or ended. `found == new + already + refused_items` always holds once it is done.

    failed_code   the error's code when its background work was given up, and can be begun anew; else ""
    again         sealed files were read once more; `missing`: of what they held, what is no longer found, and stays
    readable      something was left over that can be read again
    """

    id: str
    started_at: datetime
    state: str  # "waiting", "running", "done", "failed"
    files_total: int
    files_done: int
    found: int
    new: int
    versions: int  # of `new`: other content under a known URI
    already: int
    refused: int
    own: int  # of `new`: the advocate's own posts
    unmatched: int  # of `new`: aimed at nobody we protect
    passed: int  # records that are no messages
    gone: int
    refusals: tuple[RefusalCard, ...] = field(factory=tuple)
    failed_code: str = ""
    again: bool = False
    missing: int = 0
    readable: bool = False
