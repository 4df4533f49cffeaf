"""How a mail provider takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said

DESK = Desk(
    code="mail",
    title=Said("The sender’s mail provider", "Le fournisseur de courriel de l’expéditeur"),
    channels=("mail",),
    needs="mail",
    max_chars=4_000,
    langs=("en", "fr"),
    reasons=(
        Reason(
            "abuse",
            Said("Abuse: hostile mail", "Abus : courriel hostile"),
            Said("that against abuse of your service", "celle contre les abus de votre service"),
            "",
            (Harm.THREAT, Harm.DOXING, Harm.SEXUAL, Harm.IDENTITY_HATE, Harm.INCITEMENT, Harm.INSULT),
        ),
    ),
    how=Said(
        "Write to the provider’s abuse address, and attach the report file: programs there read it. The file holds the whole mail, "
        "with the address to which it came.",
        "Écrivez à l’adresse du fournisseur pour les abus et joignez le fichier : des programmes le lisent. Le fichier contient tout le courriel, "
        "avec l’adresse à laquelle il est arrivé.",
    ),
    answers=Said(
        "Most providers answer automatically, and do not say what they did.",
        "La plupart répondent automatiquement et ne disent pas ce qu’ils ont fait.",
    ),
    source="https://www.rfc-editor.org/rfc/rfc2142",
    checked=date(2026, 11, 30),
)
