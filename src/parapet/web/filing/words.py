"""The words for what can go into a dossier for police or counsel."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READER: dict[str, Promise] = {"police": _("Police"), "counsel": _("Counsel (your lawyer)")}
#: A part, and what to know before it is ticked.
PART: dict[str, tuple[Promise, Promise | str]] = {
    "pattern": (_("The pattern"), _("How often, how grave, by which ways and from how many accounts: tables and a chart.")),
    "sections": (_("What the law asks for, and what is recorded"), _("For the sections that you tick.")),
    "missing": (
        _("What is still missing"),
        _("For your lawyer. What police receive may have to be shown to the person accused."),
    ),
    "statement": (_("Your statement"), _("In your words, as it stands on its page.")),
    "notes": (_("The notes of the case"), _("What you and your helpers wrote. Look at them first.")),
    "corrections": (_("Who corrected a judgement, and why"), ""),
    "handed": (_("To whom it was reported or given, and what was erased"), ""),
}
