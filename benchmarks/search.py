"""Search by words: every text is sealed, so each is opened, read and closed again.

    python -m benchmarks.search [--messages N] [--full]

Common words fill a page at once; words that nobody wrote take a whole step, after which the page offers to go on.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks import many
from benchmarks.measured import machine

MESSAGES, FULL_MESSAGES = 4_000, 100_000
COMMON, NEVER = "the", "xyzzy plugh"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        os.environ["PARAPET_HOME"] = str(Path(made) / "home")
        _searched(Path(made), messages)


def _searched(made: Path, messages: int) -> None:
    from parapet.actions.make_home import make_home

    make_home(made / "home")
    from parapet.access import inbox, people
    from parapet.access.views import Filters
    from parapet.actions.import_paths import import_paths
    from parapet.actions.welcome import owner

    many.write(made / "files", messages=messages)
    person = owner()
    import_paths([made / "files"], advocates=made / "files" / "advocates.json", person=person, role="advocate")
    advocate = people.advocates_of(person)[0].id
    total = inbox.counts(person, advocate).total
    for words in (COMMON, NEVER):
        began = time.perf_counter()
        page = inbox.page(person, advocate, Filters(words=words))
        took_s = time.perf_counter() - began
        a_step = took_s / page.searched * inbox.SEARCH_STEP if page.searched else 0.0
        print(f"{words!r:15s} {len(page.rows):3d} found in {took_s * 1000:6.0f} ms; {page.searched} of {total} opened", end="")
        print(f"; {a_step:.1f} s for a step of {inbox.SEARCH_STEP}" if words == NEVER else "")


if __name__ == "__main__":
    main()
