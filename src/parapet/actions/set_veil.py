"""Set how much a person sees of messages before she asks. It is hers alone: the log does not tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.judgement import Harm
from parapet.domain.veil import FOR_ONE_HARM, Level, Veil
from parapet.records import models
from parapet.records.veils import keep_veil


def set_veil(person: models.Person, level: Level | None = None, by_harm: Mapping[Harm, Level] | None = None) -> None:
    """Keep what she chose; None leaves it to what she is to each advocate. Raises RequestRefused for what is not offered."""
    by_harm = dict(by_harm or {})
    if any(chosen not in FOR_ONE_HARM for chosen in by_harm.values()):
        raise RequestRefused(_("For one kind of harm, only something stricter can be chosen."))
    keep_veil(person, Veil(level, by_harm))
