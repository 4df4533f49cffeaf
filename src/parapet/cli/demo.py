"""`parapet demo`: the sample scenario, taken in and served."""

from __future__ import annotations

import time
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.serve import show_link
from parapet.cli.speech import say, wants_french

SAMPLE = Path(__file__).parent / "sample"
DEMO_PORT = 8410


@click.command("demo")
@home_option
@click.option("--port", type=int, default=DEMO_PORT, show_default=True, help="The port; when taken, the next free one.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def command(home: Path | None, port: int, no_browser: bool) -> None:
    """Show three fictional physicians under attack: make a home, take their files in, and serve it on this machine.

    Run again, it goes on where it was. Nothing leaves this machine, and everybody in it is invented.
    """
    from parapet.actions.make_home import make_home

    environment = make_home(home or _demo_home())
    import parapet.work.handlers  # noqa: F401 - registers what the jobs need
    from parapet.actions.import_paths import import_paths
    from parapet.actions.sign_in import make_link
    from parapet.actions.welcome import owner
    from parapet.cli.progress import Progress
    from parapet.cli.supervise import serve
    from parapet.jobs.engine import run_until_idle
    from parapet.records.models import Intake

    person = owner(language="fr-ca" if wants_french() else "en")
    if not Intake.objects.filter(state="done").exists():
        say(
            "Taking in the sample files. Everybody in them is invented.",
            "Réception des fichiers d'exemple. Toutes les personnes y sont fictives.",
        )
        began = time.monotonic()
        with Progress() as progress:
            intake = import_paths(
                [SAMPLE],
                advocates=SAMPLE / "advocates.json",
                person=person,
                role="advocate",
                progress=lambda i: progress.taken_in(i.found, i.files_done, i.files_total),
            )
            run_until_idle(progress.to_judge)
        took = time.monotonic() - began
        say(f"{intake.new} messages in {took:.0f} s.", f"{intake.new} messages en {took:.0f} s.")
    else:
        run_until_idle()
    token = make_link(person)
    serve(
        environment.home,
        environment.host,
        port,
        open_browser=not no_browser,
        banner=lambda origin: show_link(origin, token),
        next_free=True,
    )


def _demo_home() -> Path:
    """Beside the person's own home, never in it."""
    from parapet.settings.environment import Environment

    ordinary = Environment.read().home
    return ordinary.with_name(ordinary.name + "-demo")
