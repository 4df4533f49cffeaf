"""`parapet organisation`: the hospitals, universities and associations to which people of this home may belong."""

from __future__ import annotations

import json
from pathlib import Path

import click

from parapet.cli.options import home_option
from parapet.cli.speech import say, wants_french


@click.group("organisation")
def command() -> None:
    """Organisations: who belongs, in which role. Belonging shows nobody a message; only what an advocate gives does."""


@command.command("add")
@click.argument("name")
@click.option("--administrator", required=True, metavar="PERSON", help="Who invites its people, by name or id (per_...).")
@click.option(
    "--institution", default="", metavar="NAME", help="Whose people may join by themselves: a short name in PARAPET_INSTITUTIONS."
)
@home_option
def add(name: str, administrator: str, institution: str, home: Path | None) -> None:
    """Make an organisation, print its id, and invite its administrator."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.found_organisation import found_organisation
    from parapet.cli.subjects import person_named

    person = person_named(administrator)
    made = found_organisation(name, administrator=person, institution=institution)
    click.echo(made.id)
    _invited(person.name)


@command.command("appoint")
@click.argument("organisation")
@click.option(
    "--administrator", required=True, metavar="PERSON", help="Who is invited to administer it, by name or id (per_...)."
)
@home_option
def appoint(organisation: str, administrator: str, home: Path | None) -> None:
    """Invite another administrator, also where the last one left."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.found_organisation import appoint as invite
    from parapet.cli.subjects import organisation_named, person_named

    person = person_named(administrator)
    invite(organisation_named(organisation), person)
    _invited(person.name)


@command.command("list")
@home_option
def list_(home: Path | None) -> None:
    """List the organisations, oldest first, as JSON lines on standard output: id, name, institution, administrators, members."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.domain.belonging import Role
    from parapet.records.memberships import organisations, people_of

    for each in organisations():
        people = people_of(each.number)
        administrators = [one.row.person.name for one in people if one.role is Role.ADMINISTRATOR]
        told = {"id": each.id, "name": each.name, "institution": each.institution}
        click.echo(json.dumps({**told, "administrators": administrators, "members": len(people)}, ensure_ascii=False))


@command.command("end")
@click.argument("organisation")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
def end(organisation: str, yes: bool, home: Path | None) -> None:
    """End an organisation: nobody belongs to it any more, and what was given through it ends. No advocate loses anything of hers."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.actions.leave_organisation import end_organisation
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.cli.subjects import organisation_named

    named = organisation_named(organisation)
    if not yes:
        asked = "Mettre fin à cette organisation?" if wants_french() else "End this organisation?"
        click.confirm(asked, abort=True, err=True)
    count = end_organisation(named)
    sign_checkpoint()
    say(
        f"Ended. {count} people belonged to it; each finds on the page Organisations what ended with it.",
        f"C'est fini. Personnes qui en étaient membres : {count}; chacune voit à la page Organisations ce qui a pris fin avec elle.",
    )


def _invited(name: str) -> None:
    say(
        f"{name} is invited to administer it, and accepts on the page Organisations. Until then nobody does.",
        f"{name} reçoit une invitation à l'administrer, et l'accepte à la page Organisations. D'ici là, personne ne l'administre.",
    )
