"""The wheel works without the repository: installed from the lock into an empty environment, in an empty folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from support.house import ROOT

READY_S = 600.0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def parapet(wheel, tmp_path_factory) -> Path:
    """The command, installed."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    python = place / "bin" / "python"
    for what in (["requirements.lock"], ["--wheel", str(wheel)]):
        subprocess.run([ROOT / "scripts" / "install.sh", python, *what], check=True, stdin=subprocess.DEVNULL)
    return place / "bin" / "parapet"


@pytest.fixture
def elsewhere(tmp_path) -> dict[str, object]:
    """An empty folder, and surroundings in which nothing points here."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARAPET_", "DJANGO_", "PYTHON", "VIRTUAL"))
    }
    return {"cwd": tmp_path, "env": {**kept, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}}


def test_it_holds_what_it_needs_and_no_more(wheel):
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    for needed in (
        "parapet/cli/sample/advocates.json",
        "parapet/locale/fr_CA/LC_MESSAGES/django.mo",
        "parapet/triage/artefact/model.npz",
        "parapet/triage/artefact/encoder.onnx",
        "parapet/triage/artefact/pieces.model",
        "parapet/triage/artefact/LICENSE-multilingual-e5-small.txt",
        "parapet/triage/lexicon.txt",
        "parapet/access/help.toml",
        "parapet/web/templates/parapet/base.html",
        "parapet/web/inbox/templates/inbox/inbox.html",
        "parapet/dossiers/fonts/DejaVuSans.ttf",
        "parapet/channels/bluesky/README.md",
        "parapet/extension/manifest.json",
    ):
        assert needed in names
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert all(name.startswith(("parapet/", "parapet_shield-")) for name in names)
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.slow
def test_it_shows_its_version_judges_a_text_and_serves_the_sample(parapet, elsewhere, tmp_path):
    said = subprocess.run([parapet, "--version"], **elsewhere, check=True, capture_output=True, text=True).stdout
    assert said.strip() == "parapet, version 0.1.0"

    line = json.dumps({"id": "1", "text": "You will be dead by Friday. I know where you park."}) + "\n"
    judged = subprocess.run([parapet, "triage", "--jsonl"], **elsewhere, input=line, check=True, capture_output=True, text=True)
    (answer,) = [json.loads(each) for each in judged.stdout.splitlines()]
    assert answer["id"] == "1"
    assert answer["abusive"] > 0.5

    output = tmp_path / "output"
    with output.open("w") as said:
        serving = subprocess.Popen(
            [parapet, "demo", "--no-browser", "--home", "home"],
            **elsewhere,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        link = wait_for_link(output, serving)
        with urllib.request.urlopen(link, timeout=200) as page:
            assert b"Parapet" in page.read()
    finally:
        serving.send_signal(signal.SIGINT)
        assert serving.wait(200) == 0, output.read_text()


def wait_for_link(output: Path, serving: subprocess.Popen) -> str:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and serving.poll() is None:
        links = [word for word in output.read_text().split() if "/enter/" in word and word.endswith("/")]
        if links:
            return links[0]
        time.sleep(0.2)
    raise AssertionError(output.read_text())
