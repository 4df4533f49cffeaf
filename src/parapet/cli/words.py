"""Reasons and advice in words, for the terminal. The screens have theirs in `web/words.py`."""

from __future__ import annotations

from parapet.cli.speech import wants_french
from parapet.domain.errors import ParapetError

#: Reason of a refusal: English, Canadian French. Every `Reason` has an entry (tested).
REASONS = {
    "empty": ("the file is empty", "le fichier est vide"),
    "nothing_found": ("holds no messages", "ne contient aucun message"),
    "unknown_format": ("format not recognised", "format non reconnu"),
    "truncated": ("cut off; what came before was taken in", "tronqué; ce qui précède a été reçu"),
    "too_deep": ("nested too deep", "imbriqué trop profondément"),
    "bad_syntax": ("damaged from this place on", "endommagé à partir d'ici"),
    "bad_record": (
        "this record is not as it should be; the rest was taken in",
        "cet élément n'a pas la forme attendue; le reste a été reçu",
    ),
    "bad_encoding": ("characters cannot be read", "caractères illisibles"),
    "number_too_large": ("holds a number too large to be real", "contient un nombre trop grand pour être vrai"),
    "too_large": ("too large", "trop volumineux"),
    "bomb": ("expands beyond all measure; stopped", "se décompresse sans mesure; arrêté"),
    "nested_archive": ("an archive within an archive; not opened", "une archive dans une archive; non ouverte"),
    "unsafe_name": ("a name that leads outside; not opened", "un nom qui mène hors de l'archive; non ouvert"),
    "duplicate_member": (
        "two files of one name in the archive; neither was chosen",
        "deux fichiers du même nom dans l'archive; aucun n'a été choisi",
    ),
    "damaged_member": ("damaged in the archive", "endommagé dans l'archive"),
    "encrypted": ("encrypted; not opened", "chiffré; non ouvert"),
    "no_text_layer": ("a scan without text", "un document numérisé sans texte"),
    "unreadable": ("cannot be read", "illisible"),
}

#: Error code to sentence and advice in Canadian French. Every error of the tree has an entry (tested).
ERRORS_FR = {
    "parapet.error": ("Quelque chose n'a pas fonctionné.", "Réessayez. Si cela se reproduit, lancez `parapet doctor`."),
    "access.not_found": ("Il n'y a rien ici.", "Vérifiez l'adresse, ou retournez à la boîte de réception."),
    "home.missing": (
        "Il n'y a pas de Parapet à cet endroit.",
        "Lancez `parapet init` pour en créer un, ou indiquez-en un autre avec --home.",
    ),
    "home.busy": ("Un autre Parapet occupe cet espace.", "Arrêtez-le d'abord, ou attendez qu'il ait terminé."),
    "home.unwritable": (
        "Le disque est plein, ou l'espace Parapet ne peut être modifié. Ce qui a déjà été reçu est en sécurité.",
        "Libérez de la place sur le disque ou corrigez les droits d'accès, puis relancez la même commande. Rien n'est reçu deux fois.",
    ),
    "home.database_unreachable": (
        "Le serveur de base de données ne répond pas. Ce qui a déjà été reçu est en sécurité.",
        "Vérifiez que le serveur fonctionne et que PARAPET_DATABASE_URL le désigne, puis relancez la même commande.",
    ),
    "vault.key_missing": (
        "La clé qui ouvre le coffre n'est pas à sa place.",
        "Remettez le fichier de clé, ou indiquez-le avec PARAPET_KEY_FILE.",
    ),
    "vault.key_wrong": (
        "Cette clé n'ouvre pas ce coffre, ou les données ont été modifiées.",
        "Utilisez la clé qui a été créée avec cet espace Parapet.",
    ),
    "evidence.seal_broken": (
        "Les octets conservés ne donnent plus l'empreinte scellée.",
        "Cessez d'utiliser cette copie. Restaurez-la à partir d'une sauvegarde, puis lancez `parapet verify`.",
    ),
    "evidence.log_broken": (
        "Les entrées du journal ne donnent pas la racine signée.",
        "Cessez d'utiliser cette copie. Mettez-la de côté pour un expert et repartez d'une sauvegarde.",
    ),
    "triage.model_damaged": (
        "Le modèle installé n'est pas celui qui a été publié.",
        "Réinstallez Parapet : un fichier de l'installation a été modifié ou manque.",
    ),
    "reference.unknown": (
        "Une personne ou un dossier nommé n'existe pas ici.",
        "Vérifiez le nom. `parapet doctor` énumère ce qui existe.",
    ),
    "request.refused": ("Ceci ne peut être accepté tel quel.", "Corrigez ce qui est indiqué, puis recommencez."),
    "setting.refused": ("Un réglage n'est pas valable.", "Corrigez la variable nommée, puis recommencez."),
    "serve.port_taken": ("Ce port est déjà utilisé.", "Choisissez un autre port avec --port."),
    "serve.failed": ("Le serveur n'a pas pu démarrer.", "Lancez `parapet doctor`."),
}


def reason_in_words(reason: str) -> str:
    """A refusal's reason for a person."""
    english, french = REASONS.get(reason, (reason, reason))
    return french if wants_french() else english


def sentence_in_french(error: ParapetError) -> str:
    """What happened, in French; the English sentence where it carries details of its own."""
    return ERRORS_FR.get(error.code, ERRORS_FR["parapet.error"])[0]


def advice_in_french(error: ParapetError) -> str:
    """What to do, in French."""
    return ERRORS_FR.get(error.code, ERRORS_FR["parapet.error"])[1]
