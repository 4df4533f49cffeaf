"""What follows from a bag without a fault, and what does not, in the order in which a reader asks."""

from __future__ import annotations

from parapet.evidence.reader.anchors import Seen, latest_by
from parapet.evidence.reader.erased import whole
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.order import ACKNOWLEDGE, CONTRADICTION, steps_back
from parapet.evidence.reader.report import Phrase, Report
from parapet.evidence.reader.withheld import WITHHELD


def conclude(
    report: Report,
    items: dict[str, dict[int, Leaf]],
    events: list[Leaf],
    leaves: list[Leaf],
    size: int,
    seen: list[Seen],
    erased: dict[str, int],
    withheld: dict[str, int],
    *,
    by_key: bool,
) -> None:
    """Say it.

    leaves  all, in the order of the log
    size    of the log under the bag's checkpoint
    erased  as `check_erased` gives it: entries of which only the hash is here, for items erased by people and by a rule
    withheld  `versions`, `entries`, `notes` and each reason, with its number
    by_key  the reader named the key
    """
    captures = [leaf for versions in items.values() for leaf in versions.values() if leaf.body not in ({}, WITHHELD)]
    whole_items, whole_versions, whole_events = whole(items.values(), events)
    report.facts.update(items=whole_items, versions=whole_versions, events=whole_events)
    report.facts["seen"] = [
        {"kind": s.kind, "by": s.name, "mark": s.mark, "entries": s.size, "at": f"{s.at.isoformat()}Z", "named": s.named}
        for s in seen
    ]
    report.not_proven = []
    report.proven = [("p.unchanged", {"n": whole_items, "m": whole_versions}), ("p.complete", {})]
    if erased["by_people"]:
        report.proven.append(("p.erased_by_people", {"n": erased["by_people"], "m": erased["erased"]}))
    if erased["by_rule"]:
        report.proven.append(("p.erased_by_rule", {"n": erased["by_rule"]}))
    _tell_withheld(report, withheld)
    report.proven += [("p.custody", {"n": whole_events}), ("p.export", {})]
    if by_key:
        report.proven.append(("p.key", {}))
    else:
        report.not_proven.append(("n.key", {}))
    bounded = _tell(report, "time", seen, captures, leaves)
    witnessed = _tell(report, "witness", seen, captures, leaves) >= size
    report.not_proven += [("n.source", {}), ("n.time_after" if bounded >= size else "n.time", {})]
    report.not_proven += [("n.insider_witness" if witnessed else "n.insider", {}), ("n.documents", {})]
    if erased["erased"]:
        report.facts["erased"] = erased["by_people"] + erased["by_rule"]
        report.not_proven.append(("n.erased", {}))
    if "withheld" in report.facts:
        report.not_proven.append(("n.withheld", {}))


def conclude_of_removed(report: Report, removed: list[Leaf], skipped: int) -> None:
    """Say what is here of items that were taken out of the case, and how many earlier heads could not be reckoned again."""
    if removed:
        taken = len({leaf.folder.split("/")[2] for leaf in removed})
        report.facts["removed"] = taken
        report.proven.append(("p.removed", {"n": taken, "m": len(removed)}))
    if skipped:
        report.not_proven.append(("n.heads", {"n": skipped}))


def conclude_of_log(report: Report, leaves: list[Leaf], asked: tuple[int, int]) -> None:
    """Say what the log tells of itself: whom it asked at the export in vain, its clock, and what a witness held against it.

    asked  how many were asked, and how many of their words are here
    """
    if asked[1] < asked[0]:
        report.not_proven.append(("n.asked", {"n": asked[0], "m": asked[1]}))
    steps = [int(step.total_seconds()) for step in steps_back(leaves) if step]
    if steps:
        report.clock_set_back(len(steps), sum(steps))
    refused = {str(leaf.place) for leaf in leaves if leaf.body.get("kind") == CONTRADICTION}
    details = [leaf.body.get("details") for leaf in leaves if leaf.body.get("kind") == ACKNOWLEDGE]
    known = {str(each.get("entry")) for each in details if isinstance(each, dict)} & refused
    if refused:
        report.facts.update(contradictions=len(refused), acknowledged=len(known))
        report.not_proven.append(("n.contradiction", {"n": len(refused), "m": len(known)}))


def _tell_withheld(report: Report, withheld: dict[str, int]) -> None:
    kinds = {"versions": "p.withheld", "entries": "p.withheld_entries", "notes": "p.withheld_notes"}
    if any(withheld[kind] for kind in kinds):
        report.facts["withheld"] = withheld["versions"]
        report.proven += [(phrase, {"n": withheld[kind]}) for kind, phrase in kinds.items() if withheld[kind]]
        reasons = [reason for reason in withheld if reason not in kinds and withheld[reason]]
        report.proven += [(f"p.{reason}", {"n": withheld[reason]}) for reason in reasons]


def _tell(report: Report, kind: str, seen: list[Seen], captures: list[Leaf], leaves: list[Leaf]) -> int:
    """What each authority or witness says; the size of the largest log that one which the reader named has seen."""
    largest = 0
    for last, covered, minutes in latest_by(seen, kind, captures, leaves):
        filled: dict[str, int | str] = {
            "name": last.name,
            "mark": last.mark,
            "at": f"{last.at:%Y-%m-%d %H:%M:%S} UTC",
            "n": covered,
            "m": len(captures),
            "wait": f"{minutes} min" if minutes < 120 else f"{-(-minutes // 60)} h",
        }
        phrase: Phrase = (f"{'p' if last.named else 'n'}.{kind}_by", filled)
        (report.proven if last.named else report.not_proven).append(phrase)
        largest = max(largest, last.size if last.named else 0)
    return largest
