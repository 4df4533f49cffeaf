"""One item: its card under the veil; its text only when asked for, there and then, and logged."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext

from parapet.access import items
from parapet.access.views import ItemCard, Opened, SourceCard, VersionCard
from parapet.actions.take_turns import keep_on
from parapet.domain.errors import NotFound
from parapet.domain.judgement import Harm, Urgency
from parapet.domain.rights import Right
from parapet.web import rows, when, words
from parapet.web.custody import entries
from parapet.web.frame import UNMATCHED, Visit, page, show
from parapet.web.item import inert
from parapet.web.item.before import before
from parapet.web.item.copies import copies
from parapet.web.item.erased import show_erased
from parapet.web.item.forms import DEFAULT_WHY, Ask
from parapet.web.item.judging import judgement
from parapet.web.item.pause import paused
from parapet.web.queue.standing import on_it

#: Served as what they say; everything else as bytes without meaning.
HARMLESS = frozenset({"application/json", "text/csv", "message/rfc822", "text/plain"})
#: Below this a probability is not shown: it says nothing to a reader.
WORTH_SAYING = 0.2


@page("GET")
def item(request: Visit, item_id: str) -> HttpResponseBase:
    """The card, veiled. Coming back to it veils again."""
    try:
        card = items.card(request.user, item_id)
    except NotFound:
        return show_erased(request, item_id)
    if request.htmx:
        return render(request, "item/veil.html", _veil(card))
    return show(request, "item/item.html", card_context(card), here="inbox", advocate=card.advocate)


@page("POST")
def text(request: Visit, item_id: str) -> HttpResponseBase:
    """Show the text: a fragment for scripts, the whole page without."""
    asked = _asked(request)
    if answer := paused(request, item_id, asked, of="item-text", whole=card_context):
        return answer
    opened = items.opened(request.user, item_id, why=asked["why"], version=asked["version"])
    if opened.card.on_it.me and Right.SORT in opened.card.advocate.rights:
        keep_on(request.user, item_id)  # she works on it
    context = _opened(opened)
    if request.htmx:
        return render(request, "item/text.html", context)
    return show(request, "item/item.html", {**card_context(opened.card), **context}, here="inbox", advocate=opened.card.advocate)


@page("POST")
def compare(request: Visit, item_id: str) -> HttpResponseBase:
    """Show what changed from one version to another. Both looks are logged."""
    asked = _asked(request)
    if answer := paused(request, item_id, asked, of="item-compare", whole=card_context):
        return answer
    latest = asked["version"] or items.card(request.user, item_id).versions[-1].number
    newer = items.opened(request.user, item_id, why=asked["why"], version=latest)
    older = items.opened(request.user, item_id, why=asked["why"], version=asked["against"] or max(1, newer.number - 1))
    context = {
        **_opened(newer),
        "compared": inert.compared(older.item.text, newer.item.text),
        "against": older.number,
        "subject_changed": older.item.subject != newer.item.subject,
    }
    if request.htmx:
        return render(request, "item/text.html", context)
    return show(request, "item/item.html", {**card_context(newer.card), **context}, here="inbox", advocate=newer.card.advocate)


@page("POST")
def original(request: Visit, item_id: str) -> HttpResponseBase:
    """The original bytes, as a download that no browser opens by itself."""
    asked = _asked(request)
    if answer := paused(request, item_id, asked, of="item-original", whole=card_context):
        return answer
    held = items.original(request.user, item_id, why=asked["why"], version=asked["version"])
    media_type = held.media_type.partition(";")[0].strip().lower()
    response = HttpResponse(held.content, content_type=media_type if media_type in HARMLESS else "application/octet-stream")
    response["Content-Disposition"] = attachment(held.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def attachment(name: str) -> str:
    """A Content-Disposition that carries `name` without letting it say anything else."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = re.sub(r"[^\w.() -]", "_", bare).strip(" .")[:120] or "original.bin"
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", bare)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(bare, safe='')}"


def _asked(request: Visit) -> dict[str, Any]:
    form = Ask(request.POST)
    if not form.is_valid():
        raise NotFound
    return form.cleaned_data


def _veil(card: ItemCard) -> dict[str, Any]:
    latest = max((version.number for version in card.versions), default=1)
    return {
        "item_id": card.row.id,
        "reply_as": card.advocate.id if card.advocate.role != UNMATCHED else "",
        "whys": words.choices("why"),
        "default_why": DEFAULT_WHY,
        "latest": latest,
        "first": card.shown_first,
        "several": len(card.versions) > 1,
        "versions": [_version(version) for version in card.versions],
    }


def card_context(card: ItemCard) -> dict[str, Any]:
    """What the page shows under the veil."""
    row = card.row
    return {
        **_veil(card),
        **judgement(card),
        **on_it(card),
        "line": rows.line(row),
        "sent_exactly": when.exact(row.sent_at),
        "kind": words.word("kind", row.kind),
        "channel": words.word("channel", row.channel),
        "language": words.word("language", row.lang) if row.lang else "",
        "severity": words.word("severity", row.severity.code),
        "urgency": words.word("urgency", row.urgency.code) if row.urgency > Urgency.NONE else "",
        "urgent_now": row.urgency is Urgency.IMMEDIATE,
        "harms": [(words.word("harm", harm), words.word("harm_meaning", harm)) for harm in row.harms],
        "indicators_found": [words.word("indicator", code) for code in card.indicator_codes],
        "reasons": [words.why(code) for code in card.reason],
        "chances": _chances(card),
        "before": before(card.history) if card.history else (),
        "copies": copies(card),
        "copied": rows.drawn(card.copied),
        "flags": [words.word("flag", flag) for flag in card.flags],
        "card": card,
        "sender_id": row.sender,
        "from_sender": ngettext("%(n)s message in this inbox", "%(n)s messages in this inbox", row.sender_count)
        % {"n": when.number(row.sender_count)},
        "custody": entries(card.custody),
        "thread": rows.drawn(each for each in card.thread if each.id != row.id),
        "cases_of": card.cases,
        "signed": when.number(card.checkpoint_size) if card.checkpoint_size else "",
    }


def _chances(card: ItemCard) -> list[tuple[str, str]]:
    """Harm and per cent, the likeliest first."""
    likely = sorted(card.probabilities.items(), key=lambda pair: -pair[1])
    return [(words.word("harm", Harm(harm)), when.percent(chance)) for harm, chance in likely if chance >= WORTH_SAYING]


def _version(version: VersionCard) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": when.exact(version.captured_at),
        "size": when.size(version.size_bytes),
        "media_type": version.media_type,
        "sha256": version.sha256,
        "log_index": when.number(version.log_index),
        "source": _source(version.source),
    }


def _source(source: SourceCard | None) -> dict[str, str] | None:
    """What a screen may say of it under the veil: no domain, for that is a stranger's word."""
    if source is None:
        return None
    code = f"{source.method}.{source.result}"
    code += f".{source.nearness}" if source.result in ("match", "match_part") and source.nearness else ""
    return {"said": words.word("signed", code), "at": when.exact(source.at)}


def _opened(opened: Opened) -> dict[str, Any]:
    item = opened.item
    return {
        **_veil(opened.card),
        "shown": True,
        "number": opened.number,
        "text": inert.shown(item.text, opened.indicators),
        "subject": inert.shown(item.subject),
        "warning": inert.shown(item.content_warning),
        "author": inert.shown(item.author.name or item.author.handle),
        "handle": inert.shown(item.author.handle) if item.author.name.lstrip("@") != item.author.handle else "",
        "native_id": inert.shown(item.author.native_id),
        "address": inert.shown(item.url),
        "place": inert.shown(item.place),
        "rating": f"{item.rating:g}" if item.rating is not None else "",
        # A saved mail is often named after its subject, so a file's name waits with the text.
        "signers": [
            inert.shown(d) for v in opened.card.versions if v.number == opened.number and v.source for d in v.source.domains
        ],
        "places": [inert.shown(place) for v in opened.card.versions if v.number == opened.number for place in v.places],
        "sent_as_given": inert.shown(item.sent_at_as_given),
        "text_lang": item.lang or opened.card.row.lang,
        "causes": [(n, words.word("indicator", cause.code)) for n, cause in enumerate(opened.indicators, 1)],
        "files": [
            (inert.shown(file.name), file.media_type, when.size(file.size_bytes), file.sha256) for file in item.attachments
        ],
    }
