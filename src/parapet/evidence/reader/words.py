"""What the report says of a bag as a whole, in English and French; and any of its sentences, filled in."""

from __future__ import annotations

from parapet.evidence.reader.faults import SENTENCES

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
    "p.erased_by_people": (
        "{n} message(s) of the case were erased by a person's decision, and {m} entries with them: what they said is gone, the"
        " log says who decided and why, and that they were there.",
        "{n} message(s) du dossier ont été effacés par décision d'une personne, et {m} inscriptions avec eux : leur contenu"
        " n'existe plus; le journal dit qui l'a décidé et pourquoi, et qu'ils étaient là.",
    ),
    "p.erased_by_rule": (
        "{n} message(s) of the case were erased by a rule on how long messages are kept.",
        "{n} message(s) du dossier ont été effacés par une règle sur la durée de conservation.",
    ),
    "p.export": (
        "The title of the case and the time of its export are those of the last entries in the log.",
        "Le titre du dossier et l'heure de son exportation sont ceux des dernières inscriptions au journal.",
    ),
    "p.earlier": (
        "It is of the log that you have seen earlier, as far as the two can be compared.",
        "Il vient du journal que vous avez vu auparavant, dans la mesure où les deux se comparent.",
    ),
    "n.earlier": (
        "That the log only grew since the checkpoint that you kept: no entry is in both. Ask the keeper for a proof of consistency.",
        "Que le journal n'ait fait que croître depuis le point de contrôle conservé : aucune inscription commune. Demandez une"
        " preuve de cohérence à la personne qui le tient.",
    ),
    "p.withheld": (
        "Withheld from this copy, as the log says: {n} version(s) of messages, for which redacted texts stand. The originals are"
        " sealed where they were.",
        "Soustrait de cette copie, comme le dit le journal : {n} version(s) de messages, remplacées par des textes caviardés. Les"
        " originaux restent scellés là où ils étaient.",
    ),
    "p.withheld_entries": (
        "Withheld from this copy, as the log says: {n} other entries of the case from its first days, of which this copy does not"
        " show what they are.",
        "Soustrait de cette copie, comme le dit le journal : {n} autres inscriptions des premiers jours du dossier, dont cette copie"
        " ne montre pas le contenu.",
    ),
    "p.withheld_notes": (
        "Words were left out of {n} note(s) of the case in the documents of this copy, as the log says.",
        "Des mots ont été retirés de {n} note(s) du dossier dans les documents de cette copie, comme le dit le journal.",
    ),
    "p.removed": (
        "{n} message(s) were taken out of the case before its export. They are not here; the hashes of their {m} entries are, so"
        " that what belonged to the case on earlier days could be checked.",
        "{n} message(s) ont été retirés du dossier avant l'exportation. Ils ne sont pas ici; les empreintes de leurs {m} inscriptions"
        " y sont, ce qui a permis de vérifier ce qui appartenait au dossier aux jours antérieurs.",
    ),
    "p.privacy": ("Withheld for privacy: {n}.", "Soustrait pour protéger la vie privée : {n}."),
    "p.privilege": ("Withheld for legal privilege: {n}.", "Soustrait au titre du secret professionnel : {n}."),
    "p.safety": ("Withheld for somebody's safety: {n}.", "Soustrait pour la sécurité de quelqu'un : {n}."),
    "p.third_party": ("Withheld for the sake of others: {n}.", "Soustrait dans l'intérêt de tiers : {n}."),
    "n.heads": (
        "What belonged to the case at {n} earlier moment(s): it then held messages that are no longer in it, and what is here does"
        " not settle it, or it would take too long.",
        "Ce qui appartenait au dossier à {n} moment(s) antérieur(s) : il contenait alors des messages qui n'y sont plus, et ce qui est"
        " ici ne permet pas d'en décider, ou cela prendrait trop de temps.",
    ),
    "n.withheld": (
        "That the redacted texts say the rest as the originals do: who holds the originals can show that.",
        "Que les textes caviardés rendent le reste comme les originaux : qui détient les originaux peut le montrer.",
    ),
    "p.key": ("It was signed by a key that you named.", "Il a été signé par une clé que vous avez indiquée."),
    "p.time_by": (
        "Time authority {name}, whose certificate you named, saw the log by {at}. For {n} of {m} version(s) it saw it at most"
        " {wait} after the time of capture that the bag claims.",
        "L'autorité d'horodatage {name}, dont vous avez indiqué le certificat, a vu le journal au plus tard le {at}. Pour {n}"
        " version(s) sur {m}, elle l'a vu au plus {wait} après l'heure de réception que le sac indique.",
    ),
    "n.time_by": (
        "That it was {name} who saw the log by {at}, and for {n} of {m} version(s) at most {wait} after the capture claimed: its"
        " certificate comes from the bag itself. Get it from the authority, compare SHA-256 {mark}, then use --authority.",
        "Que ce soit bien {name} qui a vu le journal au plus tard le {at}, et pour {n} version(s) sur {m} au plus {wait} après la"
        " réception indiquée : son certificat vient du sac lui-même. Obtenez-le de l'autorité, comparez l'empreinte SHA-256 {mark}, puis"
        " utilisez --authority.",
    ),
    "p.witness_by": (
        "Witness {name}, whose key you named, saw the log at {at} and found that it had only grown. For {n} of {m} version(s) it saw"
        " it at most {wait} after the time of capture that the bag claims.",
        "Le témoin {name}, dont vous avez indiqué la clé, a vu le journal le {at} et constaté qu'il n'avait fait que croître. Pour"
        " {n} version(s) sur {m}, il l'a vu au plus {wait} après l'heure de réception que le sac indique.",
    ),
    "n.witness_by": (
        "That it was witness {name} who saw the log at {at} and that it had only grown: the key comes from the bag itself. Ask the"
        " witness for its key, compare {mark}, then use --witness.",
        "Que ce soit bien le témoin {name} qui a vu le journal le {at} et qu'il n'avait fait que croître : la clé vient du sac"
        " lui-même. Demandez sa clé au témoin, comparez-la à {mark}, puis utilisez --witness.",
    ),
    "n.time_after": (
        "That a message was not taken in earlier than it is claimed: a time stamp says that it was there by then, not since when.",
        "Qu'un message n'ait pas été reçu plus tôt qu'indiqué : un horodatage dit qu'il était là à ce moment, non depuis quand.",
    ),
    "n.insider_witness": (
        "That who held the signing key and the witness that you named did not act together.",
        "Que la personne qui détenait la clé de signature et le témoin que vous avez indiqué n'aient pas agi de concert.",
    ),
    "n.asked": (
        "That nobody outside saw this export, or that they all did: {n} were asked, by what the log says, and {m} word(s) of theirs"
        " are here. Others did not answer in time, or their words were taken out.",
        "Que personne à l'extérieur n'ait vu cette exportation, ou que tous l'aient vue : selon le journal, {n} ont été consultés,"
        " et {m} de leurs attestations sont ici. D'autres n'ont pas répondu à temps, ou leurs attestations ont été retirées.",
    ),
    "n.contradiction": (
        "That the keeper has no other log: {n} time(s) a witness refused this one, having seen a longer one or another history, as the"
        " log itself says. To {m} of these a person of the home gave a reason. Ask the witness, and the keeper.",
        "Que la personne qui a tenu le registre n'ait pas d'autre journal : {n} fois, un témoin a refusé celui-ci, après en avoir vu un"
        " plus long ou un autre historique, comme le journal le dit lui-même. Pour {m} de ces refus, une personne responsable a donné une"
        " raison. Renseignez-vous auprès du témoin et de cette personne.",
    ),
    "n.source": (
        "That a message was true, or was written by the person it names: only what was taken in, and when by our clock.",
        "Qu'un message soit vrai, ou écrit par la personne qu'il nomme : seulement ce qui a été reçu, et quand selon notre"
        " horloge.",
    ),
    "n.time": (
        "The time, independently: it is the time of the computer that kept the record.",
        "L'heure, de façon indépendante : c'est celle de l'ordinateur qui a tenu le registre.",
    ),
    "n.clock": (
        "How much time lay between entries before and after a step of the clock: the log says that it was set back {n} time(s),"
        " by {m} seconds in all. The order of the entries is proven all the same.",
        "Combien de temps sépare les inscriptions d'avant et d'après un recul de l'horloge : le journal dit qu'elle a été"
        " reculée {n} fois, de {m} secondes en tout. L'ordre des inscriptions est prouvé malgré tout.",
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
    "n.erased": (
        "What the erased message(s) said: nobody can read that any more.",
        "Ce que disaient les messages effacés : plus personne ne peut le lire.",
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
