"""What lies in the clear while a file is read goes, also when the process is killed with -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CHILD = """
import sys, time
from pathlib import Path
from parapet.settings.start import configure_for
configure_for(Path(sys.argv[1]))
from parapet.actions.plain_place import plain_place
with plain_place() as folder:
    (folder / "letter.txt").write_text("in the clear")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_nothing_that_is_not_swept(home: Any, monkeypatch: Any) -> None:
    from parapet.actions import plain_place

    monkeypatch.setattr(plain_place, "_YOUNG_S", 0)
    command = [sys.executable, "-c", CHILD, str(home.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        folder = Path(child.stdout.readline().strip())
        assert (folder / "letter.txt").is_file()
        assert folder.stat().st_mode & 0o077 == 0 and (folder / "letter.txt").stat().st_mode & 0o077 == 0
        assert plain_place.sweep_plain_places() == 0, "it is in use"
        assert folder.is_dir()
        os.kill(child.pid, signal.SIGKILL)
    assert plain_place.sweep_plain_places() == 1
    assert not folder.exists()


def test_a_place_of_our_own_stays_while_we_use_it(home: Any, monkeypatch: Any) -> None:
    from parapet.actions import plain_place

    monkeypatch.setattr(plain_place, "_YOUNG_S", 0)
    with plain_place.plain_place() as folder:
        assert plain_place.sweep_plain_places() == 0
        assert folder.is_dir()
    assert not folder.exists()


def test_a_zip_that_nobody_fetched_is_swept(home: Any) -> None:
    from parapet.actions.plain_place import sweep_plain_places

    old, new, other = (home.run / name for name in ("bag-old.zip", "bag-new.zip", "worker.lock"))
    for path in (old, new, other):
        path.write_bytes(b"x")
        os.utime(path, (time.time() - 3_600,) * 2)
    new.touch()
    assert sweep_plain_places() == 1
    assert not old.exists() and new.exists() and other.exists()


def test_a_worker_sweeps(home: Any) -> None:
    import parapet.work.handlers  # noqa: F401
    from parapet.jobs.handlers import chores

    assert any(chore.name.endswith(".sweep") for chore in chores())


def test_databases_are_for_this_user_alone(tmp_path: Path) -> None:
    """Also in a home whose folder was there before, open to all."""
    (tmp_path / "home").mkdir(mode=0o755)
    code = "import os, sys; os.umask(0o022); from parapet.cli.main import main; main(['init', '--home', sys.argv[1]])"
    made = subprocess.run([sys.executable, "-c", code, str(tmp_path / "home")], check=False, capture_output=True)
    assert made.returncode == 0
    for path in (tmp_path / "home").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name
