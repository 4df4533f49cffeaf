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
    "source.other": (
        "What is told here of the message's source is not what the log holds.",
        "Ce qui est dit ici de la source du message n'est pas ce que contient le journal.",
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
    "erased.form": (
        "What stands for an erased entry of the log is not in form.",
        "Ce qui tient lieu d'une inscription effacée du journal n'est pas conforme.",
    ),
    "erased.untold": (
        "This entry is said to be erased, but no event of the log says that it was.",
        "Cette inscription est dite effacée, mais aucun événement du journal ne le dit.",
    ),
    "erased.whole": (
        "An event of the log says that this entry was erased, but it is here.",
        "Un événement du journal dit que cette inscription a été effacée, mais elle est ici.",
    ),
    "earlier.form": (
        "What you kept from earlier is neither a checkpoint nor a bag, or cannot be read.",
        "Ce que vous avez conservé n'est ni un point de contrôle ni un sac, ou est illisible.",
    ),
    "earlier.other_log": (
        "What you kept from earlier was not signed by this bag's key: it is of another log.",
        "Ce que vous avez conservé n'est pas signé par la clé de ce sac : il vient d'un autre journal.",
    ),
    "earlier.rollback": (
        "The log is shorter than you have seen it: it had {n} entries, and has {m} here.",
        "Le journal est plus court que vous ne l'avez vu : il avait {n} inscriptions, et en a {m} ici.",
    ),
    "earlier.fork": (
        "This is not what the log held at this place when you saw it: another log was put in its place.",
        "Ce n'est pas ce que le journal contenait à cet endroit quand vous l'avez vu : un autre journal l'a remplacé.",
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
    "anchor.form": (
        "What the description of the case says of time stamps and witnesses is not in form.",
        "Ce que la description du dossier dit des horodatages et des témoins n'est pas conforme.",
    ),
    "anchor.missing": (
        "The case had this time stamp or cosignature when it was exported, and it is not here.",
        "Le dossier avait cet horodatage ou cette contresignature à l'exportation, et il n'est pas ici.",
    ),
    "anchor.unstated": (
        "The description of the case knows of no such time stamp or cosignature.",
        "La description du dossier ne connaît pas cet horodatage ou cette contresignature.",
    ),
    "anchor.other": (
        "The log tells of other time stamps or cosignatures that there were before this export than are here: one was taken out, added"
        " or exchanged.",
        "Le journal parle d'autres horodatages ou contresignatures antérieurs à cette exportation que ceux d'ici : l'un a été retiré,"
        " ajouté ou échangé.",
    ),
    "anchor.checkpoint": ("This checkpoint is not in form.", "Ce point de contrôle n'est pas conforme."),
    "anchor.signature": (
        "The signature of the log on this checkpoint does not hold.",
        "La signature du journal sur ce point de contrôle n'est pas valide.",
    ),
    "anchor.other_log": ("This checkpoint is of another log.", "Ce point de contrôle est celui d'un autre journal."),
    "anchor.rollback": (
        "This checkpoint is of another size than its folder says, or of a longer log than the bag's.",
        "Ce point de contrôle n'a pas la taille qu'indique son répertoire, ou vient d'un journal plus long que celui du sac.",
    ),
    "anchor.inconsistent": (
        "The bag's log does not begin with the log of this checkpoint, or the proof that it does is wrong.",
        "Le journal du sac ne commence pas par celui de ce point de contrôle, ou la preuve en est fausse.",
    ),
    "authority.form": (
        "The certificates of this time authority are not in form.",
        "Les certificats de cette autorité d'horodatage ne sont pas conformes.",
    ),
    "token.form": (
        "This time stamp is not in form: some bit of it is not as it must be.",
        "Cet horodatage n'est pas conforme : un bit au moins n'est pas ce qu'il doit être.",
    ),
    "token.other": (
        "This time stamp is over something else than the checkpoint beside it.",
        "Cet horodatage porte sur autre chose que le point de contrôle voisin.",
    ),
    "token.signature": (
        "The signature on this time stamp does not hold.",
        "La signature de cet horodatage n'est pas valide.",
    ),
    "token.chain": (
        "Who signed this time stamp is not vouched for by the authority's certificates, or was not then.",
        "Les certificats de l'autorité ne répondent pas de l'auteur de cet horodatage, ou n'en répondaient pas à ce moment.",
    ),
    "time.before_capture": (
        "An entry of the log claims to be {n} seconds younger than this, which says that the log already held it.",
        "Une inscription du journal se dit plus récente de {n} secondes que cette attestation, selon laquelle le journal la contenait déjà.",
    ),
    "time.not_named": (
        "No time stamp in this bag is by an authority that you named.",
        "Aucun horodatage de ce sac ne vient d'une autorité que vous avez indiquée.",
    ),
    "witness.form": ("The keys of the witnesses are not in form.", "Les clés des témoins ne sont pas conformes."),
    "witness.not_named": (
        "Nothing in this bag is cosigned by a witness that you named.",
        "Rien dans ce sac n'est contresigné par un témoin que vous avez indiqué.",
    ),
    "cosignature.signature": (
        "The cosignature of a witness on this checkpoint does not hold.",
        "La contresignature d'un témoin sur ce point de contrôle n'est pas valide.",
    ),
    "cosignature.missing": (
        "A witness had cosigned this checkpoint, and its signature is not here.",
        "Un témoin avait contresigné ce point de contrôle, et sa signature n'est pas ici.",
    ),
    "cosignature.foreign": (
        "This checkpoint is signed by somebody of whom the case says nothing.",
        "Ce point de contrôle est signé par quelqu'un dont le dossier ne dit rien.",
    ),
    "signer.missing": (
        "The log says by which certificate the documents are signed, and it is not here.",
        "Le journal indique par quel certificat les documents sont signés, et ce certificat est absent.",
    ),
    "signer.other": (
        "This is not the certificate that the log holds of this export.",
        "Ce n'est pas le certificat que le journal retient de cette exportation.",
    ),
    "removed.form": (
        "What stands for an entry about a message that was taken out of the case is not in form.",
        "Ce qui remplace une inscription sur un message retiré du dossier n'a pas la bonne forme.",
    ),
    "removed.untold": (
        "No event of the log says that this message was taken out of the case after this entry, or it is in it again.",
        "Aucun événement du journal ne dit que ce message a été retiré du dossier après cette inscription, ou il y est de nouveau.",
    ),
    "withheld.form": (
        "What stands for a withheld entry of the log is not in form.",
        "Ce qui tient lieu d'une inscription soustraite n'est pas conforme.",
    ),
    "withheld.untold": (
        "This entry is withheld, but the log does not say so of this export, or speaks of another redacted copy.",
        "Cette inscription est soustraite, mais le journal ne l'indique pas pour cette exportation, ou parle d'une autre copie caviardée.",
    ),
    "withheld.here": (
        "The log says of this export that an entry was withheld, but it is not among those that are.",
        "Le journal dit de cette exportation qu'une inscription a été soustraite, mais elle n'est pas parmi celles qui le sont.",
    ),
    "withheld.notice": (
        "This does not say of what was withheld what the log says.",
        "Ce relevé de ce qui a été soustrait ne concorde pas avec le journal.",
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
