"""Pack the browser extension, the same file for Chromium and Firefox: dist/parapet-extension-VERSION.zip."""

from __future__ import annotations

import sys
from pathlib import Path

from parapet.web.browsers import pack


def main() -> None:
    """Write it, and say where."""
    there = Path(__file__).parents[1] / "dist" / f"parapet-extension-{pack.version()}.zip"
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(pack.packed())
    sys.stdout.write(f"{there.relative_to(Path.cwd()) if there.is_relative_to(Path.cwd()) else there}\n")


if __name__ == "__main__":
    main()
