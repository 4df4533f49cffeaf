"""What a check of a home found."""

from __future__ import annotations

from attrs import define, field, frozen

#: Faults beyond this many are counted, not listed.
MAX_LISTED = 1_000


@frozen
class Fault:
    """One thing that is not as it was sealed. `code` is one of `cli.words.FAULTS`; `about` names it by our own ids."""

    code: str
    about: str


@define
class Health:
    """What a check found.

    root            that of all leaves; `erased`: of them, those whose key was destroyed
    closed          of them, those that only people open, none of whom is present; what they tell of was not opened either
    contradictions  refusals of witnesses of which nobody has said why: no fault of what is kept
    strays          files in the vault that no row names
    """

    leaves: int = 0
    root: str = ""
    checkpoints: int = 0
    versions: int = 0
    sources: int = 0
    tokens: int = 0
    cosignatures: int = 0
    contradictions: int = 0
    erased: int = 0
    closed: int = 0
    strays: int = 0
    waiting: int = 0
    failed: int = 0
    faults: list[Fault] = field(factory=list)
    faults_total: int = 0

    @property
    def sound(self) -> bool:
        return not self.faults_total

    def fault(self, code: str, about: str) -> None:
        """Note a fault."""
        self.faults_total += 1
        if len(self.faults) < MAX_LISTED:
            self.faults.append(Fault(code, about))
