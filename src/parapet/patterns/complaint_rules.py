"""The expressions by which `complaints` reads a letter: over text in small letters without accents, English and Canadian French. Data."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WHO = r"(?:dr|dre|doctor|docteure?|physician|medecin|the above|said)"
_KIN = (
    r"(?:father|mother|son|daughter|husband|wife|partner|spouse|brother|sister|child|children|baby|parents?|grand\w+|uncle|aunt|dad|mom|mum"
    r"|pere|mere|fils|fille|mari|femme|conjointe?|frere|soeur|sour|enfants?|bebe|oncle|tante|beau-pere|belle-mere)"
)
#: What is said or written in public.
_SPEECH = (
    r"(?:posts?\b|posted|tweet\w*|social media|videos?\b|interviews?\b|op-?eds?\b|podcasts?\b|public statements?|twitter|facebook|tiktok"
    r"|bluesky|instagram|youtube|online (?:comments?|statements?)|blog\w*|newspaper|on television"
    r"|publications?\b|publie\w*|medias? sociaux|reseaux sociaux|entrevues?\b|tribunes?\b|balados?\b|declarations? publiques?|gazouill\w+|en ligne)"
)
PUBLIC_SPEECH = re.compile(_SPEECH)

#: Code to expression. Those of `OF_CARE` speak for a complaint about care; the others for a campaign.
RULES: Mapping[str, re.Pattern[str]] = {
    "says_no_patient": re.compile(
        r"\bhave (?:not|never) (?:personally |myself |actually |ever )?been (?:treated|seen|examined|cared for|a patient)\b"
        r"|\b(?:i|we) (?:am|was|are|were) (?:not|never) (?:personally )?(?:an? |his |her |your |their )?patients?\b"
        r"|\b(?:i|we) (?:have|had) never (?:personally )?(?:met|seen|consulted) (?:this |the |him\b|her\b|dr|doctor)"
        r"|\bnot (?:one of )?(?:his|her|your|their) patients?\b"
        r"|\b(?:n'ai|n'avons) (?:jamais|pas) (?:personnellement )?ete (?:soigne|traite|vu|suivi|examine|(?:son |sa |une? )?patient)"
        r"|\bne (?:suis|sommes) (?:pas|ni) (?:une? |sa |son |ses |votre |l'une? de ses )?patient"
        r"|\b(?:n'ai|n'avons) jamais (?:rencontre|vu|consulte)\b"
    ),
    "says_many": re.compile(
        r"\b(?:hundreds|thousands|dozens|scores|many|lots) (?:of )?(?:others|other people|people|parents|us|families)\b[^.!?]{0,40}\b(?:send|sign"
        r"|fil|writ|submit|complain)"
        r"|\b(?:this )?same letter\b|\bform letter\b|\btemplate letter\b|\bletter template\b"
        r"|\b(?:des|de) (?:centaines|milliers|dizaines)\b[^.!?]{0,40}\b(?:envoi|sign|depos|ecri|plaint|personnes|parents|d'autres)"
        r"|\bmeme lettre\b|\blettre[- ]type\b|\bmodele de lettre\b"
    ),
    "says_elsewhere": re.compile(
        r"\b(?:do|did|does) not (?:live|reside|work)\b[^.!?]{0,40}|\b(?:live|reside|am|are) (?:in|from) (?:another|a different) (?:province|city"
        r"|town|country|state)"
        r"|\bn'habit\w+ pas\b[^.!?]{0,40}|\bne (?:vis|vivons|demeure|reside\w*) pas\b[^.!?]{0,40}|\b(?:une|d'une) autre (?:province|ville)\b"
    ),
    "about_speech": re.compile(
        rf"\b(?:the|her|his|their|these|those|all|your|read|les?|ses|ces|vos|des|leurs) (?:\w+ ){{0,2}}{_SPEECH}"
    ),
    "asks_punishment": re.compile(
        r"\b(?:demand\w*|call(?:ing)? for|insist\w*|request\w*|want|expect|urge|ask(?:ing)?)\b[^.!?]{0,80}"
        r"\b(?:suspen\w+|revo\w+|licen[cs]e\w*|struck off|strike \w+ off|fired?|dismiss\w*|terminat\w*|public apology|apologi[sz]e)"
        r"|\bwhy is \w+ \w+ still licen[cs]ed|\b(?:still|not be) (?:licen[cs]ed|allowed to practi[cs]e)"
        r"|\b(?:exig\w+|reclam\w+|demand\w+|veux|voulons)\b[^.!?]{0,80}\b(?:suspen\w+|revo\w+|radi\w+|permis|congedi\w+|renvo\w+|excuses publiques)"
        r"|\bencore (?:le droit d'exercer|son permis)"
    ),
    "says_patient": re.compile(
        rf"\b(?:i|we) (?:am|was|were|have been|had been) (?:an? |his |her |your |their )?(?:\w+ )?patients? (?:of|at|for|since|until|when|and|there"
        rf"|in)\b"
        rf"|\b(?:care|treatment) of (?:my|our) {_KIN}\b"
        rf"|\b(?:my|our) (?:\w+ )?{_KIN}\b[^.!?]{{0,90}}\b(?:saw|was seen|were seen|was treated|was examined|was admitted|was sent home"
        rf"|was prescribed"
        rf"|was told|visited|consulted|went to|had an appointment|had surgery|under (?:his|her|the) care|died|was referred)\b"
        rf"|\b(?:i|we) (?:saw|visited|consulted|went to see|was seen by|were seen by|was treated by|was examined by|had an appointment (?:with|at))"
        rf" (?:{_WHO}|him\b|her (?:at|on|in|for|about)\b|the (?:clinic|hospital|doctor))"
        rf"|\bmy (?:appointment|visit|surgery|operation|file|chart|test results|prescription)\b"
        rf"|\bsoins (?:donnes a|de|recus par|prodigues a) (?:mon|ma|mes|notre) {_KIN}"
        rf"|\b(?:mon|ma|mes|notre) (?:\w+ )?{_KIN}\b[^.!?]{{0,90}}\b(?:a vu|a consulte|a ete (?:vue?|examinee?|soignee?|traitee?|hospitalisee?"
        rf"|operee?|renvoyee?|admise?)"
        rf"|est decede|s'est presente|avait rendez-vous)"
        rf"|\bj'ai (?:vu|consulte|rencontre|ete (?:vue?|examinee?|soignee?|traitee?|operee?|suivie?) par)\b[^.!?]{{0,20}}(?:{_WHO}|la clinique"
        rf"|l'hopital)"
        rf"|\bje (?:suis|etais) (?:une? |sa |son |votre |l'une? de ses )?patiente? (?:de|du|depuis|a la|chez)\b"
        rf"|\b(?:mon rendez-vous|ma consultation|mon operation|mon dossier medical|mes resultats|mon ordonnance)\b"
    ),
    "asks_explanation": re.compile(
        r"\b(?:would|we'd|i'd) like (?:to (?:understand|know)|an explanation)|\bwant to understand\b|\bto be told what\b"
        r"|\bplease explain\b|\bexplain (?:to (?:me|us)|why (?:no|a|the|my|his|her))|\bask for an explanation\b|\bhope (?:that )?(?:this"
        r"|it) (?:will|does) not happen"
        r"|\b(?:aimerais|aimerions|voudrais|voudrions|souhaite|souhaitons) (?:comprendre|savoir|une explication|des explications|qu'on)"
        r"|\bqu'on (?:m'|nous )explique|\bpour que cela ne se reproduise"
    ),
    "offers_records": re.compile(
        r"\bconsent to (?:the )?(?:release|sharing|disclosure|access)|\b(?:i|we) (?:attach|enclose|include)\b[^.!?]{0,60}\b(?:summary|records?"
        r"|letter|results?|notes?|report|prescription|chart)"
        r"|\b(?:can|may) be reached (?:at|by)|\bauthori[sz]e (?:you|the college|the release)"
        r"|\b(?:j'autorise|je consens|nous consentons)\b|\b(?:je joins|nous joignons|ci-joints?)\b[^.!?]{0,60}\b(?:dossier|resume|resultats?"
        r"|rapport|ordonnance|lettre|notes?)"
        r"|\bon peut me joindre|\bvous pouvez me joindre"
    ),
}
OF_CARE = frozenset({"says_patient", "dated_event", "clinical_detail", "asks_explanation", "offers_records"})
OF_CAMPAIGN = frozenset({"says_no_patient", "says_many", "says_elsewhere", "about_speech", "asks_punishment"})

_MONTH = (
    r"(?:jan(?:uary|vier)?|feb(?:ruary)?|fevrier|mar(?:ch|s)?|apr(?:il)?|avril|may|mai|june?|juin|july?|juillet|aug(?:ust)?|aout|sept?(?:ember"
    r"|embre)?"
    r"|oct(?:ober|obre)?|nov(?:ember|embre)?|dec(?:ember|embre)?)"
)
DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b(?:1er|\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}\b\.?(?: \d{{4}})?|\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd"
    rf"|th)?\b(?:,? \d{{4}})?"
    rf"|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b"
)
VISIT = re.compile(
    r"\b(?:visit\w*|appointment|saw|seen|care|admitted|admission|surgery|operat\w+|prescri\w+|emergency|examin\w+|treat\w+|clinic|hospital"
    r"|consult\w+|ward|test\w*"
    r"|rendez-vous|vue?|soins?|soign\w+|admise?|chirurgie|ordonnance|urgences?|trait\w+|clinique|hopital|hospitalis\w+|operee?)\b"
)
#: Words of a clinic, none of which a quarrel about public health needs.
CLINICAL = re.compile(
    r"\b(?:chest|abdom\w+|fever|fievre|swelling|rash|bleeding|saign\w+|fracture\w*|stents?|stroke|avc|heart attack|infarctus|cardia\w+"
    r"|electrocardiogram\w*"
    r"|ecg|x-?rays?|radiograph\w*|ultrasound|echograph\w*|ct scan|mri|irm|biops\w+|blood (?:test|pressure|sugar)|prise de sang|tension arterielle"
    r"|antibio\w+"
    r"|anti-inflammator\w+|anti-inflammatoire\w*|dos(?:e|age)\w*|dosages?|medication\w*|medicaments?|prescription\w*|ordonnances?|diagnos\w+"
    r"|symptom\w*"
    r"|lump|tumou?r\w*|cancer|infection\w*|pneumoni\w+|appendi\w+|sutures?|stitches|points de suture|discharge\w*|conge de l'hopital"
    r"|emergency (?:room|department)"
    r"|urgence|referral|specialist\w*|specialiste\w*|migraine\w*|pregnan\w+|grossesse|asthma|asthme|allerg\w+|diabet\w+|wound|plaie|numb\w*|dizz\w*"
    r"|etourdi\w*"
    r"|douleurs?|pain)\b"
)
YEARS_OF_CARE = re.compile(r"\b(?:for|since|depuis) (?:\w+ ){0,2}(?:years|months|ans|annees|mois|\d{4})\b")

#: A call to complain, in a post or a mail.
_TO_COMPLAIN = (
    r"(?:(?:fil|send|submit|lodg|mak|writ)(?:e|ing|ed)?\b[^.!?\n]{0,30}\bcomplaints?\b|complain (?:to|about)\b|report (?:him|her|them|this|dr"
    r"|doctor)\b[^.!?\n]{0,40}\b(?:college|cpso|cpsbc|cpsa|cmq|board|hospital|employer|registrar)"
    r"|\b(?:depos|envo|port|fai)\w{1,4}\b[^.!?\n]{0,30}\bplaintes?\b|\bsignal\w{1,4}\b[^.!?\n]{0,40}\b(?:college|ordre|cmq|syndic|hopital|employeur))"
)
CALLS = re.compile(
    rf"\b(?:please|everyone|everybody|let'?s|we (?:must|need to|should)|all of you|you (?:can|must|should)|now|today|tous|toutes|il faut|allons"
    rf"|svp)\b[^.!?\n]{{0,60}}{_TO_COMPLAIN}"
    rf"|(?:^|[.!?:\n] ?|\W )(?:file|send|submit|lodge|write|report|complain|deposez|envoyez|portez|faites"
    rf"|signalez)\b[^.!?\n]{{0,60}}(?:\bcomplaints?\b|\bplaintes?\b|\bcollege\b|\bcpso\b|\bordre\b)"
    rf"|{_TO_COMPLAIN}[^.!?\n]{{0,40}}\b(?:now|today|right now|tonight|this week|maintenant|aujourd'hui|ce soir|des maintenant)\b"
    r"|\b(?:form letter|template|lettre type|modele de lettre)\b[^.!?\n]{0,30}\b(?:here|below|link|ici|ci-dessous|lien)\b"
)
