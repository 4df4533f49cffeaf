"""A real IMAP server on this machine: Dovecot, with a certificate of an authority of its own."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define

from support.authority import openssl
from support.ports import free_port

PASSWORD = "correct horse 1"
HINT = "Dovecot is missing. Type: sudo apt-get install dovecot-imapd"

_CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_location = maildir:{folder}/mail/%u
mailbox_idle_check_interval = 1 secs
auth_failure_delay = 0
imap_capability = {capability}
{tokens}passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
_TOKENS = """\
auth_mechanisms = plain login oauthbearer xoauth2
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {folder}/oauth2.conf
}}
"""
_INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = user
active_attribute = active
active_value = true
debug = yes
"""
_WITHOUT_IDLE = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ AUTH=PLAIN UIDPLUS NAMESPACE"


@define
class Dovecot:
    """`port`: TLS from the first byte; `plain`: STARTTLS. `trust`: the authority's certificate."""

    folder: Path
    port: int
    plain: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def trust(self) -> Path:
        return self.folder / "authority.pem"

    def start_without_asking(self) -> None:
        """Returns at once: it may not answer yet."""
        assert self.running is None
        self.running = subprocess.Popen(
            [_program(), "-F", "-c", str(self.folder / "dovecot.conf")], umask=0o022, start_new_session=True
        )

    def start(self) -> None:
        """Returns once "doctor" can sign in."""
        self.start_without_asking()
        until = time.monotonic() + 20
        while True:
            try:
                self.client().logout()
                return
            except (OSError, imaplib.IMAP4.error) as error:
                assert time.monotonic() < until, f"{error!r}\n{(self.folder / 'log').read_text(errors='replace')}"
                time.sleep(0.05)

    def stop(self) -> None:
        if self.running is not None:
            # With all of its processes: those that hold a connection would wait for their client.
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(20)
            self.running = None

    def client(self, user: str = "doctor") -> imaplib.IMAP4_SSL:
        """Another program of hers, signed in. Raises while it starts."""
        found = imaplib.IMAP4_SSL(
            "127.0.0.1", self.port, ssl_context=ssl.create_default_context(cafile=str(self.trust)), timeout=20
        )
        found.login(user, PASSWORD)
        return found

    def deliver(self, *mails: bytes, folder: str = "INBOX", user: str = "doctor") -> None:
        """Put mails into a folder, as her mail server would."""
        found = self._client_soon(user)
        for mail in mails:
            assert found.append(folder, "", "", mail)[0] == "OK"
        found.logout()

    def _client_soon(self, user: str) -> imaplib.IMAP4_SSL:
        until = time.monotonic() + 20
        while True:
            try:
                return self.client(user)
            except (OSError, imaplib.IMAP4.error):
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def make_folder(self, name: str, user: str = "doctor") -> None:
        found = self.client(user)
        assert found.create(name)[0] == "OK"
        found.logout()


@contextmanager
def dovecot(*, idle: bool = True, introspection: str = "") -> Iterator[Dovecot]:
    """A mail server where "doctor" and "other" have mailboxes. `introspection`: who tells it whom a token opens for (RFC 7662)."""
    # Not under the tests' own folder, which others than its owner may not enter: a server gives no mail to one who is root.
    with tempfile.TemporaryDirectory(prefix="dovecot-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        certify(folder)
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        (folder / "users").write_text(f"doctor:{PASSWORD}\nother:{PASSWORD}\n")
        (folder / "users").chmod(0o644)
        (folder / "oauth2.conf").write_text(_INTROSPECTION.format(url=introspection))
        (folder / "oauth2.conf").chmod(0o644)
        (folder / "mail").mkdir()
        if os.getuid() == 0:
            os.chown(folder / "mail", user.pw_uid, user.pw_gid)
        # Root's processes drop to the users that Debian's package made for them.
        own, login = ("dovecot", "dovenull") if os.getuid() == 0 else (user.pw_name, user.pw_name)
        served = Dovecot(folder, free_port(), free_port())
        (folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=folder, user=own, group=grp.getgrgid(pwd.getpwnam(own).pw_gid).gr_name, login=login, uid=user.pw_uid,
                gid=user.pw_gid, plain=served.plain, port=served.port, capability="" if idle else _WITHOUT_IDLE,
                tokens=_TOKENS.format(folder=folder) if introspection else "",
            )
        )  # fmt: skip
        try:
            served.start()
            yield served
        finally:
            served.stop()


def account(server: Dovecot, **other: str) -> dict[str, Any]:
    """What signs in as "doctor" to a new folder, as a connection keeps it; trust `server.trust` to use it."""
    folder = f"f{time.monotonic_ns()}"
    server.make_folder(folder)
    return {
        "host": "127.0.0.1", "port": server.port, "user": "doctor", "password": PASSWORD, "folders": [folder], "starttls": False, **other,
    }  # fmt: skip


def certify(folder: Path, *, name: str = "127.0.0.1") -> None:
    """A certificate for this machine, and the authority above it."""
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    openssl(
        "req", "-x509", *ec, "-subj", "/CN=Test authority", "-keyout", folder / "authority.key", "-out", folder / "authority.pem"
    )
    openssl(
        "req", "-x509", *ec, "-subj", "/CN=mail", "-addext", f"subjectAltName=IP:{name}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-CA", folder / "authority.pem", "-CAkey", folder / "authority.key", "-keyout", folder / "server.key", "-out", folder / "server.pem",
    )  # fmt: skip


def _program() -> str:
    found = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    assert found, HINT
    return found
