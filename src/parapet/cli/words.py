"""Reasons and advice in words, for the terminal. The screens have theirs in `web/words.py`.

What carries particulars of its own (which setting, how many bytes) is in the screens' French, set as a keyboard has it.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import parapet
from parapet.cli.speech import wants_french
from parapet.domain.details import detail_said
from parapet.domain.errors import ParapetError

_CATALOGUE = Path(parapet.__file__).parent / "locale" / "fr_CA" / "LC_MESSAGES" / "django.mo"
#: The apostrophe to that of a keyboard, which what the terminal says has everywhere.
_KEYBOARD = {0x2019: "'"}

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
        "cet enregistrement n'a pas la forme attendue; le reste a été reçu",
    ),
    "bad_address": ("not the address of a page", "ce n'est pas l'adresse d'une page"),
    "unreachable": ("its server does not answer as it must", "son serveur ne répond pas comme il le doit"),
    "bad_certificate": (
        "nobody vouches for its server: its certificate is not sound",
        "personne ne répond de son serveur: son certificat n'est pas valable",
    ),
    "not_public": ("leads into this machine's own network", "mène au réseau de cet ordinateur"),
    "not_a_page": ("a file to download, not a page", "un fichier à télécharger, pas une page"),
    "too_slow": ("did not come to rest in time", "ne s'est pas stabilisée à temps"),
    "no_browser": (
        "there is no Chromium that starts; parapet doctor says how to install one",
        "aucun Chromium ne démarre; parapet doctor dit comment en installer un",
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
    "reader_failed": (
        "Parapet itself failed at this place; what came before was taken in, and the file is kept",
        "Parapet lui-même a échoué à cet endroit; ce qui précède a été reçu, et le fichier est conservé",
    ),
}

#: What a place within a file is counted by: English, Canadian French.
SPOTS = {
    "file": ("file", "fichier"),
    "member": ("member", "élément"),
    "line": ("line", "ligne"),
    "message": ("message", "message"),
    "row": ("row", "rangée"),
    "part": ("part", "partie"),
    "field": ("field", "champ"),
}

#: Fault that `parapet check` finds: English, Canadian French. What follows is a number, or an id of ours.
FAULTS = {
    "log_gap": ("an entry of the log is missing", "une inscription au journal manque"),
    "log_root": ("the entries of the log do not give its root", "les inscriptions au journal ne donnent pas sa racine"),
    "log_row": (
        "what stands beside an entry of the log was changed",
        "ce qui accompagne une inscription au journal a été modifié",
    ),
    "log_head": ("the head of the log was changed", "la tête du journal a été modifiée"),
    "log_ends": (
        "entries that end a person's access are missing (held/written)",
        "des inscriptions qui mettent fin à un accès manquent (conservées/écrites)",
    ),
    "case_head": (
        "the entries of a case are not those that its head in the log tells of",
        "les inscriptions d'un dossier ne sont pas celles qu'indique sa tête au journal",
    ),
    "checkpoint": (
        "a signed checkpoint does not agree with the log",
        "un point de contrôle signé ne concorde pas avec le journal",
    ),
    "leaf": ("an entry of the log was changed", "une inscription au journal a été modifiée"),
    "leaf_key": ("what an entry of the log is about is gone", "l'objet d'une inscription au journal a disparu"),
    "key": ("a sealed key does not open", "une clé scellée ne s'ouvre pas"),
    "version_leaf": ("a message does not have its entry in the log", "un message n'a pas son inscription au journal"),
    "version_missing": ("messages are missing (kept/sealed)", "des messages manquent (conservés/scellés)"),
    "pack_missing": ("a file of the vault is missing", "un fichier du coffre manque"),
    "original": ("an original was changed", "un original a été modifié"),
    "face": ("a working copy was changed", "une copie de travail a été modifiée"),
    "source_check": (
        "what was learned of a source is not what the log holds",
        "ce qui a été appris d'une source n'est pas ce que contient le journal",
    ),
    "correction": (
        "what a person said of a message is not what the log holds",
        "ce qu'une personne a dit d'un message n'est pas ce que contient le journal",
    ),
    "judgement": ("a judgement does not open", "une évaluation ne s'ouvre pas"),
    "source": ("a file that was taken in was changed", "un fichier reçu a été modifié"),
    "time_token": (
        "a time stamp does not hold, or is over another checkpoint (authority, size)",
        "un horodatage n'est pas valide, ou porte sur un autre point de contrôle (autorité, taille)",
    ),
    "time_chain": (
        "a time stamp is not vouched for by the certificates in the settings (authority, size)",
        "un horodatage n'est pas garanti par les certificats des réglages (autorité, taille)",
    ),
    "cosignature": (
        "a witness's cosignature does not hold, or is of another checkpoint (witness, size)",
        "la contresignature d'un témoin n'est pas valide, ou porte sur un autre point de contrôle (témoin, taille)",
    ),
    "refusal": (
        "what a witness refused is not kept as it was (witness, size)",
        "ce qu'un témoin a refusé n'est pas conservé tel quel (témoin, taille)",
    ),
    "sealed": ("a name, title or note does not open", "un nom, un titre ou une note ne s'ouvre pas"),
}

#: Why a witness did not cosign: what is said and what to do, in English and in Canadian French.
WITNESS_TROUBLES = {
    "fork": (
        (
            "it REFUSED the newest checkpoint: it holds another history of this log",
            "Somebody else signs with this home's key, or its history was changed. Change nothing, keep a copy of the home, and speak with the witness.",
        ),
        (
            "il a REFUSÉ le dernier point de contrôle : il connaît un autre historique de ce journal",
            "Quelqu'un d'autre signe avec la clé de cet espace, ou son historique a été modifié. "
            "Ne changez rien, gardez une copie de l'espace, et parlez au témoin.",
        ),
    ),
    "rollback": (
        (
            "it REFUSED the newest checkpoint: it holds a longer log than this home has",
            "Was an old backup restored? Restore a newer one. If not, entries were removed: keep a copy of the home, and speak with the witness.",
        ),
        (
            "il a REFUSÉ le dernier point de contrôle : il connaît un journal plus long que celui d'ici",
            "Une ancienne sauvegarde a-t-elle été restaurée? Restaurez-en une plus récente. Sinon, des inscriptions ont été retirées : "
            "gardez une copie de l'espace, et parlez au témoin.",
        ),
    ),
    "unknown": (
        ("it does not know this log", "Send the witness the line that `parapet log key` prints."),
        ("il ne connaît pas ce journal", "Envoyez au témoin la ligne que donne `parapet log key`."),
    ),
    "bad_answer": (
        ("its answer is not that of this witness", "Check the address and the key in PARAPET_WITNESSES."),
        ("sa réponse n'est pas celle de ce témoin", "Vérifiez l'adresse et la clé dans PARAPET_WITNESSES."),
    ),
    "unreachable": (
        ("it does not answer; it is asked again", "Check the network, and the address in PARAPET_WITNESSES."),
        ("il ne répond pas; il sera sollicité à nouveau", "Vérifiez le réseau, et l'adresse dans PARAPET_WITNESSES."),
    ),
}
#: What a witness held against this home's log, and why, as a person said: English, Canadian French.
CONTRADICTIONS = {
    "fork": ("a witness holds another history of this log", "un témoin connaît un autre historique de ce journal"),
    "rollback": ("a witness holds a longer log", "un témoin connaît un journal plus long"),
}
CONTRADICTION_REASONS = {
    "restored": ("an older backup was restored", "une ancienne sauvegarde a été restaurée"),
    "copied": ("a copy of this home was used as well", "une copie de cet espace a servi aussi"),
    "witness": ("the witness mixed something up", "le témoin s'est trompé"),
    "other": ("another reason, which is known", "une autre raison, connue"),
}
#: What locks the key file: English, Canadian French.
KEY_SOURCES = {
    "plain": ("in the clear", "en clair"),
    "passphrase": ("locked with a passphrase", "verrouillée par une phrase de passe"),
    "keyring": ("locked by the system's keyring", "verrouillée par le trousseau du système"),
    "command": ("locked by a command", "verrouillée par une commande"),
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
        "Libérez de l'espace sur le disque ou corrigez les droits d'accès, puis relancez la même commande. Rien n'est reçu deux fois.",
    ),
    "home.unfinished": (
        "La restauration de cet espace Parapet n'a pas été menée à terme.",
        "Relancez le même `parapet restore` : il reprend, et rien de la sauvegarde n'est perdu.",
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
    "vault.key_locked": (
        "Le fichier de clé est verrouillé, et ce qui le déverrouille n'est pas à portée.",
        "Lancez la commande dans un terminal, où elle peut demander la phrase de passe, ou définissez PARAPET_PASSPHRASE_FILE ou PARAPET_KEY_COMMAND. "
        "Avec la feuille de récupération, `parapet key recover` refait le fichier de clé.",
    ),
    "vault.key_closed": (
        "Ce qui a été demandé ne s'ouvre qu'avec la clé d'une personne admise, et aucune ne l'a ouvert ici.",
        "Ouvrez vos contenus avec votre phrase de passe, puis essayez de nouveau.",
    ),
    "evidence.seal_broken": (
        "Les octets conservés ne donnent plus l'empreinte scellée.",
        "Cessez d'utiliser cette copie. Restaurez-la à partir d'une sauvegarde, puis lancez `parapet verify`.",
    ),
    "evidence.log_broken": (
        "Les inscriptions du journal ne donnent pas la racine signée.",
        "Cessez d'utiliser cette copie. Mettez-la de côté pour expertise et repartez d'une sauvegarde.",
    ),
    "backup.broken": (
        "Un fichier de la sauvegarde manque, ou n'est pas celui que nomme son manifeste signé. Rien n'en a été utilisé.",
        "Utilisez une autre copie de cette sauvegarde, ou une plus ancienne avec --at. Gardez celle-ci pour expertise.",
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
    "keeping.on_hold": (
        "Ceci doit être conservé et ne peut être effacé.",
        "La personne qui a ordonné de conserver peut lever cette obligation. D'ici là, tout reste.",
    ),
    "judgement.changed": (
        "Ce message a été évalué autrement entre-temps.",
        "Voyez l'évaluation actuelle. Si vous en jugez toujours autrement, enregistrez la vôtre de nouveau.",
    ),
    "setting.refused": ("Un réglage n'est pas valable.", "Corrigez la variable nommée, puis recommencez."),
    "setting.plain_http": (
        "D'autres machines auraient accès à cet espace sans https : quiconque est sur le réseau pourrait tout lire et agir en votre nom.",
        "Placez devant Parapet un serveur mandataire qui assure le chiffrement (TLS) et donnez son adresse https dans PARAPET_PUBLIC_URL, "
        "ou retirez PARAPET_HOST pour ne servir que cette machine. "
        "Si vous acceptez que le réseau puisse tout lire, donnez la valeur 1 à PARAPET_UNSAFE_PLAIN_HTTP.",
    ),
    "serve.port_taken": ("Ce port est déjà utilisé.", "Choisissez un autre port avec --port."),
    "serve.failed": ("Le serveur n'a pas pu démarrer.", "Lancez `parapet doctor`."),
    "outside.unreachable": (
        "Un organisme extérieur (témoin ou autorité d'horodatage) ne répond pas.",
        "Vérifiez le réseau, et l'adresse dans les réglages.",
    ),
    "outside.sign_in_refused": (
        "Une plateforme n'accepte pas le nom et le mot de passe avec lesquels un compte est surveillé.",
        "Écrivez de nouveau le mot de passe. Bien des services veulent un mot de passe d'application.",
    ),
    "outside.sign_in_over": (
        "Ce qui était autorisé chez un service de courriel, en y ouvrant une session, a été retiré ou a pris fin. Ce qui s’y trouve attend.",
        "Ouvrez-y de nouveau une session : modifiez la connexion, et appuyez sur le bouton du service.",
    ),
    "outside.main_password": (
        "Le mot de passe d’un compte entier a été donné, là où un mot de passe d’application suffit. Il n’a pas été gardé.",
        "Créez un mot de passe d’application dans les paramètres de la plateforme, et donnez celui-là.",
    ),
    "outside.account_missing": (
        "Il n’y a pas de compte de ce nom, ou sa plateforme ne dit plus où il est.",
        "Vérifiez comment le nom s’écrit : au complet, comme nom.bsky.social.",
    ),
    "outside.right_missing": (
        "Un mot de passe d’application n’ouvre pas ce qui doit être surveillé, comme les messages privés.",
        "Créez un nouveau mot de passe d’application qui ouvre aussi les messages privés, ou surveillez sans eux.",
    ),
    "outside.busy": (
        "Une plateforme demande de patienter : elle a été beaucoup sollicitée. Un nouvel essai se fait une fois écoulé le délai qu’elle a fixé.",
        "Patientez : un nouvel essai se fait de lui-même.",
    ),
    "outside.place_missing": (
        "Un dossier ou un fil qui est surveillé n'existe pas.",
        "Vérifiez s'il a été renommé ou supprimé, et choisissez de nouveau ce qui est surveillé.",
    ),
    "outside.private_address": (
        "Le nom mène à une adresse que seule cette machine ou son réseau atteint, ce qui n'est pas permis.",
        "Vérifiez le nom du serveur. La personne qui gère ce Parapet peut permettre les serveurs de son propre réseau.",
    ),
    "alert.not_taken": (
        "Un service n'a pas pris une alerte; elle lui est envoyée de nouveau.",
        "Essayez ce moyen avec son bouton d'essai, sous Réglages, Comment me joindre.",
    ),
    "block.not_set": (
        "Un compte n’a certainement pas encore été bloqué, masqué ou laissé revenir.",
        "Regardez-le à la page des blocages. Si cela persiste, faites-le vous-même dans l’application.",
    ),
    "report.not_taken": (
        "Une plateforme n'a certainement pas pris un signalement; il lui est envoyé de nouveau plus tard.",
        "Voyez le signalement parmi les envois. Si cela continue, envoyez-le vous-même.",
    ),
    "outside.refused": (
        "Un organisme extérieur (témoin ou autorité d'horodatage) a refusé, ou sa réponse n'est pas valide. Rien n'en est utilisé.",
        "Vérifiez dans les réglages son adresse et ses certificats ou sa clé, et interrogez l'organisme.",
    ),
}


def reason_in_words(reason: str) -> str:
    """A refusal's reason for a person."""
    english, french = REASONS.get(reason, (reason, reason))
    return french if wants_french() else english


def detail_in_words(detail: str) -> str:
    """What stands beside a refusal's reason, for a person."""
    return detail_said(detail, in_french) if wants_french() else detail


def spot_in_words(kind: str, at: str) -> str:
    """A place within a file for a person: "line 12"."""
    english, french = SPOTS[kind]
    return f"{french if wants_french() else english} {at}"


def fault_in_words(code: str) -> str:
    """A fault of a home for a person."""
    return FAULTS[code][wants_french()]


def source_in_words(source: str) -> str:
    """What locks the key file, for a person."""
    return KEY_SOURCES[source][wants_french()]


def error_in_words(error: ParapetError) -> tuple[str, str]:
    """What happened and what to do, for a person."""
    if not wants_french():
        return str(error) or (error.__doc__ or "").splitlines()[0], error.advice
    in_general, advice = ERRORS_FR.get(error.code, ERRORS_FR["parapet.error"])
    said = error.said(in_french)
    return said if said != str(error) else in_general, advice


def in_words(sentence: str, **particulars: str) -> str:
    """A sentence that is marked for translation, for a person; `particulars` that are marked are translated too."""
    translate = in_french if wants_french() else str
    return translate(sentence) % {name: translate(each) for name, each in particulars.items()}


def in_french(text: str) -> str:
    """The French of `text`, which is marked for translation; `text` itself where it is not."""
    said = _french().gettext(text) if text else text
    return said.translate(_KEYBOARD) if said != text else text


@cache
def _french() -> GNUTranslations:
    with _CATALOGUE.open("rb") as compiled:
        return GNUTranslations(compiled)
