"""What a person asks of a bag: what this copy withholds, and who may open it."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parapet.dossiers.redaction import Redaction, redaction
from parapet.evidence.age import Recipients, read_lines

#: The fields of the form.
ASKED = ("lang", "withhold", "withhold_reason", "passages", "passages_reason", "recipients")
REASONS: dict[str, Promise] = {
    "privacy": _("Privacy"),
    "privilege": _("Legal privilege"),
    "safety": _("Somebody’s safety"),
    "third_party": _("For the sake of others"),
}


def typed(form: QueryDict, refused: str = "") -> dict[str, Any]:
    """The form as a person sent it, so that a refusal takes nothing of it away; `refused` says what was wrong."""
    told = {name: form.get(name, "") for name in ("lang", "withhold_reason", "passages", "passages_reason", "recipients")}
    return {**told, "withhold": form.getlist("withhold"), "refused": refused}


def asked_redaction(form: QueryDict, lang: str) -> Redaction | None:
    """None when nothing is to be withheld. Raises RequestRefused."""
    items = dict.fromkeys(form.getlist("withhold"), form.get("withhold_reason", ""))
    lines = dict.fromkeys(line.strip() for line in form.get("passages", "").splitlines() if line.strip())
    if not items and not lines:
        return None
    return redaction(items, tuple((line, form.get("passages_reason", "")) for line in lines), lang)


def asked_recipients(form: QueryDict) -> Recipients:
    """Nobody when the bag is not to be encrypted. Raises RequestRefused."""
    return read_lines(form.get("recipients", ""))
