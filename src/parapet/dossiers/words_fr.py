"""Le dossier en français du Canada. Mêmes clés que `words_en`.

Les espaces devant le deux-points et à l'intérieur des guillemets sont rendues insécables par `_tied`.
"""


def _tied(text: str) -> str:
    """Espaces insécables : « mot », deux-points, pour cent (Office québécois de la langue française)."""
    for plain, tied in ((" :", "\u00a0:"), ("« ", "«\u00a0"), (" »", "\u00a0»"), (" %", "\u00a0%")):
        text = text.replace(plain, tied)
    return text


_WORDS: dict[str, str] = {
    "dossier": "Dossier",
    "document_title": "Dossier {case}",
    "confidential": "Confidentiel. Contient des renseignements personnels.",
    "sample": "Données fictives",
    "sample.long": "Données fictives. Les personnes et les messages de ce document sont inventés.",
    "page": "Page {n} sur {total}",
    "case": "Dossier",
    "exhibit": "Pièce",
    "contents": "Table des matières",
    "cover.volume": "Volume",
    "cover.volume.value": ("{n} sur {total}. Les chiffres, la chronologie et les expéditeurs y sont ceux de ses propres pièces."),
    "cover.lead": "Messages envoyés à {advocate} ou écrits à son sujet, conservés comme preuve",
    "cover.advocate": "Personne visée",
    "cover.case": "Numéro de dossier",
    "cover.opened": "Ouverture du dossier",
    "cover.period": "Période couverte",
    "cover.period.value": "du {first} au {last}",
    "cover.exhibits": "Pièces",
    "cover.own": "Publications de la personne visée, gardées pour le contexte : {count}",
    "cover.gravest": "Observation la plus grave",
    "cover.channels": "Provenance",
    "cover.made": "Document produit",
    "cover.software": "Logiciel",
    "cover.zone": "Heure locale dans ce document",
    "cover.head": "Racine du journal à l’exportation (SHA-256)",
    "cover.warning": (
        "Le texte exact des messages commence à la page {page}, après un avertissement. Les pages qui précèdent "
        "n’en citent aucun."
    ),
    "none": "aucune",
    "unknown": "non précisé",
    "read.title": "Comment lire ce dossier",
    "read.what.head": "De quoi il s’agit",
    "read.what": (
        "Ce dossier réunit des messages envoyés à {advocate} ou écrits à son sujet. Il s’adresse aux personnes et aux "
        "organismes qui peuvent y donner suite : la police, une avocate ou un avocat, un employeur, un ordre "
        "professionnel. Les pièces ont été choisies par une personne pour ce dossier; elles ne représentent pas tout "
        "ce qui a été reçu. Les publications de la personne visée y figurent lorsqu’elles éclairent le contexte, "
        "qu’elles lui soient favorables ou non."
    ),
    "read.shows.head": "Ce qu’il montre",
    "read.shows.1": (
        "Le texte de chaque message tel que la plateforme ou le serveur de courriel l’a livré, chaque émoji "
        "compris, et son heure à la seconde près, en heure locale et en temps universel (UTC)."
    ),
    "read.shows.2": (
        "L’empreinte SHA-256 du fichier original de chaque pièce. Toute personne peut la recalculer à partir du sac "
        "de preuves qui accompagne ce document. Si un seul caractère de l’original avait changé, l’empreinte "
        "serait différente."
    ),
    "read.shows.3": (
        "La place de chaque capture dans un journal auquel on ne peut qu’ajouter. La racine de ce journal, imprimée "
        "en page couverture, dépend de toutes les inscriptions qui la précèdent : aucune ne peut être modifiée, "
        "retirée ou insérée après coup sans que la racine change."
    ),
    "read.not.head": "Ce qu’il ne montre pas",
    "read.not.1": (
        "Qui se trouve derrière un compte. Les noms affichés et les noms d’utilisateur sont ceux que la plateforme a fournis."
    ),
    "read.not.2": (
        "Que l’horloge de la plateforme était juste, ou que rien n’est arrivé au message avant qu’il parvienne au "
        "logiciel qui l’a conservé. L’heure de capture est celle du logiciel; elle figure à côté de l’heure "
        "d’envoi."
    ),
    "read.not.3": (
        "Une cote, un diagnostic ou une prédiction. Les étiquettes et les indices sont des observations faites par "
        "un logiciel sur les mots. Ils aident à s’orienter et peuvent être erronés; c’est à une personne de juger. "
        "L’absence d’indice ne signifie pas l’absence de danger. La gravité et l’urgence peuvent aussi tenir compte de "
        "ce que le même compte avait envoyé auparavant."
    ),
    "read.not.4": "Un avis juridique. Rien dans ce document ne constitue un conseil juridique.",
    "read.original.head": "Ce document est une copie de lecture",
    "read.original": (
        "La preuve, ce sont les fichiers originaux du sac, avec le journal. L’annexe explique comment vérifier l’un par l’autre."
    ),
    "read.marks.head": "Marques dans le texte",
    "read.marks": (
        "{mark} remplace un caractère qui ne se voit pas, ne s’imprime pas ou changerait l’ordre de lecture du "
        "texte. La marque donne son numéro Unicode; une note sous le texte donne son nom. L’original contient le "
        "caractère lui-même. Une tabulation est imprimée comme quatre espaces. Les adresses Web sont imprimées en "
        "texte simple et ne sont pas cliquables."
    ),
    "glance.title": "En bref",
    "glance.messages": "messages d’autrui",
    "glance.messages.one": "message d’autrui",
    "glance.senders": "expéditeurs",
    "glance.senders.one": "expéditeur",
    "glance.days": "jours avec messages",
    "glance.days.one": "jour avec messages",
    "glance.grave": "très graves ou critiques",
    "glance.grave.one": "très grave ou critique",
    "glance.by_day": "Messages par jour",
    "glance.by_week": "Messages par semaine",
    "glance.by_month": "Messages par mois",
    "glance.by_year": "Messages par année",
    "glance.day": "jour",
    "glance.week": "semaine du",
    "glance.month": "mois à partir du",
    "glance.year": "année à partir du",
    "glance.chart_alt": (
        "Graphique à barres des messages dans le temps. La période la plus chargée, qui commence le {peak}, compte "
        "{most} messages sur {total}."
    ),
    "glance.legend.grave": "très graves ou critiques",
    "glance.legend.other": "tous les autres",
    "glance.channel": "Provenance",
    "glance.harm": "Atteinte observée",
    "glance.harm.note": "Un message peut en présenter plusieurs.",
    "glance.severity": "Gravité",
    "glance.urgency": "Urgence",
    "glance.count": "Messages",
    "glance.no_harm": "aucune observée",
    "glance.top": "Expéditeurs les plus fréquents",
    "glance.top.note": (
        "Les noms affichés et les noms d’utilisateur figurent après les pièces, car ils peuvent eux-mêmes être injurieux."
    ),
    "glance.sender": "Expéditeur",
    "glance.first": "Première pièce",
    "glance.last": "Dernière pièce",
    "sender": "Expéditeur {n}",
    "sender.anonymous": "Anonyme",
    "sender.own": "La personne visée",
    "chronology.title": "Chronologie",
    "chronology.lead": "Les événements dans l’ordre, en heure locale ({zone}). Aucun message n’est cité ici.",
    "chronology.when": "Heure locale",
    "chronology.what": "Événement",
    "chronology.where": "Provenance",
    "chronology.who": "Expéditeur",
    "chronology.weight": "Gravité",
    "chronology.exhibit": "Pièce",
    "event.sent": "Envoi",
    "event.captured_first": "Capture; la source ne donne pas d’heure",
    "event.edited": "Modification constatée, version {n}",
    "event.gone": "Suppression constatée",
    "event.own": "Publication de la personne visée",
    "warning.title": "Le texte exact commence à la page suivante",
    "warning.body": (
        "Les pages qui suivent reproduisent les messages en entier. Elles peuvent contenir des menaces, de la "
        "violence sexuelle, des propos haineux et des renseignements privés. Elles sont imprimées parce qu’elles "
        "constituent la preuve."
    ),
    "warning.advice": (
        "Rien ne vous oblige à les lire sans soutien, d’un seul trait, ni même à les lire du tout : l’aperçu et la "
        "chronologie qui précèdent se suffisent à eux-mêmes. Si vous transmettez ce document, signalez cette page à la personne "
        "qui le recevra."
    ),
    "warning.count": "Pièces {first} à {last}",
    "warning.count.one": "Pièce {first}",
    "exhibits.title": "Pièces",
    "exhibit.words": "Texte exact",
    "exhibit.words.version": "Texte exact, version {n}",
    "exhibit.no_words": "Ce message ne contient pas de texte.",
    "exhibit.subject": "Objet",
    "exhibit.content_warning": "Avertissement ajouté par l’expéditeur",
    "exhibit.cut": (
        "Sont imprimés ici les {printed} premiers caractères sur {total}. Le texte entier se trouve dans le sac de "
        "preuves, sous l’empreinte indiquée plus bas."
    ),
    "exhibit.marks": "Les marques remplacent : {names}",
    "exhibit.marks.more": "autres : {count}",
    "exhibit.more_marks": "+{count} signes combinants",
    "exhibit.facts": "Faits",
    "exhibit.sent": "Envoi",
    "exhibit.sent.ours": "Heure de capture",
    "exhibit.sent.ours.note": "La source ne donne aucune heure plausible. Elle indique : {given}",
    "exhibit.sent.ours.bare": "La source ne donne pas d’heure.",
    "exhibit.captured": "Capture",
    "exhibit.author.name": "Auteur, nom affiché",
    "exhibit.author.handle": "Auteur, nom d’utilisateur",
    "exhibit.author.id": "Auteur, identifiant stable",
    "exhibit.author": "Auteur",
    "exhibit.author.none": "La source ne nomme pas l’auteur.",
    "exhibit.number": "Dans ce dossier",
    "exhibit.url": "Adresse",
    "exhibit.uri": "Identifiant de la plateforme",
    "exhibit.place": "Endroit",
    "exhibit.rating": "Note",
    "exhibit.rating.value": "{stars} sur 5",
    "exhibit.attachments": "Pièces jointes",
    "exhibit.bytes": "{count} octets",
    "exhibit.item": "Élément du sac",
    "exhibit.observed": "Observations",
    "exhibit.observed.note": "Observations d’un logiciel sur les mots ({model}). Ni une cote ni un avis juridique.",
    "exhibit.observed.note.person": (
        "La gravité, l’urgence et les atteintes sont celles qu’une personne a retenues. Les indices sont les observations d’un logiciel sur les mots ({model})."
    ),
    "exhibit.person": "Évalué par une personne",
    "exhibit.person.said": "Son évaluation",
    "exhibit.person.reason": "Motif donné",
    "exhibit.person.program": "Le logiciel avait dit",
    "exhibit.observed.none": "Aucune atteinte n’a été observée dans les mots.",
    "exhibit.observed.unjudged": "Le logiciel ne s’est pas prononcé sur ce message. Une personne devrait le lire.",
    "exhibit.own.note": "Écrit par la personne visée; inclus pour le contexte et non compté.",
    "exhibit.own": "contexte",
    "exhibit.severity": "Gravité",
    "exhibit.urgency": "Urgence",
    "exhibit.harms": "Atteintes",
    "exhibit.indicators": "Indices",
    "exhibit.indicator": "{what} : « {words} »",
    "exhibit.indicators.more": "Autres, dans le sac de preuves : {count}",
    "exhibit.flags": "État à l’arrivée",
    "exhibit.gone": "Suppression constatée",
    "exhibit.gone.note": "{at}. La copie conservée ici est antérieure.",
    "exhibit.seal": "Sceau",
    "exhibit.version": "Version",
    "exhibit.signed": "Signé par sa source",
    "exhibit.sha256": "SHA-256 de l’original",
    "exhibit.withheld": "soustrait de cette copie",
    "exhibit.log_index": "Inscription",
    "exhibit.size": "Octets",
    "exhibit.changed": "Ce qui a changé",
    "exhibit.changed.title": "De la version {old} à la version {new}",
    "exhibit.changed.removed": "Retiré",
    "exhibit.changed.added": "Ajouté",
    "exhibit.changed.large": (
        "Les deux versions diffèrent trop pour en énumérer les changements; les deux sont imprimées en entier."
    ),
    "exhibit.changed.same": "Les mots sont les mêmes; autre chose a changé dans le message.",
    "exhibit.notes": "Notes",
    "senders.title": "Expéditeurs",
    "senders.lead": (
        "Les noms affichés et les noms d’utilisateur sont ceux que les plateformes ont fournis. Une personne peut utiliser "
        "plusieurs comptes, et plusieurs personnes un seul."
    ),
    "senders.who": "Nom affiché et nom d’utilisateur",
    "senders.id": "Identifiant stable",
    "senders.exhibits": "Pièces",
    "notes.title": "Notes au dossier",
    "erased.title": "Messages effacés",
    "erased.lead": (
        "Ces messages étaient dans le dossier et ont été effacés pour de bon. Ce qu’ils disaient, qui les a écrits et d’où ils "
        "venaient, plus personne ne peut le lire. Le journal et le sac de preuves prouvent encore qu’ils y étaient."
    ),
    "erased.item": "Message",
    "erased.at": "Effacé le",
    "erased.who": "Par",
    "erased.why": "Pourquoi",
    "erased.by_rule": "une règle, sans décision d’une personne",
    "erased.why.asked": "La personne concernée l’a demandé",
    "erased.why.private": "Il était privé et n’avait pas sa place ici",
    "erased.why.mistake": "Il avait été reçu par erreur",
    "erased.why.not_needed": "On n’en avait plus besoin",
    "erased.why.law": "Une loi ou un tribunal l’exigeait",
    "erased.why.rule": "Une règle sur la durée de conservation",
    "annex.title": "Annexe : comment vérifier",
    "annex.lead": (
        "Toute personne qui a le sac de preuves accompagnant ce document peut suivre ces étapes. Il n’est pas "
        "nécessaire d’ouvrir quoi que ce soit du sac; VERIFY.txt, dans le sac, en dit davantage."
    ),
    "annex.1": "Vérifier avec un outil public qu’aucun fichier du sac n’a été endommagé. Dans son répertoire :",
    "annex.2": (
        "Vérifier ensemble les sceaux, le journal et les signatures, sans réseau. Demander la clé du journal par "
        "une autre voie que le sac (téléphone, papier) :"
    ),
    "annex.3": "Comparer la racine du journal qui a été vérifié avec celle de la page couverture de ce document :",
    "annex.4": (
        "Pour vérifier une pièce à la main, calculer l’empreinte de son original et la comparer à celle qui figure "
        "sous « Sceau ». ITEM est l’élément du sac nommé dans la pièce; v1 est la première version. Sous Windows : "
        "{windows}. Sous Linux ou macOS :"
    ),
    "annex.key": "La clé du journal",
    "annex.key.form": "NOM+EMPREINTE+BASE64",
    "annex.key.note": "Imprimée ici, elle vaut ce que vaut la voie par laquelle ce document vous est parvenu.",
    "annex.checkpoint": "Point de contrôle signé du journal",
    "annex.checkpoint.none": "Le journal n’avait pas de point de contrôle signé lorsque ce document a été produit.",
    "annex.system": "Le système qui a tenu le journal",
    "annex.system.body": (
        "{software} a reçu chaque message sous forme d’octets et en a calculé l’empreinte SHA-256 avant toute autre "
        "opération. Il a conservé les octets inchangés, chiffrés, et a inscrit au journal (un arbre de Merkle "
        "selon la RFC 9162) l’empreinte et l’heure de sa propre horloge. Les versions ultérieures et les "
        "suppressions sont de nouvelles inscriptions; rien n’est écrasé. À l’exportation, {exported}, le nombre "
        "d’inscriptions au journal était de {size}. La personne qui exploite le système peut attester de son "
        "fonctionnement et de l’exactitude de son horloge."
    ),
    "harm.insult": "insulte personnelle",
    "harm.sexual": "propos sexuel non désiré ou menace sexuelle",
    "harm.threat": "menace ou souhait de violence",
    "harm.doxing": "renseignements privés ou allées et venues divulgués ou demandés",
    "harm.identity_hate": "attaque contre l’identité (origine, religion, genre, orientation, handicap)",
    "harm.incitement": "appel à se joindre à l’attaque",
    "harm.reputation": "fausse accusation, ou plainte ou avis utilisé comme une arme",
    "severity.none": "non malveillant",
    "severity.low": "peu grave",
    "severity.medium": "grave",
    "severity.high": "très grave",
    "severity.critical": "critique",
    "severity.unjudged": "non évalué",
    "urgency.none": "aucune",
    "urgency.watch": "à surveiller",
    "urgency.same_day": "à examiner le jour même",
    "urgency.immediate": "à examiner sans délai",
    "kind.post": "publication",
    "kind.reply": "réponse",
    "kind.quote": "citation",
    "kind.repost": "republication",
    "kind.message": "message privé",
    "kind.mail": "courriel",
    "kind.comment": "commentaire",
    "kind.review": "avis",
    "kind.complaint": "plainte",
    "kind.spoken": "propos entendus, consignés par le témoin",
    "kind.capture": "capture de page Web",
    "channel.mail": "Courriel",
    "channel.spoken": "De vive voix",
    "channel.table": "Tableau",
    "channel.complaint": "Lettre de plainte",
    "channel.google_reviews": "Avis Google",
    "flag.malformed": "Le fichier reçu était endommagé; ce qui a pu être lu est présenté.",
    "flag.implausible_time": ("La source ne donne pas d’heure, ou une heure impossible; l’heure de capture en tient lieu."),
    "flag.damaged_charset": "Les octets ne correspondent pas au jeu de caractères annoncé.",
    "flag.unknown_charset": "Le jeu de caractères annoncé est inconnu.",
    "flag.guessed_charset": "Aucun jeu de caractères n’était annoncé; il a été déduit des octets.",
    "flag.cut_for_display": "Le texte a été coupé pour l’affichage; les octets originaux sont entiers.",
    "flag.binary": "Annoncé comme du texte, il n’en est pas.",
    "flag.lone_surrogates": "Des demi-caractères ont été remplacés dans le texte; les octets originaux sont entiers.",
    "flag.control_characters": "Il contient des caractères de commande.",
    "flag.hidden_characters": "Il contient des caractères invisibles.",
    "flag.homoglyphs": "Des lettres de plusieurs alphabets se côtoient dans un même mot.",
    "flag.html_only": "Le courriel n’avait pas de texte simple; le texte vient du HTML.",
    "flag.translated": "La traduction automatique de la plateforme a été écartée; ceci est l’original.",
    "flag.no_text_layer": "Le document est numérisé sans texte; voir l’original.",
    "flag.too_deep": "Les messages imbriqués trop profondément n’ont pas été ouverts.",
    "flag.oversize_image": "Une image annonce une taille qui épuiserait la mémoire; elle n’a pas été ouverte.",
    "flag.link_removed": "Un lien qui n’était ni http ni https a été neutralisé.",
    "flag.edited_earlier": (
        "La plateforme indique une modification avant la réception; la version antérieure n’est pas détenue."
    ),
    "flag.ambiguous_member": "L’archive contient deux fichiers de ce nom.",
    "csv.exhibit": "Pièce",
    "csv.event": "Événement",
    "csv.local": "Heure locale",
    "csv.zone": "Fuseau",
    "csv.utc": "UTC",
    "csv.channel": "Provenance",
    "csv.kind": "Type",
    "csv.sender": "Numéro d’expéditeur",
    "csv.handle": "Nom d’utilisateur",
    "csv.name": "Nom affiché",
    "csv.native_id": "Identifiant stable",
    "csv.severity": "Gravité",
    "csv.urgency": "Urgence",
    "csv.harms": "Atteintes",
    "csv.url": "Adresse",
    "csv.version": "Version",
    "signed.atproto-cid.match": "L’enregistrement donne bien l’identifiant reçu avec lui.",
    "signed.atproto-cid.mismatch": "L’enregistrement ne donne pas l’identifiant reçu avec lui : il a pu être modifié en route, ou provenir d’un exemple.",
    "signed.atproto-cid.absent": "Aucun identifiant n’accompagnait l’enregistrement.",
    "signed.atproto-commit.match": "Signé par le compte qui l’a écrit.",
    "signed.atproto-commit.mismatch": "La signature du compte qui l’a écrit n’est pas valide : le message a pu être modifié en route, ou inventé.",
    "signed.atproto-commit.no_key": "Porte une signature, mais la clé correspondante n’est pas publiée, ou ne l’est plus.",
    "signed.atproto-commit.unchecked": "Son identifiant concorde. La signature du compte qui l’a écrit n’a pas pu être obtenue; elle est demandée de nouveau.",
    "signed.atproto-commit.absent": "Son identifiant concorde. Le message a été modifié ou supprimé par son auteur avant que la signature ait pu être obtenue.",
    "signed.dkim.match.same": "Signé par le serveur de courriel du domaine de l’expéditeur.",
    "signed.dkim.match.related": "Signé par un serveur de courriel du domaine de l’expéditeur.",
    "signed.dkim.match.other": "Signé par un serveur de courriel d’un autre domaine que celui de l’expéditeur.",
    "signed.dkim.match_part.same": "Signé en partie par le serveur de courriel du domaine de l’expéditeur : ce qui a été ajouté à la fin n’est pas signé.",
    "signed.dkim.match_part.related": "Signé en partie par un serveur de courriel du domaine de l’expéditeur : ce qui a été ajouté à la fin n’est pas signé.",
    "signed.dkim.match_part.other": "Signé en partie par un serveur de courriel d’un autre domaine : ce qui a été ajouté à la fin n’est pas signé.",
    "signed.dkim.mismatch": "Porte une signature qui n’est pas valide : le message a pu être modifié en route, ou inventé.",
    "signed.dkim.no_key": "Porte une signature, mais la clé correspondante n’est pas publiée, ou ne l’est plus.",
    "signed.dkim.unchecked": "Porte une signature qui n’a pas été vérifiée.",
    "signed.dkim.absent": "Non signé par un serveur de courriel.",
    "signed.at": "Vérification : {at}.",
    "csv.signed": "Signé par sa source",
    "csv.sha256": "SHA-256 de l’original",
    "csv.log_index": "Inscription au journal",
}

WORDS: dict[str, str] = {key: _tied(text) for key, text in _WORDS.items()}
