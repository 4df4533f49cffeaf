"""The statement: questions that she answers in her own words, and what police gave her."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import cases
from parapet.access.case_work import case_work
from parapet.access.filings import Facts, facts
from parapet.access.views import CasePage
from parapet.actions.write_statement import write_statement
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.offences import FIRST, POLICE_SAID, QUESTIONS, SECTIONS
from parapet.domain.rights import Right
from parapet.dossiers import offence_words
from parapet.dossiers.bearing import bearings, in_question
from parapet.web import when
from parapet.web.frame import Visit, page, show


@page("GET", "POST")
def statement(request: Visit, case_id: str) -> HttpResponseBase:
    """Show the questions with what she answered; keep what she sent."""
    found = cases.page(request.user, case_id)
    if Right.GRANT not in found.advocate.rights:
        raise NotFound
    told = facts(request.user, case_id)
    if request.method != "POST":
        return _form(request, found, told, _prefilled(request, case_id, told))
    typed = {code: request.POST.get(code, "") for code in (*QUESTIONS, *POLICE_SAID)}
    errors = {code: _("Make this shorter: at most %(most)s characters.") % {"most": most}
              for code, most in {**QUESTIONS, **POLICE_SAID}.items() if len(typed[code].replace("\r\n", "\n").strip()) > most}  # fmt: skip
    if errors:
        return _form(request, found, told, typed, errors)
    try:
        changed = write_statement(request.user, case_id, typed)
    except RequestRefused as error:
        return _form(request, found, told, typed, {"form": error.said(_)})
    messages.success(request, _("Your statement is kept.") if changed else _("Nothing was changed."))
    return redirect("case-filing" if "on" in request.POST else "case-statement", case_id)


def _prefilled(request: Visit, case_id: str, told: Facts) -> dict[str, str]:
    """Her answers; what police said as the last brief has it, where the statement says nothing of it."""
    answers = dict(told.statement.answers)
    said: dict[str, Any] = next((each.words.get("said", {}) for each in case_work(request.user, case_id).briefs), {})
    return {**{code: said[code] for code in ("occurrence", "officer") if code in said}, **answers}


def _form(
    request: Visit, found: CasePage, told: Facts, typed: dict[str, str], errors: dict[str, str] | None = None
) -> HttpResponse:
    errors, tongue = errors or {}, when.tongue()

    def asked(code: str, most: int) -> dict[str, Any]:
        words = offence_words.question(code, tongue)
        value = typed.get(code, "")
        return {
            "name": code,
            "label": words.asked,
            "hint": words.hint,
            "most": most,
            "value": value,
            "error": errors.get(code, ""),
            "rows": 6 if value else 3,
            "lines": most > 200,
        }

    near = [code for code in _called_for(told) if code not in FIRST]
    rest = [code for code in QUESTIONS if code not in FIRST and code not in near]
    context = {
        "case": found.card,
        "first": [asked(code, QUESTIONS[code]) for code in FIRST],
        "near": [asked(code, QUESTIONS[code]) for code in near],
        "rest": [asked(code, QUESTIONS[code]) for code in rest],
        "rest_open": any(typed.get(code) or code in errors for code in rest),
        "police": [asked(code, most) for code, most in POLICE_SAID.items()],
        "at": when.moment(told.statement.at) if told.statement.at else "",
        "trouble": errors.get("form", "") or (_("Something is too long: it is marked below.") if errors else ""),
    }
    status = 400 if errors else 200
    return show(request, "filing/statement.html", context, here="cases", advocate=found.advocate, status=status)


def _called_for(told: Facts) -> list[str]:
    """Questions that bear on a section of which something is recorded, in the order of the statement."""
    answers = told.statement.answers
    wanted = {
        code
        for section in SECTIONS
        if in_question(section, told.case, answers)
        for each in bearings(section, told.case, answers)
        for code in each.element.answers
    }
    return [code for code in QUESTIONS if code in wanted]
