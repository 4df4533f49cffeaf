"""Organisations in words."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from parapet.access.organisations import Colleague, Invited, Notice, OrganisationCard, Reachable
from parapet.domain.belonging import Lost, Role
from parapet.web import when
from parapet.web.people.forms import last_day

#: What each role is called, and what it means for who has it.
ROLES: dict[Role, tuple[Promise, Promise]] = {
    Role.MEMBER: (
        pgettext_lazy("role", "Member"),
        gettext_lazy(
            "If you are protected here, you can choose by name those who serve there: refer a case to them, or let them act for you."
        ),
    ),
    Role.OFFICER: (
        pgettext_lazy("role", "Case officer"),
        gettext_lazy(
            "Whoever belongs can refer a case to you, or let you act for them, by choosing your name. You see what they chose, and nothing else."
        ),
    ),
    Role.SECURITY: (
        pgettext_lazy("role", "Security"),
        gettext_lazy(
            "Whoever belongs can refer a case to you, or let you act for them, by choosing your name. You see what they chose, and nothing else."
        ),
    ),
    Role.SUPPORTER: (
        pgettext_lazy("role", "Supporter"),
        gettext_lazy(
            "Whoever is protected here can ask you, by the code on your page “Supporting”. You see no message and no case."
        ),
    ),
    Role.ANALYST: (
        pgettext_lazy("role", "Analyst"),
        gettext_lazy("You see no message and no case. Numbers come from protected statistics only, and this Parapet makes none."),
    ),
    Role.ADMINISTRATOR: (
        pgettext_lazy("role", "Administrator"),
        gettext_lazy(
            "You see who belongs, and as what; you invite, and end. You see no message, no case, and not who gave what to whom."
        ),
    ),
}


def role(which: Role) -> str:
    """ "Case officer"."""
    return str(ROLES[which][0])


def choices() -> list[tuple[str, str]]:
    """Code and name of each role, as a form lists them."""
    return [(each.value, role(each)) for each in Role]


def card(each: OrganisationCard) -> dict[str, Any]:
    """An organisation as one who belongs, or is invited, sees it."""
    return {
        "id": each.id,
        "name": each.name,
        "role": role(each.role),
        "means": str(ROLES[each.role][1]),
        "since": when.day(each.since) if each.since else "",
        "until": when.day(last_day(each.until)) if each.until else "",
        "by": each.by or _("whoever keeps this Parapet"),
    }


def colleague(each: Colleague) -> dict[str, str]:
    """Somebody who belongs."""
    return {"code": each.code, "name": each.name, "role": role(each.role), "since": when.day(each.since)}


def invited(each: Invited) -> dict[str, str]:
    """Somebody who has not answered."""
    return {"code": each.code, "role": role(each.role), "until": when.day(last_day(each.until))}


def notice(each: Notice) -> dict[str, Any]:
    """What ended."""
    name = each.name
    how = {
        "left": _("You left %(name)s."),
        "sent": _("You no longer belong to %(name)s: an administrator there ended it."),
        "organisation": _("%(name)s is no longer an organisation of this Parapet."),
        "other": _("Somebody with whom you shared something no longer belongs to %(name)s."),
        "another_role": _("You belong to %(name)s in another role from now on."),
    }.get(each.how, _("You no longer belong to %(name)s."))
    return {"id": each.id, "name": name, "how": how % {"name": name}, "at": when.day(each.at), "told": lost(each.told)}


def lost(told: tuple[Lost, ...]) -> list[str]:
    """What ends or ended with it, a line each."""
    return [_lost(each) for each in told]


def reachable(each: Reachable) -> dict[str, str]:
    """Somebody of an organisation of hers, as a form lists them."""
    return {
        "value": f"{each.code}:{each.organisation_id}",
        "name": each.name,
        "role": role(each.role),
        "organisation": each.organisation,
    }


def _lost(each: Lost) -> str:
    if each.kind == "grant":
        said = _("Access of %(who)s to what is yours") if each.hers else _("What you could see and do for %(who)s")
        return said % {"who": each.who}
    if each.kind == "supporter":
        said = _("%(who)s as a supporter of yours") if each.hers else _("That you are a supporter of %(who)s")
        return said % {"who": each.who}
    if each.hers:
        said = ngettext("%(n)s case that was referred to %(who)s", "%(n)s cases that were referred to %(who)s", each.count)
    else:
        said = ngettext("%(n)s case that %(who)s had referred to you", "%(n)s cases that %(who)s had referred to you", each.count)
    return said % {"n": when.number(each.count), "who": each.who}
