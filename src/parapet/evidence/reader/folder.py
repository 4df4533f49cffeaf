"""The folder as a bag of the one kind that we make: the first three steps of the argument in `evidence/verify.py`."""

from __future__ import annotations

import os
import re
from typing import Optional

from parapet.evidence.reader.files import Digests, digest_files, find_files, read_manifest, read_small
from parapet.evidence.reader.layout import DECLARATION, LISTS, NEEDED, SEAL, TAG_LISTS, has_a_place
from parapet.evidence.reader.report import Report


class Folder:
    """What lies in a bag. Faults go to the report.

    found          path to size, of every plain file
    digests        of every file that is here and listed
    named_outside  the case and the date in bag-info.txt
    """

    def __init__(self, bag: str, report: Report) -> None:
        self.bag, self.report, self.blame = bag, report, report.blame
        self.found: dict[str, int] = {}
        self.expected: set[str] = set(NEEDED)
        self.digests: dict[str, Digests] = {}
        self.listed: dict[str, str] = {}
        self.listed_too: dict[str, str] = {}
        self.named_outside = ("", "")

    # 1. The folder is a bag of the one kind that we make.

    def is_a_bag(self) -> bool:
        """False when there is nothing that could be one."""
        if not any(os.path.lexists(f"{self.bag}/{name}") for name in ("bagit.txt", LISTS[0][0], SEAL)):
            self.report.unreadable = True
            self.blame("bag.unreadable")
            return False
        if self.small("bagit.txt", 1_000) not in (DECLARATION, None):
            self.blame("bag.declaration", "bagit.txt")
        return True

    # 2. All that lies in it is plain files, with safe names, each listed, and at a place where a bag has such a file.

    def nothing_unlisted(self) -> None:
        """Step 2."""
        self.found = find_files(self.bag, self.blame)
        most = len(self.found) + 1_000
        lists = [read_manifest(self.bag, name, digits, most, self.blame) for name, digits in (*LISTS, *TAG_LISTS)]
        self.listed, self.listed_too = {**lists[0], **lists[2]}, {**lists[1], **lists[3]}
        self.expected |= set(self.listed) | set(self.listed_too)
        not_listed = {name for name, _ in TAG_LISTS}  # they list the others, and nothing lists them
        folded: dict[str, str] = {}
        for path in self.found:
            if path not in not_listed:
                if path not in self.expected or (path in NEEDED and path not in self.listed):
                    self.blame("file.unknown", path)
                elif not has_a_place(path):
                    self.blame("file.out_of_place", path)
            if folded.setdefault(path.lower(), path) != path:
                self.blame("file.alike", path)

    # 3. Every listed file is here, and its bytes have both digests listed; the totals are as declared.

    def all_unchanged(self) -> None:
        """Step 3."""
        payload = [size for path, size in self.found.items() if path.startswith("data/")]
        info = (self.small("bag-info.txt") or b"").decode("utf-8", "replace")
        fields = dict(re.findall(r"(?m)^([A-Za-z-]+): (.*)$", info))
        self.named_outside = (fields.get("External-Identifier", ""), fields.get("Bagging-Date", ""))
        if fields.get("Payload-Oxum") != f"{sum(payload)}.{len(payload)}":
            self.blame("bag.oxum", "bag-info.txt", sum(payload), len(payload))
        declared = re.fullmatch(r"([0-9]{1,18})\.[0-9]+", fields.get("Payload-Oxum", ""))
        # A file that grew beyond the whole bag is not read to its end, be it endless.
        most_payload, most_tag = int(declared.group(1)) if declared else 0, 1_000_000 + 1_000 * len(self.found)
        asked = []
        for path in sorted(self.expected):
            if path not in self.found:
                self.blame("file.missing", path)
            elif path not in self.listed or path not in self.listed_too:
                self.blame("file.unlisted", path)
            else:
                asked.append((path, most_payload if path.startswith("data/") else most_tag))
        for (path, _), digests in zip(asked, digest_files(self.bag, asked)):  # noqa: B905  Python 3.9 has no strict
            self._unchanged(path, digests)

    def _unchanged(self, path: str, digests: Digests | None) -> None:
        if digests is None:
            self.blame("file.unreadable", path)
            return
        if (digests.sha256, digests.sha512) != (self.listed[path], self.listed_too[path]):
            self.blame("file.changed", path)
        self.digests[path] = digests

    def small(self, path: str, max_bytes: int = 4_000_000) -> Optional[bytes]:  # noqa: UP045
        """A small file's bytes; None when it cannot be read, with a fault unless step 3 tells of it."""
        try:
            return read_small(self.bag, path, max_bytes)
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            if not missing or path not in self.expected:
                self.blame("file.missing" if missing else "file.unreadable", path)
            return None
