"""What was learned of a message's source is what the log holds of it: the newest event of that version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parapet.evidence.reader.files import Blame, Digests
from parapet.evidence.reader.layout import LEAF, SOURCE, VERSION_FILE, version_folder
from parapet.evidence.reader.leaves import Leaf

SOURCE_CHECK = "source_check"


def check_sources(digests: Mapping[str, Digests], events: Iterable[Leaf], blame: Blame) -> None:
    """Blame each `source.json` whose digest is not that of the last `source_check` of its item and version, and the want of one.

    A version that is erased or withheld has none: it names domains.
    """
    held: dict[tuple[str, int], object] = {}
    for leaf in sorted(events, key=lambda event: event.place):
        subjects, details = leaf.body.get("subjects"), leaf.body.get("details")
        if leaf.body.get("kind") == SOURCE_CHECK and isinstance(details, dict) and isinstance(subjects, list):
            version = details.get("version")
            if isinstance(version, int):
                held.update({(item, version): details.get("sha256") for item in subjects if isinstance(item, str)})
    for (item, version), _digest in sorted(held.items()):
        folder = version_folder(item, version)
        if (f"{folder}/{SOURCE}" in digests) != (f"{folder}/{LEAF}" in digests):
            blame("source.other", f"{folder}/{SOURCE}")
    for path in sorted(digests):
        place = VERSION_FILE.fullmatch(path)
        if place and place.group(3) == SOURCE and held.get((place.group(1), int(place.group(2)))) != digests[path].sha256:
            blame("source.other", path)
