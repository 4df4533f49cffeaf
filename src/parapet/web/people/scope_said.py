"""Which part of an advocate's messages a grant is for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.domain.judgement import Harm
from parapet.domain.scopes import Scope
from parapet.web import when, words
from parapet.web.people.forms import last_day


def part(scope: Scope | None, titles: Mapping[str, str] | None = None) -> str:
    """ "Channels: Bluesky, Mastodon · Kinds of harm: Threat · From 1 Nov 2026 on"; "" for all of them.

    titles  what cases are called, by public name; without one they are counted
    """
    if scope is None:
        return ""
    said = []
    if scope.channels:
        said.append(_("Channels: %(names)s") % {"names": _listed(words.word("channel", each) for each in sorted(scope.channels))})
    if scope.harms:
        said.append(
            _("Kinds of harm: %(names)s") % {"names": _listed(words.word("harm", each) for each in Harm if each in scope.harms)}
        )
    if scope.since:
        said.append(_("From %(day)s on") % {"day": when.day(scope.since)})
    if scope.until:
        said.append(_("Up to the end of %(day)s") % {"day": when.day(last_day(scope.until))})
    if scope.cases:
        named = [titles[each] for each in sorted(scope.cases) if titles and titles.get(each)]
        if len(named) == len(scope.cases):
            said.append(_("Cases: %(names)s") % {"names": _listed(named)})
        else:
            n = len(scope.cases)
            said.append(ngettext("%(n)s case", "%(n)s cases", n) % {"n": when.number(n)})
    return " · ".join(said)


def sentence(scope: Scope) -> str:
    """What whoever holds it is told above the list."""
    return _("You see a part of these messages. %(part)s.") % {"part": part(scope)}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
