"""What Chirp's exports look like."""

from __future__ import annotations

from parapet.channels.chirp.parse import parse

from parapet.channels.contract import Head, Manifest


def recognise(head: Head) -> int:
    """Content alone: the name of the file is a stranger's."""
    return 90 if head.start.lstrip().startswith(b'{"chirps"') else 0


MANIFEST = Manifest(name="chirp", title="Chirp", recognise=recognise, parse=parse)
