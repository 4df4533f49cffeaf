"""A case as its documents need it: every exhibit opened, for a person whose look is in the log already."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

import parapet
from parapet.access import opening
from parapet.access.case_cards import case_key, title_context
from parapet.access.case_handovers import handovers_of
from parapet.access.case_notes import notes_of
from parapet.access.erased import of_case
from parapet.access.judgements import Judged, corrections_of, judged_versions
from parapet.access.report_steps import all_steps
from parapet.access.sources import source_card
from parapet.channels.contract import channels
from parapet.domain.items import Item as Content
from parapet.domain.judgement import Assessment, Harm
from parapet.domain.reporting import APPROVE, ARRIVED, RECEIPT, TICK
from parapet.dossiers.case_file import (
    Attested,
    CaseFile,
    CaseNote,
    Corrected,
    ErasedMessage,
    Exhibit,
    Handed,
    Signed,
    Software,
    Version,
    exhibit_from,
)
from parapet.evidence.attested import Attestations
from parapet.evidence.keys import Locker
from parapet.records.models import Advocate, Case, Checkpoint, Item, LogEntry, Report
from parapet.records.models import Version as VersionRow
from parapet.records.profiles import profile_of

#: A home whose advocates were enrolled from the sample marks its documents: `Profile.reference` of the sample starts so.
SAMPLE_DOMAIN = ".example"


@frozen
class Hidden:
    """By the number of a version, what may be seen of it; and how notes and names are cut."""

    versions: Mapping[int, Content]
    words: Callable[[str], str]


def case_items(case: Case) -> list[Item]:
    """The items of a case in order of time."""
    items = Item.objects.filter(caseitem__case=case, caseitem__removed_at=None).select_related("advocate")
    return list(items.order_by("sent_at", "number"))


def case_file(
    case: Case,
    items: Sequence[Item],
    *,
    exported_at: datetime,
    checkpoint: Checkpoint,
    root: str,
    attested: Attestations,
    hidden: Hidden | None = None,
) -> CaseFile:
    """Everything that the dossier of `case` shows: its `items`, as the log under `checkpoint` has them. Raises SealBroken.

    attested  what bodies outside say of its entries
    hidden    what is shown in place of versions that are withheld from this copy, and how other words are cut
    """
    key, words = case_key(case), hidden.words if hidden else str
    return CaseFile(
        case_id=case.id,
        title=key.unlock(bytes(case.sealed_title), about=title_context(case.number)).decode(),
        advocate_name=words(profile_of(case.advocate).name),
        opened_at=case.opened_at,
        exported_at=exported_at,
        software=Software("Parapet", parapet.__version__),
        checkpoint=checkpoint.note,
        head_hash=root,
        log_size=checkpoint.size,
        exhibits=tuple(_exhibits(items, checkpoint.size, hidden, attested)),
        notes=tuple(CaseNote(n.at, words(n.who), words(n.text)) for n in notes_of(case, key, before=checkpoint.size)),
        handed=tuple(_handed(case, key, items, checkpoint.size, words)),
        erased=tuple(ErasedMessage(e.id, e.at, e.who, e.reason) for e in of_case(case, before=checkpoint.size)),
        fictional=is_sample(case.advocate),
    )


def _handed(case: Case, key: Locker, items: Sequence[Item], size: int, words: Callable[[str], str]) -> Iterator[Handed]:
    """To whom it was reported or given, by the word of a person; and every report of its messages that went to a platform."""
    found = [
        Handed(h.kind, h.to, h.means, h.happened_at, words(h.who), h.log_index, h.bag)
        for h in handovers_of(case, key)
        if h.log_index < size
    ]
    for item in items:
        if not Report.objects.filter(item=item, sent_at__isnull=False).exists():
            continue
        for steps in all_steps(item, opening.item_key(item, opening.locker_of(item.advocate))).values():
            approved = ""
            for step in steps:
                approved = step.who if step.what == APPROVE else approved
                if step.what in (RECEIPT, TICK, ARRIVED) and step.log_index < size:
                    at = datetime.fromisoformat(str(step.details.get("happened_at") or step.at.isoformat()))
                    means = "upload" if step.what == TICK else "other"
                    found.append(Handed("report", "platform", means, at, words(step.who or approved), step.log_index, 0))
    yield from sorted(found, key=lambda each: each.log_index)


def is_sample(advocate: Advocate) -> bool:
    """Invented people have invented addresses: names under `.example` exist nowhere (RFC 2606)."""
    mails = [i for i in profile_of(advocate).identifiers if i.startswith("email:")]
    return bool(mails) and all(m.endswith(SAMPLE_DOMAIN) for m in mails)


def _exhibits(items: Sequence[Item], size: int, cut: Hidden | None, attested: Attestations) -> Iterator[Exhibit]:
    hidden = cut.versions if cut else {}
    titles = {name: manifest.title for name, manifest in channels().items()}
    for number, item in enumerate(items, 1):
        key = opening.item_key(item, opening.locker_of(item.advocate))
        rows = list(VersionRow.objects.filter(item=item, log_index__lt=size).order_by("ordinal"))
        content = hidden.get(rows[-1].number) or opening.face(rows[-1], key)
        versions, later = [], content.text
        for row in reversed(rows):
            text = (hidden.get(row.number) or opening.face(row, key)).text
            withheld = row.number in hidden
            said = attested.of(row.log_index or 0)
            leaf = json.loads(opening.leaf_bytes(LogEntry.objects.get(index=row.log_index), key))
            versions.append(
                Version(
                    number=row.ordinal,
                    captured_at=row.captured_at,
                    sha256="" if withheld else leaf["sha256"],
                    log_index=row.log_index,
                    text=None if text == later else text,
                    size_bytes=0 if withheld else leaf["size"],
                    media_type=row.media_type,
                    signed=None if withheld else _signed(row, key, size),  # it names domains
                    attested=Attested(said.at, said.by, said.witness) if said else None,
                )
            )
            later = text
        judged = {version.number: each for version, each in judged_versions(item, key, before=size)}
        exhibit = exhibit_from(
            number,
            item.id,
            content,
            tuple(reversed(versions)),
            assessment=judged[rows[-1].number].stands,
            channel_title=titles.get(item.channel, item.channel),
            gone_at=item.gone_at,
        )
        whole = not any(row.number in hidden for row in rows)
        if not whole:  # what triggered them is quoted
            exhibit = evolve(exhibit, indicators=())
        stands = [judged[row.number].stands for row in rows]
        exhibit = _at_its_gravest(exhibit, [each for each in stands if each], quoted=whole)
        corrected = _corrected(item, key, {row.ordinal: judged[row.number] for row in rows}, size, cut)
        yield evolve(exhibit, own=item.own, corrected=tuple(corrected))


def _corrected(item: Item, key: Locker, judged: Mapping[int, Judged], size: int, hidden: Hidden | None) -> Iterator[Corrected]:
    """What people say of its versions in the program's place. A redacted copy does not print why: that is in nobody's list of what it withholds."""
    last = {line.version: line for line in corrections_of(item, key, before=size)}
    for ordinal, each in judged.items():
        line = last.get(ordinal)
        if line is not None and line.verdict is not None and each.program is not None:
            who, reason = (hidden.words(line.who), "") if hidden else (line.who, line.reason)
            yield Corrected(ordinal, line.at, who, line.verdict, each.program.verdict, reason)


def _signed(row: VersionRow, key: Locker, size: int) -> Signed | None:
    card = source_card(row, key, before=size)
    return Signed(card.method, card.result, card.at, card.nearness, card.domains) if card else None


def _at_its_gravest(exhibit: Exhibit, said: Sequence[Assessment], *, quoted: bool) -> Exhibit:
    """As the queue has it: what an earlier version said weighs as much as before, though the last one is printed first."""
    if len(said) < 2:
        return exhibit
    worst = max(said, key=lambda each: (each.severity, each.urgency))
    found = {(indicator.code, indicator.words): indicator for each in said for indicator in each.indicators}
    return evolve(
        exhibit,
        severity=worst.severity,
        urgency=max(each.urgency for each in said),
        harms=tuple(harm for harm in Harm if any(harm in each.harms for each in said)),
        indicators=tuple(found.values()) if quoted else (),
        judged=any(not each.abstain for each in said),
    )
