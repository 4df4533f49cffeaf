"""The inbox: how many, how serious, from where; rows under the veil."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import inbox as access_inbox
from parapet.access.organisations import waits_for
from parapet.access.shield_reasons import Calm
from parapet.access.views import Counts, Filters
from parapet.actions.assign_items import assign_items
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.web import rows, when, words
from parapet.web.alerts.standing import standing
from parapet.web.cases.tasks import due_said
from parapet.web.counsel.said import waiting
from parapet.web.emergency import said as emergency
from parapet.web.frame import UNMATCHED, Visit, mine, page, show
from parapet.web.inbox import asked, searches, summary
from parapet.web.people import scope_said

PAGE_ROWS = 50
#: Alerts that reached nobody: these are told also while her shield is up.
UNHEARD = ("nobody", "unreached", "unanswered")
MAX_CURSOR = 200


@page("GET", "POST")
def inbox(request: Visit, advocate_id: str) -> HttpResponseBase:
    """One page of an advocate's inbox. A POST leads to the address of what its form asks for, which holds no words."""
    if request.method == "POST":
        mine(request, advocate_id, scoped=True)
        return redirect(reverse("inbox", args=[advocate_id]) + _address(request).rstrip("?"))
    name = request.GET.get("search", "")
    filters = asked.filters(request.GET, searches.words_of(request.session, name))
    query = asked.query(filters, name)
    older, newer = request.GET.get("older", "")[:MAX_CURSOR], request.GET.get("newer", "")[:MAX_CURSOR]
    seen = access_inbox.screen(request.user, advocate_id, filters, cursor=newer or older, newer=bool(newer), size=PAGE_ROWS)
    advocate, advocates, counts, found = seen.advocate, seen.advocates, seen.counts, seen.page
    if seen.calm is not None and not request.GET:
        return _calm(request, seen, seen.calm)
    unmatched, sorts = advocate.role == UNMATCHED, Right.SORT in advocate.rights
    gathers = sorts and advocate.scope is None  # files and cases are of all of it
    hidden = seen.hides_sums
    context = {
        "sorts": sorts,
        "gathers": gathers,
        "part": scope_said.sentence(advocate.scope) if advocate.scope else "",
        "summary": summary.said_without_numbers(counts) if hidden else summary.said(counts),
        "facets": () if hidden else summary.facets(counts, query),
        "narrowed": summary.narrowed(filters, query),
        "asked": query,
        "words": filters.words,
        "forgotten": bool(name and not filters.words),
        "hidden": {name: value for name, value in query.items() if name in {"urgency", "severity", "harm", "channel"}},
        "languages": _languages(counts, filters),
        "rows": rows.drawn(found.rows, choose=gathers) if found.rows else "",
        "older": asked.link(query, older=found.older) if found.older else "",
        "newer": asked.link(query, newer=found.newer) if found.newer else "",
        "searched": _searched(found.searched, found.search_done) if filters.words and not hidden else "",
        "search_done": found.search_done,
        "first": asked.link(query),
        "first_page": not (older or newer),
        "total": counts.total,
        "unmatched": unmatched,
        "alerts": standing(seen.alerts),
        "emergencies": emergency.standing(seen.emergencies),
        "nobody_called": seen.nobody_called,
        "due": due_said(*seen.due),
        "letters": waiting(request.user, counted=not hidden),
        "organisations_wait": waits_for(request.user),
        "standing_still": seen.standing_still,
        "keeps": Right.KEEP in advocate.rights,
        "shields": Right.SHIELD in advocate.rights,
        "shield_since": when.moment(seen.shield_since) if seen.shield_since is not None else "",
        "spared": seen.shield_since is not None and advocate.role == "advocate",
        "targets": [card for card in advocates if card.role != UNMATCHED and card.scope is None and Right.SORT in card.rights]
        if unmatched
        else [],
    }
    return show(request, "inbox/inbox.html", context, here="inbox", advocate=advocate, advocates=advocates)


def _calm(request: Visit, seen: access_inbox.Screen, quiet: Calm) -> HttpResponseBase:
    """Her own inbox while her shield is up: one sentence, and what reached nobody."""
    context = {
        "helpers": quiet.helpers,
        "asks": quiet.asks,
        "alerts": standing(alert for alert in seen.alerts if alert.state in UNHEARD),
        "nobody_called": seen.nobody_called,
        "letters": waiting(request.user, counted=False),
    }
    return show(request, "shields/calm.html", context, here="inbox", advocate=seen.advocate, advocates=seen.advocates)


def _address(request: Visit) -> str:
    """The query string of what a form asks for; its words are kept aside under a name."""
    words = asked.words(request.POST)
    return asked.link(asked.query(asked.filters(request.POST, words), searches.keep(request.session, words) if words else ""))


@page("POST")
def assign(request: Visit) -> HttpResponseBase:
    """Give items that were aimed at nobody we know to an advocate."""
    item_ids = request.POST.getlist("item")
    advocate_id = request.POST.get("advocate", "")
    if not item_ids:
        messages.info(request, _("Choose at least one message first."))
        return redirect("start")
    advocate, _all = mine(request, advocate_id)
    if advocate.role == UNMATCHED:
        raise NotFound
    assign_items(request.user, item_ids, advocate.id)
    messages.success(
        request,
        ngettext("%(n)s message now belongs to %(name)s.", "%(n)s messages now belong to %(name)s.", len(item_ids))
        % {"n": when.number(len(item_ids)), "name": advocate.name},
    )
    return redirect("start")


def _languages(counts: Counts, filters: Filters) -> list[tuple[str, str]]:
    codes = sorted({*counts.by_lang, filters.lang} - {""}, key=lambda code: -counts.by_lang.get(code, 0))
    return [(code, words.word("language", code)) for code in codes]


def _searched(n: int, done: bool) -> str:
    if done:
        return ngettext("%(n)s message searched.", "%(n)s messages searched.", n) % {"n": when.number(n)}
    return ngettext(
        "%(n)s message searched so far; go on with “Older”.", "%(n)s messages searched so far; go on with “Older”.", n
    ) % {"n": when.number(n)}
