"""Change what a person prefers to see."""

from __future__ import annotations

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models

LANGUAGES = ("en", "fr-ca")
THEMES = ("system", "light", "dark")


def change_preferences(person: models.Person, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep `language` and `theme` where given. Raises RequestRefused for what is not offered."""
    if language is not None and language not in LANGUAGES:
        raise RequestRefused(_("This language is not offered."))
    if theme is not None and theme not in THEMES:
        raise RequestRefused(_("This theme is not offered."))
    person.language = language or person.language
    person.theme = theme or person.theme
    person.save(update_fields=["language", "theme"])
