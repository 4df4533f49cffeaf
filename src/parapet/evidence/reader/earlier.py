"""A checkpoint or a bag of the same log that the reader kept from earlier: only this shows that the log was written anew.

Who holds the key can make a whole other log, and bags from it that are sound. What was given out before cannot be taken back.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from parapet.evidence.reader.files import Blame, find_files, read_small
from parapet.evidence.reader.layout import CHECKPOINT, CUSTODY, ERASED, LEAF, PROOF, REMOVED, WITHHELD_LEAF
from parapet.evidence.reader.leaves import Leaf, Root
from parapet.evidence.reader.notes import Key, note_is_signed, read_checkpoint, read_leaf, read_note, read_proof, root_of_hash
from parapet.evidence.reader.standins import read_stand_in


class Earlier(NamedTuple):
    """What the reader kept: the root that was signed, and hashes of leaves by their place (none for a checkpoint alone).

    lasting  places of the leaves about the case itself, which every later bag of this case has too
    """

    root: Root
    leaves: dict[int, bytes]
    lasting: set[int]


def check_earlier(path: str, key: Key | None, root: Root, leaves: list[Leaf], case: str, blame: Blame) -> bool:
    """Blame a log that is not that of what lies at `path`, a file or a bag. True when the two were found to agree.

    False with no fault: the log grew since, and nothing of it is in both.
    """
    try:
        earlier = _read_kept(path, key, case)
    except (OSError, ValueError):
        blame("earlier.form")
        return False
    if earlier is None:
        blame("earlier.other_log")
        return False
    if earlier.root.size > root.size:
        blame("earlier.rollback", CHECKPOINT, earlier.root.size, root.size)
    elif earlier.root.size == root.size and earlier.root.hashed != root.hashed:
        blame("earlier.fork", CHECKPOINT)
    common = [leaf for leaf in leaves if leaf.place in earlier.leaves]
    for leaf in common:
        if leaf.hashed != earlier.leaves[leaf.place]:
            blame("earlier.fork", leaf.file)
    for _gone in earlier.lasting - {leaf.place for leaf in leaves}:
        blame("earlier.fork")  # who keeps places free of what was there before could show another history beside it
    return bool(common) or earlier.root.size == root.size


def _read_kept(path: str, key: Key | None, case: str) -> Earlier | None:
    """What was kept; None when `key` did not sign it. Raises OSError, ValueError."""
    is_bag = Path(path).is_dir()
    where = (path, CHECKPOINT) if is_bag else (str(Path(path).parent), Path(path).name)
    raw = read_small(*where)
    note = read_note(raw)
    origin, size, hashed = read_checkpoint(note.text)
    if key is None or not note_is_signed(note, key) or origin != key.name:
        return None
    root = Root(raw, size, hashed)
    return _leaves(path, root, case) if is_bag else Earlier(root, {}, set())


def _leaves(bag: str, root: Root, case: str) -> Earlier:
    """The leaves of a bag that its checkpoint proves. Raises OSError, ValueError."""
    leaves, lasting = {}, set()
    for path in find_files(bag, _pass_over):
        folder, _, name = path.rpartition("/")
        if name not in (LEAF, ERASED, WITHHELD_LEAF, REMOVED):
            continue
        raw = read_small(bag, path)
        index, hashes, _ = read_proof(read_small(bag, f"{folder}/{PROOF}"))
        hashed = hashlib.sha256(b"\x00" + raw).digest() if name == LEAF else read_stand_in(raw)[1]
        if root_of_hash(hashed, index, root.size, hashes) != root.hashed:
            raise ValueError("a leaf that its own bag does not prove")
        leaves[index] = hashed
        of_case = name == WITHHELD_LEAF and folder.startswith(CUSTODY)
        if of_case or (name == LEAF and _is_about(read_leaf(raw), case)):
            lasting.add(index)
    return Earlier(root, leaves, lasting)


def _is_about(body: dict[str, Any], case: str) -> bool:
    subjects = body.get("subjects")
    return isinstance(subjects, list) and subjects[:1] == [case]


def _pass_over(code: str, path: str = "", n: int = 0, m: int = 0) -> None:
    """What else lies in the earlier bag is no matter: only its leaves are read, and each is proven."""
