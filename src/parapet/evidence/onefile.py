"""The verifier as one file, for the bag: the modules of `reader` and `verify.py`, joined.

What an officer runs is thereby what `parapet-verify` runs, line for line, with nothing but Python.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.resources import files

from parapet import __version__

#: In the order in which they need one another.
_PARTS = (
    "reader/ed25519.py",
    "reader/layout.py",
    "reader/notes.py",
    "reader/sshsig.py",
    "reader/files.py",
    "reader/leaves.py",
    "reader/standins.py",
    "reader/erased.py",
    "reader/withheld.py",
    "reader/earlier.py",
    "reader/facts.py",
    "reader/order.py",
    "reader/removed.py",
    "reader/heads.py",
    "reader/der.py",
    "reader/signatures.py",
    "reader/certificates.py",
    "reader/token.py",
    "reader/consistency.py",
    "reader/stated.py",
    "reader/anchors.py",
    "reader/sources.py",
    "reader/signed.py",
    "reader/faults.py",
    "reader/words.py",
    "reader/report.py",
    "reader/folder.py",
    "reader/conclusions.py",
    "reader/command.py",
    "verify.py",
)
_HEADER = """#!/usr/bin/env python3
# Parapet {version}: checks the evidence bag that this file lies in.  Licence: Apache-2.0
#
#     python3 verify.py [DIR] [--json] [--key KEY] [--authority FILE.pem] [--witness KEY]
#         [--earlier PATH] [--lang en|fr]
#
# Python 3.9 or newer, nothing else. A forger could replace this file too: get it, or parapet-verify, from a place that
# you trust, and let it check this folder. / Un faussaire pourrait aussi remplacer ce fichier : obtenez-le, ou
# parapet-verify, d'une source fiable, et faites-lui vérifier ce répertoire.
"""
_FOOTER = """

if __name__ == "__main__":
    sys.exit(main())
"""


@cache
def one_file() -> bytes:
    """The source of `verify.py` as it lies in every bag made by this version."""
    modules: set[str] = set()
    names: dict[str, set[str]] = {}
    parts = []
    for part in _PARTS:
        source = files("parapet.evidence").joinpath(part).read_text(encoding="utf-8")
        dropped: set[int] = set()
        for node in ast.parse(source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                dropped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(("parapet", "__future__")):
                names.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
        lines = [line for number, line in enumerate(source.splitlines(), 1) if number not in dropped]
        text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines).strip())
        parts.append(f"# ---- {part} ----\n\n{text}\n")
    imports = [f"import {name}" for name in sorted(modules)]
    imports += [f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())]
    head = _HEADER.format(version=__version__) + "\nfrom __future__ import annotations\n\n" + "\n".join(imports)
    return (head + "\n\n\n" + "\n\n".join(parts) + _FOOTER).encode()
