"""Sessions as rows that are of no use to whoever copies the database.

Django's own rows hold the cookie's value as it is, and what is in the session readable: a copy would let a stranger in,
and show the names that pass through its messages. Here a row is found by a keyed digest of the cookie, and sealed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from parapet.domain.errors import KeyWrong
from parapet.records.keyring import keyring

#: Hex digits of the digest: as many as Django's column holds, 160 bits.
_DIGITS = 40


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names. Only the synchronous half is used."""

    def load(self) -> dict[str, Any]:
        """What the session of this cookie holds; nothing, and a new cookie, when there is none in force.

        Every page begins with it: one plain statement, where Django's own takes four times as long to say it.
        """
        from parapet.records.bulk import run, stored_time

        in_force = (_row_of(self.session_key or ""), stored_time(timezone.now()))
        for (sealed,) in run("SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s", in_force):
            return self.decode(sealed)
        self._session_key = None
        return {}

    def exists(self, session_key: str) -> bool:
        """True when the cookie is taken."""
        taken: bool = self.model.objects.filter(session_key=_row_of(session_key)).exists()
        return taken

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row as it is stored."""
        row = super().create_model_instance(data)
        row.session_key = _row_of(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this cookie, or the present one."""
        cookie = session_key or self.session_key
        if cookie is not None:
            self.model.objects.filter(session_key=_row_of(cookie)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """What the session holds, sealed to its row."""
        raw = self.serializer().dumps(session_dict)
        return base64.b64encode(keyring().lock(raw, about=_about(self.session_key or ""))).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The inverse; nothing for a row that was changed, moved, or written by another version."""
        try:
            raw = keyring().unlock(base64.b64decode(session_data, validate=True), about=_about(self.session_key or ""))
            held: dict[str, Any] = self.serializer().loads(raw)
        except (KeyWrong, binascii.Error, ValueError):
            return {}
        return held

    @classmethod
    def forget(cls, name: str) -> None:
        """Take what is kept under `name` out of every session. One that does not open holds nothing."""
        store = cls()
        for row in cls.get_model_class().objects.all():
            held = store._opened(row)
            if held.pop(name, None) is not None:
                raw = store.serializer().dumps(held)
                about = f"session:{row.session_key}".encode()
                row.session_data = base64.b64encode(keyring().lock(raw, about=about)).decode("ascii")
                row.save(update_fields=["session_data"])

    @classmethod
    def of(cls, person: int) -> list[tuple[str, dict[str, Any], datetime]]:
        """The sessions in force of the person of this number: the name of each row, what it holds, and when it ends.

        Whose a session is stands inside it, sealed: all are opened. There are as many as browsers that are signed in.
        """
        store, found = cls(), []
        for row in cls.get_model_class().objects.filter(expire_date__gt=timezone.now()):
            held = store._opened(row)
            if held.get(SESSION_KEY) == str(person):
                found.append((str(row.session_key), held, row.expire_date))
        return found

    @classmethod
    def end(cls, rows: Collection[str]) -> int:
        """End the sessions of these rows; how many there were."""
        gone, _each = cls.get_model_class().objects.filter(session_key__in=rows).delete()
        return int(gone)

    @staticmethod
    def row_of(cookie: str) -> str:
        """The name of the row of this cookie."""
        return _row_of(cookie)

    def _opened(self, row: Any) -> dict[str, Any]:
        try:
            raw = keyring().unlock(base64.b64decode(row.session_data), about=f"session:{row.session_key}".encode())
            held: dict[str, Any] = self.serializer().loads(raw)
        except (KeyWrong, binascii.Error, ValueError):
            return {}
        return held


def _row_of(cookie: str) -> str:
    return keyring().digest_once("session", cookie).hex()[:_DIGITS]


def _about(cookie: str) -> bytes:
    return f"session:{_row_of(cookie)}".encode()
