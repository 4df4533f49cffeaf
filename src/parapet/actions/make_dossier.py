"""Make the PDF dossier of a case."""

from __future__ import annotations

from parapet.actions.export_bag import dossier
from parapet.records import models


def make_dossier(person: models.Person, case_id: str, lang: str) -> bytes:
    """PDF/A in "en" or "fr"; that it was made is in the log. Raises NotFound."""
    return dossier(person, case_id, lang)
