"""Which column holds what: by the mapping that a person gave, else by common names in English and French."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

#: Our fields, and the names that people and tools give them, most telling first. Compared without accents or case.
KNOWN = {
    "text": (
        *(
            "text",
            "message",
            "comment",
            "body",
            "content",
            "full text",
            "tweet",
            "post",
            "comment text",
            "message text",
            "review",
            "review text",
        ),
        *("texte", "commentaire", "contenu", "avis", "publication", "courriel", "texte du message", "description"),
    ),
    "author": (
        *(
            "author",
            "from",
            "user",
            "username",
            "user name",
            "handle",
            "sender",
            "screen name",
            "author name",
            "display name",
            "reviewer",
        ),
        *(
            "auteur",
            "autrice",
            "expediteur",
            "utilisateur",
            "nom d'utilisateur",
            "de",
            "pseudo",
            "compte",
            "account",
            "name",
            "nom",
        ),
    ),
    "sent_at": (
        *(
            "sent at",
            "created at",
            "timestamp",
            "date",
            "datetime",
            "time",
            "posted at",
            "posted",
            "published at",
            "published",
            "sent",
            "createtime",
        ),
        *("envoye le", "cree le", "publie le", "date d'envoi", "date et heure", "horodatage", "date de publication"),
    ),
    "uri": ("uri", "id", "message id", "post id", "comment id", "tweet id", "reviewid", "identifiant", "no", "numero"),
    "channel": ("channel", "platform", "network", "source", "plateforme", "reseau", "canal"),
    "url": ("url", "link", "permalink", "lien", "adresse", "adresse web"),
    "subject": ("subject", "title", "objet", "sujet", "titre"),
    "rating": ("rating", "stars", "score", "note", "etoiles", "evaluation"),
    "lang": ("lang", "language", "langue"),
    "aimed_at": ("to", "recipient", "target", "aimed at", "advocate", "doctor", "a", "destinataire", "cible", "medecin"),
}


def find(names: Sequence[str], mapping: dict[str, str]) -> dict[str, str]:
    """Our field to the name of its column in `names`; a field without one is left out, and no column serves twice.

    mapping   wins over what we know; a mapped name that is not there leaves the field out
    """
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain_name(name), name)
    found: dict[str, str] = {}
    for ours, theirs in mapping.items():
        ours = {"platform": "channel"}.get(ours, ours)
        if ours in KNOWN and plain_name(theirs) in by_plain:
            found[ours] = by_plain[plain_name(theirs)]
    taken = set(found.values())
    for ours, known in KNOWN.items():
        if ours in found or ours in mapping:
            continue
        for plain in known:
            if plain in by_plain and by_plain[plain] not in taken:
                found[ours] = by_plain[plain]
                taken.add(by_plain[plain])
                break
    return found


def plain_name(name: str) -> str:
    """A column's name as it is compared: no case, no accents, words apart by one space."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name[:200]) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("_", " ").replace("-", " ").replace("\u2019", "'").split())
