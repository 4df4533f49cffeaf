"""Django's settings for mypy's plugin, which starts Django to know the models: those of a home that exists only for it."""

import os
from pathlib import Path

from parapet.evidence.keys import InstanceKey

_home = Path(".mypy_cache/home").absolute()
_key = _home / "keys" / "instance.key"
for _name in [name for name in os.environ if name.startswith("PARAPET_")]:
    del os.environ[_name]
os.environ["PARAPET_HOME"] = str(_home)
if not _key.exists():
    InstanceKey.create(_key)

from parapet.settings.embedded import *  # noqa: E402, F403 (they read the home)
