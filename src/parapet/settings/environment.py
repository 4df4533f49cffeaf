"""What the surroundings say: where the home is, which database, which address. Read once, checked, and then values.

| variable                  | says                                                          | without it               |
|---------------------------|---------------------------------------------------------------|--------------------------|
| PARAPET_HOME              | the folder that holds everything                              | the system's data folder |
| PARAPET_DATABASE_URL      | postgresql://user:password@host/name, or sqlite:////full/path | parapet.sqlite3 in it    |
| PARAPET_KEY_FILE          | the instance key                                              | keys/instance.key in it  |
| PARAPET_PASSPHRASE_FILE   | a file with the passphrase of the key, where nobody can type  | asked on the terminal    |
| PARAPET_KEY_COMMAND       | a command that prints what unlocks the key                    | none                     |
| PARAPET_HOST              | the address to listen on                                      | 127.0.0.1                |
| PARAPET_PORT              | the port                                                      | 8400                     |
| PARAPET_ALLOWED_HOSTS     | names that browsers may ask for, with commas                  | this machine only        |
| PARAPET_PUBLIC_URL        | https://name where people reach it, behind a proxy            | no proxy                 |
| PARAPET_SIGNING_P12       | PKCS#12 file whose key signs dossiers                         | a certificate of the home |
| PARAPET_SIGNING_PASSPHRASE_FILE | a file with the passphrase of that file               | needed with it           |
| PARAPET_TIME_ZONE         | the zone of times on screens and in dossiers: America/Toronto | the system's zone        |
| PARAPET_TIME_AUTHORITIES  | NAME URL FILE; NAME URL FILE: who attests when the log was so | nobody is asked          |
| PARAPET_DEBUG             | 1 shows errors in the browser; on this machine only           | 0                        |
| PARAPET_DKIM              | dns asks the DNS for mail servers' keys: it learns whose mail | off                      |
| PARAPET_DNS_RESOLVER      | whom to ask: 192.0.2.1, or 127.0.0.1:5353                     | the system's resolver    |
| PARAPET_UNSAFE_PLAIN_HTTP | 1 lets other machines in over plain http, readable on the way | 0                        |
| PARAPET_WITNESSES         | URL=KEY of those who cosign the log, with spaces between      | nobody is asked          |
| PARAPET_PERSPECTIVE       | keys or local: whose programs may ask for scores over HTTP    | off                      |
| PARAPET_SMTP_URL          | smtps://user:password@host: where mails of alerts are handed in | no mails               |
| PARAPET_SMTP_FROM         | the address from which they come                              | needed with it           |
| PARAPET_INSTITUTIONS      | NAME ISSUER CLIENT FILE TITLE; ...: whose accounts may sign in | links and what people chose |
| PARAPET_MAIL_SERVICES     | google CLIENT FILE; ...: where mailboxes are opened by signing in | by passwords |
| PARAPET_ALERTS_TO_PRIVATE | 1 lets alerts go to addresses that are not public             | 0 where others come in   |
| PARAPET_CHANNELS_TO_PRIVATE | 1 lets watched channels lead to servers that are not public | 0 where others come in   |
| PARAPET_PLC_DIRECTORY     | https:// address of who tells where Bluesky accounts are      | https://plc.directory    |
| PARAPET_JETSTREAM         | wss:// address where all public posts of Bluesky are read     | Bluesky's own            |
| PARAPET_CHROMIUM          | the Chromium that keeps web pages                             | the first that the system has |
| PARAPET_DOOR              | address:port where mail to shielded addresses is taken in     | no mail is taken in      |
| PARAPET_DOOR_DOMAINS      | the domains of shielded addresses, with commas                | needed with it           |
| PARAPET_DOOR_CERTIFICATE  | PEM file of the certificate by which that mail is encrypted   | it comes in the clear    |
| PARAPET_DOOR_KEY          | PEM file of its key                                           | needed with it           |
| PARAPET_DOOR_BEHIND       | mta or proxy: what of yours stands before it                  | nothing                  |
"""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from parapet.domain.errors import HomeUnwritable, PlainHttpRefused, SettingRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.settings.alerts import AlertSettings, read_alerts
from parapet.settings.authorities import NamedAuthority, read_authorities
from parapet.settings.database_url import read_database_url
from parapet.settings.directory import JETSTREAM, PLC_DIRECTORY, read_jetstream, read_plc_directory
from parapet.settings.dkim import read_dkim, read_resolver
from parapet.settings.door import DoorSettings, read_door
from parapet.settings.institutions import Institution, read_institutions
from parapet.settings.mail_services import MailService, read_mail_services
from parapet.settings.perspective import read_perspective
from parapet.settings.time_zone import read_time_zone
from parapet.settings.witnesses import KnownWitness, read_witnesses

DEFAULT_PORT = 8400
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
#: How long a writer waits for another one. Longer than any transaction of ours on a slow disk.
SQLITE_BUSY_S = 20
#: What a person was told is kept must survive a power cut (FULL), and no erased key be found in a free page (zeros over it).
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;PRAGMA secure_delete=ON"

_HOST_NAME = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z")


@frozen
class Environment:
    """The surroundings of this process. `repr` leaves out `database_url` and `key_command`, where a password may stand.

    home           absolute; need not exist yet
    database_url   "" for the home's own SQLite file
    passphrase_file  holds the passphrase of a locked key file; a systemd credential of the name `parapet.passphrase` counts
    key_command    words, never given to a shell
    allowed_hosts  besides this machine's own names; `public_url`: "https://name[:port]", or ""
    dkim           "off", or "dns" where mail servers' keys may be asked for
    dns_resolver   "address port", or "" for the system's
    perspective    "off", "keys" for who has an API key, or "local" for this machine's programs
    channels_inside  whether watched channels may lead to servers that are not public, also where other people reach this home
    plc_directory  where accounts of the AT Protocol are looked up, without a slash at its end; `jetstream`: where its public posts are read
    chromium       the browser that keeps pages; None for what the system has
    door           where mail to shielded addresses is taken in; None for nowhere
    unsafe_plain_http  whether a person said that what goes over the network may be readable there
    """

    home: Path
    database_url: str = field(default="", repr=False)
    key_file: Path = field(default=Path())
    passphrase_file: Path | None = None
    key_command: tuple[str, ...] = field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    public_url: str = ""
    debug: bool = False
    unsafe_plain_http: bool = False
    time_zone: str = "UTC"
    time_authorities: tuple[NamedAuthority, ...] = ()
    witnesses: tuple[KnownWitness, ...] = ()
    dkim: str = "off"
    dns_resolver: str = ""
    perspective: str = "off"
    alerts: AlertSettings = field(factory=AlertSettings)
    channels_inside: bool = False
    plc_directory: str = PLC_DIRECTORY
    jetstream: str = JETSTREAM
    chromium: Path | None = None
    door: DoorSettings | None = None
    institutions: tuple[Institution, ...] = ()
    mail_services: tuple[MailService, ...] = ()
    signing_p12: Path | None = None
    signing_passphrase_file: Path | None = None

    @classmethod
    def read(cls, home: Path | None = None, *, variables: Mapping[str, str] | None = None) -> Environment:
        """Read and check all variables. `home` goes before PARAPET_HOME.

        Raises SettingRefused, with one sentence that names the variable and what it must look like.
        """
        given = os.environ if variables is None else variables
        place = _absolute(home or given.get("PARAPET_HOME") or data_folder(given), "PARAPET_HOME")
        if place.exists() and not place.is_dir():
            raise SettingRefused(_("PARAPET_HOME must be a folder, and it is a file."))
        env = cls(
            home=place,
            database_url=read_database_url(given.get("PARAPET_DATABASE_URL", "").strip()),
            key_file=_absolute(given.get("PARAPET_KEY_FILE") or place / "keys" / "instance.key", "PARAPET_KEY_FILE"),
            passphrase_file=_passphrase_file(given),
            key_command=_command(given.get("PARAPET_KEY_COMMAND", "")),
            host=_host(given.get("PARAPET_HOST", "").strip() or "127.0.0.1"),
            port=_port(given.get("PARAPET_PORT", "").strip() or str(DEFAULT_PORT)),
            allowed_hosts=_names(given.get("PARAPET_ALLOWED_HOSTS", "")),
            public_url=_public_url(given.get("PARAPET_PUBLIC_URL", "").strip()),
            time_zone=read_time_zone(given.get("PARAPET_TIME_ZONE", "").strip()),
            time_authorities=read_authorities(given.get("PARAPET_TIME_AUTHORITIES", "")),
            dkim=read_dkim(given.get("PARAPET_DKIM", "").strip()),
            dns_resolver=read_resolver(given.get("PARAPET_DNS_RESOLVER", "").strip()),
            debug=_yes(given.get("PARAPET_DEBUG", "").strip(), "PARAPET_DEBUG"),
            unsafe_plain_http=_yes(given.get("PARAPET_UNSAFE_PLAIN_HTTP", "").strip(), "PARAPET_UNSAFE_PLAIN_HTTP"),
            witnesses=read_witnesses(given.get("PARAPET_WITNESSES", "")),
            perspective=read_perspective(given.get("PARAPET_PERSPECTIVE", "").strip()),
            alerts=read_alerts(given),
            channels_inside=_yes(given.get("PARAPET_CHANNELS_TO_PRIVATE", "").strip(), "PARAPET_CHANNELS_TO_PRIVATE"),
            plc_directory=read_plc_directory(given.get("PARAPET_PLC_DIRECTORY", "").strip()),
            jetstream=read_jetstream(given.get("PARAPET_JETSTREAM", "").strip()),
            chromium=_optional(given, "PARAPET_CHROMIUM"),
            door=read_door(given),
            institutions=read_institutions(given.get("PARAPET_INSTITUTIONS", "")),
            mail_services=read_mail_services(given.get("PARAPET_MAIL_SERVICES", "")),
            signing_p12=_optional(given, "PARAPET_SIGNING_P12"),
            signing_passphrase_file=_optional(given, "PARAPET_SIGNING_PASSPHRASE_FILE"),
        )
        if (env.signing_p12 is None) != (env.signing_passphrase_file is None):
            raise SettingRefused(_("PARAPET_SIGNING_P12 and PARAPET_SIGNING_PASSPHRASE_FILE go together: set both, or neither."))
        env.check_exposure()
        return env

    def check_exposure(self) -> None:
        """Refuse combinations that would show a home to strangers by mistake."""
        if self.perspective == "local" and not self.is_for_this_machine:
            # Behind a proxy, every visitor seems to come from this machine.
            raise SettingRefused(_("PARAPET_PERSPECTIVE=local is for a home that only this machine reaches; use keys instead."))
        if is_loopback(self.host):
            return
        if self.debug:
            raise SettingRefused(_("PARAPET_DEBUG=1 shows the program's inside; PARAPET_HOST must then be 127.0.0.1."))
        if self.is_plain_on_the_network and not self.unsafe_plain_http:
            raise PlainHttpRefused(
                _(
                    "PARAPET_HOST opens this home to other machines, and PARAPET_PUBLIC_URL names no https address: "
                    "whoever is on the network could read everything and act as you."
                )
            )
        if not self.allowed_hosts and not self.public_url:
            raise SettingRefused(
                _("PARAPET_HOST opens this home to other machines; also set PARAPET_ALLOWED_HOSTS or PARAPET_PUBLIC_URL.")
            )

    @property
    def is_for_this_machine(self) -> bool:
        """True when no other machine reaches this home."""
        return is_loopback(self.host) and not self.public_url and not self.allowed_hosts

    @property
    def is_plain_on_the_network(self) -> bool:
        """True when other machines reach this home, and nothing encrypts what goes to and fro."""
        return not is_loopback(self.host) and not self.public_url.startswith("https:")

    # Places in a home

    @property
    def sqlite_file(self) -> Path:
        """The SQLite database; of no meaning on PostgreSQL."""
        if self.database_url and not self.on_postgres:
            return Path(unquote(urlsplit(self.database_url).path[1:]))
        return self.home / "parapet.sqlite3"

    @property
    def jobs_file(self) -> Path:
        """The work engine's own SQLite database; of no meaning on PostgreSQL."""
        return self.home / "jobs.sqlite3"

    @property
    def vault(self) -> Path:
        return self.home / "vault"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def run(self) -> Path:
        """Locks, and files on their way in. Empty between runs."""
        return self.home / "run"

    @property
    def unfinished(self) -> Path:
        """There while a restore into this home has not come to its end; says from which backup."""
        return self.home / "restoring.txt"

    def make_folders(self) -> None:
        """Make the home and its folders, closed to other people of this machine. Raises HomeUnwritable."""
        try:
            for folder in (self.home, self.vault, self.keys, self.log, self.run):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error

    # The database and the address

    @property
    def on_postgres(self) -> bool:
        return self.database_url.startswith("postgresql:")

    @property
    def settings_module(self) -> str:
        """The Django settings for this home."""
        return "parapet.settings.server" if self.on_postgres or self.public_url else "parapet.settings.embedded"

    @property
    def origin(self) -> str:
        """Where a browser finds this instance: "http://127.0.0.1:8400", or the public URL."""
        return self.public_url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def django_database(self) -> dict[str, Any]:
        """The entry of Django's DATABASES."""
        if not self.on_postgres:
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(self.sqlite_file),
                "CONN_MAX_AGE": None,
                # IMMEDIATE: a transaction that reads and then writes fails at once under a second writer, whatever
                # the time-out, unless it takes the lock at its beginning.
                "OPTIONS": {"timeout": SQLITE_BUSY_S, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
            }
        parts = urlsplit(self.database_url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": "10", **options},
        }


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def data_folder(given: Mapping[str, str]) -> Path:
    """Where the system keeps what programs keep for this person; a home lies there without any setting."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Parapet"
    return Path(given.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "parapet"


def _absolute(path: str | Path, variable: str) -> Path:
    if "\0" in str(path):
        raise SettingRefused(_("%(variable)s must be a path."), variable=variable)
    return Path(path).expanduser().absolute()


def _passphrase_file(given: Mapping[str, str]) -> Path | None:
    if named := given.get("PARAPET_PASSPHRASE_FILE"):
        return _absolute(named, "PARAPET_PASSPHRASE_FILE")
    if folder := given.get("CREDENTIALS_DIRECTORY"):  # systemd's LoadCredential
        credential = _absolute(folder, "CREDENTIALS_DIRECTORY") / "parapet.passphrase"
        return credential if credential.exists() else None
    return None


def _command(words: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(words))
    except ValueError:
        raise SettingRefused(_("PARAPET_KEY_COMMAND must be a command and its words; a quote is not closed.")) from None


def _optional(given: Mapping[str, str], variable: str) -> Path | None:
    value = given.get(variable, "").strip()
    return _absolute(value, variable) if value else None


def _host(host: str) -> str:
    bare = host.strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        if not _HOST_NAME.match(bare) or re.fullmatch(r"[0-9.]+", bare):
            raise SettingRefused(_("PARAPET_HOST must be an address such as 127.0.0.1, or a name.")) from None
    return bare


def _port(port: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or not 1 <= int(port) <= 65535:
        raise SettingRefused(_("PARAPET_PORT must be a number from 1 to 65535."))
    return int(port)


def _names(listed: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in listed.split(",") if name.strip())
    for name in names:
        if not _HOST_NAME.match(name):
            raise SettingRefused(_("PARAPET_ALLOWED_HOSTS must be names with commas between; the name * is not accepted."))
    return names


def _public_url(url: str) -> str:
    if not url:
        return ""
    refused = SettingRefused(_("PARAPET_PUBLIC_URL must look like https://parapet.example.org, without a path."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    # Plain http would send the session's cookie in the clear; on this machine there is no wire.
    sound = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if more or not sound or not _HOST_NAME.match(host):
        raise refused
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _yes(value: str, variable: str) -> bool:
    if value not in {"", "0", "1"}:
        raise SettingRefused(_("%(variable)s must be 0 or 1."), variable=variable)
    return value == "1"
