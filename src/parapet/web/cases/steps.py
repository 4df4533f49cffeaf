"""What people decide about a case, sent by the forms of its page."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.actions.assign_case import assign_case
from parapet.actions.link_cases import link_cases, unlink_cases
from parapet.actions.merge_cases import merge_cases, unmerge_cases
from parapet.actions.private_notes import erase_private_note, write_private_note
from parapet.actions.record_outcome import record_outcome
from parapet.actions.tasks import end_task, set_task
from parapet.domain.errors import NotFound, RequestRefused
from parapet.web.frame import Visit, page


class TaskFacts(forms.Form):
    """what: her words; task: a code; due: its last day; begin: the day from which a time of its own counts;
    by: who does it, in words."""

    what = forms.CharField(required=False)
    task = forms.CharField(required=False, max_length=40)
    by = forms.CharField(required=False)
    whose = forms.CharField(required=False, max_length=40)
    due = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    begin = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class Entry(forms.Form):
    entry = forms.IntegerField(min_value=0, max_value=(1 << 62))


@page("POST")
def assign(request: Visit, case_id: str) -> HttpResponseBase:
    """Give it into somebody's care."""
    return _deed(request, case_id, lambda: assign_case(request.user, case_id, request.POST.get("whose", "")), _("It is noted."))


@page("POST")
def task(request: Visit, case_id: str) -> HttpResponseBase:
    """Set a task."""
    form = TaskFacts(request.POST)
    readable = form.is_valid()
    given = form.cleaned_data

    def act() -> None:
        # What is no day or no kind is left to the action to refuse, after it has asked who this is.
        kind = given.get("task", "") if readable else "-"
        what, whose = given.get("what", ""), given.get("whose", "")
        by, due = given.get("by", ""), given.get("due")
        set_task(request.user, case_id, what, task=kind, whose=whose, due=due, begin=given.get("begin"), by=by)

    return _deed(request, case_id, act, _("The task is set."))


@page("POST")
def task_end(request: Visit, case_id: str) -> HttpResponseBase:
    """Say that a task is done, dropped, or to be done after all. Back to where she was: the case, or the list of tasks."""
    form = Entry(request.POST)
    index = form.cleaned_data["entry"] if form.is_valid() else -1
    answer = _deed(
        request, case_id, lambda: end_task(request.user, case_id, index, request.POST.get("how", "done")), _("It is noted.")
    )
    return redirect("tasks", request.POST["list"]) if request.POST.get("list", "").startswith("adv_") else answer


@page("POST")
def outcome(request: Visit, case_id: str) -> HttpResponseBase:
    """Record what came of it."""
    code, said = request.POST.get("outcome", ""), request.POST.get("said", "")
    return _deed(request, case_id, lambda: record_outcome(request.user, case_id, code, said=said), _("It is recorded."))


@page("POST")
def link(request: Visit, case_id: str) -> HttpResponseBase:
    """Link it to another by hand."""
    other = request.POST.get("case", "")
    return _deed(request, case_id, lambda: link_cases(request.user, case_id, other), _("The cases are linked."))


@page("POST")
def unlink(request: Visit, case_id: str) -> HttpResponseBase:
    """Take such a link away."""
    other = request.POST.get("case", "")
    return _deed(request, case_id, lambda: unlink_cases(request.user, case_id, other), _("They are no longer linked."))


@page("POST")
def merge(request: Visit, case_id: str) -> HttpResponseBase:
    """Merge it into another; to that one's page, which it leads to from now on."""
    other = request.POST.get("case", "")
    try:
        merge_cases(request.user, case_id, other)
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect("case", case_id)
    messages.success(request, _("The cases are merged. You can undo it from the page of the first."))
    return redirect("case", other)


@page("POST")
def unmerge(request: Visit, case_id: str) -> HttpResponseBase:
    """Let it be one of its own again."""
    return _deed(request, case_id, lambda: unmerge_cases(request.user, case_id), _("It is a case of its own again."))


@page("POST")
def private(request: Visit, case_id: str) -> HttpResponseBase:
    """Write a note for herself."""
    text = request.POST.get("text", "")
    return _deed(request, case_id, lambda: write_private_note(request.user, case_id, text), _("It is kept, for you alone."))


@page("POST")
def private_erase(request: Visit, case_id: str) -> HttpResponseBase:
    """Erase one of those."""
    note = request.POST.get("note", "")
    return _deed(request, case_id, lambda: erase_private_note(request.user, case_id, note), _("It is erased."))


def _deed(request: Visit, case_id: str, act: Callable[[], object], said: str) -> HttpResponseBase:
    try:
        act()
        messages.success(request, said)
    except RequestRefused as error:
        messages.error(request, error.said(_))
    except OverflowError:
        raise NotFound from None
    return redirect("case", case_id)
