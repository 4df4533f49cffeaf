"""Which desks take a report of a message: every channel's own, found by looking, and those that belong to no channel.

A channel that has a desk has a module `report` with `DESK`. It is data, and reaches neither network nor database.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Collection
from datetime import date
from functools import cache

from parapet.domain.items import Item
from parapet.domain.judgement import Harm
from parapet.domain.reporting import Desk, Reason, Said, Seen, host_of

_SEEN = Seen(date(2026, 11, 30))
# Rules, help pages and the address of the form: Open Terms Archive (Reddit/Community Guidelines.md).
_REDDIT = "https://www.redditinc.com/policies/content-policy"
_ELI = "https://eur-lex.europa.eu/eli/reg/2022/2065/oj"
_DSA_RULE = Said("illegal content, to be named with the law that it breaks", "contenu illicite, avec la loi qu’il enfreint")

#: Not a channel of ours: messages from there come in tables and captures.
REDDIT = Desk(
    code="reddit",
    title=Said("Reddit", "Reddit"),
    hosts=("reddit.com", "redd.it"),
    form="https://www.reddit.com/report",
    form_seen=_SEEN,
    max_chars=500,
    reasons=(
        Reason(
            "threatening_violence",
            Said("Threatening violence", "Menace de violence"),
            Said("no threats or calls to violence", "ni menaces ni appels à la violence"),
            _REDDIT,
            (Harm.THREAT,),
            _SEEN,
        ),
        Reason(
            "personal_information",
            Said("Sharing personal information", "Divulgation de renseignements personnels"),
            Said("no publishing of somebody’s private facts", "pas de divulgation de renseignements privés"),
            _REDDIT,
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "hate",
            Said("Hate", "Haine"),
            Said("no hate based on identity", "pas de haine fondée sur l’identité"),
            _REDDIT,
            (Harm.IDENTITY_HATE,),
            _SEEN,
        ),
        Reason(
            "harassment",
            Said("Harassment", "Harcèlement"),
            Said("no harassment, and no inciting to it", "ni harcèlement ni incitation au harcèlement"),
            _REDDIT,
            (Harm.SEXUAL, Harm.INCITEMENT, Harm.INSULT),
            _SEEN,
        ),
    ),
    how=Said(
        "Open the post, choose Report under its three dots, or use the form.",
        "Ouvrez la publication et choisissez Report dans le menu à trois points, ou prenez le formulaire.",
    ),
    answers=Said(
        "Do not wait for an answer: look whether the post is still there. If one comes, it goes to the account that reported.",
        "N’attendez pas de réponse : voyez si la publication y est encore. S’il en vient une, elle va au compte qui a signalé.",
    ),
    source=_REDDIT,
    seen=_SEEN,
)

#: The notice that every host must take, whatever its own rules are.
DSA = Desk(
    code="dsa",
    title=Said(
        "Notice under the EU Digital Services Act, Art. 16",
        "Avis en vertu du Règlement européen sur les services numériques, art. 16",
    ),
    reasons=(
        Reason("threats", Said("Threats of violence", "Menaces de violence"), _DSA_RULE, _ELI, (Harm.THREAT,), _SEEN),
        Reason(
            "private_data",
            Said("Private facts made public", "Renseignements privés rendus publics"),
            _DSA_RULE,
            _ELI,
            (Harm.DOXING,),
            _SEEN,
        ),
        Reason(
            "hate_speech", Said("Incitement to hatred", "Incitation à la haine"), _DSA_RULE, _ELI, (Harm.IDENTITY_HATE,), _SEEN
        ),
        Reason(
            "harassment",
            Said("Harassment", "Harcèlement"),
            _DSA_RULE,
            _ELI,
            (Harm.SEXUAL, Harm.INCITEMENT),
            _SEEN,
        ),
        Reason("defamation", Said("Defamation", "Diffamation"), _DSA_RULE, _ELI, (Harm.REPUTATION,), _SEEN),
    ),
    how=Said(
        "The host must offer an electronic way for such notices that is easy to find and to use. "
        "Which law is broken is a question for counsel: check the sentence that names it.",
        "L’hébergeur doit offrir pour ces avis un moyen électronique facile à trouver et à utiliser. "
        "Quelle loi est enfreinte relève d’un conseiller juridique : vérifiez la phrase qui la nomme.",
    ),
    answers=Said(
        "The host must confirm receipt and tell its decision (Art. 16(4) and (5)). On an online platform, a complaint against it is open "
        "for at least six months (Art. 20).",
        "L’hébergeur doit accuser réception et communiquer sa décision (art. 16, par. 4 et 5). "
        "Sur une plateforme en ligne, une réclamation est possible pendant au moins six mois (art. 20).",
    ),
    source="https://www.eu-digital-services-act.com/Digital_Services_Act_Article_16.html",
    seen=_SEEN,
    max_chars=5_000,
    langs=("en", "fr"),
    wants_name=True,
)

#: Whoever hosts a page that is on no platform known here.
HOST = Desk(
    code="host",
    title=Said("Whoever hosts the page", "L’hébergeur de la page"),
    reasons=(
        Reason(
            "exposed_data",
            Said("Private facts published", "Renseignements privés publiés"),
            Said("that against abuse of your service", "celle contre les abus de votre service"),
            "",
            (Harm.DOXING,),
        ),
        Reason(
            "abuse",
            Said("Threats or harassment", "Menaces ou harcèlement"),
            Said("that against abuse of your service", "celle contre les abus de votre service"),
            "",
            (Harm.THREAT, Harm.SEXUAL, Harm.IDENTITY_HATE, Harm.INCITEMENT),
        ),
    ),
    how=Said(
        "Write to the abuse address of the host: the standard one is abuse@ before its name (RFC 2142). Attach the file if there is one.",
        "Écrivez à l’adresse de l’hébergeur pour les abus : selon la norme, abuse@ devant son nom (RFC 2142). Joignez le fichier s’il y en a un.",
    ),
    answers=Said(
        "No standard says how a host answers. Look for what comes back to the address from which you wrote.",
        "Aucune norme ne dit comment un hébergeur répond. Voyez ce qui revient à l’adresse d’où vous avez écrit.",
    ),
    source="https://www.rfc-editor.org/rfc/rfc2142",
    seen=Seen(date(2026, 11, 30), "1997-05"),
    max_chars=4_000,
    langs=("en", "fr"),
)


@cache
def desks() -> dict[str, Desk]:
    """All of them, by code."""
    import parapet.channels as house

    found: dict[str, Desk] = {}
    for module in pkgutil.iter_modules(house.__path__):
        name = f"{house.__name__}.{module.name}.report"
        if module.ispkg and importlib.util.find_spec(name) is not None:
            desk: Desk = importlib.import_module(name).DESK
            found[desk.code] = desk
    return found | {each.code: each for each in (REDDIT, DSA, HOST)}


def desks_for(content: Item) -> tuple[Desk, ...]:
    """Where this message can be reported, the nearest first; none for what lies nowhere: spoken words, a letter."""
    known = [each for each in desks().values() if each.code not in (DSA.code, HOST.code)]
    near = [each for each in known if content.channel in each.channels]
    if not near and content.url:
        near = [each for each in known if each.holds(content.url)]
    if content.channel == "mail" or not host_of(content.url):
        return tuple(near)
    return (*near, DSA) if near else (HOST, DSA)


def proposed(desk: Desk, harms: Collection[Harm]) -> str:
    """The code of the reason that fits; "" when none does."""
    fitting = desk.fitting(harms)
    return fitting.code if fitting else ""
