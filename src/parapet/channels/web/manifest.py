"""The channel of web pages."""

from __future__ import annotations

from parapet.channels.contract import Head, Manifest
from parapet.channels.web.container import MEDIA_TYPE, is_capture, packed_texts
from parapet.channels.web.parse import parse


def _recognise(head: Head) -> int:
    return 100 if is_capture(head.start) else 0


MANIFEST = Manifest("web", "Web page", _recognise, parse, reads_whole=is_capture, packed={MEDIA_TYPE: packed_texts})
