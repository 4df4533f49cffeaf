"""The peers of the inbox page: the same server, page and rows, and nothing else. No session, no person, no database.

/bare      a view as Django's tutorial writes one: the fifty rows, ready in memory, go through a loop in a template
/borrowed  the same, with the product's own way to draw rows, which is quicker than a template's loop
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

ADVOCATE = "PARAPET_BENCH_ADVOCATE"


@cache
def held() -> tuple[Any, Any, Any]:
    """Counts, page and card of the advocate, read once."""
    from parapet.access import inbox, people
    from parapet.access.views import Filters
    from parapet.actions.welcome import owner

    person, advocate = owner(), os.environ[ADVOCATE]
    [card] = [card for card in people.advocates_of(person) if card.id == advocate]
    return inbox.counts(person, advocate), inbox.page(person, advocate, Filters()), card


@cache
def loop() -> tuple[Any, Any]:
    """The template of the rows, and what it needs of each."""
    from django.template import engines

    from parapet.web import rows

    template = engines["django"].from_string(Path(__file__).with_name("rows.html").read_text("utf-8"))
    _, page, _ = held()
    prepared = rows.lines(page.rows)
    if template.render({"rows": prepared}).strip() != rows.drawn(page.rows, choose=True):
        raise RuntimeError("the bare view does not draw what the inbox draws")
    return template, prepared


def bare(request: HttpRequest) -> HttpResponse:
    """Draw the rows in a template's loop, and fill the page."""
    template, prepared = loop()
    return _page(request, template.render({"rows": prepared}))


def borrowed(request: HttpRequest) -> HttpResponse:
    """Draw the rows as the inbox does, and fill the page."""
    from parapet.web import rows

    return _page(request, rows.drawn(held()[1].rows, choose=True))


def _page(request: HttpRequest, drawn: str) -> HttpResponse:
    from parapet.web.inbox import asked, summary

    counts, page, card = held()
    context = {
        "signed_in": True,
        "here": "inbox",
        "theme": "system",
        "advocate": card,
        "others": [],
        "summary": summary.said(counts),
        "facets": summary.facets(counts, {}),
        "narrowed": [],
        "asked": {},
        "hidden": {},
        "languages": [(code, code) for code in counts.by_lang if code],
        "rows": drawn,
        "older": asked.link({}, older=page.older),
        "first_page": True,
        "search_done": True,
        "total": counts.total,
    }
    return render(request, "inbox/inbox.html", context)


def load(_told: bytes, _target: str) -> Any:
    """In granian's own child process: Django with these addresses and no middleware."""
    from parapet.settings.start import configure_for

    configure_for()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.ROOT_URLCONF = (path("bare", bare), path("borrowed", borrowed), path("", include("parapet.web.urls")))
    settings.MIDDLEWARE = []
    return get_wsgi_application()


def main() -> None:
    """Serve as `parapet serve` does, but for what is loaded. PARAPET_HOME and PARAPET_PORT say which and where."""
    from parapet.cli import background

    background._load_web = load  # type: ignore[assignment]  # another name for its first argument
    background.run_web()
