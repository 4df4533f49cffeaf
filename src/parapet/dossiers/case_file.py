"""What a dossier is made of: a `CaseFile` with its `Exhibit`s. Plain values, filled by the caller from the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from parapet.domain.items import Account, Attachment, Flag, Item, ItemKind
from parapet.domain.judgement import Assessment, Harm, Indicator, Severity, Urgency, Verdict

#: Exhibits in one document: 500 take about 5 s of processor time and 450 MB.
MAX_EXHIBITS = 500


@frozen
class Software:
    """The program that kept the record: Canada Evidence Act 31.1 asks for the system, not only for its output."""

    name: str
    version: str


@frozen
class Signed:
    """Whether a version is signed by its source: method and result as `domain.source` has them.

    at        aware, when it was looked at
    nearness  of the domain that signed to the one named as sender; "" where that says nothing
    domains   a stranger's words
    """

    method: str
    result: str
    at: datetime
    nearness: str = ""
    domains: tuple[str, ...] = ()


@frozen
class Attested:
    """That a body outside says that an entry of the log existed at `at` (aware): a time authority, or a `witness` of the log.

    by  its name, as whoever runs the home wrote it
    """

    at: datetime
    by: str
    witness: bool = False


@frozen
class Version:
    """One content of an item as it was captured.

    captured_at  aware
    sha256       of the original bytes, 64 lower-case hex digits
    log_index    of the capture's leaf in the log, from 0
    text         the text of this version; None when it is that of the version after it
    attested     the earliest word of a body outside
    """

    number: int
    captured_at: datetime
    sha256: str
    log_index: int
    text: str | None = None
    size_bytes: int = 0
    media_type: str = ""
    signed: Signed | None = None
    attested: Attested | None = None


@frozen
class Corrected:
    """What a person said of one version in the program's place, and what the program said.

    who     her name; "" when it is not known any more
    reason  her words; "" when she gave none
    """

    version: int
    at: datetime
    who: str
    person: Verdict
    program: Verdict
    reason: str = ""


@frozen
class CaseNote:
    """A note by a person who works on the case. `exhibit` is the number of the exhibit it speaks of, 0 for the case."""

    at: datetime
    who: str
    text: str
    exhibit: int = 0


@frozen
class Handed:
    """That a case was reported or given to somebody. `kind`, `to` and `means` are codes of ours, and nobody is named.

    happened_at  aware, as `who` recorded it
    bag          the entry of the export that was given; 0 for none
    """

    kind: str
    to: str
    means: str
    happened_at: datetime
    who: str
    log_index: int
    bag: int = 0


@frozen
class ErasedMessage:
    """A message that was in the case when it was erased. `who` decided; "" is a rule. `reason` is a code of ours."""

    item_id: str
    at: datetime
    who: str
    reason: str


@frozen
class Exhibit:
    """One message with all that proves it. Every text in it is a stranger's.

    number        from 1, in order of time
    channel       the channel's stable name; `channel_title` is what people call it ("Bluesky")
    text          of the last version, exactly as kept
    sent_at       aware; the time of capture where the source gives none (`time_is_ours`)
    captured_at   aware, of the first version
    versions      oldest first, at least one
    gone_at       when a deletion was seen
    own           the advocate's own post, kept for context; not counted
    judged        False while triage has not spoken, or has abstained: severity and harms then say nothing
    corrected     what people said in place of the program; `severity`, `urgency` and `harms` are theirs then
    """

    number: int
    item_id: str
    channel: str
    kind: ItemKind
    author: Account
    text: str
    sent_at: datetime
    captured_at: datetime
    versions: tuple[Version, ...]
    channel_title: str = ""
    subject: str = ""
    content_warning: str = ""
    time_is_ours: bool = False
    sent_at_as_given: str = ""
    uri: str = ""
    url: str = ""
    place: str = ""
    rating: float | None = None
    severity: Severity = Severity.NONE
    urgency: Urgency = Urgency.NONE
    harms: tuple[Harm, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    model: str = ""
    judged: bool = False
    attachments: tuple[Attachment, ...] = ()
    flags: tuple[Flag, ...] = ()
    gone_at: datetime | None = None
    own: bool = False
    corrected: tuple[Corrected, ...] = ()

    @property
    def weighed(self) -> bool:
        """Its severity says something: it is a stranger's, and triage spoke, or its rules did though the model abstained."""
        return not self.own and (self.judged or bool(self.harms or self.indicators))

    @property
    def grave(self) -> bool:
        """High or critical, as far as is known."""
        return self.weighed and self.severity >= Severity.HIGH

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each version, oldest first; the last is `text`."""
        texts = [self.text]
        for version in self.versions[-2::-1]:
            texts.append(texts[-1] if version.text is None else version.text)
        return tuple(reversed(texts))


@frozen
class CaseFile:
    """A case, ready to be set on paper.

    head_hash    the root of the log at export, 64 lower-case hex digits
    checkpoint   the signed note over the log, verbatim; "" when there is none yet
    log_key      the log's public key, as verifiers take it; "" leaves it out
    fictional    sample data: every page then says so
    volume       of `volumes`, from 1, when the case was too large for one document
    handed       to whom the case was reported or given; told in the last volume, as is
    erased       what was in the case and is gone
    numbered     keys of the accounts numbered already in the whole case, in order; see `volumes`
    """

    case_id: str
    title: str
    advocate_name: str
    opened_at: datetime
    exported_at: datetime
    software: Software
    checkpoint: str
    head_hash: str
    exhibits: tuple[Exhibit, ...]
    notes: tuple[CaseNote, ...] = field(default=())
    handed: tuple[Handed, ...] = field(default=())
    erased: tuple[ErasedMessage, ...] = field(default=())
    log_size: int = 0
    log_key: str = ""
    fictional: bool = False
    volume: int = 1
    volumes: int = 1
    numbered: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Exhibit, ...]:
        """The exhibits written by others."""
        return tuple(exhibit for exhibit in self.exhibits if not exhibit.own)

    @property
    def gravest(self) -> Severity:
        """The highest severity among what others wrote."""
        return max((exhibit.severity for exhibit in self.counted if exhibit.weighed), default=Severity.NONE)

    @property
    def senders(self) -> dict[str, int]:
        """Account key to sender number, from 1, in order of first appearance; the anonymous and the advocate have none.

        Pages before the warning name senders by these numbers: a handle can be abuse too.
        """
        numbers = {key: n for n, key in enumerate(self.numbered, 1)}
        for exhibit in self.counted:
            key = exhibit.author.key
            if key and key not in numbers:
                numbers[key] = len(numbers) + 1
        return numbers


def volumes(case: CaseFile, exhibits_each: int = MAX_EXHIBITS) -> tuple[CaseFile, ...]:
    """The case in as many volumes as it takes: its exhibits in order, each note with its exhibit, the case's own notes last.

    Sender numbers stay those of the whole case. A case that fits is its own only volume.
    """
    if len(case.exhibits) <= exhibits_each:
        return (case,)
    parts = [case.exhibits[at : at + exhibits_each] for at in range(0, len(case.exhibits), exhibits_each)]
    home = {exhibit.number: n for n, part in enumerate(parts, 1) for exhibit in part}
    return tuple(
        evolve(
            case,
            exhibits=part,
            notes=tuple(note for note in case.notes if home.get(note.exhibit, len(parts)) == n),
            handed=case.handed if n == len(parts) else (),
            erased=case.erased if n == len(parts) else (),
            numbered=tuple(case.senders),
            volume=n,
            volumes=len(parts),
        )
        for n, part in enumerate(parts, 1)
    )


def exhibit_from(
    number: int,
    item_id: str,
    item: Item,
    versions: Sequence[Version],
    *,
    assessment: Assessment | None = None,
    channel_title: str = "",
    gone_at: datetime | None = None,
) -> Exhibit:
    """An exhibit from an item, what triage said of it, and its captured versions (oldest first, at least one).

    Raises ValueError when there is no version: an exhibit without a seal proves nothing.
    """
    if not versions:
        raise ValueError("an exhibit needs at least one sealed version")
    captured_at = versions[0].captured_at
    judged = assessment is not None and not assessment.abstain
    return Exhibit(
        number=number,
        item_id=item_id,
        channel=item.channel,
        channel_title=channel_title,
        kind=item.kind,
        author=item.author,
        text=item.text,
        subject=item.subject,
        content_warning=item.content_warning,
        sent_at=item.sent_at or captured_at,
        time_is_ours=item.sent_at is None,
        sent_at_as_given=item.sent_at_as_given,
        captured_at=captured_at,
        uri=item.uri,
        url=item.url,
        place=item.place,
        rating=item.rating,
        severity=assessment.severity if assessment else Severity.NONE,
        urgency=assessment.urgency if assessment else Urgency.NONE,
        harms=tuple(h for h in Harm if assessment and h in assessment.harms),
        indicators=assessment.indicators if assessment else (),
        model=assessment.model if assessment else "",
        judged=judged,
        versions=tuple(versions),
        attachments=item.attachments,
        flags=tuple(flag for flag in Flag if flag in item.flags),
        gone_at=gone_at,
        own=item.own,
    )
