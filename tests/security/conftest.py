"""The people and messages of the web tests, for attacks on them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("web_cast", Path(__file__).parents[1] / "web" / "conftest.py")
assert _spec is not None and _spec.loader is not None
_web = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_web)
cast, browser_of, mail = _web.cast, _web.browser_of, _web.mail
