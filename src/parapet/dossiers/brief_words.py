"""What a brief says in its reader's language, and where a note for police says it otherwise (`police.` before the same key)."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Security brief",
        "police.title": "Note for police",
        "mark": "Confidential",
        "lead": (
            "For security, about one person’s safety. Keep it where only those on duty see it; do not forward, post or leave it out. "
            "Destroy it when a newer one comes."
        ),
        "police.lead": (
            "Facts from a case that the person concerned keeps, handed over by her or for her. The evidence itself, with its seals, is in "
            "the case’s bag; ask for it."
        ),
        "of": "Person concerned",
        "case": "Case",
        "made": "Made",
        "review": "Looked at again by",
        "occurrence": "Police occurrence number",
        "officer": "Officer",
        "situation": "In short",
        "written": "What was sent",
        "quoted": "Quoted in part, word for word. These are hard to read; read them once, and pass on only what the next person needs.",
        "sent": "sent {at}",
        "kept": "kept {at}",
        "by": "from {who}",
        "nobody": "a sender who is not known",
        "count.1": "1 message in this case",
        "count": "{n} messages in this case",
        "signs": "Signs: {signs}",
        "listed": "By number only: {items}",
        "others.0": "That is every message of the case.",
        "others.1": "Left out: 1 more message of the case.",
        "others": "Left out: {n} more messages of the case.",
        "none": "No message is quoted.",
        "known": "Who it may be",
        "faces": "No picture is part of this brief.",
        "day": "What she does, and when",
        "day.note": "Only what she agreed to tell, for this purpose.",
        "schedule": "Schedule",
        "places": "Places",
        "car": "Car and parking",
        "home": "Home",
        "asks": "What you are asked to do",
        "police.asks": "What is arranged for her safety",
        "ask.by": "Who: {by}",
        "ask.until": "until {day}",
        "asks.none": "Nothing particular so far: know of it, and call as below.",
        "police.asks.none": "Nothing particular so far.",
        "call": "Whom to call",
        "danger": "In danger: 911 first.",
        "police.danger": "",
        "contact": "The person concerned",
        "near": "Somebody close to her",
        "stop": "Told to stop",
        "sections": "Facts that a section asks for",
        "section.264": "Section 264 (criminal harassment: contacts in order, pursuit, the fear and its reasons): messages {numbers}.",
        "section.264.1": "Section 264.1 (uttering threats: the exact words): messages {numbers}.",
        "sections.note": "Where to look, and no legal conclusion: which section applies, if any, is for police and the Crown to say.",
        "unknown": "Signs are no score, and silence is no safety: most people who approach never threatened first.",
        "proof": (
            "It rests on log {origin}, {size} entries, head {root}. Signed with certificate {signer}. To check it: any reader of PDF shows"
            " the signature; the case’s dossier and bag give every message with its seal, and the bag proves it against this head."
        ),
        "fictional": "Sample data: everybody in it is invented.",
        "page": "Page {n} of {total}",
    },
    "fr": {
        "title": "Note de sécurité",
        "police.title": "Note pour la police",
        "mark": "Confidentiel",
        "lead": (
            "Pour la sécurité, au sujet d’une seule personne. Gardez-la là où seuls ceux qui sont de service la voient; ne la transmettez "
            "pas, ne l’affichez pas, ne la laissez pas traîner. Détruisez-la quand une nouvelle arrive."
        ),
        "police.lead": (
            "Des faits d’un dossier que tient la personne concernée, remis par elle ou pour elle. Les preuves elles-mêmes, avec leurs "
            "sceaux, sont dans le sac du dossier; demandez-le."
        ),
        "of": "Personne concernée",
        "case": "Dossier",
        "made": "Établie",
        "review": "À revoir d’ici le",
        "occurrence": "Numéro d’événement de la police",
        "officer": "Agent",
        "situation": "En bref",
        "written": "Ce qui a été envoyé",
        "quoted": "Cité en partie, mot à mot. C’est dur à lire; lisez-le une fois, et ne transmettez que ce dont la personne suivante a besoin.",
        "sent": "envoyé {at}",
        "kept": "conservé {at}",
        "by": "de {who}",
        "nobody": "un expéditeur inconnu",
        "count.1": "1 message dans ce dossier",
        "count": "{n} messages dans ce dossier",
        "signs": "Signes\u00a0: {signs}",
        "listed": "Par leur numéro seulement\u00a0: {items}",
        "others.0": "Ce sont tous les messages du dossier.",
        "others.1": "Laissé de côté\u00a0: 1 autre message du dossier.",
        "others": "Laissés de côté\u00a0: {n} autres messages du dossier.",
        "none": "Aucun message n’est cité.",
        "known": "De qui il peut s’agir",
        "faces": "Cette note ne contient aucune photo.",
        "day": "Ce qu’elle fait, et quand",
        "day.note": "Seulement ce qu’elle a accepté de dire, à cette fin.",
        "schedule": "Horaire",
        "places": "Lieux",
        "car": "Voiture et stationnement",
        "home": "Domicile",
        "asks": "Ce qui vous est demandé",
        "police.asks": "Ce qui est prévu pour sa sécurité",
        "ask.by": "Qui\u00a0: {by}",
        "ask.until": "jusqu’au {day}",
        "asks.none": "Rien de particulier pour l’instant\u00a0: soyez au courant, et appelez comme ci-dessous.",
        "police.asks.none": "Rien de particulier pour l’instant.",
        "call": "Qui appeler",
        "danger": "En cas de danger\u00a0: le 911 d’abord.",
        "police.danger": "",
        "contact": "La personne concernée",
        "near": "Un proche",
        "stop": "Demande d’arrêter",
        "sections": "Faits que demande un article",
        "section.264": (
            "Article 264 (harcèlement criminel\u00a0: contacts dans l’ordre, poursuite, la crainte et ses raisons)\u00a0: messages "
            "{numbers}."
        ),
        "section.264.1": "Article 264.1 (menaces\u00a0: les mots exacts)\u00a0: messages {numbers}.",
        "sections.note": (
            "Où regarder, et aucune conclusion de droit\u00a0: il revient à la police et à la poursuite de dire quel article s’applique, "
            "s’il y en a un."
        ),
        "unknown": (
            "Des signes ne sont pas une note, et le silence n’est pas la sécurité\u00a0: la plupart de ceux qui passent à l’acte n’ont pas"
            " menacé d’abord."
        ),
        "proof": (
            "Elle repose sur le journal {origin}, {size} inscriptions, tête {root}. Signée avec le certificat {signer}. Pour la "
            "vérifier\u00a0: tout lecteur de PDF montre la signature; le document et le sac du dossier donnent chaque message avec son "
            "sceau, et le sac le prouve contre cette tête."
        ),
        "fictional": "Données d’exemple\u00a0: toutes les personnes sont inventées.",
        "page": "Page {n} sur {total}",
    },
}


def words(lang: str, reader: str) -> dict[str, str]:
    """All of them for this reader. Raises ValueError for another language than "en" and "fr"."""
    if lang not in WORDS:
        raise ValueError(f"no brief in {lang!r}")
    own = WORDS[lang]
    return {key: own.get(f"{reader}.{key}", word) for key, word in own.items() if not key.startswith("police.")}
