"""The settings of the door for mail: what makes no sense is refused with the variable's name."""

from __future__ import annotations

import pytest

from parapet.domain.errors import SettingRefused
from parapet.settings.door import read_door

GOOD = {"PARAPET_DOOR": "[::]:25", "PARAPET_DOOR_DOMAINS": "Shield.Clinic.Example, b.example"}


def test_what_is_set_is_read_and_nothing_is_no_door() -> None:
    assert read_door({}) is None
    door = read_door({**GOOD, "PARAPET_DOOR_BEHIND": "proxy", "PARAPET_DOOR_CERTIFICATE": "/c.pem", "PARAPET_DOOR_KEY": "/k.pem"})
    assert door is not None
    assert (door.host, door.port, door.domains, door.behind) == ("::", 25, ("shield.clinic.example", "b.example"), "proxy")
    assert str(door.certificate) == "/c.pem"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PARAPET_DOOR", ""),
        ("PARAPET_DOOR", "25"),
        ("PARAPET_DOOR", "example.org:25"),
        ("PARAPET_DOOR", "127.0.0.1:70000"),
        ("PARAPET_DOOR", "999.0.0.1:25"),
        ("PARAPET_DOOR_DOMAINS", ""),
        ("PARAPET_DOOR_DOMAINS", "localhost"),
        ("PARAPET_DOOR_DOMAINS", "a b.example"),
        ("PARAPET_DOOR_DOMAINS", "*.example"),
        ("PARAPET_DOOR_BEHIND", "anything"),
        ("PARAPET_DOOR_KEY", "/only.pem"),
        ("PARAPET_DOOR_CERTIFICATE", "a\0b"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        read_door({**GOOD, variable: value})
    assert variable in str(refused.value.said(lambda text: text))
