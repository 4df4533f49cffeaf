"""Words for what bodies outside attest, and for those to whom a case was handed: key to (English, French)."""

OUTSIDE: dict[str, tuple[str, str]] = {
    "attested.time": (
        "Existed at the latest by {at}, according to the time authority",
        "Existait au plus tard le {at}, selon l’autorité d’horodatage",
    ),
    "attested.witness": (
        "Existed at the latest by {at}, according to the witness of the log",
        "Existait au plus tard le {at}, selon le témoin du journal",
    ),
    "attested.paper.none": (
        "No body outside had attested the log when the case was exported; its times are those of the system’s own clock.",
        "Aucun organisme externe n’avait attesté le journal lors de l’exportation; ses heures sont celles de l’horloge du système.",
    ),
    "attested.paper.some": (
        "Bodies outside attested the log ({by}). According to them, {count} of the {versions} version(s) existed at the latest by the times "
        "that the dossier and data/chronology.csv give for each, the last of them on {last}.",
        "Des organismes externes ont attesté le journal ({by}). Selon eux, {count} des {versions} version(s) existaient au plus tard aux "
        "heures que le document et data/chronology.csv donnent pour chacune, la dernière le {last}.",
    ),
    "handed.title": ("Reported and given", "Signalements et remises"),
    "handed.lead": (
        "What people recorded of reporting this case or giving it to somebody. When it happened is as they say it; the log holds when "
        "they recorded it. Names and reference numbers stay with the keeper of the record.",
        "Ce que des personnes ont consigné sur le signalement ou la remise de ce dossier. Le moment est celui qu’elles indiquent; le "
        "journal retient celui où elles l’ont consigné. Les noms et les numéros de référence restent chez la personne qui tient le registre.",
    ),
    "handed.when": ("When", "Quand"),
    "handed.what": ("What", "Quoi"),
    "handed.by": ("Recorded by", "Consigné par"),
    "handed.log": ("Log entry", "Entrée du journal"),
    "handed.report": ("Reported to {to}, {means}", "Signalé {to}, {means}"),
    "handed.transfer": ("Given to {to}, {means}", "Remis {to}, {means}"),
    "handed.bag": ("the bag exported at entry {n} of the log", "le sac exporté à l’entrée {n} du journal"),
    "handed.to.police": ("the police", "à la police"),
    "handed.to.counsel": ("a lawyer", "à une avocate ou à un avocat"),
    "handed.to.employer": ("the employer", "à l’employeur"),
    "handed.to.college": ("a college or licensing body", "à un ordre professionnel"),
    "handed.to.platform": ("the platform", "à la plateforme"),
    "handed.to.security": ("security staff", "au service de sécurité"),
    "handed.to.insurer": ("an insurer", "à un assureur"),
    "handed.to.other": ("somebody else", "à quelqu’un d’autre"),
    "handed.means.in_person": ("in person", "en personne"),
    "handed.means.mail": ("by post", "par la poste"),
    "handed.means.email": ("by e-mail", "par courriel"),
    "handed.means.upload": ("through a web page", "par une page Web"),
    "handed.means.phone": ("by phone", "par téléphone"),
    "handed.means.other": ("in another way", "d’une autre manière"),
}
