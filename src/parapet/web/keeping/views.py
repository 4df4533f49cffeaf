"""Keeping and erasing: holds, rules, and the page that says what an erasure takes before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import cases as access_cases
from parapet.access import items
from parapet.access.holds import WHY
from parapet.access.keeping import hold_card
from parapet.actions import erase as erasing
from parapet.actions.hold import REASONS as HELD_FOR
from parapet.actions.hold import hold as put_on_hold
from parapet.actions.hold import release as end_hold
from parapet.actions.retention import Rule, preview, rule_for, rule_waits, set_rule
from parapet.domain.errors import NotFound
from parapet.domain.judgement import Severity
from parapet.domain.rights import Right
from parapet.web import when, words
from parapet.web.frame import CURRENT, UNMATCHED, Visit, mine, page, show
from parapet.web.inbox import searches
from parapet.web.keeping.forms import MILD, Erasing, ErasingAdvocate, RuleForm
from parapet.web.proof import ask_for_proof, must_prove, proven

_PAGES = {"itm": "keep-item", "cas": "keep-case", "adv": "keep-advocate"}


@page("GET")
def item(request: Visit, item_id: str) -> HttpResponseBase:
    """Hold or erase one message."""
    return _item(request, item_id, Erasing())


@page("POST")
@proven
def erase_one(request: Visit, item_id: str) -> HttpResponseBase:
    """Erase it, once it was confirmed."""
    form = Erasing(request.POST)
    if not form.is_valid():
        return _item(request, item_id, form, status=400)
    erasing.erase_item(request.user, item_id, reason=form.cleaned_data["reason"], also=request.POST.getlist("also"))
    searches.forget(request.session)  # this request would else write its own back
    messages.success(request, _("The message is erased. It cannot be brought back."))
    return redirect("item", item_id)


def _item(request: Visit, item_id: str, form: Erasing, status: int = 200) -> HttpResponse:
    reach = erasing.reach_of_item(request.user, item_id)
    [row] = items.veiled(request.user, [item_id])
    card = items.card(request.user, item_id)
    context = {
        **_hold_form(item_id),
        **_reach(reach),
        **_errors(form),
        **_carriers(request, reach, form),
        "item_id": item_id,
        "outbox_of": card.advocate.id,
        "sent": when.exact(row.sent_at),
        "channel": words.word("channel", row.channel),
    }
    return show(request, "keeping/item.html", context, here="inbox", advocate=card.advocate, status=status)


@page("GET")
def case(request: Visit, case_id: str) -> HttpResponseBase:
    """Hold a case: everything that was ever put into it."""
    found = access_cases.page(request.user, case_id)
    if Right.KEEP not in found.advocate.rights:
        raise NotFound
    context = {**_hold_form(case_id), "case": found.card}
    return show(request, "keeping/case.html", context, here="cases", advocate=found.advocate)


@page("GET")
def advocate(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Hold everything of one of them, how long it is kept, and erasing all of it."""
    return _advocate(request, advocate_id)


@page("POST")
def rule(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Show what a rule would erase today; with `set`, let it work from now on."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _advocate(request, advocate_id, rule_form=form, status=400)
    if "set" in request.POST and must_prove(request):
        return ask_for_proof(request)
    given = form.cleaned_data
    severity = next(each for each in Severity if each.code == given["severity"])
    wanted = Rule(given["days"], severity, given["closed_cases"])
    if "set" not in request.POST:
        return _advocate(request, advocate_id, tried=wanted)
    set_rule(request.user, advocate_id, wanted)
    messages.success(request, _("The rule works from now on.") if wanted.on else _("Nothing is erased by a rule any more."))
    return redirect("keep-advocate", advocate_id)


@page("POST")
@proven
def erase_advocate(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Erase everything of one of them, once her name was written."""
    card, _cards = _known(request, advocate_id)
    form = ErasingAdvocate(request.POST, wanted=card.name)
    if not form.is_valid():
        return _advocate(request, advocate_id, form=form, status=400)
    erasing.erase_advocate(request.user, advocate_id, reason=form.cleaned_data["reason"])
    searches.forget(request.session)
    request.session.pop(CURRENT, None)
    messages.success(request, _("Everything of this person is erased. It cannot be brought back."))
    return redirect("start")


def _advocate(
    request: Visit,
    advocate_id: str,
    *,
    form: Erasing | None = None,
    rule_form: RuleForm | None = None,
    tried: Rule | None = None,
    status: int = 200,
) -> HttpResponse:
    card, cards = _known(request, advocate_id)
    stands = rule_for(request.user, advocate_id)
    shown = tried or stands
    due = preview(request.user, advocate_id, shown) if shown.on else 0
    context = {
        **_hold_form(advocate_id),
        **_reach(erasing.reach_of_advocate(request.user, advocate_id)),
        **_errors(form or ErasingAdvocate()),
        "of": card,
        "outbox_of": card.id,
        "rule": shown,
        "stands": stands.on,
        "rule_waits": rule_waits(request.user, advocate_id),
        "tried": tried is not None,
        "rule_errors": rule_form.errors if rule_form is not None else {},
        "severities": [(s.code, words.word("severity", s.code), s is shown.severity) for s in MILD],
        "due": ngettext("%(n)s message would be erased today.", "%(n)s messages would be erased today.", due)
        % {"n": when.number(due)},
    }
    return show(request, "keeping/advocate.html", context, here="protected", advocate=card, advocates=cards, status=status)


def _known(request: Visit, advocate_id: str) -> tuple[Any, Any]:
    card, cards = mine(request, advocate_id)
    if card.role == UNMATCHED:
        raise NotFound
    return card, cards


@page("POST")
def hold(request: Visit, subject_id: str) -> HttpResponseBase:
    """Put a message, a case or everything of one person on hold."""
    put_on_hold(request.user, subject_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("It is on hold: nobody can erase it."))
    return _back(subject_id)


@page("POST")
def release(request: Visit, subject_id: str) -> HttpResponseBase:
    """End a hold."""
    end_hold(request.user, subject_id)
    messages.success(request, _("The hold is released."))
    return _back(subject_id)


def _back(subject_id: str) -> HttpResponseBase:
    return redirect(_PAGES[subject_id.partition("_")[0]], subject_id)


def _hold_form(subject_id: str) -> dict[str, Any]:
    stands = hold_card(subject_id)
    on_hold = None
    if stands is not None:
        on_hold = {
            "who": stands.who or _("the program"),
            "at": when.exact(stands.at),
            "why": words.word("held_why", stands.reason),
        }
    return {"subject": subject_id, "on_hold": on_hold, "held_for": [(code, words.word("held_why", code)) for code in HELD_FOR]}


def _reach(reach: erasing.Reach) -> dict[str, Any]:
    return {
        "items": ngettext(
            "%(n)s message, with its judgement and its original",
            "%(n)s messages, with their judgements and originals",
            reach.items,
        )
        % {"n": when.number(reach.items)},
        "files": ngettext("%(n)s whole file", "%(n)s whole files", reach.files) % {"n": when.number(reach.files)},
        "any_files": reach.files,
        "rest": ngettext("%(n)s other message", "%(n)s other messages", reach.others) % {"n": when.number(reach.others)},
        "any_others": reach.others,
        "cases": ngettext("%(n)s case", "%(n)s cases", len(reach.cases)) % {"n": when.number(len(reach.cases))},
        "any_cases": len(reach.cases),
        **_outside(reach),
        "why_not": _(WHY[reach.why_not]) if reach.why_not else "",
    }


def _outside(reach: erasing.Reach) -> dict[str, Any]:
    """What stays on platforms when it is forgotten here."""
    blocks = ngettext(
        "%(n)s block or mute that was set because of it", "%(n)s blocks or mutes that were set because of it", len(reach.blocks)
    )
    reported = ngettext("%(n)s report that went to a platform", "%(n)s reports that went to platforms", reach.reported)
    return {
        "blocks": blocks % {"n": when.number(len(reach.blocks))} if reach.blocks else "",
        "one_block": reach.blocks[0] if len(reach.blocks) == 1 else "",
        "reported": reported % {"n": when.number(reach.reported)} if reach.reported else "",
    }


def _carriers(request: Visit, reach: erasing.Reach, form: Erasing) -> dict[str, Any]:
    """What else holds or repeats the message, a line each: where it stands, and whether it goes too."""
    ticked = set(request.POST.getlist("also")) if form.is_bound else set(reach.carriers)
    carriers, repeats = (
        [(row.id, words.word("channel", row.channel), when.exact(row.sent_at), row.id in ticked) for row in rows]
        for rows in (items.veiled(request.user, list(names)) for names in (reach.carriers, reach.quoting))
    )
    elsewhere = ngettext(
        "%(n)s message that is not hers holds it too, and stays.",
        "%(n)s messages that are not hers hold it too, and stay.",
        reach.elsewhere,
    ) % {"n": when.number(reach.elsewhere)}
    return {"carriers": carriers, "repeats": repeats, "elsewhere": elsewhere if reach.elsewhere else ""}


def _errors(form: Erasing) -> dict[str, Any]:
    return {
        "reasons": [(code, words.word("erased_why", code)) for code in erasing.REASONS],
        "chosen": form.data.get("reason", "") if form.is_bound else "",
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
    }
