"""What was taken out of the case before it was exported: of each such item, the hashes of its entries up to then.

The bag shows nothing of it, but the heads of earlier days were reckoned with it. With the hashes they can be reckoned again, and
what else was left out since then is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import PROOF, REMOVED, REMOVED_FILE, removed_folder
from parapet.evidence.reader.leaves import Leaf, Root, items_after
from parapet.evidence.reader.standins import prove_stand_in

#: What stands for the leaf of an entry of an item that was taken out: no leaf in a file is like it, for each has "v".
TAKEN_OUT = {"kind": "removed"}


def check_removed(
    found: Iterable[str],
    small: Callable[[str], bytes | None],
    root: Root,
    case: str,
    events: list[Leaf],
    blame: Blame,
) -> list[Leaf]:
    """The hashes that stand for what was taken out of `case`, each proven to be in the log at its place.

    Blames one of an item that no event took out, or that is in the case again, and one from after it was taken out.
    """
    taken, held = _taken_out(case, events)
    parts: dict[str, list[str]] = {}
    for path in found:
        if REMOVED_FILE.fullmatch(path):
            folder, _, name = path.rpartition("/")
            parts.setdefault(folder, []).append(name)
    leaves = []
    for folder, names in sorted(parts.items()):
        file, item = f"{folder}/{REMOVED}", folder.split("/")[2]
        raw, proof = small(file), small(f"{folder}/{PROOF}")
        if sorted(names) != [PROOF, REMOVED] or raw is None or proof is None:
            blame("removed.form", file)
            continue
        leaf = prove_stand_in(file, raw, TAKEN_OUT, proof, root, blame)
        if leaf is None:
            continue
        if folder != removed_folder(item, leaf.place) or item in held or leaf.place >= taken.get(item, -1):
            blame("removed.untold", file)
        leaves.append(leaf)
    return leaves


def _taken_out(case: str, events: list[Leaf]) -> tuple[dict[str, int], set[str]]:
    """Item to the place of the event that took it out last; and what is in the case at the end."""
    taken: dict[str, int] = {}
    held: set[str] = set()
    for leaf in sorted(events, key=lambda event: event.place):
        after = items_after(case, held, leaf.body)
        taken.update(dict.fromkeys(held - after, leaf.place))
        held = after
    return taken, held
