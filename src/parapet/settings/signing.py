"""The organisation's key for documents, where the settings name one."""

from __future__ import annotations

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.signer import Signer, organisation_signer
from parapet.settings.environment import Environment

_MAX_BYTES = 1_000_000


def organisation(env: Environment) -> Signer | None:
    """None where the home signs by itself. Raises SettingRefused when the files cannot be read, or hold something else."""
    if env.signing_p12 is None or env.signing_passphrase_file is None:
        return None
    try:
        with env.signing_p12.open("rb") as bundle, env.signing_passphrase_file.open("rb") as passphrase:
            return organisation_signer(bundle.read(_MAX_BYTES), passphrase.read(_MAX_BYTES).rstrip(b"\r\n"))
    except OSError:
        refusal = _("PARAPET_SIGNING_P12 and PARAPET_SIGNING_PASSPHRASE_FILE must name files that can be read.")
        raise SettingRefused(refusal) from None
