"""Point this process at one home and start Django for it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from parapet.domain.errors import HomeMissing, HomeUnfinished, SettingRefused
from parapet.domain.errors import gettext_noop as _
from parapet.settings.environment import Environment


def refuse_unfinished(environment: Environment) -> None:
    """Raises HomeUnfinished where a restore has begun and not ended: nothing may be read there, and above all nothing made."""
    if environment.unfinished.exists():
        raise HomeUnfinished(_("A restore into this home did not come to its end."))


def configure_for(home: Path | None = None, *, restoring: bool = False) -> Environment:
    """Set the surroundings for `home` (PARAPET_HOME without one) and run `django.setup()`. Twice for one home is fine.

    restoring  the home is being restored just now, by this process

    Raises HomeMissing, HomeUnfinished, KeyMissing, SettingRefused; the last also when this process already serves
    another home, because Django's settings cannot be changed afterwards.
    """
    environment = Environment.read(home)
    if not environment.home.is_dir():
        raise HomeMissing(_("There is no home here."))
    if not restoring:
        refuse_unfinished(environment)
    # Databases, journals, bags: whatever this process writes is for this user alone, also where the home was there before.
    os.umask(0o077)
    environment.make_folders()
    from django.conf import settings

    if settings.configured:
        if environment != settings.ENVIRONMENT:
            raise SettingRefused(_("This process already serves another home, or the same one with other settings."))
        return environment
    # For the settings module, which can only look there, and for child processes.
    os.environ["PARAPET_HOME"] = str(environment.home)
    os.environ["DJANGO_SETTINGS_MODULE"] = environment.settings_module
    # What a parser puts aside on the disk lies in the home, closed to others, and never in the machine's /tmp.
    tempfile.tempdir = str(environment.run)
    import django

    django.setup()
    return environment
