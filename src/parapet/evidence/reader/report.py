"""What a check found: faults by name, and what is proven and what is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Tuple, Union  # noqa: UP035

from parapet.evidence.reader.words import sentence

#: A sentence by its key, and what is filled in.
Phrase = Tuple[str, Dict[str, Union[int, str]]]  # noqa: UP006, UP007  read by Python 3.9 as it runs
#: Kept of many; the rest is counted.
MAX_FAULTS = 200


def printable(text: str, max_chars: int) -> str:
    """`text` with everything but printable ASCII escaped: what is a stranger's cannot write to the terminal."""
    escaped = text.encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= max_chars else escaped[:max_chars] + "..."


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    code  stable: "file.changed"; all are in docs/reference/evidence.md
    file  path within the bag, "" for the whole; may be an attacker's: print `shown`
    """

    code: str
    file: str
    numbers: tuple[tuple[str, int], ...] = ()

    @property
    def shown(self) -> str:
        """The path, made fit to print."""
        return printable(self.file, 200)

    def sentence(self, lang: str = "en") -> str:
        """What it means, in "en" or "fr"."""
        return sentence(self.code, lang, **dict(self.numbers))


@dataclass
class Report:
    """The outcome.

    state   "sound", "broken" or "unreadable"
    facts   what the bag says of itself; to be believed only when it is sound
    proven  keys of `PHRASES` with their numbers
    """

    faults: list[Fault] = field(default_factory=list)
    faults_total: int = 0
    facts: dict[str, object] = field(default_factory=dict)
    proven: list[Phrase] = field(default_factory=list)
    not_proven: list[Phrase] = field(default_factory=list)
    unreadable: bool = False

    def blame(self, code: str, file: str = "", n: int = 0, m: int = 0) -> None:
        """Note a fault."""
        self.faults_total += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, file, (("n", n), ("m", m))))

    def clock_set_back(self, times: int, seconds: int) -> None:
        """Say that the keeper's clock was set back, so that a sound bag tells it as plainly as a fault."""
        self.facts.update(clock_set_back=times, clock_seconds_back=seconds)
        self.not_proven.append(("n.clock", {"n": times, "m": seconds}))

    def seen_before(self, *, agrees: bool) -> None:
        """Say whether the log is the one that the reader saw earlier."""
        if agrees:
            self.proven.append(("p.earlier", {}))
        else:
            self.not_proven.append(("n.earlier", {}))

    @property
    def state(self) -> str:
        """The outcome in one word."""
        if self.unreadable:
            return "unreadable"
        return "broken" if self.faults_total else "sound"

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return self.state == "sound"

    @property
    def exit_code(self) -> int:
        """0 sound, 1 broken, 2 cannot read."""
        return {"sound": 0, "broken": 1, "unreadable": 2}[self.state]

    def as_map(self, lang: str = "en") -> dict[str, object]:
        """For JSON."""
        return {
            "state": self.state,
            "sound": self.sound,
            "faults_total": self.faults_total,
            "faults": [{"code": f.code, "file": f.shown, "sentence": f.sentence(lang)} for f in self.faults],
            "facts": self.facts,
            "proven": [sentence(key, lang, **numbers) for key, numbers in self.proven],
            "not_proven": [sentence(key, lang, **numbers) for key, numbers in self.not_proven],
        }

    def as_text(self, lang: str = "en") -> str:
        """For people."""
        lines = [sentence(self.state, lang, n=self.faults_total)]
        for fault in self.faults:
            where = fault.shown or sentence("whole", lang)
            lines.append(f"  [{fault.code}] {where}\n      {fault.sentence(lang)}")
        if self.faults_total > len(self.faults):
            lines.append("  " + sentence("more", lang, n=self.faults_total - len(self.faults)))
        if self.sound:
            for title, phrases in (("proven", self.proven), ("not_proven", self.not_proven)):
                lines += ["", sentence(title, lang)]
                lines += ["  - " + sentence(key, lang, **numbers) for key, numbers in phrases]
            lines.append("")
            for name in ("case", "exported", "checkpoint", "key"):
                lines.append(sentence("fact", lang, name=sentence(name, lang), value=printable(str(self.facts[name]), 1_000)))
        return "\n".join(lines) + "\n"
