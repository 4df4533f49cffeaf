"""What goes with a report as a file: its text, forms that programs read, a notice under the Digital Services Act. Each look is in the log."""

from __future__ import annotations

from datetime import datetime

from parapet.access import opening
from parapet.access.looks import log_look
from parapet.access.report_steps import Draft, standing_of
from parapet.access.reports import desk_of, held_report, text_of, version_of
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.dossiers import report_files
from parapet.dossiers.report_files import Reporter
from parapet.records.models import Person


def files_of(desk: r.Desk, draft: Draft) -> tuple[str, ...]:
    """Which files a draft gives. A form that programs read needs who reports, and a type that fits."""
    named = bool(draft.name) and report_files.is_address(draft.email)
    kinds = ["text"]
    if desk.needs == "mail" and named and report_files.is_address(draft.to):
        kinds.append("arf")
    if desk.code == "host" and draft.reason == "exposed_data" and named and r.host_of(draft.url):
        kinds.append("xarf")
    if desk.wants_name and named and draft.reason and r.host_of(draft.url):
        kinds.append("pdf")
    return tuple(kinds)


def report_file(person: Person, report_id: str, kind: str) -> tuple[str, bytes]:
    """A file to send with a report, after the look is in the log: "text", "arf" or "xarf". Its name is of our own.

    Raises NotFound, SealBroken; RequestRefused is for who asks what does not fit, so that is NotFound too.
    """
    row, item, key = held_report(person, report_id, Right.REPORT)
    desk = desk_of(row.desk)
    standing = standing_of(row, item, key, desk)
    draft, text = standing.draft, text_of(standing, desk, row)
    if kind not in files_of(desk, draft):
        raise NotFound("There is nothing here.")
    log_look(person, item, key, why="report", version=draft.version, kind="download")
    reporter = Reporter(draft.name, draft.email)
    if kind == "arf":
        raw = opening.original_bytes(version_of(item, draft.version), key)
        return f"{row.id}.eml", report_files.arf(raw, text, reporter, draft.to, at=row.made_at, reference=row.id)
    if kind == "xarf":
        at = datetime.fromisoformat(draft.sent_at) if draft.sent_at else row.made_at
        return f"{row.id}.xarf.json", report_files.xarf(draft.url, text, reporter, at=row.made_at, sent_at=at, reference=row.id)
    return f"{row.id}.txt", text.encode("utf-8", "replace")


def report_notice(person: Person, report_id: str) -> tuple[str, str, str, Draft, datetime]:
    """What a notice under the Digital Services Act is printed from: report, reason in words of the notice's language, the rule's page,
    the draft and when it was made; after the look is in the log. Raises NotFound, SealBroken."""
    row, item, key = held_report(person, report_id, Right.REPORT)
    desk = desk_of(row.desk)
    standing = standing_of(row, item, key, desk)
    draft, reason = standing.draft, desk.reason(standing.draft.reason)
    if "pdf" not in files_of(desk, draft) or reason is None:
        raise NotFound("There is nothing here.")
    log_look(person, item, key, why="report", version=draft.version, kind="download")
    return row.id, reason.label.within(draft.lang), reason.link, draft, row.made_at
