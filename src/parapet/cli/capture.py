"""`parapet capture`: keep web pages."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french

EXIT_SOME_REFUSED = 3


@click.command("capture")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--advocate", default="", help="Whom they are about (name or id), where the home protects several.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output.")
@home_option
def command(urls: tuple[str, ...], advocate: str, as_json: bool, home: Path | None) -> None:
    """Keep the pages at each URL as they are to be seen now: pictures, text, a copy to play again, and who served them.

    Ends with 0 when all were kept, 3 when one was not.
    """
    from parapet.actions.make_home import make_home

    make_home(home)
    import parapet.work.handlers  # noqa: F401 - registers what the jobs below need
    from parapet.actions.capture_page import capture_now
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.actions.welcome import owner
    from parapet.cli.words import reason_in_words
    from parapet.jobs.engine import run_until_idle

    person = owner(language="fr-ca" if wants_french() else "en")
    told: list[dict[str, Any]] = []
    for number, result in enumerate(capture_now(person, _whom(person, advocate), urls), 1):
        refused = result.capture.state == "refused"
        told.append(
            {
                "page": number,
                "kept": not refused,
                "new": result.intake.new,
                "versions": result.intake.versions,
                "reason": result.capture.outcome if refused else "",
            }
        )
        if not as_json:
            _tell(number, len(urls), reason_in_words(result.capture.outcome) if refused else "")
    sign_checkpoint()
    run_until_idle()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(0 if all(each["kept"] for each in told) else EXIT_SOME_REFUSED)


def _whom(person: Any, advocate: str) -> Any:
    """The advocate whom the pages are about: the one that was named, or the only one."""
    from parapet.access.people import advocates_of
    from parapet.cli.subjects import advocate_named
    from parapet.domain.errors import ReferenceUnknown
    from parapet.domain.errors import gettext_noop as _
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    hers = [card.id for card in advocates_of(person) if card.role != "unmatched"]
    if not advocate and len(hers) != 1:
        raise ReferenceUnknown(_("Say with --advocate whom the pages are about."))
    named = advocate_named(person, advocate) if advocate else hers[0]
    return Advocate.objects.get(number=number_of("adv", named) or 0)


def _tell(number: int, count: int, reason: str) -> None:
    """A line for each page, by its number: an address can be abuse too."""
    if reason:
        say(f"Page {number} of {count}: {reason}", f"Page {number} sur {count}\u00a0: {reason}")
    else:
        say(f"Page {number} of {count}: kept.", f"Page {number} sur {count}\u00a0: conservée.")
