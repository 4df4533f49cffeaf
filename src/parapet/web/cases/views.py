"""Cases: gathered messages, in order of time, with notes, for somebody who can act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from parapet.access import cases as access_cases
from parapet.access import items
from parapet.access.case_page import CaseScreen, case_screen
from parapet.access.views import CaseCard, Row
from parapet.actions.add_to_case import add_to_case
from parapet.actions.close_case import close_case
from parapet.actions.export_bag import export_zip
from parapet.actions.make_dossier import make_dossier
from parapet.actions.open_case import open_case
from parapet.actions.record_handover import record_handover
from parapet.actions.redact import carrying
from parapet.actions.remove_from_case import remove_from_case
from parapet.actions.reopen_case import reopen_case
from parapet.actions.write_note import write_note
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import rows, veil, when, words
from parapet.web.cases.forms import HandoverFacts, NoteText, Title
from parapet.web.cases.handing import ASKED, REASONS, asked_recipients, asked_redaction, typed
from parapet.web.cases.handovers import handovers
from parapet.web.cases.working import working
from parapet.web.complaints.said import on_case
from parapet.web.custody import entries
from parapet.web.frame import UNMATCHED, Visit, mine, page, show
from parapet.web.item.erased import erased_lines
from parapet.web.item.views import attachment
from parapet.web.proof import proven
from parapet.web.referrals.said import given
from parapet.web.support import said as support

#: More than ten pages of the inbox are not chosen by hand.
MAX_CHOSEN = 500
#: So many of the chosen are shown again; the others are told as a number.
MAX_SHOWN = 12
LANGUAGES = ("en", "fr")


@page("GET")
def cases(request: Visit, advocate_id: str) -> HttpResponseBase:
    """All cases of an advocate."""
    advocate, advocates = mine(request, advocate_id, scoped=True)
    cards = access_cases.mine(request.user, advocate.id)
    hidden = veil.hides_sums(request.user, advocate)
    context = {
        "open": [_card(card, hidden) for card in cards if card.state == "open"],
        "closed": [_card(card, hidden) for card in cards if card.state == "closed"],
    }
    return show(request, "cases/cases.html", context, here="cases", advocate=advocate, advocates=advocates)


@page("POST")
def choose(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Messages were chosen: which case are they for? Changes nothing yet."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.SORT not in advocate.rights:
        raise NotFound
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, _("Choose at least one message first."))
        return redirect("inbox", advocate.id)
    return _choosing(request, advocate_id, chosen, Title(), advocates_too=(advocate, advocates))


@page("POST")
def open_one(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Open a case with what was chosen, which may be nothing yet."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.SORT not in advocate.rights:
        raise NotFound
    form, chosen = Title(request.POST), _chosen(request)
    if not form.is_valid():
        return _choosing(request, advocate_id, chosen, form, advocates_too=(advocate, advocates), status=400)
    case_id = open_case(request.user, advocate.id, form.cleaned_data["title"], chosen)
    messages.success(request, _("The case is open."))
    return redirect("case", case_id)


def _choosing(
    request: Visit, advocate_id: str, chosen: list[str], form: Title, *, advocates_too: tuple[Any, Any], status: int = 200
) -> HttpResponse:
    advocate, advocates = advocates_too
    context = {
        "chosen": chosen,
        "rows": rows.drawn(items.veiled(request.user, chosen)[:MAX_SHOWN]),
        "more": max(0, len(chosen) - MAX_SHOWN),
        "form": form,
        "open": [card for card in access_cases.mine(request.user, advocate_id) if card.state == "open"],
    }
    return show(request, "cases/choose.html", context, here="cases", advocate=advocate, advocates=advocates, status=status)


@page("GET")
def case(request: Visit, case_id: str) -> HttpResponseBase:
    """One case: timeline, notes, export, custody. The address of one that was merged leads to the other, unless she asks to see it."""
    seen = case_screen(request.user, case_id)
    if "as_it_was" not in request.GET and seen.work is not None and seen.work.into is not None:
        messages.info(request, _("This case was merged into another, which is shown here."))
        return redirect("case", seen.work.into.id)
    return _shown(request, seen, NoteText())


def _case(
    request: Visit,
    case_id: str,
    form: NoteText,
    status: int = 200,
    facts: HandoverFacts | None = None,
    bag_form: dict[str, Any] | None = None,
    right: Right = Right.READ,
) -> HttpResponse:
    """Its page again, with a form that was not taken."""
    seen = case_screen(request.user, case_id)
    if right not in seen.page.advocate.rights:  # whoever may not is not told what was wrong with the form
        raise NotFound
    return _shown(request, seen, form, status, facts, bag_form)


def _shown(
    request: Visit,
    seen: CaseScreen,
    form: NoteText,
    status: int = 200,
    facts: HandoverFacts | None = None,
    bag_form: dict[str, Any] | None = None,
) -> HttpResponse:
    found = seen.page
    frame: dict[str, Any] = {"here": "cases", "advocate": found.advocate, "advocates": seen.advocates, "status": status}
    of_all_who_see_it = {
        "case": _card(found.card, found.hides_sums),
        "days": list(_days(found.rows)),
        "span": _span(found.rows),
        "notes": [{"who": n.who, "at": when.moment(n.at), "iso": n.at.isoformat(), "text": n.text} for n in found.notes],
        "broken": {"advice": _(found.notes_broken.advice), "code": found.notes_broken.code} if found.notes_broken else None,
        "form": form,
    }
    if seen.work is None:
        return show(request, "cases/part.html", of_all_who_see_it, **frame)
    context = {
        **of_all_who_see_it,
        "erased": erased_lines(found.erased),
        "custody": entries(found.custody),
        "exports": entries(found.exports),
        "seen_by": entries(found.seen_by),
        "referred": given(seen.referred),
        "support": [support.call(each) for each in seen.support],
        **handovers(found, facts or HandoverFacts()),
        **working(seen, seen.work),
        "complaints": on_case(seen.complaints),
        "dossier_language": when.tongue(),
        "reasons": REASONS.items(),
        "bag_form": bag_form or typed(QueryDict()),
    }
    return show(request, "cases/case.html", context, **frame)


@page("POST")
def add(request: Visit) -> HttpResponseBase:
    """Put what was chosen into the case that the form names."""
    case_id, chosen = request.POST.get("case", ""), _chosen(request)
    add_to_case(request.user, case_id, chosen)
    messages.success(
        request,
        ngettext("%(n)s message is in the case.", "%(n)s messages are in the case.", len(chosen))
        % {"n": when.number(len(chosen))},
    )
    return redirect("case", case_id)


@page("POST")
def remove(request: Visit, case_id: str) -> HttpResponseBase:
    """Take one message out of a case. It stays in the inbox."""
    remove_from_case(request.user, case_id, request.POST.get("item", ""))
    messages.success(request, _("The message is no longer in the case. It stays in the inbox."))
    return redirect("case", case_id)


@page("POST")
def note(request: Visit, case_id: str) -> HttpResponseBase:
    """Write a note."""
    form = NoteText(request.POST)
    if not form.is_valid():
        return _case(request, case_id, form, status=400, right=Right.ANNOTATE)
    write_note(request.user, case_id, form.cleaned_data["text"])
    return redirect("case", case_id)


@page("POST")
def handover(request: Visit, case_id: str) -> HttpResponseBase:
    """Record that the case was reported, or given to somebody."""
    form = HandoverFacts(request.POST)
    if not form.is_valid():
        return _case(request, case_id, NoteText(), status=400, facts=form, right=Right.REPORT)
    said = {**form.cleaned_data, "bag": form.cleaned_data["bag"] or 0}
    try:
        record_handover(request.user, case_id, **said)
    except RequestRefused as error:
        form.add_error(None, error.said(_))
        return _case(request, case_id, NoteText(), status=400, facts=form, right=Right.REPORT)
    messages.success(request, _("It is recorded."))
    return redirect("case", case_id)


@page("POST")
def close(request: Visit, case_id: str) -> HttpResponseBase:
    """Close a case; nothing in it is lost."""
    close_case(request.user, case_id)
    messages.success(request, _("The case is closed. Everything in it is kept."))
    return redirect("case", case_id)


@page("POST")
def reopen(request: Visit, case_id: str) -> HttpResponseBase:
    """Open a closed case again."""
    reopen_case(request.user, case_id)
    messages.success(request, _("The case is open again."))
    return redirect("case", case_id)


@page("POST")
@proven
def bag(request: Visit, case_id: str) -> HttpResponseBase:
    """The evidence bag as a zip, streamed and then deleted. First, what more stays away than was asked for."""
    language = _language(request)
    try:
        withheld, readers = asked_redaction(request.POST, language), asked_recipients(request.POST)
        if withheld and withheld.items and "known" not in request.POST:
            carried = carrying(request.user, case_id, withheld)
            if carried:
                return _carried(request, case_id, carried)
        name, place = export_zip(request.user, case_id, language, withheld, readers)
    except RequestRefused as error:
        return _case(request, case_id, NoteText(), status=400, bag_form=typed(request.POST, error.said(_)), right=Right.EXPORT)
    handle = Path(place).open("rb")  # noqa: SIM115  # the response closes it
    Path(place).unlink()  # the open handle keeps the bytes until they are sent; a broken connection leaves nothing behind
    kind = "application/octet-stream" if readers else "application/zip"
    response = FileResponse(handle, content_type=kind)
    response["Content-Disposition"] = attachment(name)
    return response


def _carried(request: Visit, case_id: str, carried: list[str]) -> HttpResponse:
    found = access_cases.page(request.user, case_id)
    asked = [(name, value) for name in ASKED for value in request.POST.getlist(name)]
    context = {
        "case": _card(found.card, found.hides_sums),
        "rows": rows.drawn(items.veiled(request.user, carried)[:MAX_SHOWN]),
        "more": max(0, len(carried) - MAX_SHOWN),
        "asked": asked,
    }
    return show(request, "cases/carried.html", context, here="cases", advocate=found.advocate)


@page("POST")
@proven
def dossier(request: Visit, case_id: str) -> HttpResponseBase:
    """The dossier as a PDF."""
    language = _language(request)
    response = HttpResponse(make_dossier(request.user, case_id, language), content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"dossier-{case_id}-{language}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _chosen(request: Visit) -> list[str]:
    chosen = list(dict.fromkeys(request.POST.getlist("item")))
    if len(chosen) > MAX_CHOSEN:  # never drop some in silence
        raise RequestRefused(gettext_noop("Choose at most %(most)s messages at once."), most=MAX_CHOSEN)
    return chosen


def _language(request: Visit) -> str:
    asked = request.POST.get("lang", "")
    return asked if asked in LANGUAGES else when.tongue()


def _card(card: CaseCard, hidden: bool) -> dict[str, Any]:
    """hidden: whoever looks chose not to see how grave things are."""
    return {
        "id": card.id,
        "title": card.title,
        "open": card.state == "open",
        "items": ngettext("%(n)s message", "%(n)s messages", card.items) % {"n": when.number(card.items)},
        "empty": not card.items,
        "opened": when.day(card.opened_at),
        "level": -1 if hidden else card.gravest.value,
        "gravest": "" if hidden else words.word("severity", card.gravest.code),
    }


def _days(case_rows: Iterable[Row]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The timeline: each day with its messages, in order."""
    for day, group in groupby(case_rows, key=lambda row: timezone.localtime(row.sent_at).date()):
        yield when.day(day, weekday=True), [{**line, "body": rows.body(line)} for line in rows.lines(group)]


def _span(case_rows: tuple[Row, ...]) -> str:
    if not case_rows:
        return ""
    first, last = when.day(case_rows[0].sent_at), when.day(case_rows[-1].sent_at)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
