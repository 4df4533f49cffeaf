"""The peers' environment, beside the product's and never in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.judges.served import PEERS_HOME
from benchmarks.measured import ROOT

WANTED = ROOT / "benchmarks" / "peers.in"
LOCK = ROOT / "benchmarks" / "peers.lock"


def install() -> None:
    """Make `.bench-peers` and install what `benchmarks/peers.lock` holds, each file checked against its digest.

    Where the lock cannot be installed as a whole, each peer is tried alone at its locked version, and which failed is printed.
    """
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(PEERS_HOME)], check=True)
    into = [uv, "pip", "install", "--quiet", "--python", str(PEERS_HOME / "bin" / "python"), "--only-binary", ":all:"]
    whole = subprocess.run([*into, "--require-hashes", "--requirement", str(LOCK)], check=False)
    if whole.returncode == 0:
        print(f"Installed into {PEERS_HOME.relative_to(ROOT)}: {', '.join(wanted())}")
        return
    for peer in wanted():
        alone = subprocess.run([*into, "--constraint", str(LOCK), peer], check=False)
        print(f"{peer:30} {'installed' if alone.returncode == 0 else 'CANNOT BE INSTALLED HERE'}")


def wanted() -> list[str]:
    """The peers by name and version, as `peers.in` has them."""
    return re.findall(r"^[\w.-]+==[\w.]+", WANTED.read_text("utf-8"), re.MULTILINE)
