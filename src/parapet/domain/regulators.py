"""To whom a complaint about a physician can go, and what each place's rule says of the days: every figure with its source and the day it was read.

Nothing here is legal advice. Pages of colleges and of lawyers were read on `READ_ON`; the statute and the cases themselves were not
opened, and are named as those pages and the field's notes name them: "check with counsel" stands beside each. The letter itself counts
before any of it, and a figure without a rule of its own is only where to begin: the screens say "check with counsel" beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from attrs import frozen

#: What the Canadian Medical Protective Association advises a physician who is told of a complaint.
CMPA_ADVICE = (
    "https://www.cmpa-acpm.ca/en/advice-publications/browse-articles/2018/what-to-do-if-you-re-notified-of-a-college-complaint"
)

#: The day on which the pages below were read.
READ_ON = date(2026, 11, 30)

COLLEGE, EMPLOYER, HOSPITAL = "college", "employer", "hospital"
BODIES = (COLLEGE, EMPLOYER, HOSPITAL)

#: What colleges often give, where their own rule was not found (check with counsel).
USUAL_DAYS = 30


@frozen
class Said:
    """One sentence or name in both languages."""

    en: str
    fr: str

    def in_(self, lang: str) -> str:
        """The one for "en" or "fr"."""
        return self.fr if lang == "fr" else self.en


@frozen
class Regulator:
    """Who licenses physicians in a place.

    days       for an answer; counted from the day on which the letter was received
    business   they are days on which offices are open: Saturdays and Sundays do not count, and holidays are not known here
    own_rule   False where the number is only what colleges often give
    rule       where the number stands, or that the letter says how long
    url        of the source; "" where none was read
    """

    place: str
    name: Said
    days: int
    rule: Said
    url: str
    business: bool = False
    own_rule: bool = True


_LETTER = Said(
    "No number of days was found in what it publishes. The letter says how long; 30 days is what colleges often give.",
    "Aucun nombre de jours n’a été trouvé dans ce qu’il publie. La lettre dit combien; 30 jours, c’est ce que les ordres donnent souvent.",
)


def _college(
    place: str, en: str, fr: str, url: str, rule: Said = _LETTER, *, days: int = USUAL_DAYS, business: bool = False
) -> Regulator:
    return Regulator(place, Said(en, fr), days, rule, url, business, rule is not _LETTER)


#: By the post office's letters for the province or territory, from west to east, then the north.
REGULATORS: Mapping[str, Regulator] = {
    each.place: each
    for each in (
        _college(
            "BC", "College of Physicians and Surgeons of British Columbia", "College of Physicians and Surgeons of British Columbia",
            "https://www.cpsbc.ca/for-public/file-complaint/what-to-expect",
        ),
        _college(
            "AB", "College of Physicians & Surgeons of Alberta", "College of Physicians & Surgeons of Alberta",
            "https://cpsa.ca/faqs/what-happens-if-cpsa-gets-a-complaint-about-me/",
        ),
        _college(
            "SK", "College of Physicians and Surgeons of Saskatchewan", "College of Physicians and Surgeons of Saskatchewan",
            "https://www.cps.sk.ca/imis/CPSS/For_Physicians/Your_Practice/Receiving_a_Complaint",
            Said(
                "“A response is required within 14 business days”; more can be asked for.",
                "Une réponse est exigée dans les 14 jours ouvrables; une prolongation peut être demandée.",
            ),
            days=14, business=True,
        ),
        _college(
            "MB", "College of Physicians and Surgeons of Manitoba", "College of Physicians and Surgeons of Manitoba",
            "https://cpsm.mb.ca/complaints/complaint-process/process-guide",
            Said("“The physician has 30 days to provide a formal response.”", "Le médecin a 30 jours pour donner une réponse formelle."),
        ),
        _college(
            "ON", "College of Physicians and Surgeons of Ontario", "Ordre des médecins et chirurgiens de l’Ontario",
            "https://www.ontario.ca/laws/statute/91r18",
            Said(
                "Health Professions Procedural Code (S.O. 1991, c. 18, Sched. 2), s. 25.2: written submissions within 30 days of the notice (check "
                "with counsel).",
                "Code des professions de la santé (L.O. 1991, chap. 18, annexe 2), art. 25.2 : observations écrites dans les 30 jours de l’avis (à "
                "vérifier avec un avocat).",
            ),
        ),
        _college(
            "QC", "Collège des médecins du Québec", "Collège des médecins du Québec",
            "https://www.cmq.org/fr/proteger-le-public/faire-signalement/processus-de-plainte",
            Said(
                "The syndic inquires, and says in the letter by when to answer; nobody may plead professional secrecy, and the person who asked for "
                "the inquiry must not be contacted. 30 days is only where to begin.",
                "Le syndic enquête, et dit dans sa lettre pour quand répondre; le secret professionnel ne peut être invoqué, et il ne faut pas "
                "communiquer avec la personne qui a demandé l’enquête. 30 jours n’est qu’un point de départ.",
            ),
        ),
        _college(
            "NB", "College of Physicians and Surgeons of New Brunswick", "Collège des médecins et chirurgiens du Nouveau-Brunswick",
            "https://cpsnb.org/en/public/complaints/complaint-process",
        ),
        _college(
            "NS", "College of Physicians and Surgeons of Nova Scotia", "College of Physicians and Surgeons of Nova Scotia",
            "https://cpsns.ns.ca/complaints-investigations/complaints-process/",
            Said(
                "A copy is sent to the physician, “who has 30 days to respond”; more can be granted.",
                "Une copie est envoyée au médecin, qui a 30 jours pour répondre; une prolongation peut être accordée.",
            ),
        ),
        _college(
            "PE", "College of Physicians and Surgeons of Prince Edward Island", "College of Physicians and Surgeons of Prince Edward Island",
            "http://search.cpspei.ca/publications?action=view_entries&id=2",
        ),
        _college(
            "NL", "College of Physicians and Surgeons of Newfoundland and Labrador",
            "College of Physicians and Surgeons of Newfoundland and Labrador",
            "https://cpsnl.ca/complaints-discipline/filing-a-complaint/",
        ),
        _college(
            "YT", "Yukon Medical Council", "Conseil médical du Yukon",
            "http://yukonmedicalcouncil.ca/complaint_process.html",
            Said(
                "“The physician is then provided a copy of the complaint and has 30 days to respond in writing.”",
                "Le médecin reçoit une copie de la plainte et a 30 jours pour répondre par écrit.",
            ),
        ),
        _college(
            "NT", "Registrar of physicians, Northwest Territories", "Registraire des médecins, Territoires du Nord-Ouest",
            "https://gazette.opennwt.ca/acts/medical-profession-act/text/",
        ),
        _college(
            "NU", "Registrar of physicians, Nunavut", "Registraire des médecins, Nunavut", "",
        ),
    )
}  # fmt: skip


@frozen
class Rule:
    """What a rule of law asks of a rebuttal, and where it stands."""

    code: str
    says: Said
    source: Said
    url: str


#: What the rebuttal dossier is measured against (docs/reference/rebuttal.md says where each stands in it).
RULES = (
    Rule(
        "no_action",
        Said(
            "A panel that finds a complaint frivolous, vexatious, made in bad faith, moot or otherwise an abuse of process must take no action, "
            "after notice to both sides with 30 days to make submissions.",
            "Le sous-comité qui juge une plainte frivole, vexatoire, faite de mauvaise foi, sans objet ou constituant par ailleurs un abus de "
            "procédure ne prend aucune mesure, après un avis aux deux parties et 30 jours pour des observations.",
        ),
        Said(
            "Ontario, Health Professions Procedural Code, s. 26(4)-(5)",
            "Ontario, Code des professions de la santé, par. 26 (4) et (5)",
        ),
        "https://rosensunshine.com/blog/complaints-that-are-vexatious-frivolous-or-an-abuse-of-process",
    ),
    Rule(
        "vexatious",
        Said(
            "Factors: no merit, the same matter again, an improper purpose, a purely personal quarrel, no bearing on practice, earlier proceedings "
            "that failed.",
            "Facteurs : aucun fondement, la même affaire reprise, un but illégitime, une querelle purement personnelle, aucun lien avec la "
            "pratique, des démarches antérieures rejetées.",
        ),
        Said("Catford, 2017 ONSC 7411 (check with counsel)", "Catford, 2017 ONSC 7411 (à vérifier avec un avocat)"),
        "https://sml-law.com/guidance-on-interpreting-frivolous-and-vexatious-provisions",
    ),
    Rule(
        "clearest_cases",
        Said(
            "Such a dismissal is kept for the clearest cases; a patient’s complaint about care was sent back to be looked into.",
            "Un tel rejet est réservé aux cas les plus clairs; la plainte d’une patiente sur des soins a été renvoyée pour examen.",
        ),
        Said(
            "Abdalla v. Lee, 2021 CanLII 34904 (ON HPARB; check with counsel)",
            "Abdalla c. Lee, 2021 CanLII 34904 (ON HPARB; à vérifier avec un avocat)",
        ),
        "https://www.canadianlawyermag.com/practice-areas/medical-malpractice/"
        "ontario-health-review-board-disagrees-with-committee-decision-that-patients-complaint-is-vexatious/356379",
    ),
    Rule(
        "time_to_decide",
        Said("150 days to dispose of a complaint.", "150 jours pour statuer sur une plainte."),
        Said("Ontario, Health Professions Procedural Code, s. 28", "Ontario, Code des professions de la santé, art. 28"),
        "https://www.ontario.ca/laws/statute/91r18",
    ),
    Rule(
        "own_words",
        Said(
            "Colleges do caution physicians for their own posts: what speaks against her belongs in the file.",
            "Il arrive que les ordres rappellent des médecins à la prudence pour leurs propres publications : ce qui parle contre elle a sa place "
            "au dossier.",
        ),
        Said(
            "Gill, Ontario (check with counsel)",
            "Gill, Ontario (à vérifier avec un avocat)",
        ),
        "",
    ),
)  # fmt: skip


def answer_due(regulator: Regulator, received: date) -> date:
    """The last day of its days; `received` itself is not counted."""
    if not regulator.business:
        return received + timedelta(days=regulator.days)
    on, left = received, regulator.days
    while left:
        on += timedelta(days=1)
        left -= on.weekday() < 5
    return on
