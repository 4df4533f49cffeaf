"""The functional suite: what a detector must hear, and what it must let be, one named function at a time.

`cases.jsonl` holds the cases and `card.md` tells of them. Pure, and of use to any detector:

cases = read_cases()
figures(cases, read_answers(lines, threshold=0.5)).recall
"""

from __future__ import annotations

from parapet.triage.functions.answers import Answer, answer_of, answers_of, read_answers, requests_of
from parapet.triage.functions.cases import Case, read_cases, rows
from parapet.triage.functions.score import Figures, by_function, by_language, figures

__all__ = [
    "Answer",
    "Case",
    "Figures",
    "answer_of",
    "answers_of",
    "by_function",
    "by_language",
    "figures",
    "read_answers",
    "read_cases",
    "requests_of",
    "rows",
]
