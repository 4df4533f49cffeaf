"""The frame of every page: who may come in, in which language, and what surrounds the content.

Every view for a signed-in person is wrapped by `page`; a test walks the URL map and fails on one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse

from parapet.access import people
from parapet.access.views import AdvocateCard
from parapet.domain.errors import KeyClosed, NotFound, ParapetError
from parapet.domain.rights import Right
from parapet.web.answers import never_kept, refused, speak

#: Kept in the session, so that the bar knows whose inbox the person was last in.
CURRENT = "advocate"
UNMATCHED = "unmatched"
THEMES = ("system", "light", "dark")

log = structlog.get_logger("parapet.web")
P = ParamSpec("P")


class Visit(HttpRequest):
    """A request by somebody signed in. `user` is her `Person`."""

    user: Any
    htmx: Any


View = Callable[Concatenate[Visit, P], HttpResponseBase]
DjangoView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(*methods: str) -> Callable[[View[P]], DjangoView[P]]:
    """Let a view answer `methods` of signed-in people only, in their language, and let no cache keep the answer."""

    def wrap(view: View[P]) -> DjangoView[P]:
        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                response: HttpResponseBase = _to_the_door(request)
            elif request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                response = HttpResponseNotAllowed(methods)
            else:
                speak(request)
                try:
                    response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # it is a Visit: signed in
                except NotFound:
                    raise Http404 from None
                except KeyClosed as error:
                    response = _closed(request, error)
                except ParapetError as error:
                    log.warning("refused", code=error.code)
                    response = refused(request, error)
            return never_kept(response)

        answer.needs_sign_in = True  # type: ignore[attr-defined]
        return cast("DjangoView[P]", answer)

    return wrap


def _closed(request: Any, error: KeyClosed) -> HttpResponseBase:
    """How what is closed opens: on its own page where a fragment was asked for."""
    from parapet.web.open.views import closed

    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": reverse("open")})
    return closed(request, error)


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """The same for every address, so that nothing tells what exists. A fragment must move the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": reverse("login")})
    return redirect("login")


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str = "",
    advocate: AdvocateCard | None = None,
    advocates: Sequence[AdvocateCard] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a whole page.

    here       which entry of the bar is lit: "inbox", "cases", "care", "intake", "help", "preferences", "protected", "people",
               "shield", "referred", "organisations", "custody", "emergency", "learn", "reports",
               "support", "supporting", "complaints"
    advocate   whose page it is; without one, the one last looked at
    advocates  all she may act for, when the view already knows them
    """
    return render(request, template, {**bar(request, here, advocate, advocates), **context}, status=status)


def bar(
    request: HttpRequest, here: str = "", advocate: AdvocateCard | None = None, advocates: Sequence[AdvocateCard] | None = None
) -> dict[str, Any]:
    """What `base.html` needs besides the content."""
    person: Any = request.user
    if not person.is_authenticated:
        return {"signed_in": False, "here": here, "theme": "system"}
    if advocates is None:
        advocates = people.advocates_of(person, scoped=True)
    if advocate is None:
        advocate = current(request, advocates)
    elif request.session.get(CURRENT) != advocate.id:
        request.session[CURRENT] = advocate.id
    return {
        "signed_in": True,
        "here": here,
        "theme": person.theme if person.theme in THEMES else "system",
        "advocate": advocate,
        "adds": person.invited_by is None
        or any(card.scope is None and {Right.SORT, Right.ANNOTATE} & card.rights for card in advocates),
        "others": [card for card in advocates if advocate is None or card.id != advocate.id],
    }


def current(request: HttpRequest, advocates: Sequence[AdvocateCard]) -> AdvocateCard | None:
    """The advocate last looked at, else the first; None when the person acts for nobody."""
    last = request.session.get(CURRENT)
    return next((card for card in advocates if card.id == last), advocates[0] if advocates else None)


def mine(request: Visit, advocate_id: str, *, scoped: bool = False) -> tuple[AdvocateCard, tuple[AdvocateCard, ...]]:
    """The card of `advocate_id` and of all she may act for. Raises NotFound unless it is among them.

    scoped  also where she may act for a part of what is this advocate's: for screens that keep to it
    """
    cards = people.advocates_of(request.user, scoped=True)
    for card in cards:
        if card.id == advocate_id and (scoped or card.scope is None):
            return card, cards
    raise NotFound
