"""To whom a case was reported or given, as the case's page tells it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.views import CasePage, HandoverLine
from parapet.web import when, words
from parapet.web.cases.forms import HandoverFacts


def handovers(found: CasePage, form: HandoverFacts) -> dict[str, Any]:
    """What the page needs to tell what was recorded, and to record more."""
    return {
        "handovers": [_line(each) for each in found.handovers],
        "handovers_broken": found.handovers_broken is not None,
        "handover_form": form,
        "handover_kinds": words.choices("handover"),
        "handed_to": words.choices("handed_to"),
        "means": words.choices("means"),
        "bags": [(e.log_index, when.exact(e.at)) for e in found.exports if e.kind == "export" and e.as_written],
        "now": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
    }


def _line(each: HandoverLine) -> dict[str, str]:
    said = _("%(what)s: %(to)s, %(means)s")
    told = {
        "what": words.word("handover", each.kind),
        "to": words.word("handed_to", each.to),
        "means": words.word("means", each.means),
    }
    return {
        "what": said % told,
        "name": each.name,
        "reference": each.reference,
        "at": when.exact(each.happened_at),
        "iso": each.happened_at.isoformat(),
        "who": each.who,
        "bag": when.number(each.bag) if each.bag else "",
    }
