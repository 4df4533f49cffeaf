"""What a check found: faults by name, and what is proven and what is not."""

from __future__ import annotations

from dataclasses import dataclass, field

from parapet.evidence.reader.words import sentence

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
    facts: dict[str, str | int] = field(default_factory=dict)
    proven: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    not_proven: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    unreadable: bool = False

    def blame(self, code: str, file: str = "", n: int = 0, m: int = 0) -> None:
        """Note a fault."""
        self.faults_total += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, file, (("n", n), ("m", m))))

    def conclude(self, items: int, versions: int, events: int, *, by_key: bool, withheld: dict[str, int]) -> None:
        """Say what follows for a bag without a fault, and what does not. `by_key`: the reader named the key.

        withheld  `versions` and `notes`, and each reason, with its number
        """
        self.facts.update(items=items, versions=versions, events=events)
        self.proven = [("p.unchanged", {"n": items, "m": versions}), ("p.complete", {})]
        missing = ["n.source", "n.time", "n.insider", "n.documents"]
        if withheld["versions"] or withheld["notes"]:
            self.facts["withheld"] = withheld["versions"]
            self.proven.append(("p.withheld", {"n": withheld["versions"], "m": withheld["notes"]}))
            reasons = [reason for reason in withheld if reason not in ("versions", "notes") and withheld[reason]]
            self.proven += [(f"p.{reason}", {"n": withheld[reason]}) for reason in reasons]
            missing.append("n.withheld")
        self.proven += [("p.custody", {"n": events}), ("p.export", {})]
        if by_key:
            self.proven.append(("p.key", {}))
        else:
            missing.insert(0, "n.key")
        self.not_proven = [(key, {}) for key in missing]

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
