"""The words of this screen: what a reply would risk and why, what to do in its place, and how a day goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parapet.access.check_ins import MOODS
from parapet.domain.replies import Concern, Risk, Where
from parapet.web import words

WHERE: dict[str, Promise] = {
    Where.POST: _("A public post or comment"),
    Where.REVIEW: _("A site of reviews"),
    Where.MAIL: _("An e-mail"),
    Where.MESSAGE: _("A private message"),
}
CONCERN: dict[str, Promise] = {
    Concern.CONFIDENTIALITY: _("A patient’s confidentiality"),
    Concern.ENGAGEMENT: _("What an answer sets in motion"),
    Concern.EVIDENCE: _("Your evidence"),
    Concern.TONE: _("Your own words, as others could read them"),
    Concern.PRIVATE: _("Your private life"),
}
#: Why each sign is one, by concern and code (`triage/reply`).
REASON: dict[str, Promise] = {
    "confidentiality.review": _("To answer a review in public can by itself breach confidentiality, whatever the answer says."),
    "confidentiality.patient_is": _("It says or hints that somebody is or was a patient. That alone is confidential."),
    "confidentiality.patient_not": _("Also “never a patient” tells who is one and who is not, and shows that you looked."),
    "confidentiality.visit": _("It tells of a visit, an appointment or an examination."),
    "confidentiality.results": _("It tells of results or of a file."),
    "confidentiality.care": _("It tells of a diagnosis, a medication or a treatment."),
    "confidentiality.relative": _(
        "It speaks of somebody’s relative. Who was cared for, and how, is confidential too, also after a death."
    ),
    "confidentiality.told": _("A person, something of medicine, and that it happened: together they tell of somebody’s care."),
    "confidentiality.date": _("A date beside what tells of care makes it easier to know who is meant."),
    "engagement.threat": _(
        "What you would answer is a threat, or needs a person today. Do not answer it: keep it, and tell those who can act."
    ),
    "engagement.reach": _(
        "An answer carries the attack to your own readers, and platforms show what is answered to more people."
    ),
    "engagement.contact": _("An answer shows that the address is read, and invites the next message."),
    "engagement.dare": _("It dares the other to go on."),
    "engagement.audience": _(
        "It shows the attack or its author to others, or calls on them. A crowd can turn on somebody, and the call can be held against you."
    ),
    "engagement.legal": _("It announces legal steps. Counsel may want to choose when that is said, and by whom."),
    "evidence.delete": _("What is deleted, or asked to be deleted, is no longer there for police or a court. Keep it first."),
    "evidence.block": _(
        "Who knows that you block goes on elsewhere, and you no longer see it. Keep what there is first; muting is silent."
    ),
    "evidence.admit": _("It can be read as an admission, also in a complaint. Members of the CMPA call before they write this."),
    "evidence.plans": _("It tells what you hold and what you will do, to the person who should not know."),
    "tone.indicator": _("In a stranger’s message this would be marked as:"),
    "tone.word": _("A word that would count against a stranger."),
    "tone.harm": _("The whole of it would be judged, in a stranger’s message, as:"),
    "private.known": _("This is one of the private facts that you wrote down:"),
    "private.contact": _("An address or a number by which you can be reached."),
    "private.family": _("It speaks of somebody close to you."),
    "private.whereabouts": _("It tells where you live or are, or when you are away."),
}
_FACT: dict[str, Promise] = {
    "home": _("Home address"),
    "phone": _("Phone at home"),
    "cell": _("Mobile phone"),
    "car": _("Car and plate"),
    "other": _("Anything else, such as a child’s school"),
}
_MOOD: dict[str, Promise] = {
    "calm": _("calm"),
    "relief": _("relief"),
    "tired": _("tiredness"),
    "tense": _("tension"),
    "sad": _("sadness"),
    "anger": _("anger"),
    "fear": _("fear"),
    "numb": _("numbness"),
}


def reason(risk: Risk) -> str:
    """Why it is a risk, in a sentence or two."""
    said = str(REASON[f"{risk.concern}.{risk.code}"])
    return f"{said} {_detail(risk)}" if risk.detail else said


def mood(code: str) -> str:
    """The word for a mood."""
    return str(_MOOD.get(code, code))


def moods() -> list[tuple[str, str]]:
    """Pairs for the form, calm first."""
    return [(code, mood(code)) for code in MOODS]


def instead(where: Where, risks: Sequence[Risk]) -> list[str]:
    """What to do in its place, the most urgent first."""
    found = {(risk.concern, risk.code) for risk in risks}
    said = []
    if (Concern.ENGAGEMENT, "threat") in found:
        said.append(
            gettext(
                "Do not send anything. The message is safe where you keep it; tell police, and your hospital’s security, today. In danger, call 911."
            )
        )
    if where is Where.REVIEW or any(concern is Concern.CONFIDENTIALITY and code != "review" for concern, code in found):
        said.append(gettext("Members of the CMPA call before they respond. Flag the review to the site; that needs no answer."))
        said.append(
            gettext(
                "If something must stand there, let it tell nothing of anybody: “We take every concern seriously. Privacy rules "
                "keep us from answering here. Please call the office.” Ask the CMPA before this, too."
            )
        )
    if where is Where.POST:
        said.append(
            gettext(
                "Write a post of your own, later, for those who mean well: the facts, without quoting, naming or linking the attack."
            )
        )
    if where in (Where.MAIL, Where.MESSAGE):
        said.append(
            gettext("Leave it unanswered and mute the thread. A message that nobody answers is easier to prove than a quarrel.")
        )
    said.append(gettext("Let a colleague read it tomorrow morning. What is right to send then is still right."))
    said.append(gettext("You have said it here. That may be enough."))
    return said


def _detail(risk: Risk) -> str:
    if risk.concern is Concern.PRIVATE:
        return str(_FACT.get(risk.detail, risk.detail))
    return words.word("indicator" if risk.code == "indicator" else "harm", risk.detail)
