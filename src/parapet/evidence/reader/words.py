"""What each fault means, in English and French. `{n}` and `{m}` are numbers; a file's name is printed beside the sentence."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "bag.unreadable": (
        "This is not a folder with an evidence bag, or it cannot be read.",
        "Ce n'est pas un répertoire contenant un sac de preuves, ou il est illisible.",
    ),
    "bag.unchecked": (
        "The check itself failed, so nothing is known of this bag.",
        "La vérification elle-même a échoué; on ne sait donc rien de ce sac.",
    ),
    "bag.declaration": (
        "The declaration is not that of a BagIt 1.0 bag in UTF-8.",
        "La déclaration n'est pas celle d'un sac BagIt 1.0 en UTF-8.",
    ),
    "bag.oxum": (
        "The bag declares another number of bytes or files than it holds ({n} bytes in {m} files are here).",
        "Le sac déclare un autre nombre d'octets ou de fichiers que ce qu'il contient ({n} octets dans {m} fichiers ici).",
    ),
    "bag.too_many": ("There are more files than any bag holds.", "Il y a plus de fichiers qu'aucun sac n'en contient."),
    "file.missing": ("This file is listed but is not here.", "Ce fichier est inscrit, mais absent."),
    "file.unknown": ("This file is here but is not listed.", "Ce fichier est présent, mais n'est pas inscrit."),
    "file.unlisted": (
        "One of the lists of digests does not hold this file.",
        "L'une des listes d'empreintes ne contient pas ce fichier.",
    ),
    "file.out_of_place": (
        "A bag holds no such file, though it is listed.",
        "Un sac ne contient pas un tel fichier, bien qu'il soit inscrit.",
    ),
    "file.name": (
        "This name is not one that a bag uses; the file was not opened.",
        "Ce nom n'est pas de ceux qu'un sac emploie; le fichier n'a pas été ouvert.",
    ),
    "file.alike": (
        "Another name differs from this one only in capitals: some systems would show one file for both.",
        "Un autre nom n'en diffère que par les majuscules : certains systèmes ne montreraient qu'un fichier.",
    ),
    "file.not_plain": (
        "This is a link or a device, not a plain file; it was not followed.",
        "C'est un lien ou un périphérique, pas un fichier ordinaire; il n'a pas été suivi.",
    ),
    "file.unreadable": (
        "This could not be read, or is larger than it can be.",
        "Lecture impossible, ou taille supérieure à ce qui est possible.",
    ),
    "file.changed": (
        "The bytes of this file are not those that were listed.",
        "Les octets de ce fichier ne sont pas ceux qui ont été inscrits.",
    ),
    "folder.empty": ("This folder is empty: no bag has such a one.", "Ce répertoire est vide : aucun sac n'en a."),
    "folder.too_deep": ("This folder lies deeper than any in a bag.", "Ce répertoire est plus profond qu'aucun dans un sac."),
    "manifest.line": ("Line {n} of this list is not in form.", "La ligne {n} de cette liste n'est pas conforme."),
    "manifest.twice": ("This file is listed twice.", "Ce fichier est inscrit deux fois."),
    "key.form": ("The key in the bag is not in form.", "La clé contenue dans le sac n'est pas conforme."),
    "key.not_trusted": (
        "The bag is not signed by a key that you named.",
        "Le sac n'est pas signé par une clé que vous avez indiquée.",
    ),
    "seal.form": ("The seal of the bag is not in form.", "Le sceau du sac n'est pas conforme."),
    "seal.signature": (
        "The signature on the bag's seal does not hold.",
        "La signature du sceau du sac n'est pas valide.",
    ),
    "seal.broken": (
        "This file is not the one that was sealed when the bag was made.",
        "Ce fichier n'est pas celui qui a été scellé à la création du sac.",
    ),
    "checkpoint.form": ("The log's checkpoint is not in form.", "Le point de contrôle du journal n'est pas conforme."),
    "checkpoint.signature": (
        "The signature on the log's checkpoint does not hold.",
        "La signature du point de contrôle du journal n'est pas valide.",
    ),
    "leaf.form": ("This entry of the log is not in form.", "Cette inscription du journal n'est pas conforme."),
    "leaf.elsewhere": (
        "This entry of the log speaks of another item or version than its folder.",
        "Cette inscription du journal concerne un autre élément ou une autre version que son répertoire.",
    ),
    "leaf.foreign": (
        "This entry of the log has nothing to do with this case.",
        "Cette inscription du journal n'a aucun lien avec ce dossier.",
    ),
    "original.changed": (
        "The original is not, byte for byte, what was sealed when it was taken in.",
        "L'original n'est pas, octet pour octet, ce qui a été scellé à sa réception.",
    ),
    "original.count": (
        "A version of an item has exactly one original.",
        "Une version d'un élément a exactement un original.",
    ),
    "face.changed": (
        "The working copy is not the one that was sealed with the original.",
        "La copie de travail n'est pas celle qui a été scellée avec l'original.",
    ),
    "proof.form": ("This proof is not in form.", "Cette preuve n'est pas conforme."),
    "proof.checkpoint": (
        "This proof leads to another checkpoint than the bag's.",
        "Cette preuve mène à un autre point de contrôle que celui du sac.",
    ),
    "proof.root": (
        "This entry is not in the log that was signed, or not at this place.",
        "Cette inscription n'est pas dans le journal signé, ou pas à cet endroit.",
    ),
    "log.twice": ("Two entries claim one place in the log.", "Deux inscriptions revendiquent la même place au journal."),
    "time.order": (
        "This entry is {n} seconds earlier than one before it in the log.",
        "Cette inscription précède de {n} secondes une autre qui vient avant elle au journal.",
    ),
    "log.goes_on": (
        "The log that was signed goes on after the last entry here: an export is made at its end.",
        "Le journal signé se poursuit après la dernière inscription présente : une exportation se fait à sa fin.",
    ),
    "time.export": (
        "The time of export told here is not that of the last entry in the log.",
        "L'heure d'exportation indiquée ici n'est pas celle de la dernière inscription au journal.",
    ),
    "export.missing": (
        "The entry before the last does not say that this case was exported.",
        "L'avant-dernière inscription ne dit pas que ce dossier a été exporté.",
    ),
    "time.after_export": (
        "This entry is later than the export of the bag.",
        "Cette inscription est postérieure à l'exportation du sac.",
    ),
    "item.versions": (
        "The versions of this item do not run from 1 without a gap.",
        "Les versions de cet élément ne se suivent pas à partir de 1.",
    ),
    "item.facts": (
        "The description of this item does not say what its entries in the log say.",
        "La description de cet élément ne dit pas ce que disent ses inscriptions au journal.",
    ),
    "head.missing": (
        "No entry of the log says what belongs to this case.",
        "Aucune inscription du journal ne dit ce qui appartient à ce dossier.",
    ),
    "head.not_last": (
        "There are entries after the one that says what belongs to this case.",
        "Il y a des inscriptions après celle qui dit ce qui appartient à ce dossier.",
    ),
    "head.count": (
        "{n} entries belong to this case, but {m} are here.",
        "{n} inscriptions appartiennent à ce dossier, mais {m} sont présentes.",
    ),
    "head.digest": (
        "The entries here are not those that belong to this case, or not in their order.",
        "Les inscriptions présentes ne sont pas celles de ce dossier, ou pas dans leur ordre.",
    ),
    "case.items": (
        "This item is here but the case's events do not put it there, or they do and it is missing.",
        "Cet élément est présent sans que les événements du dossier l'y mettent, ou ils l'y mettent et il manque.",
    ),
    "case.title": (
        "The title of the case is not the one that the log holds of this export.",
        "Le titre du dossier n'est pas celui que le journal retient de cette exportation.",
    ),
    "signer.missing": (
        "The log says by which certificate the documents are signed, and it is not here.",
        "Le journal indique par quel certificat les documents sont signés, et ce certificat est absent.",
    ),
    "signer.other": (
        "This is not the certificate that the log holds of this export.",
        "Ce n'est pas le certificat que le journal retient de cette exportation.",
    ),
    "withheld.form": (
        "What stands for a withheld entry of the log is not in form.",
        "Ce qui tient lieu d'une inscription soustraite n'est pas conforme.",
    ),
    "withheld.untold": (
        "This entry is withheld, but the log does not say so of this export, or speaks of another redacted copy.",
        "Cette inscription est soustraite, mais le journal ne le dit pas de cette exportation, ou parle d'une autre copie caviardée.",
    ),
    "withheld.here": (
        "The log says of this export that an entry was withheld, but it is not among those that are.",
        "Le journal dit de cette exportation qu'une inscription a été soustraite, mais elle n'est pas parmi celles qui le sont.",
    ),
    "withheld.notice": (
        "This does not say of what was withheld what the log says.",
        "Ceci ne dit pas de ce qui a été soustrait ce qu'en dit le journal.",
    ),
    "case.form": ("The description of the case is not in form.", "La description du dossier n'est pas conforme."),
    "case.other": (
        "The parts of this bag speak of different cases.",
        "Les parties de ce sac concernent des dossiers différents.",
    ),
    "case.facts": (
        "The description of the case does not say what the bag holds.",
        "La description du dossier ne dit pas ce que le sac contient.",
    ),
}

#: Of the bag as a whole: key to (English, French).
PHRASES: dict[str, tuple[str, str]] = {
    "sound": ("SOUND. Everything in this bag is as it was sealed.", "INTACT. Tout dans ce sac est tel qu'il a été scellé."),
    "broken": (
        "BROKEN. Do not rely on this bag. {n} fault(s):",
        "ALTÉRÉ. Ne vous fiez pas à ce sac. {n} défaut(s) :",
    ),
    "unreadable": ("NOT CHECKED.", "NON VÉRIFIÉ."),
    "more": ("... and {n} more.", "... et {n} de plus."),
    "proven": ("What this proves", "Ce que cela prouve"),
    "not_proven": ("What this does not prove", "Ce que cela ne prouve pas"),
    "p.unchanged": (
        "The originals have not changed since Parapet took them in: {n} item(s) in {m} version(s).",
        "Les originaux n'ont pas changé depuis que Parapet les a reçus : {n} élément(s) en {m} version(s).",
    ),
    "p.complete": (
        "Nothing that belonged to the case when it was exported was left out, added or moved.",
        "Rien de ce qui appartenait au dossier à l'exportation n'a été omis, ajouté ou déplacé.",
    ),
    "p.custody": (
        "{n} recorded event(s) of its custody are in the same log, in this order.",
        "{n} événement(s) consigné(s) de sa chaîne de possession sont dans le même journal, dans cet ordre.",
    ),
    "p.export": (
        "The title of the case and the time of its export are those of the last entries in the log.",
        "Le titre du dossier et l'heure de son exportation sont ceux des dernières inscriptions au journal.",
    ),
    "p.withheld": (
        "Withheld from this copy, as the log says: {n} version(s) of messages, for which redacted texts stand, and {m} note(s). Their"
        " originals are sealed where they were.",
        "Soustrait de cette copie, comme le dit le journal : {n} version(s) de messages, remplacées par des textes caviardés, et {m}"
        " note(s). Leurs originaux restent scellés là où ils étaient.",
    ),
    "p.privacy": ("Withheld for privacy: {n}.", "Soustrait pour protéger la vie privée : {n}."),
    "p.privilege": ("Withheld for legal privilege: {n}.", "Soustrait au titre du secret professionnel : {n}."),
    "p.safety": ("Withheld for somebody's safety: {n}.", "Soustrait pour la sécurité de quelqu'un : {n}."),
    "p.third_party": ("Withheld for the sake of others: {n}.", "Soustrait dans l'intérêt de tiers : {n}."),
    "n.withheld": (
        "That the redacted texts say the rest as the originals do: who holds the originals can show that.",
        "Que les textes caviardés rendent le reste comme les originaux : qui détient les originaux peut le montrer.",
    ),
    "p.key": ("It was signed by a key that you named.", "Il a été signé par une clé que vous avez indiquée."),
    "n.source": (
        "That a message was true, or was written by the person it names: only what was taken in, and when by our clock.",
        "Qu'un message soit vrai, ou écrit par la personne qu'il nomme : seulement ce qui a été reçu, et quand selon notre"
        " horloge.",
    ),
    "n.time": (
        "The time, independently: it is the time of the computer that kept the record.",
        "L'heure, de façon indépendante : c'est celle de l'ordinateur qui a tenu le registre.",
    ),
    "n.key": (
        "Who made the bag: the key was taken from the bag itself. Ask the sender for the key by another way, then use --key.",
        "Qui a fait ce sac : la clé vient du sac lui-même. Demandez la clé à l'expéditeur par une autre voie, puis utilisez"
        " --key.",
    ),
    "n.insider": (
        "That who held the signing key kept no second log: only a checkpoint that others have seen earlier shows that.",
        "Que la personne qui détenait la clé de signature n'ait pas tenu un second journal : seul un point de contrôle que"
        " d'autres ont vu auparavant le montre.",
    ),
    "n.documents": (
        "That summaries and documents in the bag tell the originals rightly: they are sealed with the bag, not with the items.",
        "Que les résumés et documents du sac rendent bien les originaux : ils sont scellés avec le sac, non avec les éléments.",
    ),
    "key": ("Key", "Clé"),
    "checkpoint": ("Checkpoint", "Point de contrôle"),
    "case": ("Case", "Dossier"),
    "exported": ("Exported", "Exporté"),
    "whole": ("the bag", "le sac"),
    "fact": ("{name}: {value}", "{name} : {value}"),
}


def sentence(key: str, lang: str, **filled: int | str) -> str:
    """What `key` means, in "fr" or, for any other language, English."""
    pair = SENTENCES.get(key) or PHRASES[key]
    # French ties the colon to the word before it.
    said = pair[1].replace(" :", "\u00a0:") if lang == "fr" else pair[0]
    return said.format(**filled)
