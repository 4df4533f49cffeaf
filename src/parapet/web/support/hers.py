"""The screens of who asks for support: her supporters, a new call seen before it goes, one call, and its stop."""

from __future__ import annotations

from datetime import timedelta

from attrs import asdict
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access import support as access
from parapet.access.support_steps import Terms
from parapet.actions.ask_supporter import ask_new_supporter, ask_supporter, end_supporter, renew_supporter_link
from parapet.actions.call_for_support import call_for_support, confirm_taker, say_helped, stop_call, terms_of
from parapet.actions.invite import Invitation
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.support import MOST_DAYS, Helped, Limits
from parapet.settings.environment import is_loopback
from parapet.web import rows, when
from parapet.web.frame import Visit, page, show
from parapet.web.people.forms import LANGUAGES
from parapet.web.proof import proven
from parapet.web.support import said, words
from parapet.web.support.forms import LIMITS, NEW, Answer, Ask, NewSupporter

#: What a link that was just made is kept under, sealed in the session, until it is shown: once.
_MADE = "supporter_link"
_FIELDS = ("words", "links", "quiet", "until", "when", "place", *(name for name, _least, _most in LIMITS))
_MANY = ("helps", "people", "item")


@page("GET")
def support(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Her supporters and her calls. A link that was just made is shown here, and not again."""
    return _page(request, advocate_id, made=request.session.pop(_MADE, None))


@page("POST")
@proven
def new(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Ask somebody to be a supporter."""
    seen = access.support_page(request.user, advocate_id)
    form = NewSupporter(request.POST)
    if not form.is_valid():
        return _page(request, advocate_id, form=form, status=400)
    given = form.cleaned_data
    try:
        if given["to"] == NEW:
            if not seen.herself:
                raise NotFound
            language = given["language"] or "en"
            made = ask_new_supporter(request.user, advocate_id, name=given["name"], how=given["how"], language=language)
            _keep(request, made, given["name"])
        else:
            ask_supporter(request.user, advocate_id, to=given["code"].strip(), how=given["how"], through=given["through"])
            messages.success(request, _("This person is asked. You see here when they have agreed."))
    except RequestRefused as error:
        form.add_error(None, error.said(_))
        return _page(request, advocate_id, form=form, status=400)
    except NotFound:
        if not given["through"] or given["to"] == NEW:
            raise
        form.add_error("code", _("Nobody whom this organisation let in as a supporter has this code."))
        return _page(request, advocate_id, form=form, status=400)
    return redirect("support", advocate_id)


@page("POST")
@proven
def link(request: Visit, supporter_id: str) -> HttpResponseBase:
    """Another sign-in link for a supporter whose account was made for this."""
    backing = access.held_backing(request.user, supporter_id)
    try:
        _keep(request, renew_supporter_link(request.user, supporter_id), backing.row.person.name)
    except RequestRefused as error:
        messages.error(request, error.said(_))
    return redirect("support", backing.row.advocate.id)


@page("POST")
def end(request: Visit, supporter_id: str) -> HttpResponseBase:
    """He is no supporter any more."""
    backing = access.held_backing(request.user, supporter_id)
    end_supporter(request.user, supporter_id)
    messages.success(request, _("It is ended. From now on this person finds nothing of yours here."))
    return redirect("support", backing.row.advocate.id)


@page("GET", "POST")
def ask(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Choose; see exactly what supporters would see; ask. Only the last step changes something."""
    about = {name: (request.POST if request.method == "POST" else request.GET).get(name, "") for name in ("case", "around")}
    choices = access.call_choices(request.user, advocate_id, case_id=about["case"], item_id=about["around"])
    if request.method != "POST":
        return _choose(request, choices, about)
    form = Ask(request.POST)
    if not form.is_valid() or "back" in request.POST:
        bound = form if "back" not in request.POST else None
        return _choose(request, choices, about, form=bound, typed=True, status=400 if bound is not None else 200)
    wanted = form.wanted(request.POST.getlist("people"), request.POST.getlist("item"))
    try:
        terms = terms_of(request.user, advocate_id, wanted)
        if request.POST.get("step") != "ask":
            return _preview(request, choices, about, terms)
        if "agreed" not in request.POST:
            return _preview(request, choices, about, terms, _("Say that they may see this, or go back."))
        shown = request.POST.get("shown", "")
        call_id = call_for_support(request.user, advocate_id, wanted, shown=shown, case_id=about["case"])
    except RequestRefused as error:
        form.add_error(None, error.said(_))
        return _choose(request, choices, about, form=form, typed=True, status=400)
    messages.success(request, _("They are asked. You can stop it at any moment."))
    return redirect("support-call", call_id)


@page("GET")
def call(request: Visit, call_id: str) -> HttpResponseBase:
    """How one call stands: numbers, and who does what one person does."""
    return _call(request, call_id)


@page("POST")
def stop(request: Visit, call_id: str) -> HttpResponseBase:
    """Stop it at once."""
    stopped = stop_call(request.user, call_id)
    messages.success(
        request, _("It is stopped. Nobody finds it any more, and they are told.") if stopped else _("It is over already.")
    )
    return redirect("support-call", call_id)


@page("POST")
def confirm(request: Visit, call_id: str) -> HttpResponseBase:
    """Say who does it."""
    slot, yes = request.POST.get("slot", ""), request.POST.get("do") == "yes"
    confirm_taker(request.user, call_id, int(slot) if slot.isascii() and slot.isdigit() and len(slot) < 19 else -1, yes=yes)
    messages.success(request, _("Confirmed. This person sees the place now.") if yes else _("Declined. Others can take it."))
    return redirect("support-call", call_id)


@page("POST")
def helped(request: Visit, call_id: str) -> HttpResponseBase:
    """Whether it helped."""
    access.call_page(request.user, call_id)
    form = Answer(request.POST)
    if not form.is_valid():
        return _call(request, call_id, trouble=_("Choose one of the answers, and keep the line short."), status=400)
    say_helped(request.user, call_id, Helped(form.cleaned_data["answer"]), form.cleaned_data["line"])
    messages.success(request, _("Noted. Thank you for saying so."))
    return redirect("support-call", call_id)


def _page(
    request: Visit, advocate_id: str, *, form: NewSupporter | None = None, made: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    seen = access.support_page(request.user, advocate_id)
    names = ("to", "name", "code", "through", "language", "how")
    context = {
        "supporters": [said.supporter(each) for each in seen.supporters],
        "agreed": sum(each.agreed_at is not None for each in seen.supporters),
        "calls": [said.call(each) for each in seen.calls],
        "organisations": seen.organisations,
        "herself": seen.herself,
        "languages": LANGUAGES,
        "typed": {name: request.POST.get(name, "") for name in names} if form is not None else {},
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form is not None else {},
        "refused": next(iter(form.non_field_errors()), "") if form is not None else "",
        "made": made and {**made, "url": _address(request, made["token"])},
        "here_only": not settings.ENVIRONMENT.public_url and is_loopback(settings.ENVIRONMENT.host),
    }
    return show(request, "support/support.html", context, here="support", advocate=seen.advocate, status=status)


def _choose(
    request: Visit,
    choices: access.Choices,
    about: dict[str, str],
    *,
    form: Ask | None = None,
    typed: bool = False,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    given = {name: request.POST.get(name, "") for name in _FIELDS} if typed else {
        **{name: str(value) for name, value in asdict(Limits()).items()},
        "until": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    chosen = (
        {name: request.POST.getlist(name) for name in _MANY}
        if typed
        else {"helps": [], "people": [each.id for each in choices.supporters], "item": []}
    )
    context = {
        "about": about,
        "menu": said.menu(chosen["helps"]),
        "people": [{**said.supporter(each), "on": each.id in chosen["people"]} for each in choices.supporters],
        "lines": [{**line, "on": line["id"] in chosen["item"]} for line in rows.lines(choices.rows)],
        "limits": [(name, label, least, most, given[name]) for name, label, least, most in _limits()],
        "today": today.isoformat(),
        "latest": (today + timedelta(days=MOST_DAYS - 1)).isoformat(),
        "typed": given,
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form is not None else {},
        "limit_errors": list(dict.fromkeys(form.errors[name][0] for name, _l, _m in LIMITS if name in form.errors))
        if form
        else [],
        "refused": next(iter(form.non_field_errors()), "") if form is not None else "",
    }
    return show(request, "support/ask.html", context, here="support", advocate=choices.advocate, status=status)


def _limits() -> list[tuple[str, str, int, int]]:
    labels = {
        "at_once": _("At one time, all together"),
        "replies_each": _("Kind words from each"),
        "replies": _("Kind words in all"),
        "reports_each": _("Reports from each"),
        "reports": _("Reports in all"),
        "pause_min": _("Minutes that each waits in between"),
    }
    return [(name, labels[name], least, most) for name, least, most in LIMITS]


def _preview(request: Visit, choices: access.Choices, about: dict[str, str], terms: Terms, trouble: str = "") -> HttpResponse:
    seen = access.what_they_see(request.user, choices.advocate.id, terms)
    names = {each.number: each.name for each in choices.supporters}
    context = {
        "call": said.view(seen),
        "to": [names[number] for number in terms.people if number in names],
        "place": terms.place,
        "shown": terms.digest,
        "about": about,
        "asked": [
            *((name, request.POST.get(name, "")) for name in _FIELDS if request.POST.get(name)),
            *((name, value) for name in _MANY for value in dict.fromkeys(request.POST.getlist(name))),
        ],
        "trouble": trouble,
        "five": words.FIVE_DS,
        "preview": True,
    }
    status = 400 if trouble else 200
    return show(request, "support/preview.html", context, here="support", advocate=choices.advocate, status=status)


def _call(request: Visit, call_id: str, *, trouble: str = "", status: int = 200) -> HttpResponse:
    advocate, found = access.call_page(request.user, call_id)
    context = {
        "call": said.call(found),
        "answers": said.helped(),
        "typed": {name: request.POST.get(name, "") for name in ("answer", "line")} if trouble else {"line": found.line},
        "trouble": trouble,
    }
    return show(request, "support/call.html", context, here="support", advocate=advocate, status=status)


def _keep(request: Visit, made: Invitation, name: str) -> None:
    request.session[_MADE] = {"token": made.token, "name": name, "ends": when.moment(made.ends)}


def _address(request: Visit, token: str) -> str:
    path = reverse("enter", args=[token])
    public: str = settings.ENVIRONMENT.public_url
    return f"{public.rstrip('/')}{path}" if public else request.build_absolute_uri(path)
