"""The words for what people do together: how a message ended, tasks and outcomes of a case, and their entries in the log."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Why somebody looks at a text (`access/looks.py`).
WHY: dict[str, Promise] = {
    "triage": _("To sort it"),
    "safety": _("To judge a danger"),
    "report": _("To report it"),
    "case": _("To prepare a case"),
    "complaint": _("To answer a complaint"),
    "read": _("I want to know what it says"),
}
#: How it ended for a message (`access/queue.py`).
SORTED: dict[str, Promise] = {
    "nothing": _("Nothing to do"),
    "in_case": _("It is in a case"),
    "reported": _("It was reported"),
    "watch": _("Keep an eye on it"),
}
#: What entries of the log say of it.
CASE_STEP: dict[str, Promise] = {
    "sorted": _("A person was done with it, or put it back into the queue"),
    "case_assign": _("Case given into somebody’s care"),
    "case_task": _("Task set"),
    "case_task_end": _("Task done, dropped or set again"),
    "case_outcome": _("Outcome of the case recorded"),
    "case_link": _("Case linked to another"),
    "case_unlink": _("Link to another case taken away"),
    "case_merge": _("Case merged with another"),
    "case_unmerge": _("Merging of cases undone"),
    "case_brief": _("Brief made for security or police"),
    "case_statement": _("Statement written or changed"),
    "case_read": _("Somebody outside has read a brief, or knows of a task"),
}
#: Tasks with a time of their own (`domain/deadlines.py`).
TASK: dict[str, Promise] = {
    "": pgettext_lazy("task", "Something else"),
    "college_reply": _("Reply to a college"),
    "platform_silence": _("A platform has not answered: remind it"),
    "college_decision": _("A college should have decided"),
}
#: What people can be asked to do for somebody's safety (`domain/safety.py`).
PLAN: dict[str, Promise] = {
    "safe_escort": _("Walk with her to her car or stop, above all after late shifts"),
    "safe_parking": _("A parking space near the door, lit and seen by a camera"),
    "safe_desk": _("Front desk: tell nobody whether she is in, or when"),
    "safe_phones": _("Phones: screen her calls, and keep messages that threaten"),
    "safe_schedule": _("Change her schedule, and take it off public pages"),
    "safe_rooms": _("Rooms: a second way out, a door that locks, a button for help"),
    "safe_parcels": _("Parcels and letters to her: do not hand them on unopened"),
    "safe_online": _("Take her details off the pages of the institution"),
    "safe_home": _("Home: locks, lights, neighbours, whom to ring at night"),
    "safe_police": _("Tell police, and keep the occurrence number"),
    "safe_other": pgettext_lazy("task", "Something else"),
}
REVIEW_OF_PLAN = _("Look at the safety plan again")
ANSWER_COMPLAINT = _("Answer a complaint")
#: Every kind of task.
TASKS: dict[str, Promise] = {**TASK, **PLAN, "safe_review": REVIEW_OF_PLAN, "complaint_reply": ANSWER_COMPLAINT}
#: For whom a brief is.
READER: dict[str, Promise] = {
    "security": _("Hospital security or campus police"),
    "police": _("Police: hand-over note"),
}
#: From where a time of its own comes. Each is where to begin: the letter itself counts first.
TASK_SOURCE: dict[str, Promise] = {
    "college_reply": _("30 days from the letter, as colleges often give. The letter says how long; check with counsel."),
    "platform_silence": _("14 days without an answer: the practice of the End Network Harassment reporting wizard."),
    "college_decision": _(
        "150 days from the complaint: Ontario’s Health Professions Procedural Code, section 28. Other provinces differ; check with counsel."
    ),
}
DUE: dict[str, Promise] = {
    "overdue": _("Overdue"),
    "soon": _("Due within seven days"),
    "later": _("Later"),
    "": _("Without a day"),
}
RELATED: dict[str, Promise] = {
    "hand": _("linked by hand"),
    "sender": _("messages of the same account"),
    "words": _("nearly the same words"),
}
OUTCOME: dict[str, Promise] = {
    "removed": _("Removed by the platform"),
    "refused": _("The platform refused"),
    "police_told": _("Police told"),
    "charged": _("Charges laid"),
    "college_dismissed": _("Dismissed by the college"),
    "college_went_on": _("The college goes on with it"),
    "employer_backed": _("The employer stands by the physician"),
    "no_action": _("No action"),
    "other": pgettext_lazy("outcome", "Something else"),
}
ENDED: dict[str, Promise] = {"done": pgettext_lazy("task", "Done"), "dropped": pgettext_lazy("task", "Dropped")}
