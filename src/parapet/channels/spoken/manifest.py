"""The channel of spoken words."""

from __future__ import annotations

import re

from parapet.channels.contract import Head, Manifest
from parapet.channels.spoken.parse import FORMAT, parse


def _recognise(head: Head) -> int:
    return 95 if re.match(rb"\s*[\[{]", head.start) and b'"' + FORMAT.encode() + b'"' in head.start else 0


MANIFEST = Manifest("spoken", "Spoken", _recognise, parse)
