"""`parapet erase`: an item, or everything of an advocate, for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french
from parapet.cli.subjects import advocate_named

if TYPE_CHECKING:
    from parapet.actions.erase import Reach

_REASONS = ("asked", "private", "mistake", "not_needed", "law")


@click.command("erase")
@click.option("--item", "item_id", default="", help="The item (itm_...).")
@click.option("--advocate", default="", help="The advocate (name or adv_...), with everything of hers.")
@click.option("--reason", type=click.Choice(_REASONS), required=True, help="Why; it is kept in the log.")
@click.option("--keep-carriers", is_flag=True, help="Leave messages that forward or quote the item, and its text in them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
def command(item_id: str, advocate: str, reason: str, keep_carriers: bool, yes: bool, home: Path | None) -> None:
    """Erase an item, or an advocate with everything of hers. It cannot be undone.

    The keys are destroyed, and those of the whole files in which it came. Messages that hold its bytes go with it. The log keeps that it was here.
    """
    if bool(item_id) == bool(advocate):
        raise click.UsageError("Name one thing: --item or --advocate.")
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.access.holds import refuse
    from parapet.actions import erase
    from parapet.actions.scrub import scrub
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.actions.welcome import owner
    from parapet.domain.errors import DatabaseUnreachable, HomeBusy, HomeUnwritable
    from parapet.settings.trouble import as_ours

    person = owner()
    subject = item_id or advocate_named(person, advocate)
    reach = erase.reach_of_item(person, subject) if item_id else erase.reach_of_advocate(person, subject)
    refuse(reach.why_not)
    _tell(reach)
    _tell_of_carriers(reach, keep=keep_carriers)
    if not yes:
        click.confirm("Effacer pour de bon?" if wants_french() else "Erase it for good?", abort=True, err=True)
    if item_id:
        erase.erase_item(person, subject, reason=reason, also=() if keep_carriers else reach.carriers)
    else:
        erase.erase_advocate(person, subject, reason=reason)
    try:
        sign_checkpoint()
        scrub()
    except Exception as error:  # the erasure stands: what is left to do was promised with it, and a worker does it
        if not isinstance(as_ours(error), HomeBusy | HomeUnwritable | DatabaseUnreachable):
            raise
        say(
            "What the database keeps of it outside its tables is cleared later: by `parapet serve`, or after the next import.",
            "Ce que la base de données en garde hors de ses tables sera effacé plus tard : par `parapet serve`, ou après la prochaine importation.",
        )
    say(
        "Erased. Backups made before still hold it: make a new one, and remove the old ones.",
        "Effacé. Les sauvegardes antérieures le contiennent encore : faites-en une nouvelle, et supprimez les anciennes.",
    )


def _tell(reach: Reach) -> None:
    say(
        f"This erases {reach.items} item(s) and {reach.files} whole file(s); {len(reach.cases)} case(s) are concerned. "
        f"{reach.others} other item(s) of the same files stay, each with its own original.",
        f"Éléments à effacer : {reach.items}; fichiers entiers : {reach.files}; dossiers concernés : {len(reach.cases)}. "
        f"Autres éléments des mêmes fichiers, qui restent chacun avec son original : {reach.others}.",
    )


def _tell_of_carriers(reach: Reach, *, keep: bool) -> None:
    if reach.carriers:
        listed = ", ".join(reach.carriers)
        if keep:
            say(
                f"Its text stays readable in these messages, which hold its bytes: {listed}.",
                f"Son texte reste lisible dans ces messages, qui en contiennent les octets : {listed}.",
            )
        else:
            say(
                f"These messages hold its bytes and are erased with it (--keep-carriers leaves them): {listed}.",
                f"Ces messages en contiennent les octets et sont effacés avec lui (--keep-carriers les laisse) : {listed}.",
            )
    if reach.quoting:
        listed = ", ".join(reach.quoting)
        say(
            f"These repeat words of it, and stay; look whether they should go too: {listed}.",
            f"Ceux-ci en répètent des mots, et restent; voyez s'ils doivent partir aussi : {listed}.",
        )
    if reach.elsewhere:
        say(
            f"{reach.elsewhere} message(s) that are not hers hold its bytes too, and stay.",
            f"Messages qui ne lui sont pas adressés, qui en contiennent aussi les octets et qui restent : {reach.elsewhere}.",
        )
