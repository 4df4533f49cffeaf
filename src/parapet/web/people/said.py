"""Rights and grants in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.seers import AccessLine, Given, Seer
from parapet.domain.judgement import Harm
from parapet.domain.rights import GIVEABLE, WITHIN_A_SCOPE, Right
from parapet.domain.scopes import Scope
from parapet.web import when, words
from parapet.web.people import scope_said
from parapet.web.people.forms import last_day

#: What each right is called, and what it lets somebody do.
RIGHTS: dict[Right, tuple[Promise, Promise]] = {
    Right.READ: (gettext_lazy("Read"), gettext_lazy("See the inbox and the cases, and texts when asked for. All else needs it.")),
    Right.SORT: (gettext_lazy("Sort"), gettext_lazy("Bring messages in, correct how they are judged, put them into cases.")),
    Right.ANNOTATE: (gettext_lazy("Write notes"), gettext_lazy("Add notes to cases, and write down what was said.")),
    Right.REPORT: (
        gettext_lazy("Report"),
        gettext_lazy(
            "Report messages to platforms, block and mute accounts there, and record that a case was reported or given to somebody."
        ),
    ),
    Right.EXPORT: (gettext_lazy("Export"), gettext_lazy("Make dossiers and bags of evidence, which hold every word of a case.")),
    Right.ALERT: (gettext_lazy("Be on call"), gettext_lazy("Be somebody to call when a message needs a person at once.")),
    Right.REFER: (
        gettext_lazy("Refer cases"),
        gettext_lazy("Offer a case to an officer, having seen exactly what goes, and take it back."),
    ),
    Right.SHIELD: (
        gettext_lazy("Raise the shield"),
        gettext_lazy("When you are under attack: raise your shield, say that it is still needed, and lower it."),
    ),
    Right.SUPPORT: (
        gettext_lazy("Ask for support"),
        gettext_lazy("Ask your supporters for help, having seen exactly what they would see, vet somebody new, and stop it."),
    ),
    Right.KEEP: (
        gettext_lazy("Keep and erase"),
        gettext_lazy(
            "Hold, erase for good, set how long things are kept, change your details. For somebody you trust with all of it."
        ),
    ),
}


def choices(chosen: Iterable[Right | str]) -> list[tuple[str, str, str, bool]]:
    """Code, name, meaning and whether it is ticked, as a form lists them."""
    ticked = set(chosen)
    return [(right, str(RIGHTS[right][0]), str(RIGHTS[right][1]), right in ticked) for right in GIVEABLE]


def named(rights: Iterable[Right]) -> str:
    """ "Read, Sort, Export"."""
    return ", ".join(str(RIGHTS[right][0]) for right in rights if right in RIGHTS)


def withheld() -> str:
    """What nobody can be given for a part: "Report, Export, ..."."""
    return named(right for right in GIVEABLE if right not in WITHIN_A_SCOPE)


def part_fields(scope: Scope | None, channels: Iterable[str], titles: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks of a part, as it is: boxes as (code, name, ticked)."""
    held = scope or Scope()
    return {
        "only": scope is not None,
        "channels": [(code, words.word("channel", code), code in held.channels) for code in channels],
        "harms": [(harm, words.word("harm", harm), harm in held.harms) for harm in Harm],
        "from_day": timezone.localtime(held.since).date().isoformat() if held.since else "",
        "to_day": last_day(held.until).isoformat() if held.until else "",
        "cases": [(code, title or code, code in held.cases) for code, title in titles.items()],
    }


def seer(each: Seer, channels: Iterable[str], titles: Mapping[str, str]) -> dict[str, Any]:
    """One person who may act for her, as the page shows it."""
    return {
        "id": each.id,
        "name": each.name,
        "herself": each.role == "advocate",
        "may": named(each.rights),
        "since": when.day(each.since) if each.since else _("not known"),
        "until": when.day(last_day(each.until)) if each.until else "",
        "until_iso": last_day(each.until).isoformat() if each.until else "",
        "over": each.over,
        "last_look": when.moment(each.last_look) if each.last_look else "",
        "guest": each.guest,
        "through": each.through,
        "choices": choices(each.rights),
        "part": scope_said.part(each.scope, titles),
        "fields": part_fields(each.scope, channels, titles),
    }


def given(each: Given) -> dict[str, Any]:
    """What was given to a person for one advocate, as she sees it."""
    return {
        "id": each.advocate,
        "name": each.name,
        "herself": each.role == "advocate",
        "may": named(each.rights),
        "reads": Right.READ in each.rights and not each.over,
        "keeps": Right.KEEP in each.rights and not each.over,
        "until": when.day(last_day(each.until)) if each.until else "",
        "over": each.over,
        "through": each.through,
        "part": scope_said.part(each.scope),
        "withheld": withheld() if each.scope else "",
    }


def access_lines(lines: Iterable[AccessLine], titles: Mapping[str, str]) -> list[dict[str, str]]:
    """The log's entries about who may act for her, in words."""
    return [_line(line, titles) for line in lines]


def _line(line: AccessLine, titles: Mapping[str, str]) -> dict[str, str]:
    told = {
        "what": words.word("custody", line.kind),
        "whom": line.who or _("somebody who is no longer here"),
        "may": named(line.rights),
        "until": when.day(last_day(line.until)) if line.until else "",
        "by": line.by or _("whoever keeps this Parapet"),
        "part": scope_said.part(line.scope, titles),
    }
    if not line.as_written:
        told = {
            "what": _("This entry is not as it was written"),
            "whom": "",
            "may": "",
            "until": "",
            "by": _("not known"),
            "part": "",
        }
    return {**told, "at": when.exact(line.at), "iso": line.at.isoformat(), "index": when.number(line.log_index)}
