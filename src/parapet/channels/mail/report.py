"""How a mail provider takes reports: its reasons, its limits, and how one is made there. Data alone; each rule with the page that states it."""

from __future__ import annotations

from datetime import date

from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen

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
        "Write to the provider’s abuse address (RFC 2142: abuse@ before its name), and attach the report file, which programs can read. "
        "The file holds the whole mail, "
        "with the address to which it came.",
        "Écrivez à l’adresse du fournisseur pour les abus (RFC 2142 : abuse@ devant son nom) et joignez le fichier, que des programmes "
        "peuvent lire. Le fichier contient tout le courriel, "
        "avec l’adresse à laquelle il est arrivé.",
    ),
    answers=Said(
        "No standard says how a provider answers. Look for what comes back to the address from which you wrote.",
        "Aucune norme ne dit comment un fournisseur répond. Voyez ce qui revient à l’adresse d’où vous avez écrit.",
    ),
    source="https://www.rfc-editor.org/rfc/rfc2142",
    seen=Seen(date(2026, 11, 30), "1997-05"),
)
