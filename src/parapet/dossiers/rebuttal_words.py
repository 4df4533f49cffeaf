"""What the rebuttal dossier and the letter for a leader say in their reader's language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Rebuttal dossier",
        "mark": "Confidential",
        "lead": (
            "Facts for whoever decides on this complaint, on both sides, with the exhibits that show them. It draws no conclusion: the college "
            "decides. It is no legal advice; counsel has the last word on its use."
        ),
        "of": "Physician",
        "body": "Complaint to",
        "body.college": "College",
        "body.hospital": "Hospital or clinic",
        "body.employer": "Employer",
        "reference": "Reference",
        "complainant": "Complainant",
        "parties": "Other parties",
        "received": "Received",
        "due": "Answer due",
        "case": "Records",
        "made": "Made",
        "opening": "In the physician’s words",
        "reason": "Why this is answered so",
        "reason.note": (
            "The program reads this letter as a complaint about care, and proposes no rebuttal of such. The physician states why it is answered all "
            "the same:"
        ),
        "answers": "What is alleged, and the answers",
        "answers.none": "No allegation is written down.",
        "alleged": "Alleged",
        "answer": "Answer",
        "answer.none": "Not answered here.",
        "supports": "Bears the answer out: exhibits {numbers}",
        "against.of": "Speaks against it: exhibits {numbers}",
        "ground": "The ground",
        "ground.note": "Each line is one fact with the rule by which it was found. Nothing is added up.",
        "for": "Speaks for the complaint being vexatious",
        "against": "Speaks against that",
        "none": "Nothing.",
        "stated": "The physician’s statement:",
        "shown": "Exhibits {numbers}",
        "how": "How it was found:",
        "letter": "The letter, with what stands elsewhere marked",
        "letter.plain": "The letter",
        "letter.note": (
            "Underlined: the same words, in the same order, stand in at least one other letter, or in a message "
            "of this case that was sent before it."
        ),
        "letter.cut": "The letter is longer; the bag of the case holds the whole.",
        "same": "The same passages in other letters",
        "same.note": "Of other people’s letters only the passages that are the same are shown, and not who wrote them.",
        "same.exhibit": "Exhibit {n}",
        "same.other": "A letter outside this case",
        "same.head": "{which}, {day}: {percent} % of the words",
        "same.more": "and {n} more passages",
        "chronology": "In order of time",
        "day": "Day",
        "what": "What happened",
        "exhibit": "Exhibits",
        "exhibit.numbers": "{numbers}",
        "event.own": "{n} posts of the physician’s own",
        "event.own.1": "A post of the physician’s own",
        "event.call": "{n} messages call on others to complain",
        "event.call.1": "A message calls on others to complain",
        "event.letter": "{n} other letters of complaint came in",
        "event.letter.1": "Another letter of complaint came in",
        "event.message": "{n} messages about the physician",
        "event.message.1": "A message about the physician",
        "event.received": "The complaint was received",
        "event.due": "The answer is due",
        "exhibits": "Exhibits",
        "exhibits.of": (
            "Named here: {n} of {total} messages of the case, under the numbers that they have in its dossier. Words are quoted in part, exactly as "
            "sent; the bag of the case holds the whole, with proofs."
        ),
        "exhibit.letter": "The letter of complaint",
        "exhibit.own": "The physician’s own post",
        "sent": "sent {at}",
        "kept": "kept {at}",
        "by": "from {who}",
        "seal": "{item} · entry {index} of the log · SHA-256",
        "proof": (
            "It rests on log {origin}, {size} entries, head {root}. Signed with certificate {signer}. To check it: any reader of PDF shows the "
            "signature; the bag of the case gives every exhibit with its seal, and proves it against this head."
        ),
        "fictional": "Sample data: everybody in it is invented.",
        "page": "Page {n} of {total}",
        "leader.title": "Letter",
        "leader.about": "About the complaint received {day}: {body}",
        "leader.to": "To",
        "leader.from": "From",
        "leader.date": "Date",
        "leader.what": "What this is",
        "leader.what.note": (
            "What the records kept for me show, in their own words and by plain rules. A complaint about care is no campaign, and is owed an answer "
            "on its own merits."
        ),
        "leader.against": "What speaks against that",
        "leader.asks": "What I ask of you",
        "leader.asks.none": "Nothing particular: know of it, and speak with me before you act.",
        "leader.decides": (
            "Whoever is to decide on the complaint decides; this letter asks for nothing that would stand in the way. The exhibits, with seals that "
            "anybody can check, are in the dossier that I can give to you or your counsel."
        ),
        "ask.own_course": "Let a complaint about care take its own course, and do not treat a campaign as one.",
        "ask.no_statement": "Make no statement about me under pressure, and none without speaking to me first.",
        "ask.one_person": "Name one person who receives these letters, so that nobody else has to answer them.",
        "ask.keep_letters": "Keep every letter as it came, with its envelope or as the full mail, and pass a copy on to me.",
        "ask.no_details": "Tell nobody my schedule, my address or how to reach me.",
        "ask.stand_by": "Say, where you are asked, that you stand by physicians who speak on health in public.",
        "ask.work_as_before": "Let my work go on as before while this is looked at.",
        "ask.tell_outcome": "Tell me in writing what was decided.",
    },
    "fr": {
        "title": "Dossier de réplique",
        "mark": "Confidentiel",
        "lead": (
            "Des faits pour l’instance qui décide de cette plainte, des deux côtés, avec les pièces qui les montrent. Il ne conclut rien\u00a0: "
            "c’est l’ordre qui décide. Ce n’est pas un avis juridique; son emploi revient à l’avocat."
        ),
        "of": "Médecin",
        "body": "Plainte à",
        "body.college": "Ordre",
        "body.hospital": "Hôpital ou clinique",
        "body.employer": "Employeur",
        "reference": "Référence",
        "complainant": "Plaignant",
        "parties": "Autres parties",
        "received": "Reçue",
        "due": "Réponse attendue",
        "case": "Dossiers",
        "made": "Établi",
        "opening": "Dans les mots du médecin",
        "reason": "Pourquoi y répondre ainsi",
        "reason.note": (
            "Le programme lit cette lettre comme une plainte sur des soins, et ne propose pas d’y répliquer. Le médecin déclare pourquoi y répondre "
            "malgré tout\u00a0:"
        ),
        "answers": "Ce qui est reproché, et les réponses",
        "answers.none": "Aucun reproche n’est consigné.",
        "alleged": "Reproche",
        "answer": "Réponse",
        "answer.none": "Pas de réponse ici.",
        "supports": "Appuie la réponse\u00a0: pièces {numbers}",
        "against.of": "Parle contre elle\u00a0: pièces {numbers}",
        "ground": "Les faits",
        "ground.note": "Chaque ligne est un fait, avec la règle qui l’a fait trouver. Rien n’est additionné.",
        "for": "Parle pour une plainte vexatoire",
        "against": "Parle contre cela",
        "none": "Rien.",
        "stated": "Déclaration du médecin\u00a0:",
        "shown": "Pièces {numbers}",
        "how": "Comment il a été trouvé\u00a0:",
        "letter": "La lettre, où ce qui figure ailleurs est marqué",
        "letter.plain": "La lettre",
        "letter.note": (
            "Souligné\u00a0: les mêmes mots, dans le même ordre, figurent dans au moins une autre lettre, ou "
            "dans un message de ce dossier envoyé avant elle."
        ),
        "letter.cut": "La lettre est plus longue; le sac du dossier contient le tout.",
        "same": "Les mêmes passages dans d’autres lettres",
        "same.note": "Des lettres d’autres personnes, seuls les passages identiques sont montrés, sans dire qui les a écrites.",
        "same.exhibit": "Pièce {n}",
        "same.other": "Une lettre hors de ce dossier",
        "same.head": "{which}, {day}\u00a0: {percent}\u00a0% des mots",
        "same.more": "et {n} autres passages",
        "chronology": "Dans l’ordre du temps",
        "day": "Jour",
        "what": "Ce qui s’est passé",
        "exhibit": "Pièces",
        "exhibit.numbers": "{numbers}",
        "event.own": "{n} publications du médecin",
        "event.own.1": "Une publication du médecin",
        "event.call": "{n} messages appellent à se plaindre",
        "event.call.1": "Un message appelle à se plaindre",
        "event.letter": "{n} autres lettres de plainte sont arrivées",
        "event.letter.1": "Une autre lettre de plainte est arrivée",
        "event.message": "{n} messages au sujet du médecin",
        "event.message.1": "Un message au sujet du médecin",
        "event.received": "La plainte a été reçue",
        "event.due": "La réponse est attendue",
        "exhibits": "Pièces",
        "exhibits.of": (
            "Nommés ici\u00a0: {n} des {total} messages du dossier, sous les numéros qu’ils y ont. Les mots sont cités en partie, exactement comme "
            "envoyés; le sac du dossier contient le tout, avec les preuves."
        ),
        "exhibit.letter": "La lettre de plainte",
        "exhibit.own": "Publication du médecin",
        "sent": "envoyé {at}",
        "kept": "conservé {at}",
        "by": "de {who}",
        "seal": "{item} · inscription {index} du journal · SHA-256",
        "proof": (
            "Ce document repose sur le journal {origin}, {size} inscriptions, tête {root}. Signé avec le certificat {signer}. Pour le "
            "vérifier\u00a0: tout lecteur PDF montre la signature; le sac du dossier donne chaque pièce avec son sceau, et la prouve contre cette tête."
        ),
        "fictional": "Données fictives\u00a0: toutes les personnes sont inventées.",
        "page": "Page {n} sur {total}",
        "leader.title": "Lettre",
        "leader.about": "Au sujet de la plainte reçue le {day}\u00a0: {body}",
        "leader.to": "À",
        "leader.from": "De",
        "leader.date": "Date",
        "leader.what": "Ce dont il s’agit",
        "leader.what.note": (
            "Ce que montrent les dossiers tenus pour moi, dans leurs propres mots et par des règles simples. Une plainte sur des soins n’est pas "
            "une campagne, et elle mérite une réponse pour elle-même."
        ),
        "leader.against": "Ce qui parle contre cela",
        "leader.asks": "Ce que je vous demande",
        "leader.asks.none": "Rien de particulier\u00a0: en être au courant, et me parler avant d’agir.",
        "leader.decides": (
            "L’instance qui doit décider de la plainte en décide; cette lettre ne demande rien qui y fasse obstacle. Les pièces, avec des sceaux "
            "que chacun peut vérifier, sont dans le dossier que je peux vous remettre, à vous ou à votre avocat."
        ),
        "ask.own_course": "Laisser une plainte sur des soins suivre son cours, et ne pas traiter une campagne comme telle.",
        "ask.no_statement": "Ne rien déclarer à mon sujet sous la pression, et rien sans m’avoir parlé d’abord.",
        "ask.one_person": "Nommer une seule personne qui reçoit ces lettres, pour que nul autre n’ait à y répondre.",
        "ask.keep_letters": (
            "Garder chaque lettre telle qu’elle est arrivée, avec son enveloppe ou comme courriel complet, et m’en remettre une copie."
        ),
        "ask.no_details": "Ne dire à personne mon horaire, mon adresse ni comment me joindre.",
        "ask.stand_by": "Dire, si on vous le demande, que vous soutenez les médecins qui parlent de santé en public.",
        "ask.work_as_before": "Laisser mon travail se poursuivre comme avant pendant l’examen.",
        "ask.tell_outcome": "Me dire par écrit ce qui a été décidé.",
    },
}
