"""A shield in words: how it stands, a line of the list, somebody of the circle, a platform's settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.first_hour import Line
from parapet.access.privacy_settings import Platform, Setting
from parapet.access.shield_page import SENT, UNDELIVERED, Circled, ShieldPage
from parapet.web import when


def standing(seen: ShieldPage) -> dict[str, Any]:
    """What the page and the way back tell of a shield."""
    helpers = [each for each in seen.circle if each.reads and not each.herself]
    return {
        "id": seen.card.id,
        "name": seen.card.name,
        "up": seen.up is not None,
        "since": when.moment(seen.up.at) if seen.up is not None else "",
        "by": seen.by,
        "fine_at": when.moment(seen.fine_at) if seen.fine_at else "",
        "asks": seen.asks,
        "veil_until": when.day(seen.veil_until) if seen.veil_until and seen.veil_until.year < 9999 else "",
        "may_raise": seen.may_raise,
        "may_tick": seen.may_tick,
        "herself": seen.herself,
        "locked": seen.ticks is None,
        "alone": not helpers,
        "nobody_told": seen.unheard,
        "done": len(seen.ticks or ()),
        "numbers": numbers(seen),
    }


def numbers(seen: ShieldPage) -> list[tuple[str, str]]:
    """What came in since it went up, in counts."""
    counts = seen.counts
    return [
        (_("Came in since"), when.number(counts.came)),
        (_("Of these grave"), when.number(counts.grave)),
        (_("Sorted since"), when.number(counts.sorted)),
        (_("Waiting to be sorted"), when.number(counts.waiting)),
    ]


def line(each: Line, seen: ShieldPage, today: date) -> dict[str, Any]:
    """One line of the list of the first hour."""
    tongue = when.tongue()
    tick = (seen.ticks or {}).get(each.code)
    done = ""
    if tick is not None:
        who = tick.who or _("somebody who is no longer here")
        done = _("Done by %(who)s, %(at)s") % {"who": who, "at": when.moment(tick.at)}
    return {
        "code": each.code,
        "name": each.name[tongue],
        "what": each.what[tongue],
        "title": each.title[tongue],
        "url": each.url[tongue],
        "seen": when.day(each.seen),
        "old": each.is_old(today),
        "done": done,
    }


def circled(each: Circled, *, up: bool) -> dict[str, Any]:
    """One person: what she is on, and whether she knows."""
    words = []
    if each.holds:
        words.append(ngettext("on %(n)s message now", "on %(n)s messages now", each.holds) % {"n": when.number(each.holds)})
    elif up and each.reads and not each.herself:
        words.append(_("on no message now"))
    if each.on_call and not each.reads:
        words.append(_("on call, reads nothing"))
    if each.told == SENT:
        words.append(_("was told"))
    elif each.told == UNDELIVERED:
        words.append(_("could not be reached"))
    return {"name": each.name, "me": each.me, "said": ", ".join(words), "herself": each.herself}


def veil_choices(days: Iterable[int]) -> list[tuple[int, str]]:
    """How long texts stay veiled afterwards."""
    return [
        (n, _("No longer than the shield is up") if n == 0 else ngettext("%(n)s more day", "%(n)s more days", n) % {"n": n})
        for n in days
    ]


def platform(each: Platform, today: date) -> dict[str, Any]:
    """One platform and its settings."""
    tongue = when.tongue()
    return {"code": each.code, "name": each.name[tongue], "settings": [_setting(one, today, tongue) for one in each.settings]}


def _setting(one: Setting, today: date, tongue: str) -> dict[str, Any]:
    foreign = {"es": _("in Spanish"), "pt": _("in Portuguese"), "en": "" if tongue == "en" else _("in English")}
    return {
        "name": one.name[tongue],
        "where": one.where,
        "does": one.does[tongue],
        "source": one.source,
        "url": one.url,
        "own": one.own,
        "lang": one.lang,
        "foreign": foreign[one.lang],
        "seen": when.day(one.seen),
        "old": one.is_old(today),
    }
