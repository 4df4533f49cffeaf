"""Times that colleges and platforms take or give, from which a task's last day is reckoned.

They are where to begin, not the law of every place: a letter's own date counts before any of them.
"""

from __future__ import annotations

from datetime import date, timedelta

#: Days from the day of the letter, the report or the complaint.
#: college_reply     how long colleges often give for a reply; their letter says how long (check with counsel)
#: platform_silence  when a report that nobody answered is worth a reminder: practice of the End Network Harassment reporting wizard
#: college_decision  Ontario, Health Professions Procedural Code, s. 28: 150 days to dispose of a complaint (check with counsel)
DAYS = {"college_reply": 30, "platform_silence": 14, "college_decision": 150}


def last_day(code: str, begin: date) -> date:
    """The day that ends the time of `code`, counted from `begin`, which is not counted itself. Raises KeyError."""
    return begin + timedelta(days=DAYS[code])
