"""One item: its card under the veil; its text only when asked for, there and then, and logged."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from attrs import evolve
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext

from parapet.access import items
from parapet.access.views import ItemCard, SourceCard, VersionCard
from parapet.actions.take_turns import keep_on
from parapet.domain.errors import NotFound
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Harm, Urgency
from parapet.domain.rights import Right
from parapet.domain.veil import Level
from parapet.web import rows, veil, when, words
from parapet.web.connections.door import mail_in_words
from parapet.web.custody import entries
from parapet.web.frame import UNMATCHED, Visit, page, show
from parapet.web.item.before import before
from parapet.web.item.copies import campaign, copies
from parapet.web.item.erased import show_erased
from parapet.web.item.forms import DEFAULT_WHY, Ask
from parapet.web.item.judging import judgement
from parapet.web.item.looks import looks, plan
from parapet.web.item.pause import paused
from parapet.web.queue.standing import on_it

#: Served as what they say; everything else as bytes without meaning.
HARMLESS = frozenset({"application/json", "text/csv", "message/rfc822", "text/plain"})
#: As these a letter to a college, a hospital or an employer comes in.
_MAY_BE_COMPLAINTS = frozenset({ItemKind.COMPLAINT, ItemKind.MAIL, ItemKind.MESSAGE, ItemKind.SPOKEN})
#: Below this a probability is not shown: it says nothing to a reader.
WORTH_SAYING = 0.2


@page("GET")
def item(request: Visit, item_id: str) -> HttpResponseBase:
    """The card, veiled. Coming back to it veils again. `more` tells what it is, to whom her own veil does not."""
    try:
        card, advocates = items.screen(request.user, item_id)
    except NotFound:
        return show_erased(request, item_id)
    if "more" in request.GET:
        card = revealed(card)
    if request.htmx:
        return render(request, "item/veil.html", _veil(card, card.level))
    context = card_context(card, card.level)
    return show(request, "item/item.html", context, here="inbox", advocate=card.advocate, advocates=advocates)


@page("POST")
def text(request: Visit, item_id: str) -> HttpResponseBase:
    """Show the text, or what is left of it once its harmful words are covered: a fragment for scripts, the whole page without."""
    asked = _asked(request)
    if asked["auto"]:  # her veil may have been drawn since the page was made
        card = items.card(request.user, item_id)
        if card.level < (Level.MASKED if asked["covered"] else Level.TEXT) or card.row.looked_at:
            return _answer(request, card, _veil(card, Level.COUNTS), template="item/veil.html")
    if answer := paused(request, item_id, asked, of="item-text", whole=card_context):
        return answer
    if asked["covered"]:
        return _masked(request, item_id, asked)
    opened = items.opened(request.user, item_id, why=asked["why"], version=asked["version"])
    _keep_on(request, opened.card)
    context = {**_shown(opened.card), **veil.opened(opened), "auto": asked["auto"]}
    return _answer(request, opened.card, context)


def _masked(request: Visit, item_id: str, asked: dict[str, Any]) -> HttpResponseBase:
    card, number, found = items.covered(request.user, item_id, why=asked["why"], version=asked["version"])
    if found is None:
        return _answer(request, card, {**_veil(card, Level.COUNTS), "untold": True}, template="item/veil.html")
    _keep_on(request, card)
    return _answer(
        request, card, {**_shown(card), **veil.masked(found), "number": number, "auto": asked["auto"], "asked_why": asked["why"]}
    )


def _keep_on(request: Visit, card: ItemCard) -> None:
    if card.on_it.me and Right.SORT in card.advocate.rights:
        keep_on(request.user, card.row.id)  # she works on it


def _answer(request: Visit, card: ItemCard, context: dict[str, Any], *, template: str = "item/text.html") -> HttpResponseBase:
    """The fragment, or the whole page with it; who is shown the text is told what it is as well."""
    if request.htmx:
        return render(request, template, context)
    whole = card if template == "item/veil.html" else revealed(card)
    return show(request, "item/item.html", {**card_context(whole), **context}, here="inbox", advocate=card.advocate)


@page("POST")
def compare(request: Visit, item_id: str) -> HttpResponseBase:
    """Show what changed from one version to another. Both looks are logged."""
    asked = _asked(request)
    if answer := paused(request, item_id, asked, of="item-compare", whole=card_context):
        return answer
    latest = asked["version"] or items.card(request.user, item_id).versions[-1].number
    newer = items.opened(request.user, item_id, why=asked["why"], version=latest)
    older = items.opened(request.user, item_id, why=asked["why"], version=asked["against"] or max(1, newer.number - 1))
    return _answer(request, newer.card, {**_shown(newer.card), **veil.opened(newer), **veil.compared(older, newer)})


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


def revealed(card: ItemCard) -> ItemCard:
    """The same card for who asked what it is, whatever her own veil."""
    return evolve(card, row=evolve(card.row, hidden=False))


def _veil(card: ItemCard, level: Level) -> dict[str, Any]:
    """level: her veil over it. One that she looked at already does not open by itself again."""
    latest = max((version.number for version in card.versions), default=1)
    opens = "" if card.row.looked_at or level < Level.MASKED else level.code
    return {
        "hidden": card.row.hidden,
        "masks": level is Level.MASKED,
        "opens_itself": opens,
        "item_id": card.row.id,
        "reply_as": card.advocate.id if card.advocate.role != UNMATCHED and card.advocate.scope is None else "",
        "whys": words.choices("why"),
        "default_why": DEFAULT_WHY,
        "latest": latest,
        "first": card.shown_first,
        "several": len(card.versions) > 1,
        "versions": [_version(version) for version in card.versions],
    }


def _shown(card: ItemCard) -> dict[str, Any]:
    return {**_veil(card, Level.COUNTS), "shown": True}


def card_context(card: ItemCard, level: Level = Level.COUNTS) -> dict[str, Any]:
    """What the page shows under the veil."""
    row = card.row
    return {
        **_veil(card, level),
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
        "campaign": campaign(card),
        "copied": rows.drawn(card.copied),
        "flags": [words.word("flag", flag) for flag in card.flags],
        "card": card,
        "sender_id": row.sender,
        "from_sender": ngettext("%(n)s message in this inbox", "%(n)s messages in this inbox", row.sender_count)
        % {"n": when.number(row.sender_count)},
        "custody": entries(card.custody),
        "thread": rows.drawn(each for each in card.thread if each.id != row.id),
        "cases_of": card.cases,
        "maybe_complaint": row.kind in _MAY_BE_COMPLAINTS,
        "of_page": row.channel == "web" and row.kind != ItemKind.REVIEW,
        "looks": looks(card),
        "mail": mail_in_words(card.mail) if card.mail is not None else None,
        "plan": plan(card),
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
