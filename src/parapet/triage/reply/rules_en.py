"""English signs that a reply says too much. Each pattern is in the little language of `indicators/pattern.py`."""

from __future__ import annotations

from parapet.domain.replies import Concern
from parapet.triage.reply.sign import Sign

_WHOSE = "your|her|his|their"
_WHOM = "you|her|him|them"
_WHO = "you|she|he|they"
#: What may stand between "your" and "results" without changing whose they are.
_SORT = "own|last|first|latest|recent|previous|medical|mental|health|chronic|lab|blood|test|clinical|emergency"

SIGNS: tuple[Sign, ...] = (
    Sign(
        Concern.CONFIDENTIALITY, "patient_is",
        "my|our|former|current|this|that|the patient",
        "patient of mine|ours",
        "was|were|are|am|is|as|being .. your doctor|physician|surgeon|specialist|pediatrician|paediatrician|psychiatrist|gynecologist|oncologist|gp",
        f"{_WHO} were|was|are|is .. my|our|a patient",
        f"i|we .. remember|recall|recognize|recognise {_WHOM}|your",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "patient_not",
        "never|not|isn't|wasn't|aren't|weren't .. my|our|a patient",
        f"no|any record|records|chart|file|trace of {_WHOM}|your|anyone",
        f"never|not|haven't|didn't|don't treated|treat|met|meet|saw|see|seen|examined|examine {_WHOM}",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "visit",
        f"{_WHOSE} {_SORT}? appointment|appointments|visit|visits|consultation|consult|admission|discharge|referral|checkup",
        f"when|after|before|since|once {_WHO} .. came|come|visited|arrived|phoned|called|left|saw|see",
        f"i|we|i've|we've .. saw|seen|examined|treated|assessed|admitted|discharged|referred|delivered {_WHOM}",
        f"{_WHO} .. missed|cancelled|canceled|skipped|refused|declined .. appointment|appointments|visit|treatment|medication|vaccine|test|surgery|advice",
        f"{_WHO} .. came|walked|showed|arrived|left|were|was .. to|into|in|up|at|on|from .. clinic|office|emergency|er|icu|ward|unit|hospital|practice",
        f"{_WHO}|{_WHOSE} .. from|on|in|at my|our|the ward|unit|clinic|office|emergency|er|icu|practice|waiting",
        f"{_WHO} .. had|have|has|booked|made .. appointment|appointments|referral",
        f"during|throughout {_WHOSE}",
        f"my|our nurse|nurses|staff|team|resident|residents|secretary|receptionist|colleague|colleagues .. {_WHOM}|your",
        "against .. medical? advice",
        f"{_WHOM}|{_WHOSE} .. discharge|discharged|triage|triaged",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "results",
        f"{_WHOSE} {_SORT}? {_SORT}? results|result|labs|bloodwork|test|tests|scan|scans|mri|ct|ultrasound|biopsy|chart|file|record|records|swab|pathology",
        "my|our clinical? notes|charts|records|files",
        f"{_WHOSE} blood work|pressure|sugar|test|tests|results",
        f"{_WHOSE} x ?-? ray|rays",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "care",
        f"{_WHOSE} {_SORT}? diagnosis|condition|illness|disorder|prescription|prescriptions|medication|medications|meds|dose|symptoms|surgery|operation|procedure|treatment|therapy|injury",
        f"{_WHOSE} {_SORT}? depression|anxiety|addiction|pregnancy|miscarriage|abortion|cancer|tumour|tumor|diabetes|psychosis|overdose|dementia|hiv|insomnia|delusions",
        f"i|we|i've|we've .. prescribed|diagnosed|recommended|ordered|advised|offered {_WHOM}",
        f"{_WHO} .. were|was .. diagnosed|prescribed|admitted|treated|referred|operated",
        f"diagnosed {_WHOM}|with",
        f"{_WHO} were|was|are .. intoxicated|drunk|high|confused|sedated|delirious|psychotic|suicidal|manic|pregnant|dehydrated|unstable|septic|bleeding|contagious|vaccinated|unvaccinated",
        f"{_WHOSE} {_SORT}? fracture|wound|wounds|stitches|cast|delivery|labour|labor|birth|caesarean|withdrawal|infection|fever|rash|seizure|seizures|heart|lungs|liver|kidney|kidneys|weight|bleeding|history|allergies",
        f"indicated|necessary|needed|appropriate for {_WHOM}",
        f"gave|given|offered|handed|administered|injected {_WHOM} .. dose|shot|injection|pills|drugs|morphine|antibiotics|vaccine|prescription|papers|instructions|referral|consent",
    ),
    Sign(
        Concern.CONFIDENTIALITY, "relative",
        "your|his|her|their mother|father|mom|mum|dad|son|daughter|wife|husband|brother|sister|baby|newborn|grandmother|grandfather|partner",
        "your|his|her|their child|kid|toddler|twins|children|kids .. was|were|had|has|needed|received|arrived|came",
    ),
    Sign(
        Concern.ENGAGEMENT, "dare",
        "come .. tell .. me|us",
        "in person .. coward|then|if",
        "prove it|that|this",
        "i dare you",
        "say|said|repeat .. to my face",
        "come .. say it|that",
        "bring it on",
        "debate me",
        "try me",
        "explain yourself",
        "shame on you",
        "answer me|my",
        "who do you think you are",
    ),
    Sign(
        Concern.ENGAGEMENT, "audience",
        "everyone|everybody|followers|friends|folks|people .. report|share|block|call|tell|write|repost|retweet",
        "report|share|repost|retweet|boost this|him|her|them",
        "look|see at? what this|he|she|they|people",
        "name|naming and shame|shaming",
        "this|here is who he|she|they|wrote|did",
        "here's|here|is what he|she|they|you wrote|said|sent",
    ),
    Sign(
        Concern.ENGAGEMENT, "legal",
        "sue|suing you|him|her|them",
        "see|meet you|them in court",
        "my|our lawyer|lawyers|counsel|attorney|attorneys",
        "legal action",
        "defamation|libel|slander|defamatory|libellous|libelous",
        "cease and desist",
    ),
    Sign(
        Concern.EVIDENCE, "delete",
        "i|we|i've|we've|i'll|we'll|i'm .. deleted|removed|erased|delete|remove|erase|deleting|removing|wiped",
        "delete|remove|erase your|the|this|that|it .. post|posts|comment|comments|review|message|messages|tweet|video|now|immediately",
        "take it|this|that|your .. down",
    ),
    Sign(
        Concern.EVIDENCE, "block",
        f"i|i've|i'm|i'll|we|we've|we'll .. block|blocked|blocking|mute|muted|muting {_WHOM}|your|this|and",
        "you're|you|are .. blocked|muted",
        "blocked|muted and reported",
    ),
    Sign(
        Concern.EVIDENCE, "admit",
        "i|we .. admit|confess|acknowledge|regret|apologize|apologise|apologized|apologised",
        "my|our fault|mistake|mistakes|error|errors|apologies|negligence",
        "i|we .. made|make a|an|the|this .. mistake|error",
        "i|we was|were|am|are .. wrong|negligent|careless",
        "i'm|we're|am|are .. sorry for|that|about|if|i|we|you|to|your",
        "should have|not|never .. done|told|seen|said|checked|ordered|known|listened",
    ),
    Sign(
        Concern.EVIDENCE, "plans",
        "i|we|i've|we've|i'm|we're .. kept|saved|screenshotted|recorded|documented|archived|documenting|recording|saving",
        "screenshot|screenshots|screengrab|screengrabs",
        "police|rcmp .. know|knows|called|informed|told|coming|involved|investigating",
        "i|we|i've|we've|i'm|we're|i'll .. reported|reporting|report|called|calling|told|contacted .. police|rcmp|security|college|employer|platform",
    ),
    Sign(
        Concern.PRIVATE, "family",
        "my|our <KIN>",
    ),
    Sign(
        Concern.PRIVATE, "whereabouts",
        "i|we live|park|stay .. in|on|at|near|by|behind|across",
        "my|our home|house|street|address|apartment|condo|neighbourhood|neighborhood|daycare|car|licence|license|plate|phone|cell",
        "i'm|i'll|am|we're .. be? .. working|home|alone|away|travelling|traveling|call .. <TIME>|until|from",
        "come .. find|see me at|in",
        "my|our shift|shifts|schedule|commute|vacation|flight",
    ),
)  # fmt: skip
