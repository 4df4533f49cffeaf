"""Blocks in words. No name of an account: that comes only through `veil`, once it was asked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.block_steps import Step
from parapet.access.blocks import Choice, Kept, Line, Through, place_for
from parapet.domain import blocking as b
from parapet.domain.blocking import Place
from parapet.web import when
from parapet.web.blocks import words as w


def line(each: Line) -> dict[str, Any]:
    """One block in a list."""
    return {
        "id": each.id,
        "item": each.item,
        "plan": each.plan,
        "what": str(w.WHAT[each.what]) if each.what in w.WHAT else each.what,
        "place": title(each.place),
        "state": each.state,
        "said": str(w.STATE.get(each.state, each.state)),
        "loud": each.state in (b.UNKNOWN, b.LIFT_UNKNOWN, b.FAILED, b.LIFT_FAILED),
        "made": when.day(each.made_at),
        "set": when.day(each.set_at) if each.set_at else "",
        "lifted": when.day(each.lifted_at) if each.lifted_at else "",
        "account": each.account,
        "code": each.id[-4:],
    }


def title(place: str) -> str:
    """The name of a place."""
    return place_for(place).title.within(when.tongue())


def kept(each: Kept) -> str:
    """What is kept of an account, in one sentence."""
    said = ngettext("%(n)s message of it is kept here", "%(n)s messages of it are kept here", each.messages)
    told = said % {"n": when.number(each.messages)}
    if each.signed:
        signed = ngettext(
            "%(n)s borne out by its platform’s signature", "%(n)s borne out by its platform’s signatures", each.signed
        )
        told += ", " + signed % {"n": when.number(each.signed)}
    if each.last is not None:
        told += " · " + _("the newest of %(day)s") % {"day": when.day(each.last)}
    return told


def effects(place: Place, what: str) -> dict[str, str]:
    """What it brings about."""
    lang, found = when.tongue(), place.effects.get(what)
    told = {"she": found.she.within(lang), "they": found.they.within(lang), "lost": found.lost.within(lang)} if found else {}
    how = place.how[what].within(lang) if what in place.how else ""
    return {**told, "how": how, "undo": place.undo.within(lang), "title": place.title.within(lang)}


def through(each: Through | None) -> dict[str, Any]:
    """A connection, as far as it matters here."""
    if each is None:
        return {}
    return {
        "id": each.id,
        "name": each.name,
        "title": title(each.channel),
        "lacks": each.lacks,
        "blind": each.paused or each.failing,
        "asked": when.moment(each.asked_at) if each.asked_at else "",
    }


def options(choice: Choice) -> list[dict[str, Any]]:
    """What can be done, and from where: each with how many accounts it fits, and what it brings about."""
    found: list[dict[str, Any]] = []
    for what in b.WHATS:
        fits = [each for each in choice.accounts if what in each.place.effects]
        for way in choice.through:
            mine = [each for each in fits if each.place.sets == way.channel and (what, way.number) not in each.standing]
            if mine and not way.lacks:
                found.append(_option(what, f"{what}:{way.id}", mine[0].place, len(mine), from_=way.name))
        # By hand a list makes one more page to keep: only what a person does with two presses is offered.
        by_hand: dict[str, list[Any]] = {}
        for each in fits:
            if what != b.LIST and (what, 0) not in each.standing:
                by_hand.setdefault(each.place.code, []).append(each)
        if by_hand:
            places = [group[0].place for group in by_hand.values()]
            found.append(_option(what, f"{what}:", places[0], sum(map(len, by_hand.values())), from_="", places=places))
    return found


def _option(what: str, value: str, place: Place, n: int, *, from_: str, places: list[Place] | None = None) -> dict[str, Any]:
    lang = when.tongue()
    where = ", ".join(each.title.within(lang) for each in places or [place])
    return {
        "value": value,
        "what": str(w.WHAT[what]),
        "from": from_,
        "where": where,
        "count": ngettext("%(n)s account", "%(n)s accounts", n) % {"n": when.number(n)},
        "effects": [effects(each, what) for each in places or [place]],
    }


def step(each: Step) -> dict[str, Any]:
    """One thing that happened."""
    code = each.details.get("code", "")
    return {
        "said": str(w.STEP.get(each.what, each.what)),
        "why": str(w.TROUBLE.get(code, "")) if each.what in (b.FAIL, b.LATER) else "",
        "who": _("by the program") if each.by_program else each.who or _("somebody who is no longer here"),
        "at": when.moment(each.at),
        "iso": each.at.isoformat(),
        "index": when.number(each.log_index),
    }
