"""`parapet serve`: a real home, served."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import wants_french


def show_link(origin: str, token: str) -> str:
    """Print where to go, and return it for the browser."""
    link = f"{origin}/enter/{token}/"
    if wants_french():
        click.echo(
            f"Parapet est prêt. Ouvrez ce lien (il sert une seule fois et expire après 30 minutes) :\n\n  {link}\n\nCtrl-C pour arrêter."
        )
    else:
        click.echo(f"Parapet is ready. Open this link (it works once, for 30 minutes):\n\n  {link}\n\nCtrl-C stops it.")
    sys.stdout.flush()
    return link


@click.command("serve")
@home_option
@click.option("--port", type=int, help="The port to listen on (PARAPET_PORT, else 8400).")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def command(home: Path | None, port: int | None, no_browser: bool) -> None:
    """Serve a home on this machine until Ctrl-C. Makes one when there is none."""
    from parapet.actions.make_home import make_home

    environment = make_home(home)
    from parapet.actions.sign_in import make_link
    from parapet.actions.welcome import owner
    from parapet.cli.supervise import serve

    token = make_link(owner(language="fr-ca" if wants_french() else "en"))
    serve(
        environment.home,
        environment.host,
        port or environment.port,
        open_browser=not no_browser,
        banner=lambda origin: show_link(origin, token),
    )
