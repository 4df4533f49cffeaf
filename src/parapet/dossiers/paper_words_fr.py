"""What the forms say, in French. The same forms as `paper_words`, written for the French text of the law."""

from __future__ import annotations

from typing import Any

_TABLE = ("Message et version", "Reçu le (UTC)", "Inscription", "SHA-256 de l’original")
_MORE = (
    "Voici les {most} premières lignes sur {versions}. La liste complète est dans le sac\u00a0: data/chronology.csv, et manifest-sha256.txt pour "
    "chaque fichier."
)

_AFFIDAVIT: list[tuple[Any, ...]] = [
    ("fields", [("Tribunal et lieu", ""), ("Numéro du dossier de la cour", ""), ("Entre (parties)", "")]),
    (
        "oath",
        "Je soussigné(e), ____, de la ville de ____, dans la province de ____, exerçant la profession de ____, déclare sous serment (ou\u00a0: "
        "affirme solennellement) ce qui suit\u00a0:",
    ),
    ("h", "Qui je suis"),
    (
        "n",
        "J’occupe la fonction de ____ chez ____. Je tiens le système décrit ci-dessous, ou j’en ai la charge, depuis ____. J’ai une connaissance "
        "personnelle de ce que j’affirme, sauf lorsque je dis le tenir d’une autre personne; je la nomme alors, et je la crois.",
    ),
    (
        "n",
        "Le présent affidavit porte sur des documents électroniques\u00a0: des messages envoyés à {advocate} ou écrits à son sujet, conservés sous "
        "le numéro de dossier {case}, «\u00a0{title}\u00a0»\u00a0: {items} message(s) en {versions} version(s).",
    ),
    ("h", "Le système d’archivage électronique (art. 31.8)"),
    (
        "n",
        "Les messages sont enregistrés et mis en mémoire au moyen de {software} («\u00a0le système\u00a0»), qui déclare fonctionner avec {runs_on}. Il se "
        "trouvait sur ____ (l’ordinateur et son emplacement). L’horloge de l’ordinateur était tenue à l’heure par ____.",
    ),
    (
        "n",
        "Lorsque le système reçoit un message, il en conserve les octets exactement comme reçus, sous forme chiffrée. Il en calcule l’empreinte "
        "SHA-256 et ajoute à un journal une inscription qui en donne l’empreinte, la taille, le canal et l’heure. On ne peut qu’ajouter à ce "
        "journal\u00a0: chaque inscription est une feuille d’un arbre de Merkle (RFC 9162), dont la racine, qui dépend de toutes les "
        "inscriptions, est signée. Les versions ultérieures, les consultations, les changements au dossier et les exportations sont d’autres "
        "inscriptions. Aucune inscription ni aucun original n’est remplacé.",
    ),
    (
        "n",
        "Les messages sont arrivés par les canaux ci-dessous. Ils provenaient de ____ (compte, boîte de courriel ou exportation\u00a0: "
        "de qui, obtenus quand et comment).",
    ),
    ("channels", ("Canal", "Messages", "Premier reçu", "Dernier reçu")),
    (
        "n",
        "Les personnes suivantes pouvaient alors utiliser le système\u00a0: ____. À ma connaissance, aucune autre ne le pouvait.",
    ),
    ("h", "Fiabilité du système (al. 31.2(1)a) et 31.3a))"),
    (
        "n",
        "[Rayez l’une des deux.] Du {first} au {exported}, à l’époque en cause, le système informatique fonctionnait bien. / Il fonctionnait "
        "mal de la façon suivante\u00a0: ____; ce mauvais fonctionnement n’a pas compromis l’intégrité des documents électroniques, parce que ____.",
    ),
    (
        "n",
        "Je ne connais aucun autre motif raisonnable de mettre en doute la fiabilité du système d’archivage électronique. [Sinon, l’indiquer\u00a0: ____]",
    ),
    (
        "n",
        "Le {exported}, le système a exporté le dossier. Il a relu chaque original, en a recalculé l’empreinte et l’a comparée au journal; il "
        "n’aurait rien exporté si une seule avait différé. L’exportation est elle-même une inscription. Voici l’état du journal à ce moment\u00a0:",
    ),
    (
        "fields",
        [
            ("Journal", "{origin}"),
            ("Inscriptions", "{size}"),
            ("Racine (SHA-256)", "{root}"),
            ("Clé du journal", "{key}"),
            ("Documents signés par (SHA-256 du certificat)", "{signer}"),
        ],
    ),
    ("n", "{attested}"),
    (
        "n",
        "Le ____, j’ai vérifié l’exportation (ou\u00a0: ____ l’a fait et m’en a informé(e)) avec le logiciel parapet-verify, en indiquant la clé du "
        "journal donnée ci-dessus. Le résultat était\u00a0: ____.",
    ),
    ("h", "Authenticité (art. 31.1)"),
    (
        "n",
        "Les documents électroniques énumérés à l’annexe A sont bien ce qu’ils paraissent être\u00a0: les messages tels que le système les a reçus. "
        "Je n’affirme pas par là que leur contenu est vrai, ni qui se trouve derrière un compte.",
    ),
    ("h", "S’il y a lieu\u00a0: sorties imprimées (par. 31.2(2)) et pièces commerciales (art. 30)"),
    (
        "n",
        "[Rayez si ce n’est pas le cas.] Le dossier imprimé, soit une sortie imprimée de ces documents, a de toute évidence ou régulièrement été "
        "utilisé comme document relatant l’information enregistrée, par ____, pour ____.",
    ),
    (
        "n",
        "[Rayez si ce n’est pas le cas.] Les pièces ont été établies dans le cours ordinaire des affaires de ____. Elles ne l’ont été ni au "
        "cours d’une investigation ou d’une enquête, ni en prévision d’une procédure judiciaire.",
    ),
    ("n", "Je fais cet affidavit à l’appui de ____, et à aucune fin illégitime.", "with the signatures"),
    (
        "sign",
        [
            [
                "Déclaré sous serment ou affirmé devant moi à (ville, province)",
                "le (date)",
                "Commissaire aux serments\u00a0: signature",
                "Nom et qualité",
            ],
            ["Signature de la personne qui déclare", "Nom, en majuscules", "Titre"],
        ],
    ),
    (
        "small",
        "Pour l’avocate ou l’avocat\u00a0: selon l’art. 31.6, ce que visent le par. 31.2(2) et les art. 31.3 et 31.5 peut être établi par affidavit, "
        "sur lequel l’auteur peut être contre-interrogé. Les normes d’enregistrement et de mise en mémoire peuvent être prouvées (art. 31.5). "
        "L’art. 30 exige un préavis d’au moins sept jours (par. 30(7)) et exclut les pièces établies au cours d’une enquête ou en prévision "
        "d’une procédure (par. 30(10))\u00a0: un dossier tenu pour la police peut en être une. Sauf quant à l’authentification et à la meilleure "
        "preuve, les art. 31.1 à 31.4 ne restreignent pas les règles d’admissibilité (art. 31.7). Les affaires de compétence provinciale "
        "ont leurs propres règles de preuve, au Québec comme ailleurs.",
    ),
    ("break",),
    ("h", "Annexe A\u00a0: les documents électroniques"),
    (
        "p",
        "Chaque original se trouve dans l’exportation (le sac de preuves), sous data/items, dans le répertoire nommé ici. Quiconque peut en "
        "recalculer l’empreinte.",
    ),
    ("digests", _TABLE, _MORE, "Soustraite de cette copie; le journal la contient"),
]

_RECEIVER: list[tuple[Any, ...]] = [
    (
        "p",
        "On vous a remis un répertoire ou un fichier zip\u00a0: le dossier {case}. Il contient des messages exactement comme ils ont été reçus, et de quoi "
        "prouver que personne ne les a changés depuis. Pour le vérifier, vous n’avez besoin ni de Parapet ni de ses auteurs.",
    ),
    ("h", "Avant d’ouvrir quoi que ce soit"),
    (
        "list",
        [
            "Les messages peuvent être injurieux, et un original peut être un courriel avec des pièces jointes. La vérification n’en ouvre "
            "aucun. N’ouvrez d’original que sur un ordinateur hors réseau; le dossier (PDF) montre les mêmes mots sans risque, après une page "
            "d’avertissement.",
            "Laissez ce répertoire intact et travaillez sur une copie. Un logiciel qui y écrit brise le sceau, et la vérification le dira.",
        ],
    ),
    ("h", "Vérifier\u00a0: cinq minutes"),
    (
        "list",
        [
            "Demandez à la personne qui vous l’a remis la clé de son journal, par téléphone ou sur papier. Ce doit être celle du fichier "
            "data/log-key.txt.",
            "Avec Python 3.9 ou plus récent, dans le répertoire, hors réseau\u00a0:",
        ],
    ),
    ("code", 'python3 verify.py --lang fr --key "NOM+EMPREINTE+BASE64"'),
    (
        "p",
        "La réponse est INTACT, ou ALTÉRÉ avec chaque défaut et son fichier. Un faussaire pourrait aussi remplacer verify.py\u00a0: si cela importe, "
        "obtenez parapet-verify d’une source fiable. VERIFY.txt donne les commandes d’outils qui ne savent rien de Parapet\u00a0: sha256sum, openssl, "
        "BagIt, pdfsig, case_validate.",
    ),
    ("h", "Ce que cela prouve, et ce que cela ne prouve pas"),
    (
        "list",
        [
            "Prouvé\u00a0: les originaux sont ce qui a été reçu; rien du dossier ne manquait lors de l’exportation; les événements sont dans l’ordre.",
            "Non prouvé\u00a0: que le contenu d’un message soit vrai; qui se trouve derrière un compte; l’heure selon une autre horloge que celle de "
            "la personne qui tient le registre, à moins que le sac ne contienne des horodatages; ce qui a précédé la réception.",
            "Si quelque chose a été soustrait de cette copie, data/redactions.json le dit, et le journal en garde la trace.",
        ],
    ),
    ("h", "Où se trouve quoi"),
    (
        "list",
        [
            "data/documents\u00a0: le dossier à lire; un affidavit et des attestations à remplir, à titre de modèles.",
            "data/items\u00a0: les originaux, chacun avec son inscription au journal. data/custody\u00a0: qui a fait quoi, et quand.",
            "data/chronology.xlsx et .csv\u00a0: une ligne par version. data/case.jsonld\u00a0: la même chose pour les outils d’enquête (CASE/UCO).",
        ],
    ),
    (
        "fields",
        [
            ("Dossier", "{case}"),
            ("Exporté (UTC)", "{exported_utc}"),
            ("Journal, inscriptions", "{origin}, {size}"),
            ("Racine du journal", "{root}"),
        ],
    ),
]

AFFIDAVIT = (
    "Affidavit sur des documents électroniques",
    "Loi sur la preuve au Canada, L.R.C. 1985, ch. C-5, articles 31.1 à 31.8",
    "Modèle",
    "À faire revoir par une avocate ou un avocat avant tout serment ou toute affirmation. Ceci n’est pas un avis juridique. Ce que dit le journal "
    "est rempli; ce que seule une personne peut dire est laissé en blanc. Rayez et changez tout ce qui n’est pas exact\u00a0: qui prête serment "
    "répond de chaque mot.",
    "Confidentiel. Modèle, non assermenté.",
    _AFFIDAVIT,
)
RECEIVER = (
    "À l’intention de la police et des avocats qui ont reçu ce sac",
    "",
    "À lire d’abord",
    "",
    "Parapet",
    _RECEIVER,
)
