"""What somebody chose for a dossier, as its form sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen
from django.http import QueryDict
from django.utils.translation import gettext as _

from parapet.access.filings import Facts
from parapet.access.views import Row
from parapet.domain.offences import COUNTRIES, PARTS, POLICE, READERS, SECTIONS, USUAL, Chosen
from parapet.dossiers.bearing import in_question
from parapet.dossiers.case_file import MAX_EXHIBITS
from parapet.web import when

EVERY, ABUSIVE, BY_HAND = "every", "abusive", "hand"
PICKS = (EVERY, ABUSIVE, BY_HAND)


@frozen
class Filled:
    """The form: what it asks for, how messages are picked, which were ticked, and what is wrong by the name of a field."""

    chosen: Chosen
    pick: str = EVERY
    ticked: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(factory=dict)


def fresh(reader: str, rows: Sequence[Row], facts: Facts) -> Filled:
    """As it is first shown: all messages, the usual parts, and the sections on which something that is recorded bears."""
    reader = reader if reader in READERS else POLICE
    sections = tuple(s.number for s in SECTIONS if in_question(s, facts.case, facts.statement.answers) and not s.ask)
    every = tuple(row.id for row in rows)
    chosen = Chosen(reader, when.tongue(), every, USUAL[reader], sections)
    return Filled(chosen, ticked=frozenset(every))


def filled(post: QueryDict, rows: Sequence[Row]) -> Filled:
    """As it was sent. What is not in the case, or not listed, is left out."""
    errors: dict[str, str] = {}
    reader, lang, pick = post.get("reader", ""), post.get("lang", ""), post.get("pick", "")
    ticked = frozenset(post.getlist("item"))
    items = _picked(rows, pick, ticked)
    if not items:
        errors["pick"] = _("Choose at least one message.")
    elif len(items) > MAX_EXHIBITS:
        errors["pick"] = _("Choose at most %(most)s messages, or make the dossier of the whole case.") % {"most": MAX_EXHIBITS}
    parts = frozenset(part for part in PARTS if f"part-{part}" in post)
    if "missing" in parts:
        parts |= {"sections"}
    sections = tuple(s.number for s in SECTIONS if s.number in post.getlist("section"))
    countries = tuple(code for code in COUNTRIES if code in post.getlist("country"))
    chosen = Chosen(
        reader=reader if reader in READERS else POLICE,
        lang=lang if lang in ("en", "fr") else when.tongue(),
        items=items,
        parts=parts,
        sections=sections if "sections" in parts else (),
        countries=countries if "sections" in parts else (),
    )
    return Filled(chosen, pick if pick in PICKS else EVERY, ticked, errors)


def _picked(rows: Sequence[Row], pick: str, ticked: frozenset[str]) -> tuple[str, ...]:
    if pick == BY_HAND:
        return tuple(row.id for row in rows if row.id in ticked)
    if pick == ABUSIVE:
        return tuple(row.id for row in rows if row.harms and not row.own)
    return tuple(row.id for row in rows)


def again(post: QueryDict) -> list[tuple[str, Any]]:
    """Everything that was sent, for a form that sends it once more."""
    left_out = {"csrfmiddlewaretoken", "agreed", "back", "shown", "seen"}
    return [(name, value) for name in post if name not in left_out for value in post.getlist(name)]
