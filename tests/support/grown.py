"""A channel that the product does not have: the template's folder, laid beside the others."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "docs" / "templates" / "channel"


@contextmanager
def chirp(folder: Path, change: Callable[[str], str] = lambda code: code) -> Iterator[None]:
    """Parapet has a channel `chirp` within, from a copy in `folder` whose `parse.py` was put through `change`."""
    import parapet.channels as house
    from parapet.channels.contract import channels

    shutil.copytree(TEMPLATE / "chirp", folder / "chirp", ignore=shutil.ignore_patterns("__pycache__"))
    parse = folder / "chirp" / "parse.py"
    parse.write_text(change(parse.read_text("utf-8")), "utf-8")
    importlib.invalidate_caches()
    house.__path__.append(str(folder))
    channels.cache_clear()
    try:
        yield
    finally:
        house.__path__.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[:3] == ["parapet", "channels", "chirp"]]:
            del sys.modules[name]
        vars(house).pop("chirp", None)
        channels.cache_clear()
