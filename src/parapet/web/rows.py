"""A veiled row in words and as HTML: what the inbox, a case and a thread show of an item. No stranger's words are here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.views import Row
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Urgency
from parapet.web import when, words


class Line(TypedDict):
    """A row in words, ready for a template."""

    id: str
    href: str
    title: str
    severity: str
    level: int  # 0 to 4; -1 while not assessed
    where: str
    at: str
    clock: str  # the time of day alone, where the day stands above
    iso: str
    sender: str
    urgency: str
    urgent: int  # 0 to 3
    marks: str
    seen: bool


SEPARATOR = " · "
#: Channel and kind that would say the same word twice.
_SAID_TWICE = frozenset(
    {
        ("mail", ItemKind.MAIL),
        ("complaint", ItemKind.COMPLAINT),
        ("spoken", ItemKind.SPOKEN),
        ("google_reviews", ItemKind.REVIEW),
        ("web", ItemKind.CAPTURE),
    }
)


def lines(rows: Iterable[Row]) -> list[Line]:
    """Rows in words. Tables, addresses and the clock are fetched once: this is the hottest loop of the screens."""
    harm, severity, urgency = words.table("harm"), words.table("severity"), words.table("urgency")
    kind, channel, language = words.table("kind"), words.table("channel"), words.table("language")
    before, after = reverse("item", args=["0"]).split("0")
    kept, teller = _("kept %(at)s"), when.Teller()
    made: list[Line] = []
    for row in rows:
        where = [channel.get(row.channel) or row.channel]
        if (row.channel, row.kind) not in _SAID_TWICE:
            where.append(kind[row.kind])
        if row.lang:
            where.append(language.get(row.lang) or row.lang)
        at, clock = teller.told(row.sent_at)
        made.append(
            {
                "id": row.id,
                "href": f"{before}{row.id}{after}",
                "title": title(row, harm),
                "severity": severity[row.severity.code] if row.harms and not row.own and not row.hidden else "",
                "level": row.severity.value if row.assessed and not row.hidden else -1,
                "where": "" if row.hidden else SEPARATOR.join(where),
                "at": kept % {"at": at} if row.time_is_ours else at,
                "clock": clock,
                "iso": row.sent_at.isoformat(),
                "sender": "" if row.hidden else sender(row),
                # Danger is told through every veil.
                "urgency": urgency[row.urgency.code]
                if row.urgency >= (Urgency.IMMEDIATE if row.hidden else Urgency.SAME_DAY)
                else "",
                "urgent": row.urgency.value,
                "marks": "" if row.hidden else SEPARATOR.join(marks(row)),
                "seen": row.looked_at,
            }
        )
    return made


def line(row: Row) -> Line:
    """One row in words."""
    return lines((row,))[0]


def drawn(rows: Iterable[Row], *, choose: bool = False) -> SafeString:
    """Rows as list entries, each with a box to choose it by when `choose`. A template's loop takes ten times as long."""
    return mark_safe("\n".join(_entry(each, choose) for each in lines(rows)))  # noqa: S308  # `_entry` escapes


def _entry(said: Line, choose: bool) -> str:
    box = (
        f'<input type="checkbox" name="item" value="{said["id"]}" aria-label="{escape(said["title"])}, {said["at"]}">'
        if choose
        else ""
    )
    seen = " seen" if said["seen"] else ""
    return f'<li class="row{seen}">{box}{body(said)}<time datetime="{said["iso"]}">{said["at"]}</time></li>'


def body(said: Line) -> SafeString:
    """The mark, the title as a link, and the line below it."""
    level = said["level"]
    grade = f' <span class="grade s{level}">{said["severity"]}</span>' if said["severity"] else ""
    badge = f' <span class="badge u{said["urgent"]}">{said["urgency"]}</span>' if said["urgency"] else ""
    below = "".join(f"<span>{escape(part)}</span>" for part in (said["where"], said["sender"], said["marks"]) if part)
    return mark_safe(  # noqa: S308  # what is not escaped here are our own words and identifiers
        f'<span class="sev s{level}" aria-hidden="true"></span><div class="row-body"><a class="row-title" href="{said["href"]}">'
        f'{escape(said["title"])}</a>{grade}{badge}<p class="row-meta">{below}</p></div>'
    )


def title(row: Row, harm: words.Words | None = None) -> str:
    """What it is: the harms, gravest first as triage ordered them, or why there are none."""
    if row.hidden:
        return _("A message")
    if row.own:
        return _("Own message")
    if not row.assessed:
        return _("Being sorted")
    if not row.harms:
        return _("For a person to judge") if row.abstain else _("No harm found")
    said = harm or words.table("harm")
    return ", ".join(said[each] for each in row.harms)


def sender(row: Row) -> str:
    """How much comes from the same account, without naming it."""
    if row.sender_count <= 1 or not row.sender or row.own:
        return ""
    return ngettext("same sender: %(n)s message", "same sender: %(n)s messages", row.sender_count) % {
        "n": when.number(row.sender_count)
    }


def marks(row: Row) -> list[str]:
    """What else to know before opening."""
    said = []
    if row.in_own_name and not row.own:
        said.append(_("in the advocate’s own name"))
    if row.abstain and row.assessed and row.harms:
        said.append(_("program unsure"))
    if row.as_others:
        said.append(_("one of many alike"))
    if row.by_people >= row.versions:
        said.append(_("judged by a person"))
    if row.versions > 1:
        said.append(ngettext("%(n)s version", "%(n)s versions", row.versions) % {"n": row.versions})
        if 0 < row.by_people < row.versions:  # right after the versions, of which it tells
            said.append(ngettext("%(n)s judged by a person", "%(n)s judged by a person", row.by_people) % {"n": row.by_people})
    if row.gone:
        said.append(_("deleted at its source"))
    return said
