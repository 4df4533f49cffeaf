"""A brief of a case: choose, see exactly what goes, then make it. And that somebody outside has read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from parapet.access import cases, items
from parapet.access.case_work import CaseWork, Task, case_work
from parapet.access.statements import statement
from parapet.access.views import CasePage
from parapet.actions.make_brief import make_brief
from parapet.actions.say_read import say_read
from parapet.domain.errors import NotFound, RequestRefused, SealBroken
from parapet.domain.rights import Right
from parapet.domain.safety import FIELDS, FOR_POLICE, MAX_QUOTED, OF_HER_DAY, POLICE
from parapet.web import rows, veil, when
from parapet.web.case_words import READER
from parapet.web.cases.working import task_line
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment
from parapet.web.people.forms import LANGUAGES
from parapet.web.proof import proven
from parapet.web.safety.forms import BY_HAND, NUMBER, QUOTE, Filled, again, filled, fresh, offered, open_plan, taken_over
from parapet.web.safety.words import FIELD

#: So many messages can be chosen by hand, the newest; of more the program chooses.
MAX_ROWS = 100


@page("GET", "POST")
def brief(request: Visit, case_id: str) -> HttpResponseBase:
    """The form, and what would go. Neither changes anything; words of messages are shown only when she asks for them."""
    found, work = _hers(request, case_id)
    if request.method != "POST":
        form, answers = fresh(found.rows, work), _stated(request, case_id)
        if request.GET.get("from") == "statement":
            return _form(request, found, work, taken_over(form, answers))
        return _form(request, found, work, form, offers=bool(offered(form, answers)))
    form = filled(request.POST, found.rows, work)
    if "back" in request.POST or form.errors:
        return _form(request, found, work, form, status=400 if form.errors else 200)
    return _preview(request, found, work, form)


@page("POST")
@proven
def document(request: Visit, case_id: str) -> HttpResponseBase:
    """The same as a signed PDF, in its reader's language."""
    found, work = _hers(request, case_id)
    form = filled(request.POST, found.rows, work)
    if form.errors:
        return _form(request, found, work, form, status=400)
    if "agreed" not in request.POST:
        return _preview(request, found, work, form, _("Say that you agree to this, or go back."))
    if request.POST.get("shown", "") != _shown(form):
        return _preview(request, found, work, form, _("The case changed meanwhile. Look at what would go once more."))
    asked = form.asked
    try:
        made = make_brief(request.user, case_id, asked, compose=lambda task: _said(task, asked.lang))
    except RequestRefused as error:
        return _preview(request, found, work, form, error.said(_))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"{asked.reader}-{case_id}-{asked.lang}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page("POST")
def read(request: Visit, case_id: str) -> HttpResponseBase:
    """Record that security has read it."""
    entry, on = request.POST.get("entry", ""), request.POST.get("on", "")
    try:
        day = date.fromisoformat(on) if on else timezone.localdate()
    except ValueError:
        day = date.max  # left to the action to refuse, after it has asked who this is
    try:
        index = int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 19 else -1
        say_read(request.user, case_id, index, request.POST.get("by", ""), day)
        messages.success(request, _("It is noted."))
    except RequestRefused as error:
        messages.error(request, error.said(_))
    return redirect("case", case_id)


def _hers(request: Visit, case_id: str) -> tuple[CasePage, CaseWork]:
    found = cases.page(request.user, case_id)
    if Right.EXPORT not in found.advocate.rights or found.advocate.scope is not None:
        raise NotFound
    work = case_work(request.user, case_id)
    if work.broken is not None:
        raise work.broken
    return found, work


def _stated(request: Visit, case_id: str) -> Mapping[str, str]:
    """Her statement about the case; nothing where it is not what the log tells of: its own page says so."""
    try:
        return statement(request.user, case_id).answers
    except SealBroken:
        return {}


def _said(task: Task, lang: str) -> str:
    """What is to be done, in "en" or "fr"; her own words stay as they are."""
    with translation.override("fr-ca" if lang == "fr" else "en"):
        return str(task_line(task, timezone.localdate())["what"])


def _shown(form: Filled) -> str:
    """The messages and tasks that a preview listed, so that nothing goes that was not on it."""
    return " ".join([*form.asked.quoted, "-", *form.asked.listed, "-", *(str(entry) for entry in form.asked.asks)])


def _form(
    request: Visit, found: CasePage, work: CaseWork, form: Filled, status: int = 200, *, offers: bool = False
) -> HttpResponse:
    def own(name: str) -> dict[str, Any]:
        label, hint = FIELD[name]
        return {
            "name": name,
            "label": label,
            "hint": hint,
            "most": FIELDS[name],
            "value": form.typed.get(name, ""),
            "on": name in form.told,
            "error": form.errors.get(name, ""),
        }

    shown = found.rows[-MAX_ROWS:]
    context = {
        "case": found.card,
        "readers": [(code, str(word), code == form.asked.reader) for code, word in READER.items()],
        "languages": [(code[:2], label) for code, label in LANGUAGES],
        "lang": form.asked.lang,
        "lines": [
            {**line, "body": rows.body(line), "as": form.chosen.get(line["id"]) or ("" if row.own else NUMBER)}
            for row, line in zip(shown, rows.lines(shown), strict=True)
        ],
        "more": len(found.rows) - len(shown),
        "by_hand": form.pick == BY_HAND,
        "quote": QUOTE,
        "number": NUMBER,
        "most": MAX_QUOTED,
        "accounts": form.asked.accounts,
        "asks": [{**task_line(task, timezone.localdate()), "on": task.entry in form.asked.asks} for task in open_plan(work)],
        "about": [own(name) for name in ("situation", "known")],
        "day": [own(name) for name in OF_HER_DAY],
        "contacts": [own(name) for name in ("contact", "near", "occurrence")],
        "for_police": [own(name) for name in FOR_POLICE],
        "review": form.review,
        "errors": form.errors,
        "again": bool(work.briefs),
        "offers": offers,
    }
    return show(request, "safety/brief.html", context, here="cases", advocate=found.advocate, status=status)


def _preview(request: Visit, found: CasePage, work: CaseWork, form: Filled, trouble: str = "") -> HttpResponse:
    asked, by_id = form.asked, {row.id: row for row in found.rows}
    quoted = [by_id[name] for name in asked.quoted]
    told = [
        (str(FIELD[name][0]), words) for name, words in asked.said.items() if name not in FOR_POLICE or asked.reader == POLICE
    ]
    plan = {task.entry: task for task in open_plan(work)}
    theirs = sum(not row.own for row in found.rows) - sum(not by_id[name].own for name in (*asked.quoted, *asked.listed))
    asks_for_words = "words" in request.POST
    context = {
        "case": found.card,
        "reader": str(READER[asked.reader]),
        "language": {code[:2]: label for code, label in LANGUAGES}[asked.lang],
        "told": told,
        "asks": [(_said(task, asked.lang), task.by or task.name, when.day(task.due) if task.due else "")
                 for task in (plan[entry] for entry in asked.asks)],
        "reading": "fr" if asked.lang == "fr" else "en",
        "quoted": [] if asks_for_words else rows.drawn(quoted),
        "words": [_words(request, name, asked.accounts) for name in asked.quoted] if asks_for_words else [],
        "any_quoted": bool(quoted),
        "listed": rows.drawn([by_id[name] for name in asked.listed]),
        "any_listed": bool(asked.listed),
        "left_out": when.number(theirs) if theirs > 0 else "",
        "accounts": asked.accounts,
        "review": when.day(asked.review) if asked.review else "",
        "asked": again(request.POST),
        "shown": _shown(form),
        "trouble": trouble,
    }  # fmt: skip
    status = 400 if trouble else 200
    return show(request, "safety/preview.html", context, here="cases", advocate=found.advocate, status=status)


def _words(request: Visit, item_id: str, accounts: bool) -> dict[str, Any]:
    """What goes of one message, after the look is in the log."""
    seen = items.opened(request.user, item_id, why="safety")
    [line] = rows.lines((seen.card.row,))
    return {"title": line["title"], "at": line["at"], **veil.quoted(seen, named=accounts)}
