"""Where the sample scenario lies (it comes with the package), what is in it, and the hostile files."""

from __future__ import annotations

from pathlib import Path

import parapet.cli

DATA = Path(__file__).parents[1] / "data"
SAMPLE = Path(parapet.cli.__file__).with_name("sample")
ADVOCATES = SAMPLE / "advocates.json"
NASTY = DATA / "nasty"
TRUTH = DATA / "scenario-a-truth.json"
