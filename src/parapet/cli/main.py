"""The command `parapet`."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

import parapet
from parapet.cli.asking import ask_passphrase
from parapet.cli.speech import say_error
from parapet.domain.errors import ParapetError
from parapet.settings.asking import ask_by

#: Command to the module that defines a click command of that name; loaded when called, so that `--help` is quick and
#: commands that need no home (verify, triage) do not start Django.
COMMANDS = {
    "api-key": "parapet.cli.api_key",
    "backup": "parapet.cli.backup",
    "capture": "parapet.cli.capture",
    "check": "parapet.cli.check",
    "demo": "parapet.cli.demo",
    "doctor": "parapet.cli.doctor",
    "erase": "parapet.cli.erase",
    "export": "parapet.cli.export",
    "hold": "parapet.cli.hold",
    "import": "parapet.cli.import_",
    "init": "parapet.cli.init",
    "key": "parapet.cli.key",
    "items": "parapet.cli.items",
    "learn": "parapet.cli.learn",
    "log": "parapet.cli.log",
    "login-link": "parapet.cli.login_link",
    "organisation": "parapet.cli.organisation",
    "release": "parapet.cli.release",
    "reparse": "parapet.cli.reparse",
    "restore": "parapet.cli.restore",
    "retention": "parapet.cli.retention",
    "serve": "parapet.cli.serve",
    "triage": "parapet.cli.triage",
    "verify": "parapet.cli.verify",
    "witness": "parapet.cli.witness",
}


class _Lazy(click.Group):
    """Finds commands by name, and turns whatever goes wrong into one calm sentence and exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(module).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            ask_by(ask_passphrase)
            return super().invoke(ctx)
        except ParapetError as error:
            say_error(error)
            sys.exit(2)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click knows what to say and how to end
        except Exception as error:  # the process's edge; PARAPET_DEBUG=1 shows where it came from
            if os.environ.get("PARAPET_DEBUG") == "1":
                raise
            from parapet.settings.trouble import as_ours

            say_error(as_ours(error))
            sys.exit(2)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(parapet.__version__, prog_name="parapet")
def main() -> None:
    """Cover for physicians who speak up in public."""
