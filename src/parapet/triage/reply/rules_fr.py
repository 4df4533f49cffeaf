"""French signs, Canadian first, that a reply says too much. Elisions stand alone: "j'ai" is "j" and "ai"."""

from __future__ import annotations

from parapet.domain.replies import Concern
from parapet.triage.reply.sign import Sign

#: "Whose" as written before a noun, in the second and the third person.
_WHOSE = "votre|vos|ton|ta|tes|son|sa|ses|leur|leurs"
_WHOM = "vous|te|t|l|le|la|les|lui|leur"
_WHO = "vous|tu|il|elle|ils|elles"
_HAVE = "ai|avons|a|avait|avais|avions"

SIGNS: tuple[Sign, ...] = (
    Sign(
        Concern.CONFIDENTIALITY, "patient_is",
        "mon|ma|notre|ce|cet|cette|le|la|ancien|ancienne patient|patiente",
        "l|un|une de mes|nos patients|patientes",
        "comme|suis|etais|etant|fus .. votre|ton|son medecin|docteur|docteure|chirurgien|chirurgienne|pediatre|psychiatre|gynecologue|oncologue|specialiste",
        f"{_WHO} etiez|etais|etait|etes|es|est .. mon|ma|notre|un|une|l .. patient|patiente|patients|patientes",
        "me|nous souviens|souvient|souvenons|rappelle|rappelons .. vous|toi|lui|elle|votre",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "patient_not",
        "jamais|pas .. mon|ma|notre|un|une|de|mes|nos patient|patiente|patients|patientes",
        "aucun|aucune dossier|trace|rendez .. vous|votre|lui|elle|nom",
        "jamais|pas traite|soigne|rencontre|vu|vue|examine|examinee|traitee|soignee|rencontree|recu|recue",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "visit",
        f"{_WHOSE} derniere|dernier|premiere|premier|recente|recent? visite|visites|consultation|consultations|hospitalisation|admission|rendez|suivi|sejour",
        f"quand|lorsque|lorsqu|depuis|apres {_WHO}|que|qu .. venu|venue|venus|venues|etes|passe|passee|consulte|vu|vue|appele",
        f"je|j|nous|on .. {_WHOM} .. {_HAVE} .. vu|vue|vus|examine|examinee|traite|traitee|soigne|soignee|recu|recue|opere|operee|evalue|evaluee|accouchee|refere|referee",
        f"{_WHO} .. manque|annule|refuse|saute .. rendez|visite|traitement|medicament|medicaments|vaccin|test|examen|chirurgie",
        f"{_WHO} .. etes|es|est|sont|etiez|etais|etait .. presente|presentee|venu|venue|arrive|arrivee|a|au|aux|en|dans|sur .. clinique|cabinet|urgence|urgences|hopital|bureau|unite|etage|soins",
        "lors|pendant|durant de? votre|vos|ton|ta|tes|son|sa|ses|leur",
        "a votre|ton|son arrivee|depart|conge|passage|sortie|reveil",
        "votre|ton|son conge|passage|sejour|accueil|triage",
        "donne|donner|signe|signer|recu|recevoir votre|son|un? conge",
        "vu|vue|vus|soigne|soignee|evalue|evaluee|traite|traitee|accueilli|accueillie|examine|examinee par .. medecin|medecins|infirmiere|infirmieres|infirmier|equipe|nous|moi|residente|resident|specialiste",
        "ma|mon|notre|nos infirmiere|infirmier|infirmieres|equipe|residente|resident|secretaire|receptionniste|collegue|collegues .. vous|te|t|lui|leur|l",
        f"{_WHO} .. aviez|avez|avais|as|avait .. rendez",
        "contre .. avis|conseil medical|medicaux",
        "note|notee|notes|inscrit|inscrite|consigne|ecrit .. au|dans le|votre|son dossier",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "results",
        f"{_WHOSE} .. resultat|resultats|analyse|analyses|prise|prises|examen|examens|test|tests|scan|irm|radiographie|radio|echographie|biopsie|prelevement",
        f"{_WHOSE} dossier|dossiers|fiche",
        "mes|nos notes|dossiers|fiches",
        "dossier|dossiers medical|medicaux|clinique",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "care",
        f"{_WHOSE} diagnostic|maladie|etat|ordonnance|ordonnances|prescription|medicament|medicaments|dose|symptomes|chirurgie|operation|intervention|traitement|therapie|blessure|condition",
        f"{_WHOSE} depression|anxiete|dependance|grossesse|avortement|cancer|tumeur|diabete|psychose|surdose|demence|vih|insomnie|delires",
        "fausse couche",
        f"{_WHO} .. etiez|etais|etait|etes|es|est .. sevrage|intoxique|intoxiquee|ivre|confus|confuse|agite|agitee|enceinte|suicidaire|psychotique|hospitalise|hospitalisee|instable|deshydrate|deshydratee|contagieux|contagieuse|vaccine|vaccinee",
        f"{_WHOSE} fracture|plaie|points|platre|accouchement|travail|naissance|cesarienne|sevrage|infection|fievre|crise|convulsions|coeur|poumons|foie|reins|poids|saignement|antecedents|allergies|rechute",
        "indique|indiquee|necessaire|requis|requise pour|chez|dans vous|lui|elle|votre",
        f"je|j|nous|on .. {_WHOM} .. {_HAVE} .. prescrit|diagnostique|diagnostiquee|recommande|conseille|propose|offert",
        f"{_WHO} .. recu|avez|as|a .. diagnostic|ordonnance|prescription",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "relative",
        "votre|ton|ta|son|sa mere|pere|maman|papa|fils|fille|mari|femme|conjoint|conjointe|frere|soeur|bebe|nouveau|grand",
        "votre|vos|ton|tes|son|ses enfant|enfants|jumeaux|jumelles .. a|ont|avait|avaient|etait|etaient|est|sont ete|vu|vue|vus|eu|recu|venu|venus|arrive|arrives|hospitalise|hospitalises",
    ),
    Sign(
        Concern.ENGAGEMENT, "dare",
        "prouve|prouvez le|la|ca|donc",
        "je te|vous mets|defie",
        "dis|dites|repete|repetez .. en|dans .. face|pleine",
        "viens|venez .. me|le dire",
        "essaie|essayez pour|donc voir",
        "explique|expliquez toi|vous|-",
        "reponds|repondez moi|-",
        "honte a vous|toi",
        "pour qui te|vous prends|prenez",
    ),
    Sign(
        Concern.ENGAGEMENT, "audience",
        "tout|tous|amis|abonnes|abonnees|gens .. signalez|partagez|bloquez|appelez|ecrivez|dites",
        "signalez|partagez|repartagez|denoncez le|la|les|ce|cet|cette|-",
        "regardez|voyez .. ce qu|que",
        "voici|voila ce|qui qu|que|est|a .. il|elle|ils|elles|ecrit|dit|envoye",
    ),
    Sign(
        Concern.ENGAGEMENT, "legal",
        "vous|te poursuivre|poursuivrai|poursuis",
        "poursuite|poursuites|mise .. en? .. demeure|justice|judiciaire|judiciaires",
        "on se|vous|te|voit|verra|reverra .. en|au|devant cour|tribunal|juge",
        "mon|ma|mes|notre|nos avocat|avocate|avocats|avocates|procureur|procureure",
        "diffamation|diffamatoire|diffamatoires|libelle",
    ),
    Sign(
        Concern.EVIDENCE, "delete",
        "je|j|nous|on .. supprime|supprimee|supprimes|supprimer|efface|effacee|effaces|effacer|retire|retirer|enleve|enlever",
        "supprime|supprimez|efface|effacez|retire|retirez|enleve|enlevez .. votre|vos|ton|ta|tes|ce|cet|cette|ca|le|la",
    ),
    Sign(
        Concern.EVIDENCE, "block",
        "je|j|nous|on .. bloque|bloquee|bloques|bloquer|bloquerai",
        "vous|tu etes|es .. bloque|bloquee|bloques",
    ),
    Sign(
        Concern.EVIDENCE, "admit",
        "je|j|nous|on .. admets|admettons|avoue|avouons|reconnais|reconnaissons|regrette|regrettons|excuse|excusons",
        "ma|notre|mon|mes|nos faute|erreur|erreurs|excuses|negligence",
        "je|j|nous|on .. ai|avons|a .. trompe|trompes|fait .. erreur",
        "je|j|nous|on .. suis|etais|sommes|etions|ai|avais|avions|avons .. tort|desole|desolee|desoles|negligent|negligente",
        "aurais|aurions du|dues?",
    ),
    Sign(
        Concern.EVIDENCE, "plans",
        "je|j|nous|on .. garde|gardes|gardees|conserve|sauvegarde|enregistre|documente|archive .. tout|toutes|tous|vos|tes|votre|ton|ca|les|la|le|des",
        "capture|captures d ecran|ecrans",
        "police|grc|sq .. sait|avertie|prevenue|appelee|informee|enquete",
        "je|j|nous|on .. signale|signaler|appele|appeler|porte|porter|avertis|averti|denonce .. police|grc|securite|college|employeur|plateforme|plainte",
    ),
    Sign(
        Concern.PRIVATE, "family",
        "mon|ma|mes|notre|nos <KIN>",
    ),
    Sign(
        Concern.PRIVATE, "whereabouts",
        "j|je|nous|on habite|habitons|reste|demeure|vis|vivons|stationne .. a|au|sur|pres|dans|rue|derriere",
        "ma|mon|notre|mes maison|domicile|rue|adresse|appartement|condo|quartier|garderie|char|auto|plaque|telephone|cellulaire|horaire|quart|quarts|trajet|vacances|vol",
        "je|j|nous|on .. suis|serai|serons|travaille .. garde|seul|seule|absent|absente|voyage|maison|clinique .. <TIME>|jusqu|du",
    ),
)  # fmt: skip
