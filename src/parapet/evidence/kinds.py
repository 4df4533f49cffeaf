"""Every kind of leaf that is no capture, and what its details may hold: one table for writers, screens and the reference.

Details are codes, numbers and digests, never a stranger's words; so a leaf can be shown to anybody who may see that it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parapet.evidence.seal import CAPTURE_KINDS

_JUDGED = ("severity", "urgency", "harms", "abstain")
_RELABELLED = ("model", *_JUDGED)

#: Kind to the names of its details. One that a leaf lacks is empty; one that is not here is refused.
KINDS: dict[str, frozenset[str]] = {
    kind: frozenset(details)
    for kind, details in {
        "source": ("sha256", "size_bytes"),
        "gone": ("seen_at",),
        "read_again": ("step", "files", "new", "versions", "missing"),
        "look_again": ("standing", "status", "why", "way", "sha256"),
        "look_plan": ("step",),
        "clock": ("seconds_back",),
        "contradiction": ("witness", "trouble", "size", "held"),
        "acknowledge": ("entry", "reason"),
        "source_check": ("version", "method", "result", "sha256"),
        "view": ("why", "version"),
        "download": ("why", "version"),
        "search": (),
        "list": ("by",),
        "assess": ("version", "model", *_JUDGED),
        "relabel": ("version", "by", "stands", "sha256", *_RELABELLED, *(f"before_{name}" for name in _RELABELLED)),
        "learn": ("step", "layer", "sha256", "model", "corrections"),
        "assign": (),
        "alert": ("alert", "urgency"),
        "alert_taken": ("alert",),
        "on_call": ("wait_min",),
        "reach": ("ways", "quiet", "same_day"),
        "sign_in": ("how", "guesses"),
        "passphrase": ("step",),
        "factor": ("step", "factor"),
        "sessions_end": ("count",),
        "guesses": ("count",),
        "enrol": (),
        "profile": (),
        "grant": ("role", "rights", "until", "organisation", "scope"),
        "invite": (),
        "revoke": ("role", "officer", "step", "sha256"),
        "refer": ("step", "officer", "items", "notes", "export", "until", "organisation", "sha256"),
        "supporter": ("step", "supporter", "organisation", "sha256"),
        "support": ("step", "help", "slot", "code", "supporter", "people", "items", "until", "sha256"),
        "organisation": ("step",),
        "member": ("step", "role"),
        "emergency": ("step", "people", "hours", "sha256"),
        "connect": ("channel", "step"),
        "door": ("step", "why"),
        "browser": ("step",),
        "own_key": ("step",),
        "close": ("generation",),
        "unclose": (),
        "share": ("generation",),
        "case_open": (),
        "case_add": (),
        "case_remove": (),
        "case_close": (),
        "case_reopen": (),
        "case_head": ("count", "sha256", "owners"),
        "sorted": ("outcome",),
        "case_assign": ("to", "sha256"),
        "case_task": ("task", "due", "to", "sha256"),
        "case_task_end": ("entry", "how", "sha256"),
        "case_outcome": ("outcome", "sha256"),
        "case_link": ("case", "sha256"),
        "case_unlink": ("case", "sha256"),
        "case_merge": ("case", "way", "sha256"),
        "case_unmerge": ("case", "way", "sha256"),
        "case_brief": ("reader", "language", "quoted", "listed", "due", "sha256"),
        "case_statement": ("answers", "sha256"),
        "counsel": ("step",),
        "case_read": ("entry", "happened_on", "sha256"),
        "complaint": ("step", "complaint", "body", "due", "sha256", "letter_sha256"),
        "note": ("sha256", "words_sha256"),
        "shield_up": ("sha256",),
        "shield_down": ("veil_days",),
        "shield_step": ("step", "line"),
        "export": ("title_sha256", "signer_sha256", "anchors_sha256", "asked"),
        "dossier": ("title_sha256", "signer_sha256", "what"),
        "report": ("to", "means", "happened_at", "bag", "sha256"),
        "transfer": ("to", "means", "happened_at", "bag", "sha256"),
        "platform_report": ("step", "report", "desk", "reason", "way", "code", "happened_at", "batch", "sha256"),
        "account_block": ("step", "block", "plan", "place", "what", "way", "without", "code", "sha256"),
        "account_list": ("list", "rows", "sha256"),
        "report_herself": (),
        "report_anybody": (),
        "redact": ("withheld",),
        "hold": ("reason", "nth"),
        "release": ("reason", "nth"),
        "retention": ("days", "severity", "closed_cases", "nth"),
        "erase": ("reason", "rule", "days", "severity", "versions", "files", "leaves", "items", "cases"),
    }.items()
}


def check_kind(kind: str, body: Mapping[str, Any]) -> None:
    """Raise ValueError for a leaf of a kind that is not in the table, or with details that its kind does not have."""
    if kind != body.get("kind"):
        raise ValueError("what stands beside a leaf is of another kind than the leaf")
    if kind in CAPTURE_KINDS:
        return
    allowed = KINDS.get(kind)
    if allowed is None:
        raise ValueError("no leaf of this kind is known")
    if not allowed.issuperset(body["details"]):
        raise ValueError("a leaf of this kind has no such details")
